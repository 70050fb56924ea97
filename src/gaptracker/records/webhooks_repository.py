"""Webhook endpoints and deliveries, inside one unit of work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from gaptracker.domain.webhooks import (
    MOST_AT_ONCE,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    WebhookEndpoint,
)
from gaptracker.records import custody_tables  # noqa: F401  it declares the tables below
from gaptracker.records.custody_repository import HEAD
from gaptracker.records.database import POSTGRESQL
from gaptracker.records.plain_rows import plain_table
from gaptracker.records.submissions_repository import Box

ENDPOINTS = plain_table(WebhookEndpoint, "webhook_endpoint")
DELIVERIES = plain_table(Delivery, "delivery")
ATTEMPTS = plain_table(DeliveryAttempt, "delivery_attempt")
ENDPOINT, DELIVERY, ATTEMPT = ENDPOINTS.table, DELIVERIES.table, ATTEMPTS.table
CLOSED = ("url", "secret", "previous_secret")
# Any constant will do, as long as nothing else in the database takes the same one.
FAN_OUT_LOCK = 7_342_003


class WebhooksRepository:
    """Everything about webhooks that is kept."""

    def __init__(self, session: Session, box: Box) -> None:
        """Work inside a session that somebody else commits; addresses and secrets are closed."""
        self._session = session
        self._box = box

    def add_endpoint(self, endpoint: WebhookEndpoint) -> None:
        """Keep a new endpoint."""
        ENDPOINTS.add(self._session, [self._closed(endpoint)])

    def update_endpoint(self, endpoint: WebhookEndpoint) -> None:
        """Make an endpoint exactly this one."""
        columns = ENDPOINTS.encode(self._closed(endpoint))
        self._session.execute(
            update(ENDPOINT).where(ENDPOINT.c.id == endpoint.id).values(**columns)
        )

    def endpoint(self, endpoint: str, *, to_change: bool = False) -> WebhookEndpoint | None:
        """Load an endpoint; `to_change` keeps others from changing it until the work ends."""
        query = select(ENDPOINT).where(ENDPOINT.c.id == endpoint)
        found = self._endpoints(query.with_for_update() if to_change else query)
        return found[0] if found else None

    def endpoints(self, organisation: str) -> tuple[WebhookEndpoint, ...]:
        """Load an organisation's endpoints, oldest first."""
        query = select(ENDPOINT).where(ENDPOINT.c.organisation == organisation)
        return self._endpoints(query.order_by(ENDPOINT.c.created_at, ENDPOINT.c.id))

    def remove_endpoint(self, endpoint: str) -> None:
        """Remove an endpoint with everything that was on its way to it."""
        mine = select(DELIVERY.c.id).where(DELIVERY.c.endpoint == endpoint)
        self._session.execute(delete(ATTEMPT).where(ATTEMPT.c.delivery.in_(mine)))
        self._session.execute(delete(DELIVERY).where(DELIVERY.c.endpoint == endpoint))
        self._session.execute(delete(ENDPOINT).where(ENDPOINT.c.id == endpoint))

    def behind(self) -> bool:
        """Say whether some endpoint has events that are not on their way to it."""
        query = select(ENDPOINT.c.id).where(*_lagging()).limit(1)
        return self._session.execute(query).first() is not None

    def take_fan_out_lock(self) -> bool:
        """Say whether nobody else is fanning out; held until the transaction ends.

        On SQLite a writing transaction holds the whole database, so whoever comes here is alone.
        """
        if self._session.get_bind().dialect.name != POSTGRESQL:
            return True
        query = text("SELECT pg_try_advisory_xact_lock(:lock)")
        return bool(self._session.execute(query, {"lock": FAN_OUT_LOCK}).scalar_one())

    def lagging(self, limit: int) -> tuple[WebhookEndpoint, ...]:
        """Load endpoints that are behind, to change them."""
        query = select(ENDPOINT).where(*_lagging()).order_by(ENDPOINT.c.from_position)
        return self._endpoints(query.limit(limit).with_for_update())

    def advance(self, endpoint: str, position: int) -> None:
        """Note which event is the first that is not on its way to an endpoint."""
        self._session.execute(
            update(ENDPOINT).where(ENDPOINT.c.id == endpoint).values(from_position=position)
        )

    def add_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Put deliveries on their way."""
        DELIVERIES.add(self._session, deliveries)

    def update_delivery(self, delivery: Delivery) -> None:
        """Make a delivery exactly this one."""
        columns = DELIVERIES.encode(delivery)
        self._session.execute(
            update(DELIVERY).where(DELIVERY.c.id == delivery.id).values(**columns)
        )

    def delivery(self, delivery_id: str, *, to_change: bool = False) -> Delivery | None:
        """Load a delivery; `to_change` keeps others from changing it until the work ends."""
        query = select(DELIVERY).where(DELIVERY.c.id == delivery_id)
        found = self._deliveries(query.with_for_update() if to_change else query)
        return found[0] if found else None

    def last_round(self, delivery: Delivery) -> int:
        """Return the greatest round of a delivery's event at its endpoint."""
        query = select(func.max(DELIVERY.c.round)).where(
            DELIVERY.c.endpoint == delivery.endpoint, DELIVERY.c.event == delivery.event
        )
        return int(self._session.execute(query).scalar_one())

    def has_due(self, now: datetime) -> bool:
        """Say whether there is a delivery that `take_due` would give."""
        return self._session.execute(_due(now)).first() is not None

    def take_due(self, now: datetime) -> Delivery | None:
        """Load the delivery that has waited longest and that no worker has in hand.

        Others pass it over until the work ends. An endpoint to which enough is being sent
        already is passed over, too.
        """
        found = self._deliveries(_due(now).with_for_update(skip_locked=True))
        return found[0] if found else None

    def cancel_pending(self, endpoint: str) -> None:
        """End everything that is still on its way to an endpoint."""
        self._session.execute(
            update(DELIVERY)
            .where(DELIVERY.c.endpoint == endpoint, DELIVERY.c.state == DeliveryState.PENDING.value)
            .values(state=DeliveryState.CANCELLED.value, next_at=None, lease_until=None)
        )

    def add_attempt(self, attempt: DeliveryAttempt) -> None:
        """Keep how an attempt went."""
        ATTEMPTS.add(self._session, [attempt])

    def page(
        self,
        endpoint: str,
        *,
        before: Delivery | None,
        state: DeliveryState | None,
        limit: int,
    ) -> tuple[Delivery, ...]:
        """Load deliveries to an endpoint, the newest first, from the one before another on."""
        query = select(DELIVERY).where(DELIVERY.c.endpoint == endpoint)
        if before is not None:
            at, place = DELIVERY.c.created_at, DELIVERY.c.id
            same = and_(at == before.created_at, place < before.id)
            query = query.where(or_(at < before.created_at, same))
        if state is not None:
            query = query.where(DELIVERY.c.state == state.value)
        newest = query.order_by(DELIVERY.c.created_at.desc(), DELIVERY.c.id.desc())
        return self._deliveries(newest.limit(limit))

    def attempts(self, deliveries: Sequence[str]) -> Mapping[str, tuple[DeliveryAttempt, ...]]:
        """Load the attempts of some deliveries, in order."""
        query = select(ATTEMPT).where(ATTEMPT.c.delivery.in_(deliveries))
        found: dict[str, tuple[DeliveryAttempt, ...]] = {}
        for row in self._session.execute(query.order_by(ATTEMPT.c.attempt)).mappings():
            attempt = ATTEMPTS.decode(row)
            found[attempt.delivery] = (*found.get(attempt.delivery, ()), attempt)
        return found

    # `Any` is SQLAlchemy's own type of what a statement selects.
    def _endpoints(self, query: Any) -> tuple[WebhookEndpoint, ...]:  # noqa: ANN401
        rows = self._session.execute(query).mappings()
        return tuple(self._opened(ENDPOINTS.decode(row)) for row in rows)

    def _deliveries(self, query: Any) -> tuple[Delivery, ...]:  # noqa: ANN401
        return tuple(DELIVERIES.decode(row) for row in self._session.execute(query).mappings())

    def _closed(self, endpoint: WebhookEndpoint) -> WebhookEndpoint:
        return _turned(endpoint, self._box.close)

    def _opened(self, endpoint: WebhookEndpoint) -> WebhookEndpoint:
        return _turned(endpoint, self._box.open)


