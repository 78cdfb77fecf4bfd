"""What may happen to a customer, and what is known of it, a file a subject."""
