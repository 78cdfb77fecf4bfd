"""The business's own words: customers, contracts, calendars, clocks and touches."""
