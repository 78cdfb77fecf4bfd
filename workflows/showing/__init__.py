"""What the Temporal UI shows of a customer."""
