"""The command line, `gaptracker`."""

from gaptracker.main.cli.commands import app, main

__all__ = ["app", "main"]
