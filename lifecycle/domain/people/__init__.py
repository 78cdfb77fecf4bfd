"""Who is who: the customer with its contacts, and people of ours."""
