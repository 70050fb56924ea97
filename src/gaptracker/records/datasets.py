"""The loads of the reference folder: which one the records hold, and who loaded it."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from gaptracker.records.mapping import Columns, StoredColumns
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.tables import Row

DATASET = Row.metadata.tables["dataset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One load of the reference folder that changed something.

    `as_of` is the day up to which the data speak; `written_count` counts revisions.
    """

    revision: int
    as_of: date
    manifest_sha256: str
    written_count: int
    stamp: RevisionStamp


class DatasetRepository:
    """The loads of the reference folder."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def load_current(self) -> Dataset | None:
        """Load the last load that changed something, or None if there was none."""
        query = select(DATASET).order_by(DATASET.c.revision.desc()).limit(1)
        row = self._session.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return Dataset(
            revision=row["revision"],
            as_of=row["as_of"],
            manifest_sha256=row["manifest_sha256"],
            written_count=row["written_count"],
            stamp=stamp_of(row),
        )

    def add(self, dataset: Dataset) -> None:
        """Add a load; its revision must be the next one."""
        columns: Columns = asdict(dataset)
        stamp = columns.pop("stamp")
        self._session.execute(insert(DATASET), [columns | stamp])


def stamp_of(row: StoredColumns) -> RevisionStamp:
    """Read who wrote a row, when and why."""
    return RevisionStamp(
        recorded_at=row["recorded_at"], recorded_by=row["recorded_by"], reason=row["reason"]
    )
