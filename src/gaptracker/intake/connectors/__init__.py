"""Connectors: one for each publisher, from its bytes to evidence; no network, no database here."""
