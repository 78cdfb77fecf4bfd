"""Every address of the gateway and what answers there."""
