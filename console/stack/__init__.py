"""Server, worker and gateway in one process."""
