"""What is due to be warned of, to expire or to be erased, and the erasure of files' rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from gaptracker.domain.submissions import Submission
from gaptracker.domain.workflow import State
from gaptracker.records import intake_tables  # noqa: F401  it declares the tables below
from gaptracker.records.attachments_repository import ATTACHMENTS, DERIVATIVES
from gaptracker.records.submissions_repository import IDENTITIES, SUBMISSIONS

# After these the last decision stands, but for an appeal, which makes it `submitted` again.
DECIDED = (
    State.ACCEPTED,
    State.REJECTED,
    State.PUBLISHED,
    State.SUPERSEDED,
    State.RETRACTED,
)


class RetentionRepository:
    """Questions of the clock; everything under a legal hold is left out of the answers."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def drafts_to_warn(self, before: datetime, limit: int) -> Sequence[Submission]:
        """Load drafts untouched since before a moment and not warned since they were touched."""
        table = SUBMISSIONS.table
        unwarned = or_(table.c.warned_at.is_(None), table.c.warned_at < table.c.touched_at)
        return self._due(limit, _in(State.DRAFT), table.c.touched_at <= before, unwarned)

    def drafts_to_expire(
        self, touched_before: datetime, warned_before: datetime, limit: int
    ) -> Sequence[Submission]:
        """Load drafts untouched since before a moment and warned before another one.

        Those with a file in quarantine are left out, as the table of transitions says.
        """
        table, files = SUBMISSIONS.table, ATTACHMENTS.table
        quarantined = exists().where(
            files.c.submission == table.c.id,
            files.c.state == "quarantined",
            files.c.erased_at.is_(None),
        )
        return self._due(
            limit,
            _in(State.DRAFT),
            table.c.touched_at <= touched_before,
            table.c.warned_at >= table.c.touched_at,
            table.c.warned_at <= warned_before,
            ~quarantined,
        )

    def contents_to_erase(self, before: datetime, limit: int) -> Sequence[Submission]:
        """Load what was withdrawn or expired before a moment and is not erased yet."""
        table = SUBMISSIONS.table
        return self._due(
            limit,
            _in(State.WITHDRAWN, State.EXPIRED),
            table.c.ended_at <= before,
            table.c.erased_at.is_(None),
        )

    def identities_to_destroy(self, decided_before: datetime, limit: int) -> Sequence[Submission]:
        """Load what holds identities, and was decided before a moment or has ended."""
        table, sealed = SUBMISSIONS.table, IDENTITIES.table
        held = exists().where(sealed.c.submission == table.c.id, sealed.c.ciphertext.is_not(None))
        decided = and_(_in(*DECIDED), table.c.decided_at <= decided_before)
        return self._due(limit, held, or_(decided, _in(State.WITHDRAWN, State.EXPIRED)))

    # `Any` is SQLAlchemy's own type of a condition.
    def _due(self, limit: int, *conditions: Any) -> Sequence[Submission]:  # noqa: ANN401
        table = SUBMISSIONS.table
        query = (
            select(table)
            .where(table.c.legal_hold.is_(False), *conditions)
            .order_by(table.c.id)
            .limit(limit)
            # Whoever works on one of them at the moment is not waited for, and not overtaken.
            .with_for_update(skip_locked=True)
        )
        return [SUBMISSIONS.decode(row) for row in self._session.execute(query).mappings()]

    def erase_files(self, submission: str, *, at: datetime) -> Sequence[str]:
        """Erase the rows of a submission's files: names, types, derivatives.

        The caller holds the lock on blobs (`take_blobs_lock(to_remove=True)`) and deletes the
        bytes before the transaction ends.

        Returns:
            The names of the blobs that no other submission uses.
        """
        files, made = ATTACHMENTS.table, DERIVATIVES.table
        mine = select(files.c.id).where(files.c.submission == submission)
        names = {
            *self._session.execute(
                select(files.c.blob).where(
                    files.c.submission == submission, files.c.erased_at.is_(None)
                )
            ).scalars(),
            *self._session.execute(
                select(made.c.blob).where(made.c.attachment.in_(mine))
            ).scalars(),
        }
        self._session.execute(delete(made).where(made.c.attachment.in_(mine)))
        self._session.execute(
            update(files)
            .where(files.c.submission == submission, files.c.erased_at.is_(None))
            .values(filename=None, erased_at=at)
        )
        return [name for name in sorted(names) if not self._is_used(name)]

    def _is_used(self, blob: str) -> bool:
        files, made = ATTACHMENTS.table, DERIVATIVES.table
        uses = (
            select(func.count())
            .select_from(files)
            .where(files.c.blob == blob, files.c.erased_at.is_(None)),
            select(func.count()).select_from(made).where(made.c.blob == blob),
        )
        return any(self._session.execute(query).scalar_one() for query in uses)


# `Any` is SQLAlchemy's own type of a condition.
def _in(*states: State) -> Any:  # noqa: ANN401
    return SUBMISSIONS.table.c.state.in_([state.value for state in states])
