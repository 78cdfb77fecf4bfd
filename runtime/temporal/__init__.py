"""The Temporal server: the embedded one, the connection, search attributes, time travel."""
