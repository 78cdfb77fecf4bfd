"""The playbook: the document, its faults, its templates, and the program made of it."""
