"""At a terminal: what is typed is read, and answers are written."""
