"""A touch as a message: headers, text, HTML, invitations and links."""
