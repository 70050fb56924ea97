"""What a release that was cut says to those who follow scores: through the outbox."""

from collections.abc import Sequence

from gaptracker.domain.errors import ReleaseCorrupt, UnknownName
from gaptracker.main.cli.principals import records
from gaptracker.main.cli.terminal import talk
from gaptracker.main.intake import present
from gaptracker.records.dirty_scores_repository import DirtyMark
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.announce_release import Cell, announce_release
from gaptracker.workflows.cut_release import CutOutcome
from gaptracker.workflows.diff_releases import diff_releases


def announce(
    outcome: CutOutcome, before: str | None, marks: Sequence[DirtyMark], store: ReleaseStore
) -> None:
    """Tell which scores moved because of submissions; without any of them nothing is read.

    Args:
        outcome: The release that is current now.
        before: The release that was current until then.
        marks: What submissions had marked when the evidence was read.
        store: Where releases are kept.
    """
    if not marks:
        return
    release = outcome.entry.id
    # Cut again, it is held against the one before it: the first time may have ended in a crash.
    earlier = before if before != release else outcome.entry.previous
    moved = _moved(store, earlier, release)
    with records() as work:
        announce_release(release, marks, moved, work, present())
        work.commit()


def _moved(store: ReleaseStore, earlier: str | None, release: str) -> frozenset[Cell]:
    """Return the actors and themes that moved: none in the first release, which moved nothing."""
    if earlier is None:
        return frozenset()
    try:
        found = diff_releases(store, earlier, release)
    except (UnknownName, ReleaseCorrupt) as error:
        talk(f"warning: nobody is told which scores moved: {error}")
        return frozenset()
    return frozenset((each.cell.actor, each.cell.theme) for each in found.differences)
