"""Rungs, readings, gap, uncertainty, grade and label."""
