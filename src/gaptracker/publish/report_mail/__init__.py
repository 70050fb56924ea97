"""The mail by which a reader gets a report, in the reader's language."""
