"""Submissions, their revisions, sealed identities, reviews and messages, in one unit of work."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import and_, bindparam, func, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gaptracker.domain.errors import StorageUnavailable
from gaptracker.domain.submissions import (
    Message,
    Review,
    SealedIdentity,
    Submission,
    SubmissionRevision,
)
from gaptracker.domain.workflow import State
from gaptracker.records import intake_tables  # noqa: F401  it declares the tables below
from gaptracker.records.database import POSTGRESQL
from gaptracker.records.plain_rows import plain_table

SUBMISSIONS = plain_table(Submission, "submission")
REVISIONS = plain_table(SubmissionRevision, "submission_revision")
IDENTITIES = plain_table(SealedIdentity, "sealed_identity")
REVIEWS = plain_table(Review, "review")
MESSAGES = plain_table(Message, "message")
CHUNK = 500
REF_LOCKS = 64
# Every request that creates something runs these: made once, and not each time.
BY_CLIENT_REFS = select(SUBMISSIONS.table).where(
    SUBMISSIONS.table.c.organisation == bindparam("organisation"),
    SUBMISSIONS.table.c.client_ref.in_(bindparam("refs", expanding=True)),
)
RESERVE = text("SELECT pg_advisory_xact_lock(:lock)")
REVIEW_TEXTS, MESSAGE_TEXTS = ("rubric", "comment", "internal_note"), ("text",)

Spoken = TypeVar("Spoken", Review, Message)


class Box(Protocol):
    """Closes texts for a place and opens them again; see `custody.content_box`."""

    def close(self, text: str, place: str) -> str:
        """Encrypt a text."""

    def open(self, closed: str, place: str) -> str:
        """Decrypt a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFilter:
    """Which submissions a list is about; None where it does not matter.

    `after` is the place of the last one seen: when it was created, and its id.
    """

    organisation: str | None = None
    not_organisation: str | None = None
    states: Sequence[State] = ()
    assigned_to: str | None = None
    updated_after: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50


