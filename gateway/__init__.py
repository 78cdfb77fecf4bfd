"""HTTP in: signed events, webhooks of other programs, and links in mails, turned into signals to customers' workflows."""
