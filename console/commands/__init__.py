"""What starter.py does, a file a command."""
