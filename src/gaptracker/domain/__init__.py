"""Words and frozen values; standard library only."""
