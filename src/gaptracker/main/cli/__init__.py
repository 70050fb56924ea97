"""The command line, `gaptracker`."""

from gaptracker.main.cli.commands import build_app, main

__all__ = ["build_app", "main"]
