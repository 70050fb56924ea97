"""Vega, Vega-Lite and vega-embed for the page, from the package's own copy: no other host."""

import hashlib
from functools import lru_cache
from importlib.metadata import version

from gaptracker.publish.charts.draw import Painter

# The pages' security policy forbids scripts made of texts: a chart's expressions are then read
# by Vega's interpreter, which vega-embed brings and uses where a specification's `ast` is true.
SNIPPET = "window.vegaEmbed = vegaEmbed;"
DISTRIBUTION = "vl-convert-python"
DIGITS = 16


@lru_cache(maxsize=1)
def script_name() -> str:
    """Return the script's file name, which changes whenever its bytes may.

    It is made of what decides the bytes, so that a page can name the script before it is made.
    """
    given = f"{DISTRIBUTION} {version(DISTRIBUTION)}\n{SNIPPET}"
    return f"vega-{hashlib.sha256(given.encode()).hexdigest()[:DIGITS]}.js"


def make_script(painter: Painter) -> bytes:
    """Make the script in the drawing process, once for a running server; takes seconds.

    Raises:
        DrawingFailed: If the process cannot make it.
    """
    return painter.bundle(SNIPPET)