class SubmissionsRepository:
    """Everything about submissions that is kept."""

    def __init__(self, session: Session, box: Box) -> None:
        """Work inside a session that somebody else commits.

        Args:
            session: The session.
            box: Closes and opens what is not public: contents, messages and reviews.
        """
        self._session = session
        self._box = box

    def add(
        self,
        submissions: Iterable[Submission],
        revisions: Iterable[SubmissionRevision],
        identities: Iterable[SealedIdentity] = (),
    ) -> None:
        """Add new submissions with their first revisions, in sets.

        Raises:
            StorageUnavailable: If another transaction took a `client_ref` in the meantime; a
                second try finds it.
        """
        try:
            SUBMISSIONS.add(self._session, submissions)
        except IntegrityError as error:
            raise StorageUnavailable(
                "another request is writing the same client_ref; nothing was kept: try again"
            ) from error
        REVISIONS.add(self._session, [self._closed(each) for each in revisions])
        IDENTITIES.add(self._session, identities)

    def add_revision(
        self, revision: SubmissionRevision, identities: Iterable[SealedIdentity] = ()
    ) -> None:
        """Add a further revision; the envelope is changed by `change`."""
        REVISIONS.add(self._session, [self._closed(revision)])
        IDENTITIES.add(self._session, identities)

    def add_review(self, review: Review) -> None:
        """Keep what a reviewer said."""
        REVIEWS.add(self._session, [_each_text(review, REVIEW_TEXTS, self._box.close)])

    def add_message(self, message: Message) -> None:
        """Keep a message."""
        MESSAGES.add(self._session, [_each_text(message, MESSAGE_TEXTS, self._box.close)])

    def find(self, submission: str, *, to_change: bool = False) -> Submission | None:
        """Load a submission; `to_change` keeps others from changing it until the work ends."""
        query = select(SUBMISSIONS.table).where(SUBMISSIONS.table.c.id == submission)
        if to_change:
            query = query.with_for_update()
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else SUBMISSIONS.decode(row)

    def reserve_client_refs(self, organisation: str, client_refs: Iterable[str]) -> None:
        """Wait until nobody else is at any of an organisation's own references.

        Held until the transaction ends, so that of two requests that bring the same new reference
        at once the later one finds what the earlier one made. On SQLite whoever writes is alone.
        """
        if self._session.get_bind().dialect.name != POSTGRESQL:
            return
        # Few locks, however many references, and always in one order: nobody waits in a circle.
        digests = (hashlib.sha256(each.encode()).digest()[0] % REF_LOCKS for each in client_refs)
        for place in sorted(set(digests)):
            name = f"client_ref {organisation} {place}".encode()
            lock = int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)
            self._session.execute(RESERVE, {"lock": lock})

    def find_by_client_refs(
        self, organisation: str, client_refs: Sequence[str]
    ) -> dict[str, Submission]:
        """Load an organisation's submissions by their own references."""
        found = {}
        for start in range(0, len(client_refs), CHUNK):
            asked = {"organisation": organisation, "refs": client_refs[start : start + CHUNK]}
            for row in self._session.execute(BY_CLIENT_REFS, asked).mappings():
                found[row["client_ref"]] = SUBMISSIONS.decode(row)
        return found

    def page(self, wanted: SubmissionFilter) -> tuple[Submission, ...]:
        """Load one page, oldest first."""
        table, conditions = SUBMISSIONS.table, _conditions(wanted)
        query = (
            select(table)
            .where(*conditions)
            .order_by(table.c.created_at, table.c.id)
            .limit(wanted.limit)
        )
        return tuple(SUBMISSIONS.decode(row) for row in self._session.execute(query).mappings())

    def published(self, *, after: str | None, limit: int) -> tuple[Submission, ...]:
        """Load what is published now, by id, after an id."""
        table = SUBMISSIONS.table
        query = select(table).where(table.c.state == State.PUBLISHED.value)
        if after is not None:
            query = query.where(table.c.id > after)
        rows = self._session.execute(query.order_by(table.c.id).limit(limit)).mappings()
        return tuple(SUBMISSIONS.decode(row) for row in rows)

    def published_count(self) -> int:
        """Count every submission that was ever published; it grows with each publication."""
        query = select(func.count()).where(SUBMISSIONS.table.c.published_at.is_not(None))
        return int(self._session.execute(query).scalar_one())

    def count(self, wanted: SubmissionFilter) -> int:
        """Count the submissions of a list, whatever its page."""
        query = select(func.count()).select_from(SUBMISSIONS.table).where(*_conditions(wanted))
        return int(self._session.execute(query).scalar_one())

    def update(self, submission: Submission) -> None:
        """Make a submission's envelope exactly this one."""
        table = SUBMISSIONS.table
        columns = SUBMISSIONS.encode(submission)
        self._session.execute(update(table).where(table.c.id == submission.id).values(**columns))

    def hand_over(self, submissions: Sequence[Submission], *, at: datetime) -> None:
        """Make several envelopes exactly these, and freeze their revisions, in sets."""
        if not submissions:
            return
        table, revisions = SUBMISSIONS.table, REVISIONS.table
        rows = [
            {f"to_{name}": value for name, value in SUBMISSIONS.encode(each).items()}
            for each in submissions
        ]
        moved = update(table).where(table.c.id == bindparam("to_id"))
        changed = (
            "state",
            "changed_at",
            "touched_at",
            "submitter",
            "submitted_at",
            "last_action",
            "last_actor",
        )
        frozen = update(revisions).where(
            revisions.c.submission == bindparam("of"), revisions.c.number == bindparam("at_number")
        )
        # A connection's executemany: the session's would load the rows again.
        connection = self._session.connection()
        connection.execute(
            moved.values({name: bindparam(f"to_{name}") for name in changed}),
            [
                {name: row[name] for name in ("to_id", *(f"to_{each}" for each in changed))}
                for row in rows
            ],
        )
        connection.execute(
            frozen.values(frozen_at=at),
            [{"of": each.id, "at_number": each.revision} for each in submissions],
        )

    def revision(self, submission: str, number: int) -> SubmissionRevision | None:
        """Load one revision."""
        table = REVISIONS.table
        query = select(table).where(table.c.submission == submission, table.c.number == number)
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else self._opened(REVISIONS.decode(row))

    def revisions(self, submission: str) -> tuple[SubmissionRevision, ...]:
        """Load all revisions of a submission, oldest first."""
        table = REVISIONS.table
        query = select(table).where(table.c.submission == submission).order_by(table.c.number)
        rows = self._session.execute(query).mappings()
        return tuple(self._opened(REVISIONS.decode(row)) for row in rows)

    def freeze(self, submission: str, number: int, *, at: datetime) -> None:
        """Note that a revision was handed over and will not change."""
        table = REVISIONS.table
        self._session.execute(
            update(table)
            .where(
                table.c.submission == submission,
                table.c.number == number,
                table.c.frozen_at.is_(None),
            )
            .values(frozen_at=at)
        )

    def identities(self, submission: str) -> tuple[SealedIdentity, ...]:
        """Load the sealed identities of a submission."""
        table = IDENTITIES.table
        query = select(table).where(table.c.submission == submission).order_by(table.c.id)
        return tuple(IDENTITIES.decode(row) for row in self._session.execute(query).mappings())

    def reviews(self, submission: str) -> tuple[Review, ...]:
        """Load what reviewers said, oldest first."""
        table = REVIEWS.table
        query = (
            select(table)
            .where(table.c.submission == submission)
            .order_by(table.c.created_at, table.c.id)
        )
        rows = self._session.execute(query).mappings()
        return tuple(_each_text(REVIEWS.decode(row), REVIEW_TEXTS, self._box.open) for row in rows)

    def messages(self, submission: str) -> tuple[Message, ...]:
        """Load the messages, oldest first."""
        table = MESSAGES.table
        query = (
            select(table)
            .where(table.c.submission == submission)
            .order_by(table.c.created_at, table.c.id)
        )
        rows = self._session.execute(query).mappings()
        return tuple(
            _each_text(MESSAGES.decode(row), MESSAGE_TEXTS, self._box.open) for row in rows
        )

    def erase_content(self, submission: str) -> None:
        """Empty every revision, message and review text; digests stay."""
        for table, columns in (
            (REVISIONS.table, {"content": None}),
            (MESSAGES.table, {"text": None}),
            (REVIEWS.table, {"comment": None, "internal_note": None, "rubric": None}),
        ):
            self._session.execute(
                update(table).where(table.c.submission == submission).values(**columns)
            )

    def erase_identities(self, submission: str, *, at: datetime) -> int:
        """Destroy the sealed identities of a submission; returns how many there were."""
        table = IDENTITIES.table
        done = self._session.execute(
            update(table)
            .where(table.c.submission == submission, table.c.ciphertext.is_not(None))
            .values(ciphertext=None, erased_at=at)
        )
        return int(getattr(done, "rowcount", 0))

    def _closed(self, revision: SubmissionRevision) -> SubmissionRevision:
        if revision.content is None:
            return revision
        return replace(revision, content=self._box.close(revision.content, _place(revision)))

    def _opened(self, revision: SubmissionRevision) -> SubmissionRevision:
        if revision.content is None:
            return revision
        return replace(revision, content=self._box.open(revision.content, _place(revision)))


