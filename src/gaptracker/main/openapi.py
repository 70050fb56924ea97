"""Write the OpenAPI document: `python -m gaptracker.main.openapi docs/openapi.json`."""

import sys
from pathlib import Path

from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.openapi import write_openapi
from gaptracker.publish.api.shelf import Shelf
from gaptracker.receive.app import ROUTERS
from gaptracker.records.release_store import ReleaseStore


def openapi_text() -> str:
    """Return the document; it describes routes, not figures, and needs no release."""
    nowhere = ReleaseStore("releases")
    return write_openapi(create_api(Shelf(nowhere), watch_seconds=None, more=ROUTERS))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(openapi_text(), encoding="utf-8")
