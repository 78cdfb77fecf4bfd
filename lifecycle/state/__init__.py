"""Everything that must survive: one serialisable structure per customer."""
