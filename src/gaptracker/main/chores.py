"""The chores of the intake's worker."""

from collections.abc import Sequence

from gaptracker.main.worker import Chore
from gaptracker.receive.desk import Desk


def intake_chores(desk: Desk) -> Sequence[tuple[str, Chore]]:
    """Return the chores that keep the intake going, each with its name."""
    del desk
    return ()
