"""Which measures bear on which statements, and why."""
