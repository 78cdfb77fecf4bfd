"""The door: what happens in the world, over HTTP, signed and once."""
