"""The feed of events: complete and in order, so that nobody needs the webhooks."""

import asyncio
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from gaptracker.custody.canonical import canonical_bytes
from gaptracker.domain.delivery import FEED_TYPES, EventType
from gaptracker.domain.principals import Principal
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import NO_STORE
from gaptracker.receive.callers import CallerParameter, DeskParameter
from gaptracker.receive.desk import Desk
from gaptracker.receive.documented import intake_problems
from gaptracker.receive.requests_events import EventQuery
from gaptracker.receive.schemas_events import EventPage
from gaptracker.records.custody_repository import OutboxEvent
from gaptracker.workflows.read_events import EventsAsked, body_of, events_seen

router = Routes(tag="events")

# How often somebody's wait looks whether there is something now.
LOOK_SECONDS = 0.5


@router.get(
    "/v1/events",
    summary="What happened to the organisation's submissions and to public evidence, in order",
    response_model=EventPage,
    responses=intake_problems(),
)
async def list_events(
    request: Request,
    query: Annotated[EventQuery, Query()],
    caller: CallerParameter,
    desk: DeskParameter,
) -> Response:
    """Give the events after one, oldest first: the organisation's own and those of everybody.

    None is left out and none appears later before one that was given. With `wait` the answer
    comes as soon as there is an event, or empty after so many seconds.
    """
    asked = EventsAsked(after=query.after, types=_types(query.types), limit=query.limit)
    clock = asyncio.get_running_loop().time
    ends = clock() + query.wait
    # Between two looks neither a transaction nor a thread is held, only this coroutine.
    while True:
        found = await run_in_threadpool(_look, asked, caller, desk)
        left = ends - clock()
        if found or left <= 0 or desk.closing.is_set() or await request.is_disconnected():
            return _page(found, query.after)
        await asyncio.sleep(min(LOOK_SECONDS, left))


def _look(asked: EventsAsked, caller: Principal, desk: Desk) -> tuple[OutboxEvent, ...]:
    with desk.open_work(True) as work:
        return events_seen(asked, caller, work)


def _types(text: str | None) -> tuple[EventType, ...]:
    words = [] if text is None else text.split(",")
    known = {each.value for each in FEED_TYPES}
    if unknown := sorted(set(words) - known):
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            f"types names {', '.join(unknown)[:200]}; expected some of {', '.join(sorted(known))}",
        )
    return tuple(EventType(word) for word in words)


def _page(events: tuple[OutboxEvent, ...], after: str | None) -> Response:
    """Write the page around the very bytes that webhooks carry."""
    marks = [b'{"id":%b,"body":%b}' % (canonical_bytes(each.id), body_of(each)) for each in events]
    last = events[-1].id if events else after
    page = b'{"data":[%b],"next":%b}' % (b",".join(marks), canonical_bytes(last))
    return Response(page, media_type="application/json", headers=NO_STORE)
