"""Reading the log as a whole: pages, nodes in ranges, places of leaves, and signed heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gaptracker.records import custody_tables  # noqa: F401  it declares the tables below
from gaptracker.records.database import POSTGRESQL
from gaptracker.records.tables import Row

LEAF = Row.metadata.tables["log_leaf"]
NODE = Row.metadata.tables["log_node"]
CHECKPOINT = Row.metadata.tables["checkpoint"]


StoredLeaf = tuple[int, str, str, bytes]
"""Position, object, entry and leaf hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
    """A signed head that was handed out: how many entries it covers, and its text."""

    size: int
    text: str


class LogRepository:
    """The log by position, and the checkpoints that were signed."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def leaves(self, start: int, end: int) -> Sequence[StoredLeaf]:
        """Load position, object, entry and leaf hash of the positions from start to below end."""
        return self._raw(
            "SELECT position, object, entry, leaf_hash FROM log_leaf "  # noqa: S608
            f"WHERE position >= {start:d} AND position < {end:d} ORDER BY position"
        )

    def nodes(self, level: int, start: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Load index and hash of a level's nodes from index start to below end."""
        return self._raw(
            f"SELECT position, hash FROM log_node WHERE level = {level:d} "  # noqa: S608
            f"AND position >= {start:d} AND position < {end:d} ORDER BY position"
        )

    # `Any`: rows as the driver gives them. Millions are read, and what SQLAlchemy makes of each
    # costs several times as much as hashing it; only whole numbers are written into the text.
    def _raw(self, query: str) -> Sequence[Any]:
        rows: Sequence[Any] = self._session.connection().exec_driver_sql(query).cursor.fetchall()
        return rows

    def leaf_bounds(self) -> tuple[int, int, int]:
        """Return how many entries there are, and the lowest and highest position (-1 if none)."""
        query = select(func.count(), func.min(LEAF.c.position), func.max(LEAF.c.position))
        found, lowest, highest = self._session.execute(query).one()
        return int(found), -1 if lowest is None else lowest, -1 if highest is None else highest

    def node_count(self) -> int:
        """Return how many nodes are kept."""
        return int(self._session.execute(select(func.count()).select_from(NODE)).scalar_one())

    def position_of(self, leaf: bytes) -> int | None:
        """Return where an entry with a leaf hash is, the first place if there are several."""
        query = select(func.min(LEAF.c.position)).where(LEAF.c.leaf_hash == leaf)
        return self._session.execute(query).scalar_one_or_none()

    def keep_checkpoint(self, size: int, text: str, *, at: datetime) -> None:
        """Keep a signed head; the same one again only renews when it was signed last."""
        postgres = self._session.get_bind().dialect.name == POSTGRESQL
        adding = (postgresql if postgres else sqlite).insert(CHECKPOINT)
        row = {"size": size, "text": text, "signed_at": at}
        self._session.execute(
            adding.values(row).on_conflict_do_update(
                index_elements=[CHECKPOINT.c.size], set_={"signed_at": at}
            )
        )

    def first_checkpoint_since(self, moment: datetime) -> StoredCheckpoint | None:
        """Load the smallest head that was signed since a moment."""
        query = (
            select(CHECKPOINT.c.size, CHECKPOINT.c.text)
            .where(CHECKPOINT.c.signed_at >= moment)
            .order_by(CHECKPOINT.c.size)
            .limit(1)
        )
        row = self._session.execute(query).one_or_none()
        return None if row is None else StoredCheckpoint(size=row.size, text=row.text)

    def checkpoints(self) -> tuple[StoredCheckpoint, ...]:
        """Load every head that was handed out, by size."""
        query = select(CHECKPOINT.c.size, CHECKPOINT.c.text).order_by(CHECKPOINT.c.size)
        return tuple(
            StoredCheckpoint(size=row.size, text=row.text) for row in self._session.execute(query)
        )
