"""Files as rows with their lines: CSV, and JSON a line."""
