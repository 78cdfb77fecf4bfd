"""The command line: the words that a person types, what each command does, and the files that it reads."""
