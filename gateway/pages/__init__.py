"""The pages behind the links in mails: what one page shows, and what its button says to a customer's workflow."""
