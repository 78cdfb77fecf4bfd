"""A playbook's messages: their syntax, their limits and their languages."""
