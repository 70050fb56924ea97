"""Deliver events to webhook endpoints: fan out, take one, send it, keep how it went.

Nothing is sent inside a transaction. A delivery is leased before it is sent; whoever dies between
sending and keeping the outcome leaves a lease that ends, and it is sent again under the same id: at
least once, never lost.
"""

from dataclasses import dataclass, field, replace

from gaptracker.custody.webhook_signing import signed_headers
from gaptracker.domain.delivery import (
    Answered,
    Delivered,
    Disabled,
    EventType,
    GivenUp,
    NextStep,
    Outcome,
    RetryAt,
    next_step,
)
from gaptracker.domain.webhooks import (
    LEASE,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    WebhookEndpoint,
    outcome_word,
)
from gaptracker.records.custody_repository import OutboxEvent
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.present import Present
from gaptracker.workflows.read_events import body_of

ENDPOINTS_AT_ONCE, EVENTS_AT_ONCE = 50, 500
GONE_REASON = "gone"
# As many bits as a float keeps, so that the greatest draw is below 1.
JITTER_BITS = 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One delivery in hand, ready to be sent. Its address and headers are never shown."""

    delivery: Delivery
    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    payload: bytes = field(repr=False)


def fan_out(work: UnitOfWork, present: Present) -> bool:
    """Put events on their way to every endpoint that wants them, each once.

    Returns:
        Whether there was anything to do; there may be more.
    """
    if not work.webhooks.take_fan_out_lock():
        return False
    # Read first: an event that is committed later belongs to the next time.
    until = work.custody.event_count()
    lagging = work.webhooks.lagging(ENDPOINTS_AT_ONCE)
    for endpoint in lagging:
        _fan_out_to(endpoint, until, work, present)
    return bool(lagging)


def _fan_out_to(endpoint: WebhookEndpoint, until: int, work: UnitOfWork, present: Present) -> None:
    events = work.custody.events_after(
        endpoint.from_position - 1,
        organisation=endpoint.organisation,
        types=endpoint.types.split(),
        before=until,
        limit=EVENTS_AT_ONCE,
    )
    whole = len(events) < EVENTS_AT_ONCE
    reached = max(until, endpoint.from_position) if whole else events[-1].position + 1
    work.webhooks.add_deliveries([_delivery_of(event, endpoint, present) for event in events])
    work.webhooks.advance(endpoint.id, reached)


def _delivery_of(event: OutboxEvent, endpoint: WebhookEndpoint, present: Present) -> Delivery:
    return Delivery(
        id=present.new_id("dlv"),
        endpoint=endpoint.id,
        event=event.id,
        event_position=event.position,
        type=event.type,
        round=1,
        state=DeliveryState.PENDING,
        attempts=0,
        next_at=present.now,
        lease_until=None,
        created_at=present.now,
    )


def take_parcel(work: UnitOfWork, present: Present) -> Parcel | None:
    """Lease the delivery that has been due longest, and sign it; None if nothing is due.

    Send it after committing, and then `keep_outcome`.
    """
    found = work.webhooks.take_due(present.now)
    endpoint = None if found is None else work.webhooks.endpoint(found.endpoint)
    if found is None or endpoint is None:
        return None
    leased = replace(found, lease_until=present.now + LEASE)
    work.webhooks.update_delivery(leased)
    payload = body_of(_event_of(leased, work))
    headers = signed_headers(
        leased.event, payload, at=present.now, secrets=endpoint.secrets(present.now)
    )
    return Parcel(delivery=leased, url=endpoint.url, headers=headers, payload=payload)


def _event_of(delivery: Delivery, work: UnitOfWork) -> OutboxEvent:
    """Return what is told: an event of the outbox, or a test."""
    if delivery.event_position is not None:
        return work.custody.event_at(delivery.event_position)
    address = f"/v1/webhook-endpoints/{delivery.endpoint}"
    return OutboxEvent(
        id=delivery.event,
        type=EventType.WEBHOOK_TEST,
        organisation=None,
        data={"id": delivery.endpoint, "links": {"self": address}},
        at=delivery.created_at,
    )


def keep_outcome(
    parcel: Parcel, outcome: Outcome, *, duration_ms: int, work: UnitOfWork, present: Present
) -> NextStep | None:
    """Keep how an attempt went, and what follows.

    Args:
        parcel: What was sent.
        outcome: How that ended.
        duration_ms: How long it took.
        work: An open unit of work.
        present: The moment when it ended; its randomness spreads the next attempt.

    Returns:
        What follows; None if the endpoint was removed meanwhile or the lease went to another
        worker, whose outcome counts.
    """
    # The endpoint before the delivery, as everybody takes them: otherwise two could wait for
    # each other.
    endpoint = work.webhooks.endpoint(parcel.delivery.endpoint, to_change=True)
    found = work.webhooks.delivery(parcel.delivery.id, to_change=True)
    ours = found is not None and found.lease_until == parcel.delivery.lease_until
    if endpoint is None or found is None or not ours:
        return None
    attempt = found.attempts + 1
    work.webhooks.add_attempt(
        DeliveryAttempt(
            delivery=found.id,
            attempt=attempt,
            at=present.now,
            status=outcome.status if isinstance(outcome, Answered) else None,
            outcome=outcome_word(outcome),
            duration_ms=duration_ms,
        )
    )
    step = next_step(attempt, outcome, now=present.now, jitter=_jitter(present))
    work.webhooks.update_delivery(_after(step, replace(found, attempts=attempt)))
    if isinstance(step, Disabled):
        gone = replace(endpoint, disabled_at=present.now, disabled_reason=GONE_REASON)
        work.webhooks.update_endpoint(gone)
        work.webhooks.cancel_pending(endpoint.id)
    return step


def _after(step: NextStep, delivery: Delivery) -> Delivery:
    """Return a delivery as it is after an attempt."""
    match step:
        case Delivered():
            state, next_at = DeliveryState.DELIVERED, None
        case RetryAt(at=at):
            state, next_at = DeliveryState.PENDING, at
        case GivenUp():
            state, next_at = DeliveryState.GIVEN_UP, None
        case Disabled():
            state, next_at = DeliveryState.CANCELLED, None
    return replace(delivery, state=state, next_at=next_at, lease_until=None)


def _jitter(present: Present) -> float:
    """Draw from [0, 1)."""
    drawn = int.from_bytes(present.random(7), "big") >> (56 - JITTER_BITS)
    return drawn / (1 << JITTER_BITS)
