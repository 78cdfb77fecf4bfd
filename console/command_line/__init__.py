"""What a person types: every command with its words, by the panels of `--help`. What each does is in `commands`."""
