"""What customer success does, when and why: pure functions, no I/O, no clock."""
