"""Which scores the evidence of submissions has moved since the last release was cut."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gaptracker.records import intake_tables  # noqa: F401  it declares the table below
from gaptracker.records.tables import Row

DIRTY = Row.metadata.tables["dirty_score"]


class DirtyScoresRepository:
    """Marks that say: this actor and theme has to be scored anew, because of this submission."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def mark(
        self,
        submission: str,
        cells: Iterable[tuple[str, str]],
        *,
        at: datetime,
        new_id: Callable[[], str],
    ) -> None:
        """Mark actors and themes; `*` stands for every theme that an observation is used in."""
        rows = [
            {
                "id": new_id(),
                "submission": submission,
                "actor": actor,
                "theme": theme,
                "marked_at": at,
                "release": None,
            }
            for actor, theme in sorted(set(cells))
        ]
        if rows:
            self._session.execute(insert(DIRTY), rows)

    def cells_of(self, submission: str) -> frozenset[tuple[str, str]]:
        """Load what was ever marked because of a submission."""
        query = select(DIRTY.c.actor, DIRTY.c.theme).where(DIRTY.c.submission == submission)
        return frozenset((row.actor, row.theme) for row in self._session.execute(query))

    def pending(self) -> frozenset[tuple[str, str]]:
        """Load what no release has taken up yet."""
        query = select(DIRTY.c.actor, DIRTY.c.theme).where(DIRTY.c.release.is_(None))
        return frozenset((row.actor, row.theme) for row in self._session.execute(query))

    def taken_up(self, release: str, *, before: datetime) -> None:
        """Note which release scored what had been marked by a moment."""
        self._session.execute(
            update(DIRTY)
            .where(DIRTY.c.release.is_(None), DIRTY.c.marked_at <= before)
            .values(release=release)
        )
