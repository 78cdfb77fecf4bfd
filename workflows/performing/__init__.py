"""What a customer's workflow asks of activities."""
