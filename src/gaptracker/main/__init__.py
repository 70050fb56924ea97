"""Composition root: the only place that reads settings and the clock."""
