"""A base of three hundred customers as a CRM exports it, with everything that is wrong in such files, and its first sixty days."""
