"""Say whether a worker has what it needs: `python -m gaptracker.main.healthy` ends with 0 or 1.

A worker listens on no port that could be asked.
"""

import sys

from gaptracker.domain.errors import GapTrackerError
from gaptracker.records.schema import open_database
from gaptracker.settings import Settings


def check() -> int:
    """Return 0 if the database is there with this program's schema, otherwise 1."""
    try:
        open_database(Settings().resolved_database_url).dispose()
    except GapTrackerError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(check())
