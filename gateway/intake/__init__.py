"""Events on their way to a customer's workflow: identity, signals, sums of usage, and what is answered."""