# `Any` because a bound method is passed, and is SQLAlchemy's own type of a condition below.
def _turned(endpoint: WebhookEndpoint, turn: Any) -> WebhookEndpoint:  # noqa: ANN401
    """Close or open an endpoint's confidential parts, each bound to its own place."""
    texts: dict[str, Any] = {
        name: turn(given, f"{name} {endpoint.id}")
        for name in CLOSED
        if (given := getattr(endpoint, name)) is not None
    }
    return replace(endpoint, **texts)


def _lagging() -> tuple[Any, ...]:
    """Return what is true of an endpoint that is behind."""
    return (
        ENDPOINT.c.disabled_at.is_(None),
        ENDPOINT.c.from_position < select(HEAD.c.event_count).scalar_subquery(),
    )


def _due(now: datetime) -> Select[Any]:
    """Return the query of the delivery that is due and free."""
    busy = (
        select(DELIVERY.c.endpoint)
        .where(DELIVERY.c.lease_until > now)
        .group_by(DELIVERY.c.endpoint)
        .having(func.count() >= MOST_AT_ONCE)
    )
    return (
        select(DELIVERY)
        .where(
            DELIVERY.c.state == DeliveryState.PENDING.value,
            DELIVERY.c.next_at <= now,
            or_(DELIVERY.c.lease_until.is_(None), DELIVERY.c.lease_until <= now),
            DELIVERY.c.endpoint.not_in(busy),
        )
        .order_by(DELIVERY.c.next_at, DELIVERY.c.event_position, DELIVERY.c.id)
        .limit(1)
    )
