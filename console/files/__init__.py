"""The files that people bring: customers, events, stories."""
