"""Side effects, each once."""
