"""What the commands stand on: the embedded server, the connection, time travel, logs, and how a process ends."""
