"""What requests with a key were answered, kept in the transaction that did their work."""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.orm import Session

from gaptracker.records import intake_tables  # noqa: F401  it declares the table below
from gaptracker.records.database import POSTGRESQL
from gaptracker.records.submissions_repository import Box
from gaptracker.records.tables import Row

IDEMPOTENCY = Row.metadata.tables["idempotency"]
# Every request that writes runs these: made once, and not each time.
CLAIM = text("SELECT pg_try_advisory_xact_lock(:lock)")
KEEP = insert(IDEMPOTENCY)
ANSWER_TO = select(
    *(IDEMPOTENCY.c[name] for name in ("fingerprint", "status", "headers", "body"))
).where(*(IDEMPOTENCY.c[name] == bindparam(name) for name in ("member", "method", "route", "key")))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """Which request a key stands for: a key of another member is another key."""

    member: str
    method: str
    route: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """What was answered, and the fingerprint of what was asked."""

    fingerprint: str
    status: int
    headers: str
    body: str


class IdempotencyRepository:
    """Claim a key, find its answer, keep it."""

    def __init__(self, session: Session, box: Box) -> None:
        """Work inside a session that somebody else commits; answers are kept closed."""
        self._session = session
        self._box = box

    def claim(self, request: RequestKey) -> bool:
        """Say whether no other transaction holds this key; the claim ends with the transaction.

        On SQLite a writing transaction holds the whole database, so whoever comes here is alone.
        """
        if self._session.get_bind().dialect.name != POSTGRESQL:
            return True
        parts = (request.member, request.method, request.route, request.key)
        digest = hashlib.sha256("\n".join(parts).encode()).digest()
        lock = int.from_bytes(digest[:8], "big", signed=True)
        return bool(self._session.execute(CLAIM, {"lock": lock}).scalar_one())

    def find(self, request: RequestKey) -> StoredAnswer | None:
        """Load what the request was answered before."""
        row = self._session.execute(ANSWER_TO, asdict(request)).mappings().one_or_none()
        if row is None:
            return None
        stored = StoredAnswer(**row)
        return replace(stored, body=self._box.open(stored.body, _place(request)))

    def keep(self, request: RequestKey, answer: StoredAnswer, *, at: datetime) -> None:
        """Keep an answer; it is there when the work is, or not at all."""
        columns = {
            **asdict(request),
            **asdict(answer),
            "body": self._box.close(answer.body, _place(request)),
            "created_at": at,
        }
        self._session.execute(KEEP, columns)

    def forget_before(self, moment: datetime) -> int:
        """Remove answers older than a moment; returns how many."""
        done = self._session.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.created_at < moment))
        return int(getattr(done, "rowcount", 0))


def _place(request: RequestKey) -> str:
    return f"answer {request.member} {request.method} {request.route} {request.key}"
