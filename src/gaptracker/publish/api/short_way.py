"""The short way to the workhorse: `/v1/gaps` asked for plainly, without looking for its route.

Routing and reading parameters take longer than finding and writing a page. What is written in the
plainest way is read here and answered by the same function; everything else, and whatever that
function refuses, goes the whole way, where it is said what is wrong.
"""

import re

from fastapi import Request
from pydantic import ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from gaptracker.publish.api.cells import GAPS_PATH
from gaptracker.publish.api.deprecations import deprecations_of
from gaptracker.publish.api.errors import RequestRefused
from gaptracker.publish.api.paged import answer_page
from gaptracker.publish.api.queries import GapsQuery
from gaptracker.publish.api.routes.gaps import GAPS, router

# Names and values that mean the same before and after escapes are read, lists among them.
PLAIN_QUERY = re.compile(rb"(?:[a-z_]+=[A-Za-z0-9_.,-]+(?:&(?!$)|$))*")


class ShortWay:
    """ASGI middleware inside the envelope, around the routes."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around the routes."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request the short way if it is plain."""
        query = _plain_query(scope) if scope["type"] == "http" else None
        if query is not None and _will_go_away(scope):
            query = None
        if query is None:
            await self.app(scope, receive, send)
            return
        try:
            response = await answer_page(Request(scope, receive), query, GAPS)
        except RequestRefused:
            await self.app(scope, receive, send)
            return
        scope["route"] = router.routes[0]
        await response(scope, receive, send)


def _will_go_away(scope: Scope) -> bool:
    """Say whether something about this address is announced to go away: the route says so."""
    announced = deprecations_of(scope["app"].state)
    return any(each.path == GAPS_PATH for each in announced)


def _plain_query(scope: Scope) -> GapsQuery | None:
    """Return the parameters of a plain question for cells; None if it is anything else."""
    written: bytes = scope["query_string"]
    if scope["path"] != GAPS_PATH or scope["method"] != "GET" or not PLAIN_QUERY.fullmatch(written):
        return None
    parts = [part.split("=", 1) for part in written.decode("ascii").split("&")] if written else []
    given = dict(parts)
    if len(given) < len(parts):
        return None
    try:
        return GapsQuery.model_validate(given)
    except ValidationError:
        return None
