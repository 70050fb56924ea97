"""Persistence: tables, mapping, repositories and the unit of work."""
