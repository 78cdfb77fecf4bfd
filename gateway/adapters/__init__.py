"""Turns the deliveries of other programs into events, as YAML files say."""
