"""Tasks that a life asks its owner for by itself, as a step of no play."""
