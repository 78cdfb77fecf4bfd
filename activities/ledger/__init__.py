"""What keeps every touch to once: the ledger, and the tables beside it."""
