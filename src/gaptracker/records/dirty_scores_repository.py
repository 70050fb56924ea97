"""Which scores the evidence of submissions has moved since the last release was cut."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from gaptracker.records import intake_tables  # noqa: F401  it declares the table below
from gaptracker.records.tables import Row

DIRTY = Row.metadata.tables["dirty_score"]
CHUNK = 500
# In place of a theme: every theme of the actor.
EVERY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirtyMark:
    """An actor and theme to score anew; `*` for every theme."""

    id: str
    actor: str
    theme: str


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

    def pending(self) -> tuple[DirtyMark, ...]:
        """Load what no release has taken up yet."""
        return self._load(DIRTY.c.release.is_(None))

    def pending_among(self, marks: Iterable[DirtyMark]) -> tuple[DirtyMark, ...]:
        """Return those of some marks that no release has taken up in the meantime."""
        names = {each.id for each in marks}
        return tuple(each for each in self.pending() if each.id in names)

    def taken_up_by(self, release: str) -> tuple[DirtyMark, ...]:
        """Load what a release has taken up."""
        return self._load(DIRTY.c.release == release)

    def take_up(self, marks: Iterable[DirtyMark], release: str) -> None:
        """Note which release scored what had been marked when its evidence was read."""
        names = [each.id for each in marks]
        for start in range(0, len(names), CHUNK):
            chosen = DIRTY.c.id.in_(names[start : start + CHUNK])
            self._session.execute(update(DIRTY).where(chosen).values(release=release))

    def _load(self, condition: ColumnElement[bool]) -> tuple[DirtyMark, ...]:
        query = select(DIRTY.c.id, DIRTY.c.actor, DIRTY.c.theme).where(condition)
        found = self._session.execute(query.order_by(DIRTY.c.id))
        return tuple(DirtyMark(id=row.id, actor=row.actor, theme=row.theme) for row in found)
