"""Attachments and what was made from them, inside one unit of work; bytes are in the blob store."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from gaptracker.domain.submissions import Attachment, Derivative
from gaptracker.records import intake_tables  # noqa: F401  it declares the tables below
from gaptracker.records.plain_rows import plain_table
from gaptracker.records.submissions_repository import SUBMISSIONS

ATTACHMENTS = plain_table(Attachment, "attachment")
DERIVATIVES = plain_table(Derivative, "derivative")


class AttachmentsRepository:
    """The files of submissions."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def add(self, attachment: Attachment) -> None:
        """Keep an attachment whose bytes are stored."""
        ATTACHMENTS.add(self._session, [attachment])

    def add_derivative(self, derivative: Derivative) -> None:
        """Keep a file made from an attachment."""
        DERIVATIVES.add(self._session, [derivative])

    def find(self, attachment: str) -> Attachment | None:
        """Load an attachment."""
        table = ATTACHMENTS.table
        row = self._session.execute(select(table).where(table.c.id == attachment)).mappings()
        found = row.one_or_none()
        return None if found is None else ATTACHMENTS.decode(found)

    def of(self, submission: str) -> tuple[Attachment, ...]:
        """Load a submission's attachments, by their reference."""
        table = ATTACHMENTS.table
        query = select(table).where(table.c.submission == submission).order_by(table.c.ref)
        return tuple(ATTACHMENTS.decode(row) for row in self._session.execute(query).mappings())

    def derivatives(self, attachment: str) -> tuple[Derivative, ...]:
        """Load what was made from an attachment, oldest first."""
        table = DERIVATIVES.table
        query = (
            select(table)
            .where(table.c.attachment == attachment)
            .order_by(table.c.created_at, table.c.id)
        )
        return tuple(DERIVATIVES.decode(row) for row in self._session.execute(query).mappings())

    # `Any` because each column has a type of its own.
    def change(self, attachment: str, **columns: Any) -> None:  # noqa: ANN401
        """Change columns of an attachment."""
        table = ATTACHMENTS.table
        self._session.execute(update(table).where(table.c.id == attachment).values(**columns))

    def used_bytes(self, organisation: str) -> int:
        """Return how many bytes an organisation's attachments take, erased ones left out."""
        table, owner = ATTACHMENTS.table, SUBMISSIONS.table
        query = (
            select(func.coalesce(func.sum(table.c.size_bytes), 0))
            .join(owner, owner.c.id == table.c.submission)
            .where(owner.c.organisation == organisation, table.c.erased_at.is_(None))
        )
        return int(self._session.execute(query).scalar_one())
