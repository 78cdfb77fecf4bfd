"""The command line: what a person types, and the files it reads."""
