"""Plays: when each is due, how a run starts, goes from step to step, hears events and ends."""
