"""What every request goes through: bodies, limits, settings."""
