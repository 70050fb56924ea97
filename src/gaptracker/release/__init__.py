"""Checks, freezing, differences and the manifest of a release."""
