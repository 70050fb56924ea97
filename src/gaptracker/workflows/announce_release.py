"""Tell everybody which scores a new release moved because of submissions.

Called once a release is published, and again without harm: what one release has told is not told
twice, and what a crash kept from being told is told with the next cut.
"""

from collections.abc import Collection

from gaptracker.domain.delivery import EventType
from gaptracker.records.custody_repository import OutboxEvent
from gaptracker.records.dirty_scores_repository import EVERY, DirtyMark
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.present import Present

Cell = tuple[str, str]


def announce_release(
    release: str,
    marks: Collection[DirtyMark],
    moved: Collection[Cell],
    work: UnitOfWork,
    present: Present,
) -> tuple[Cell, ...]:
    """Note which marks a release took up, and tell each marked actor and theme that moved.

    An event holds actor, theme and release and no figure: whoever wants it reads the release.

    Args:
        release: The release, published already.
        marks: What was marked when its evidence was read.
        moved: Actors and themes of the cells that differ from the release before.
        work: An open unit of work, which the caller commits. The lock on loading is taken, so
            that two who announce at once do not tell twice.
        present: Time and randomness.

    Returns:
        The actors and themes that are told, in order.
    """
    work.take_loading_lock()
    pending = work.dirty_scores.pending_among(marks)
    told = work.dirty_scores.taken_up_by(release)
    cells = tuple(
        cell for cell in sorted(set(moved)) if _covers(pending, cell) and not _covers(told, cell)
    )
    work.dirty_scores.take_up(pending, release)
    for actor, theme in cells:
        work.custody.tell(
            OutboxEvent(
                id=present.new_id("evt"),
                type=EventType.SCORE_CHANGED,
                organisation=None,
                data={"actor": actor, "theme": theme, "release": release},
                at=present.now,
            )
        )
    return cells


def _covers(marks: Collection[DirtyMark], cell: Cell) -> bool:
    actor, theme = cell
    return any(each.actor == actor and each.theme in {theme, EVERY} for each in marks)
