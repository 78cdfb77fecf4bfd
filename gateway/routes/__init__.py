"""The gateway's addresses and the handlers that answer there."""
