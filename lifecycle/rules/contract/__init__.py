"""The contract: when its stages begin and end, when its term ends, and how it goes on."""
