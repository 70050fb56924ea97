"""Webhook endpoints of an organisation: register, test, rotate, remove; what was sent, and again.

An endpoint of another organisation is answered as one that is not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gaptracker.custody.webhook_signing import new_secret
from gaptracker.domain.delivery import EventType
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.webhooks import (
    MOST_ENDPOINTS,
    SECRET_OVERLAP,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    WebhookEndpoint,
)
from gaptracker.intake.addresses import AddressRefused, OutgoingRules, check_url
from gaptracker.intake.submission_problems import FieldCode, Problem, SubmissionInvalid
from gaptracker.workflows.errand import Errand

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesAsked:
    """Which deliveries are wanted: before which one, in which state, how many."""

    before: str | None
    state: DeliveryState | None
    limit: int


def register_endpoint(
    url: str, types: Iterable[EventType], errand: Errand, rules: OutgoingRules
) -> WebhookEndpoint:
    """Register an address to which the organisation's events are sent from now on.

    Args:
        url: Where to; its text is checked here, what its name resolves to at every connection.
        types: Which events; all if there are none.
        errand: Who registers it, and when.
        rules: What may be reached.

    Raises:
        SubmissionInvalid: If the address is refused.
        Refused: `validation-failed`, if the organisation has as many endpoints as it may have.
    """
    try:
        check_url(url, rules)
    except AddressRefused as error:
        problem = Problem(pointer="#/url", code=FieldCode.URL_REFUSED, detail=str(error))
        raise SubmissionInvalid([problem]) from error
    work, principal, present = errand.work, errand.principal, errand.present
    if len(work.webhooks.endpoints(principal.organisation)) >= MOST_ENDPOINTS:
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            f"there are {MOST_ENDPOINTS} webhook endpoints already; remove one first",
        )
    endpoint = WebhookEndpoint(
        id=present.new_id("whe"),
        organisation=principal.organisation,
        url=url,
        types=" ".join(sorted({each.value for each in types})),
        secret=new_secret(present.random(SECRET_BYTES)),
        previous_secret=None,
        previous_until=None,
        created_at=present.now,
        created_by=principal.member,
        disabled_at=None,
        disabled_reason=None,
        from_position=work.custody.event_count(),
    )
    work.webhooks.add_endpoint(endpoint)
    return endpoint


def endpoint_seen(endpoint: str, errand: Errand, *, to_change: bool = False) -> WebhookEndpoint:
    """Return an endpoint of the caller's organisation.

    Raises:
        Refused: `not-found`, if it is not there or is another organisation's.
    """
    found = errand.work.webhooks.endpoint(endpoint, to_change=to_change)
    if found is None or found.organisation != errand.principal.organisation:
        raise not_there()
    return found


def rotate_secret(endpoint: str, errand: Errand) -> WebhookEndpoint:
    """Give an endpoint a new secret; the one before signs beside it for 24 more hours."""
    found = endpoint_seen(endpoint, errand, to_change=True)
    present = errand.present
    changed = replace(
        found,
        secret=new_secret(present.random(SECRET_BYTES)),
        previous_secret=found.secret,
        previous_until=present.now + SECRET_OVERLAP,
    )
    errand.work.webhooks.update_endpoint(changed)
    return changed


def remove_endpoint(endpoint: str, errand: Errand) -> None:
    """Remove an endpoint with its secrets and everything that was on its way to it."""
    found = endpoint_seen(endpoint, errand, to_change=True)
    errand.work.webhooks.remove_endpoint(found.id)


def send_test(endpoint: str, errand: Errand) -> Delivery:
    """Put a `webhook.test` on its way to one endpoint, and into nobody's feed."""
    found = _working(endpoint, errand)
    delivery = new_delivery(found, errand, event=errand.present.new_id("evt"))
    errand.work.webhooks.add_deliveries([delivery])
    return delivery


def redeliver(endpoint: str, delivery: str, errand: Errand) -> Delivery:
    """Send an event again, under its own id; one that is still on its way is hurried instead.

    Returns:
        The delivery that is on its way now.

    Raises:
        Refused: `not-found`; `validation-failed`, if the endpoint was disabled.
    """
    found = _working(endpoint, errand)
    webhooks, now = errand.work.webhooks, errand.present.now
    earlier = webhooks.delivery(delivery, to_change=True)
    if earlier is None or earlier.endpoint != found.id:
        raise not_there()
    if earlier.state is DeliveryState.PENDING:
        hurried = replace(earlier, next_at=min(now, earlier.next_at or now))
        webhooks.update_delivery(hurried)
        return hurried
    again = replace(
        new_delivery(found, errand, event=earlier.event),
        event_position=earlier.event_position,
        type=earlier.type,
        round=webhooks.last_round(earlier) + 1,
    )
    webhooks.add_deliveries([again])
    return again


def deliveries_seen(
    endpoint: str, asked: DeliveriesAsked, errand: Errand
) -> tuple[Sequence[Delivery], Mapping[str, Sequence[DeliveryAttempt]]]:
    """Return deliveries to an endpoint, the newest first, and the attempts of each.

    Raises:
        Refused: `not-found`, if the endpoint or `before` are not there.
    """
    found = endpoint_seen(endpoint, errand)
    webhooks, before = errand.work.webhooks, None
    if asked.before is not None:
        before = webhooks.delivery(asked.before)
        if before is None or before.endpoint != found.id:
            raise not_there()
    page = webhooks.page(found.id, before=before, state=asked.state, limit=asked.limit)
    return page, webhooks.attempts([each.id for each in page])


def new_delivery(endpoint: WebhookEndpoint, errand: Errand, *, event: str) -> Delivery:
    """Return a delivery of a test that is due at once."""
    return Delivery(
        id=errand.present.new_id("dlv"),
        endpoint=endpoint.id,
        event=event,
        event_position=None,
        type=EventType.WEBHOOK_TEST,
        round=1,
        state=DeliveryState.PENDING,
        attempts=0,
        next_at=errand.present.now,
        lease_until=None,
        created_at=errand.present.now,
    )


def _working(endpoint: str, errand: Errand) -> WebhookEndpoint:
    """Return an endpoint to which something can be sent, kept from being disabled meanwhile."""
    found = endpoint_seen(endpoint, errand, to_change=True)
    if found.disabled_at is not None:
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            "this endpoint said that it is gone (410) and gets nothing more; register it anew",
        )
    return found
