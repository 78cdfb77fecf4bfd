"""Touches: what is due goes, waits or falls, and what performing it led to."""
