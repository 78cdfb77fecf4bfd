"""Conditions in CEL: what they may name, how they are checked, and how they are answered."""
