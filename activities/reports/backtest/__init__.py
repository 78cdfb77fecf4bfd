"""The back-test of health: what its bands and factors said before customers left, and how long before."""
