"""The figures of the report: a file a subject, each makes a section from the record."""
