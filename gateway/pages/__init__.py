"""The pages behind the links in mails, and the events that their forms tell."""
