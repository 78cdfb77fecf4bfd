"""A process of ours: its logs, its children, how it fails and how it ends."""
