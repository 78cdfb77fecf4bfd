"""Measurements: `make bench`, or `make bench ARGS=engine` and `ARGS=shell` for one of them."""
