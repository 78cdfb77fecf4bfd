"""What carries touches into the world: SMTP, the outbox's files, HTTP endpoints and Slack."""
