"""Published corrections of records, kept for as long as their submission is published."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from gaptracker.domain.corrections import FieldChange, PublishedCorrection
from gaptracker.domain.workflow import State
from gaptracker.records import intake_tables  # noqa: F401  it declares the tables below
from gaptracker.records.tables import Row

CORRECTION = Row.metadata.tables["correction"]
SUBMISSION = Row.metadata.tables["submission"]


class CorrectionsRepository:
    """The corrections that are laid over the records whenever evidence is read."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def replace(self, submission: str, corrections: Iterable[PublishedCorrection]) -> None:
        """Make the corrections of a submission exactly these; none takes them all back."""
        self._session.execute(delete(CORRECTION).where(CORRECTION.c.submission == submission))
        rows = [
            {
                "id": each.id,
                "submission": submission,
                "record": each.record,
                "changes": json.dumps([_written(change) for change in each.changes]),
                "published_at": each.published_at,
            }
            for each in corrections
        ]
        if rows:
            self._session.execute(insert(CORRECTION), rows)

    def of(self, submission: str) -> tuple[PublishedCorrection, ...]:
        """Load the corrections of a submission, whatever its state."""
        query = select(CORRECTION).where(CORRECTION.c.submission == submission)
        return _read(self._session.execute(query.order_by(CORRECTION.c.id)).mappings())

    def load_all(self) -> tuple[PublishedCorrection, ...]:
        """Load every correction whose submission is published, the latest publication last."""
        query = (
            select(CORRECTION)
            .join(SUBMISSION, SUBMISSION.c.id == CORRECTION.c.submission)
            .where(SUBMISSION.c.state == State.PUBLISHED.value)
        )
        found = _read(self._session.execute(query).mappings())
        # By code point, and so the same on every database.
        return tuple(sorted(found, key=lambda each: (each.published_at, each.id)))


def _written(change: FieldChange) -> dict[str, str | None]:
    return {"field": change.field, "is_wrong": change.is_wrong, "should_be": change.should_be}


# `Any`, because the columns of a row differ in type.
def _read(rows: Iterable[Mapping[Any, Any]]) -> tuple[PublishedCorrection, ...]:
    found = []
    for row in rows:
        columns = dict(row)
        changes = tuple(FieldChange(**each) for each in json.loads(columns.pop("changes")))
        found.append(PublishedCorrection(**columns, changes=changes))
    return tuple(found)
