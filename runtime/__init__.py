"""How Evergreen stands on a machine: the embedded server, connections, time travel, logs and leaving."""
