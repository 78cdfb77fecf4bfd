"""Usage: gathered into sums, kept, and signalled a window at a time."""
