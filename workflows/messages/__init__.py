"""What is said to a customer's workflow, and what it answers."""
