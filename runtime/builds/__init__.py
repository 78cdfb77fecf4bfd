"""Builds: what one is called, what of it is kept, and how workers of an older one are run."""
