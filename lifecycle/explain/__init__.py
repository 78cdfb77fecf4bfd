"""A life in words: status, and the simulator that shows a year of it."""
