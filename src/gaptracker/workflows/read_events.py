"""The feed of events: complete, and exactly in the order of the commits."""

from collections.abc import Sequence
from dataclasses import dataclass

from gaptracker.custody.event_bodies import event_body
from gaptracker.domain.delivery import EventType
from gaptracker.domain.principals import Principal
from gaptracker.domain.refusals import not_there
from gaptracker.records.custody_repository import OutboxEvent
from gaptracker.records.unit_of_work import UnitOfWork

BEFORE_ALL = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsAsked:
    """What of the feed is wanted: after which event, of which types (all if empty), how many."""

    after: str | None
    types: Sequence[EventType]
    limit: int


def events_seen(
    asked: EventsAsked, principal: Principal, work: UnitOfWork
) -> tuple[OutboxEvent, ...]:
    """Return the next events of the caller's organisation and of those meant for everybody.

    Raises:
        Refused: `not-found`, if `after` is no event that the caller may see.
    """
    mine, position = principal.organisation, BEFORE_ALL
    if asked.after is not None:
        found = work.custody.event_position(asked.after, organisation=mine)
        if found is None:
            raise not_there()
        position = found
    types = [each.value for each in asked.types]
    return work.custody.events_after(position, organisation=mine, types=types, limit=asked.limit)


def body_of(event: OutboxEvent) -> bytes:
    """Write an event's body, for the feed and for webhooks alike."""
    return event_body(event.type, event.at, event.data)
