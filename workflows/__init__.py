"""The durable shell: what sleeps, receives and performs on Temporal."""
