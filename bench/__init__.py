"""Measurements: `make bench`; `ARGS=engine` for one of them, `ARGS="engine --against 23c6bb9"` against a commit, `ARGS="engine --profile"`."""
