"""GapTracker: what governments say about drugs and human rights, against what they do."""

from importlib.metadata import version

__version__ = version("gaptracker")
