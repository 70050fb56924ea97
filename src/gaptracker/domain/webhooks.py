"""Webhook endpoints, what is on its way to them, and how each attempt went."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gaptracker.domain.delivery import EventType, Outcome, Unanswered

# How long a replaced secret goes on signing beside the new one, so that a receiver can change it
# without missing a message.
SECRET_OVERLAP = timedelta(hours=24)
MOST_ENDPOINTS = 10
# Longer than an attempt can last (15 s) and its outcome be waited for (30 s).
LEASE = timedelta(seconds=60)
# Messages to one receiver at a time: a slow one must not keep the others from theirs.
MOST_AT_ONCE = 2


class DeliveryState(StrEnum):
    """Where a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """Where an organisation wants its events sent.

    Attributes:
        types: Event types in order, parted by spaces; empty for all.
        secret: Signs; shown once.
        previous_secret: Signs too, before `previous_until`.
        disabled_reason: `gone` when the receiver answered 410.
        from_position: The first event that is not on its way to here yet.
    """

    id: str
    organisation: str
    url: str
    types: str
    secret: str
    previous_secret: str | None
    previous_until: datetime | None
    created_at: datetime
    created_by: str
    disabled_at: datetime | None
    disabled_reason: str | None
    from_position: int

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign at a moment, the new one first."""
        if self.previous_secret is None or not self.overlaps(now):
            return (self.secret,)
        return self.secret, self.previous_secret

    def overlaps(self, now: datetime) -> bool:
        """Say whether a replaced secret still signs at a moment."""
        return self.previous_until is not None and now < self.previous_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one endpoint.

    Attributes:
        event: The event's id, the same in every attempt and round.
        event_position: Its place in the outbox; None for a test, which is not in it.
        round: 1, and one more for each redelivery that was asked for.
        next_at: When it is due; None once it has ended.
        lease_until: Until when a worker has it in hand; None if nobody has.
    """

    id: str
    endpoint: str
    event: str
    event_position: int | None
    type: EventType
    round: int
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    lease_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt:
    """How one attempt ended.

    `outcome` is `answered`, with the status beside it, or why no answer came.
    """

    delivery: str
    attempt: int
    at: datetime
    status: int | None
    outcome: str
    duration_ms: int


def outcome_word(outcome: Outcome) -> str:
    """Return the word under which an attempt's end is kept.

    Examples:
        >>> from gaptracker.domain.delivery import Failure
        >>> outcome_word(Unanswered(failure=Failure.TIMEOUT))
        'timeout'
    """
    return outcome.failure.value if isinstance(outcome, Unanswered) else "answered"
