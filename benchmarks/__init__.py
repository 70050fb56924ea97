"""Measurements of whole runs; `README.md` holds the figures and says how to repeat them."""
