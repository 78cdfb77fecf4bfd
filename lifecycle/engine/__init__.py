"""What is due, when to wake and why: apply, decide, settle."""
