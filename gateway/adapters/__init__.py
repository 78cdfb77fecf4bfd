"""Senders' own words turned into events of ours, by data."""
