"""Where touches go: mail servers, URLs, Slack, files."""
