"""What the other rooms share: request bodies, limits, JSON answers, metrics, settings, and how YAML files are read."""
