"""Reads frozen releases and shows them."""
