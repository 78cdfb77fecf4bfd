"""Time as people reckon it: zones, clocks, calendars, durations and hours."""
