"""GET /customers, /tasks, /upcoming and /renewals: the record, for other systems."""
