"""What the feed of events and the webhook endpoints answer with."""

from datetime import datetime

from pydantic import Field

from gaptracker.domain.delivery import EventType
from gaptracker.domain.webhooks import DeliveryState
from gaptracker.receive.schemas import Answer, Json


class EventBody(Answer):
    """What is told: the very body that a webhook of the event has."""

    type: EventType
    timestamp: datetime
    data: Json


class EventMark(Answer):
    """One event: its id, which a webhook has in `webhook-id`, and its body."""

    id: str
    body: EventBody


class EventPage(Answer):
    """Events in the order in which they happened; ask again with `after` set to `next`."""

    data: list[EventMark]
    next: str | None = Field(
        description="The last event given; `after` as it came if there was none."
    )


class EndpointAnswer(Answer):
    """A webhook endpoint, without its secret."""

    id: str
    url: str
    types: list[EventType] = Field(description="Which events are sent; empty for all.")
    created_at: datetime
    previous_secret_until: datetime | None = Field(
        description="Until when a replaced secret signs beside the new one."
    )
    disabled_at: datetime | None
    disabled_reason: str | None = Field(description="`gone`: the receiver answered 410.")
    links: dict[str, str]


class EndpointList(Answer):
    """All endpoints of the organisation, oldest first."""

    data: list[EndpointAnswer]


class EndpointSecret(EndpointAnswer):
    """A webhook endpoint with its new secret, which is shown this once."""

    secret: str


class AttemptMark(Answer):
    """How one attempt went: the status that came, or why none did."""

    attempt: int
    at: datetime
    status: int | None
    outcome: str
    duration_ms: int


class DeliveryAnswer(Answer):
    """One event on its way to one endpoint."""

    id: str
    event: str
    type: EventType
    round: int = Field(description="1, and one more for each redelivery.")
    state: DeliveryState
    attempts: list[AttemptMark]
    next_attempt_at: datetime | None
    created_at: datetime


class DeliveryPage(Answer):
    """Deliveries, the newest first; ask for more with `before` set to `next`."""

    data: list[DeliveryAnswer]
    next: str | None
