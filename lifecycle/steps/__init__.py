"""One file a kind of step: its fields, the touch it makes, and all that its kind alone decides. `step.py` lists them."""
