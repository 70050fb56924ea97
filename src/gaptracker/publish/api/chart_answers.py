"""A drawn picture as an answer: tag first, then the bytes, kept or drawn."""

from collections.abc import Callable

import structlog
from fastapi import Request, Response

import gaptracker
from gaptracker.publish.api.answers import Ticket
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.errors import RequestRefused
from gaptracker.publish.api.etags import (
    LATEST_CACHE,
    PINNED_CACHE,
    client_has,
    client_has_any,
    strong_etag,
)
from gaptracker.publish.api.negotiation import MEDIA_TYPES
from gaptracker.publish.api.packed import NOT_MODIFIED, VARY
from gaptracker.publish.charts.draw import DrawingFailed
from gaptracker.publish.charts.drawings import Drawings, TooManyDrawings
from gaptracker.publish.charts.script import script_name

RETRY_AFTER_SECONDS = 3

log = structlog.get_logger("gaptracker.api")


def drawings_of(request: Request) -> Drawings:
    """Return the application's drawings."""
    drawings = request.app.state.drawings
    if not isinstance(drawings, Drawings):
        raise TypeError(f"{type(drawings).__name__} where the application's drawings were expected")
    return drawings


async def answer_picture(
    request: Request, ticket: Ticket, name: str, make: Callable[[], bytes]
) -> Response:
    """Answer with a picture, or with 304 if the client holds it already.

    Args:
        request: The request, for its `If-None-Match`.
        ticket: What is known of the answer.
        name: The chart's id, for the file name.
        make: Makes the bytes, on another thread.

    Raises:
        RequestRefused: If too many pictures are waited for, or this one cannot be drawn (503).
    """
    shape = ticket.shape
    decisive = _decisive(ticket)
    etag = strong_etag(*decisive)
    headers = {
        **ticket.headers,
        "ETag": etag,
        "Cache-Control": PINNED_CACHE if shape.pinned else LATEST_CACHE,
        "Vary": VARY,
        "Content-Language": shape.language,
    }
    known = request.headers.getlist("if-none-match")
    if client_has(etag, known) or client_has_any(known):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    body = await draw(request, ticket, name, make)
    headers["Content-Type"] = MEDIA_TYPES[shape.form]
    release = ticket.headers["GapTracker-Release"]
    headers["Content-Disposition"] = f'inline; filename="gaptracker-{name}-{release}.{shape.form}"'
    return Response(body, headers=headers)


async def draw(request: Request, ticket: Ticket, name: str, make: Callable[[], bytes]) -> bytes:
    """Return a picture's bytes, kept or drawn; arguments and errors as in `answer_picture`."""
    try:
        return await drawings_of(request).take(_decisive(ticket), make)
    except (TooManyDrawings, DrawingFailed) as error:
        log.error("picture refused", chart=name, reason=str(error))  # noqa: TRY400
        raise RequestRefused(
            ProblemCode.UNAVAILABLE,
            "the picture cannot be drawn at the moment",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        ) from error


def _decisive(ticket: Ticket) -> tuple[str, ...]:
    """Return all that decides a picture's bytes."""
    shape = ticket.shape
    # The drawing libraries decide them, too; the script's name holds their version.
    return (*ticket.identity, gaptracker.__version__, script_name(), shape.form, shape.language)
