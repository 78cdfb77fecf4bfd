"""A file of customers: its columns, its cells, and what it says otherwise than is known."""
