"""Attachments and what was made from them, inside one unit of work; bytes are in the blob store."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from gaptracker.domain.submissions import Attachment, AttachmentState, Derivative
from gaptracker.domain.workflow import State
from gaptracker.records import intake_tables  # noqa: F401  it declares the tables below
from gaptracker.records.plain_rows import plain_table
from gaptracker.records.submissions_repository import SUBMISSIONS, Box

ATTACHMENTS = plain_table(Attachment, "attachment")
DERIVATIVES = plain_table(Derivative, "derivative")
CLOSED = ("filename", "sha256")

File = TypeVar("File", Attachment, Derivative)


class AttachmentsRepository:
    """The files of submissions."""

    def __init__(self, session: Session, box: Box) -> None:
        """Work inside a session that somebody else commits; names and digests are kept closed."""
        self._session = session
        self._box = box

    def add(self, attachment: Attachment) -> None:
        """Keep an attachment whose bytes are stored."""
        ATTACHMENTS.add(self._session, [_each_closed(attachment, self._box.close)])

    def add_derivative(self, derivative: Derivative) -> None:
        """Keep a file made from an attachment."""
        DERIVATIVES.add(self._session, [_each_closed(derivative, self._box.close)])

    def find(self, attachment: str) -> Attachment | None:
        """Load an attachment."""
        found = self._attachments(ATTACHMENTS.table.c.id == attachment)
        return found[0] if found else None

    def find_derivative(self, derivative: str) -> Derivative | None:
        """Load a file made from an attachment."""
        found = self._derivatives(DERIVATIVES.table.c.id == derivative)
        return found[0] if found else None

    def of(self, submission: str) -> tuple[Attachment, ...]:
        """Load a submission's attachments, by their reference."""
        return self._attachments(ATTACHMENTS.table.c.submission == submission)

    def derivatives(self, attachment: str) -> tuple[Derivative, ...]:
        """Load what was made from an attachment, oldest first."""
        return self._derivatives(DERIVATIVES.table.c.attachment == attachment)

    # `Any` because each column has a type of its own.
    def change(self, attachment: str, **columns: Any) -> None:  # noqa: ANN401
        """Change columns of an attachment, other than its name and digest."""
        table = ATTACHMENTS.table
        self._session.execute(update(table).where(table.c.id == attachment).values(**columns))

    def remove(self, attachment: str) -> frozenset[str]:
        """Remove an attachment and what was made from it; returns the names of their blobs."""
        table, made = ATTACHMENTS.table, DERIVATIVES.table
        mine, theirs = table.c.id == attachment, made.c.attachment == attachment
        names = {
            *self._session.execute(select(made.c.blob).where(theirs)).scalars(),
            *self._session.execute(select(table.c.blob).where(mine)).scalars(),
        }
        self._session.execute(delete(made).where(theirs))
        self._session.execute(delete(table).where(mine))
        return frozenset(names)

    def used_bytes(self, organisation: str) -> int:
        """Return how many bytes an organisation's attachments take, erased ones left out."""
        table, owner = ATTACHMENTS.table, SUBMISSIONS.table
        query = (
            select(func.coalesce(func.sum(table.c.size_bytes), 0))
            .join(owner, owner.c.id == table.c.submission)
            .where(owner.c.organisation == organisation, table.c.erased_at.is_(None))
        )
        return int(self._session.execute(query).scalar_one())

    def waiting_to_be_looked_at(self, now: datetime) -> Attachment | None:
        """Load the oldest attachment whose content nobody could tell when it arrived."""
        table = ATTACHMENTS.table
        return self._oldest(table.c.state == AttachmentState.SCANNING.value, now)

    def waiting_for_copy(
        self, media_types: Iterable[str], states: Iterable[State], now: datetime
    ) -> Attachment | None:
        """Load the oldest attachment that should have a public copy and has none yet.

        Args:
            media_types: Of these a copy can be made.
            states: Only of submissions in these.
            now: Somebody else's lease that ends later keeps an attachment from being found.
        """
        table, owner, made = ATTACHMENTS.table, SUBMISSIONS.table, DERIVATIVES.table
        return self._oldest(
            and_(
                table.c.state == AttachmentState.CLEAN.value,
                table.c.media_type_detected.in_(list(media_types)),
                table.c.no_copy.is_(None),
                ~exists().where(made.c.attachment == table.c.id),
                exists().where(
                    owner.c.id == table.c.submission,
                    owner.c.consent_to_publish,
                    owner.c.state.in_([state.value for state in states]),
                ),
            ),
            now,
        )

    def lease(self, attachment: str, now: datetime, until: datetime) -> bool:
        """Take an attachment for some time, unless somebody else has it."""
        table = ATTACHMENTS.table
        done = self._session.execute(
            update(table)
            .where(
                table.c.id == attachment,
                or_(table.c.lease_until.is_(None), table.c.lease_until <= now),
            )
            .values(lease_until=until)
        )
        return bool(getattr(done, "rowcount", 0))

    def unused_blobs(self, names: Iterable[str]) -> frozenset[str]:
        """Return those of some blobs that no attachment and nothing made from one needs.

        What was erased needs none.
        """
        table, made = ATTACHMENTS.table, DERIVATIVES.table
        unused = set()
        for name in names:
            needed = select(
                or_(
                    exists().where(table.c.blob == name, table.c.erased_at.is_(None)),
                    exists().where(
                        made.c.blob == name,
                        made.c.attachment == table.c.id,
                        table.c.erased_at.is_(None),
                    ),
                )
            )
            if not self._session.execute(needed).scalar_one():
                unused.add(name)
        return frozenset(unused)

    # `Any` is SQLAlchemy's own type of a condition.
    def _attachments(self, condition: Any) -> tuple[Attachment, ...]:  # noqa: ANN401
        table = ATTACHMENTS.table
        rows = self._session.execute(select(table).where(condition).order_by(table.c.ref))
        return tuple(
            _each_closed(ATTACHMENTS.decode(row), self._box.open) for row in rows.mappings()
        )

    def _derivatives(self, condition: Any) -> tuple[Derivative, ...]:  # noqa: ANN401
        table = DERIVATIVES.table
        query = select(table).where(condition).order_by(table.c.created_at, table.c.id)
        rows = self._session.execute(query).mappings()
        return tuple(_each_closed(DERIVATIVES.decode(row), self._box.open) for row in rows)

    def _oldest(self, condition: Any, now: datetime) -> Attachment | None:  # noqa: ANN401
        table = ATTACHMENTS.table
        query = (
            select(table)
            .where(
                condition,
                table.c.erased_at.is_(None),
                or_(table.c.lease_until.is_(None), table.c.lease_until <= now),
            )
            .order_by(table.c.created_at, table.c.id)
            .limit(1)
        )
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else _each_closed(ATTACHMENTS.decode(row), self._box.open)


def _each_closed(value: File, turn: Callable[[str, str], str]) -> File:
    """Close or open what could tell which document a file is, each bound to its own place."""
    texts: dict[str, Any] = {
        name: turn(text, f"{name} {value.id}")
        for name in CLOSED
        if (text := getattr(value, name, None)) is not None
    }
    return replace(value, **texts)
