"""Stages and terms: how a life moves from one to the next, and what begins and ends with them."""