def _place(revision: SubmissionRevision) -> str:
    return f"revision {revision.submission} {revision.number}"


def _each_text(value: Spoken, names: Sequence[str], turn: Callable[[str, str], str]) -> Spoken:
    """Close or open some texts of a value, each bound to its own place."""
    texts: dict[str, Any] = {
        name: turn(said, f"{name} {value.id}")
        for name in names
        if (said := getattr(value, name)) is not None
    }
    return replace(value, **texts)


# `Any` is SQLAlchemy's own type of a condition.
def _conditions(wanted: SubmissionFilter) -> list[Any]:
    table, conditions = SUBMISSIONS.table, []
    if wanted.organisation is not None:
        conditions.append(table.c.organisation == wanted.organisation)
    if wanted.not_organisation is not None:
        conditions.append(table.c.organisation != wanted.not_organisation)
    if wanted.states:
        conditions.append(table.c.state.in_([str(state) for state in wanted.states]))
    if wanted.assigned_to is not None:
        conditions.append(table.c.assigned_to == wanted.assigned_to)
    if wanted.updated_after is not None:
        conditions.append(table.c.changed_at > wanted.updated_after)
    if wanted.after is not None:
        at, last = wanted.after
        conditions.append(
            or_(table.c.created_at > at, and_(table.c.created_at == at, table.c.id > last))
        )
    return conditions
