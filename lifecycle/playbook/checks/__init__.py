"""What the models of a playbook cannot say by themselves: whether what it names exists, holds together and can ever happen."""
