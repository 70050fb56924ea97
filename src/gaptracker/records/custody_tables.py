"""The tables of the log and the outbox: entries, the tree over them, and what is told to whom."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from gaptracker.domain.webhooks import DeliveryState
from gaptracker.records.intake_tables import ORGANISATION_KEY
from gaptracker.records.tables import Row, UtcDateTime, one_of


class CustodyHeadRow(Row, table=True):
    """One row: how many entries and events there are, and the tree's edge.

    Whoever appends holds this row until the transaction ends, so that positions have neither gaps
    nor twins and come in the order of the commits.
    """

    __tablename__ = "custody_head"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("log_size >= 0", name="log_size_counted"),
        CheckConstraint("event_count >= 0", name="event_count_counted"),
    )

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    log_size: int
    frontier: bytes = Field(sa_type=LargeBinary)
    event_count: int


class LogLeafRow(Row, table=True):
    """One entry of the log: canonical JSON without personal data, and its leaf hash."""

    __tablename__ = "log_leaf"
    __table_args__ = (
        CheckConstraint("length(leaf_hash) = 32", name="leaf_hash_length"),
        Index(None, "object"),
        Index(None, "leaf_hash"),
    )

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    object: str
    entry: str = Field(sa_type=Text)
    entry_id: str = Field(unique=True)
    leaf_hash: bytes = Field(sa_type=LargeBinary)


class LogDetailRow(Row, table=True):
    """What an entry commits to, in full: who, when exactly, what. Emptied by erasure."""

    __tablename__ = "log_detail"

    position: int = Field(
        primary_key=True,
        foreign_key="log_leaf.position",
        sa_column_kwargs={"autoincrement": False},
    )
    particulars: str | None = Field(sa_type=Text)
    member: str | None
    action: str | None
    happened_at: datetime | None = Field(sa_type=UtcDateTime)


class LogSaltRow(Row, table=True):
    """The salt of an object's commitments; without it they prove nothing any more."""

    __tablename__ = "log_salt"

    object: str = Field(primary_key=True)
    salt: bytes | None = Field(sa_type=LargeBinary)


class LogNodeRow(Row, table=True):
    """The hash of one complete subtree: `position` counts subtrees of its level from the left."""

    __tablename__ = "log_node"
    __table_args__ = (CheckConstraint("length(hash) = 32", name="hash_length"),)

    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_type=LargeBinary)


class CheckpointRow(Row, table=True):
    """A signed head of the log, kept for whoever asks later."""

    __tablename__ = "checkpoint"

    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str = Field(sa_type=Text)
    signed_at: datetime = Field(sa_type=UtcDateTime)


class OutboxEventRow(Row, table=True):
    """Something to tell: thin, in the order of the commits. No organisation means everybody."""

    __tablename__ = "outbox_event"
    __table_args__ = (Index(None, "organisation", "position"),)

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str = Field(unique=True)
    organisation: str | None = Field(foreign_key=ORGANISATION_KEY)
    type: str
    data: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)


class WebhookEndpointRow(Row, table=True):
    """Where an organisation wants its events sent.

    Address and secrets are encrypted at rest: the secrets sign, and an address may hold a token.
    `from_position` is the first event that has not been fanned out to the endpoint.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        CheckConstraint(
            "(previous_secret IS NULL) = (previous_until IS NULL)", name="previous_whole"
        ),
        CheckConstraint("(disabled_at IS NULL) = (disabled_reason IS NULL)", name="disabled_whole"),
    )

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key=ORGANISATION_KEY, index=True)
    url: str = Field(sa_type=Text)
    types: str
    secret: str = Field(sa_type=Text)
    previous_secret: str | None = Field(sa_type=Text)
    previous_until: datetime | None = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(foreign_key="member.id")
    disabled_at: datetime | None = Field(sa_type=UtcDateTime)
    disabled_reason: str | None
    from_position: int


class DeliveryRow(Row, table=True):
    """One event on its way to one endpoint; a redelivery by hand is a further round.

    A test is no event of the outbox: it has no position, and `event` is an id of its own.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        one_of("state", DeliveryState),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint("round >= 1", name="round_positive"),
        CheckConstraint("(state = 'pending') = (next_at IS NOT NULL)", name="next_at_pending"),
        UniqueConstraint("endpoint", "event", "round"),
        UniqueConstraint("endpoint", "event_position", "round"),
        Index(None, "state", "next_at"),
        Index(None, "lease_until"),
        Index(None, "endpoint", "created_at", "id"),
    )

    id: str = Field(primary_key=True)
    endpoint: str = Field(foreign_key="webhook_endpoint.id")
    event: str
    event_position: int | None = Field(foreign_key="outbox_event.position")
    type: str
    round: int
    state: str
    attempts: int
    next_at: datetime | None = Field(sa_type=UtcDateTime)
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class DeliveryAttemptRow(Row, table=True):
    """How one attempt ended: a status where one came, and the outcome in a word."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        CheckConstraint("attempt >= 1", name="attempt_positive"),
        CheckConstraint("duration_ms >= 0", name="duration_ms_counted"),
    )

    delivery: str = Field(primary_key=True, foreign_key="delivery.id")
    attempt: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    status: int | None
    outcome: str
    duration_ms: int
