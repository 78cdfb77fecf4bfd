"""From a template to text and HTML."""
