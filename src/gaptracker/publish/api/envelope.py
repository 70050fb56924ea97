"""What surrounds every answer: a request id, HEAD, open CORS, one log line, no bare 500."""

import re
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.errors import RequestRefused, problem_response

# A caller's own id is kept if it is short and plain, so that both logs can be laid side by side.
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
SUFFIXES = ("csv", "json", "ndjson", "png", "svg")
SUFFIXED_PATH = re.compile(rf"(?P<path>/v1/.*[^/])\.(?P<suffix>{'|'.join(SUFFIXES)})")
OWN_DOCUMENT = "/v1/openapi.json"
# The ending of a release file's name is a part of the name.
RELEASE_FILE = re.compile(r"/v1/releases/[^/]+/files/.*")
NOTHING_RUNS = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
EXPOSED_HEADERS = (
    "Accept-Ranges, Content-Disposition, Content-Language, Content-Length, Content-Range, "
    "Deprecation, ETag, "
    "GapTracker-As-Of, GapTracker-Methodology, GapTracker-Provisional, GapTracker-Release, Link, "
    "Retry-After, Sunset, X-Request-Id, X-Total-Count"
)

OPEN_TO_ALL = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED_HEADERS.encode()),
)


class Log(Protocol):
    """The part of a logger that the envelope writes to."""

    def info(self, event: str, **values: object) -> None:
        """Record what happened."""

    def error(self, event: str, **values: object) -> None:
        """Record what failed."""


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """One request and how far its answer has come."""

    request_id: str
    head_only: bool
    # What the parts of an answer add that do not write it: rate limits, and what will go away.
    headers: dict[str, str]
    status: int | None = None


class Envelope:
    """ASGI middleware around the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        log: Log | None = None,
    ) -> None:
        """Wrap an application.

        Args:
            app: The application inside.
            new_id: Gives the id of a request that brings none.
            log: Where requests are recorded: method, route, status and duration; never an
                address, a user agent, a path or a query, which may say who looks for what.
        """
        self.app = app
        self.new_id = new_id
        self.log: Log = log or structlog.get_logger("gaptracker.api")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        exchange = _Exchange(
            request_id=given if GIVEN_ID.fullmatch(given) else self.new_id(),
            head_only=scope["method"] == "HEAD",
            headers={},
        )
        inner = _inner_scope(scope, exchange)

        async def send_out(message: Message) -> None:
            await send(_finished(message, exchange))

        started = time.perf_counter()
        try:
            await self.app(inner, receive, send_out)
        except Exception:  # noqa: BLE001  whatever failed, the client gets a problem document
            # Not `exception`: some renderers add local values, and with them the client's address.
            self.log.error(  # noqa: TRY400
                "request failed",
                request_id=exchange.request_id,
                exception=traceback.format_exc(),
            )
            if exchange.status is None:
                refused = RequestRefused(ProblemCode.INTERNAL, "the failure was logged")
                response = problem_response(refused, exchange.request_id)
                await response(inner, receive, send_out)
        if inner["state"].get("baking"):
            return  # nobody asked
        self.log.info(
            "request answered",
            request_id=exchange.request_id,
            method=scope["method"],
            route=getattr(inner.get("route"), "path", "none"),
            status=exchange.status,
            duration_ms=round(1000 * (time.perf_counter() - started), 1),
        )


def split_suffix(path: str) -> tuple[str, str | None]:
    """Part an address from the format that its ending asks for.

    Examples:
        >>> split_suffix("/v1/gaps.csv")
        ('/v1/gaps', 'csv')
        >>> split_suffix("/v1/methodologies/1.0.0")
        ('/v1/methodologies/1.0.0', None)
        >>> split_suffix("/v1/releases/latest/files/gaps.csv")
        ('/v1/releases/latest/files/gaps.csv', None)
    """
    match = SUFFIXED_PATH.fullmatch(path)
    if match is None or path == OWN_DOCUMENT or RELEASE_FILE.fullmatch(path):
        return path, None
    return match["path"], match["suffix"]


def _inner_scope(scope: Scope, exchange: _Exchange) -> Scope:
    """Return the scope as routes see it: GET for HEAD, without suffix, with the request id."""
    path, suffix = split_suffix(scope["path"])
    state = {
        **scope.get("state", {}),
        "request_id": exchange.request_id,
        "suffix": suffix,
        "head_only": exchange.head_only,
        "headers": exchange.headers,
    }
    method = "GET" if exchange.head_only else scope["method"]
    return {**scope, "method": method, "path": path, "state": state}


def _finished(message: Message, exchange: _Exchange) -> Message:
    """Add the common headers to an answer's start; take the body from an answer to HEAD."""
    if message["type"] == "http.response.start":
        exchange.status = message["status"]
        headers = [*message.get("headers", ()), (b"x-request-id", exchange.request_id.encode())]
        if exchange.headers:
            headers = _with_more(headers, exchange.headers)
        headers.append((b"x-content-type-options", b"nosniff"))
        # Files of senders bring a stricter one.
        if all(name != b"content-security-policy" for name, _ in headers):
            headers.append(NOTHING_RUNS)
        return {**message, "headers": [*headers, *OPEN_TO_ALL]}
    if message["type"] == "http.response.body" and exchange.head_only:
        return {**message, "body": b""}
    return message


def _with_more(
    headers: list[tuple[bytes, bytes]], more: Mapping[str, str]
) -> list[tuple[bytes, bytes]]:
    found = MutableHeaders(raw=headers)
    for name, value in more.items():
        # A page's `Link` to the next one stands beside any other.
        (found.append if name == "Link" else found.__setitem__)(name, value)
    return found.raw
