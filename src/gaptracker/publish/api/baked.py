"""Published addresses answered from ready bytes, in front of the whole application.

What is kept is what the application itself answered: asked for beforehand when a release is loaded,
or by the first reader of it in that form, language and coding. Anything that is not a published
address plainly asked for goes on to the application.
"""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gaptracker.publish.api.encodings import ENCODINGS, choose_encoding, held_tag, takes_plain
from gaptracker.publish.api.envelope import GIVEN_ID, Log
from gaptracker.publish.api.errors import RequestRefused
from gaptracker.publish.api.kept import LIFETIMES, OK, PLAINEST, KeptAnswer, KeptAnswers, Manner
from gaptracker.publish.api.negotiation import choose_format, choose_language
from gaptracker.publish.api.packed import NOT_MODIFIED
from gaptracker.publish.api.published import Asked, published_addresses, read_address
from gaptracker.publish.api.shelf import Shelf, Standing

METHODS = ("GET", "HEAD")
# Headers that decide which answer it is, and how it is given.
NEGOTIATED = (b"accept", b"accept-language", b"accept-encoding")
HEEDED = frozenset({*NEGOTIATED, b"if-none-match", b"x-request-id"})
# Headers of requests that the application had better look at itself.
LEFT_ALONE = frozenset(
    {b"authorization", b"range", b"if-range", b"if-match", b"expect", b"content-length"}
)
PREFIXES = ("/v1/gaps", "/v1/actors", "/v1/themes")
# Answers are packed beforehand the way that most readers ask for.
PACKED_BEFOREHAND = (None, "zstd")
# One line in the log says how many were given since the last one.
LOG_SECONDS = 10.0
ADDRESSES_REMEMBERED = 20_000
# What is longer was written by nobody's browser and is not remembered: thousands of it would fill
# the memory.
LONGEST_REMEMBERED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plain:
    """A request for a published address with nothing unusual about it."""

    key: tuple[str, Manner]
    is_pinned: bool
    head_only: bool
    tags: str
    given_id: str | None


class Baked:
    """ASGI middleware in front of everything else."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        shelf: Shelf,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        log: Log | None = None,
    ) -> None:
        """Stand in front of an application.

        Args:
            app: The application.
            shelf: Where its answers come from; each release that it takes is baked.
            new_id: Gives the id of a request that brings none.
            log: Where it is recorded how many answers were given.
        """
        self.app = app
        self._shelf = shelf
        self._new_id = new_id
        self._log: Log = log or structlog.get_logger("gaptracker.api")
        self._kept: KeptAnswers | None = None
        self._coming: KeptAnswers | None = None
        # The thread that bakes and the one that answers have to mean the same answers.
        self._choosing = threading.Lock()
        self._read: dict[tuple[str, bytes], Asked | None] = {}
        self._given, self._told_at = 0, time.monotonic()
        # What the server's own requests say of the application they are for.
        self._owner: dict[str, object] = {}
        shelf.bake_by(self.bake)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let the application answer it."""
        if not self._owner and "app" in scope:
            self._owner = {"app": scope["app"]}
        kept = self._kept_now() if scope["type"] == "http" and scope["method"] in METHODS else None
        request = self._plain(kept, scope) if kept is not None else None
        if kept is None or request is None:
            await self.app(scope, receive, send)
            return
        found = kept.find(request.key)
        if found is not None:
            await self._give(kept, found, request, send)
        elif request.head_only:
            await self.app(scope, receive, send)
        else:
            await self._ask(kept, request.key, scope, (receive, send))

    def bake(self, standing: Standing) -> None:
        """Ask the application for every published address, on behalf of a standing.

        Blocks until all answers are there; the application goes on answering meanwhile.
        """
        if standing.current is None:
            return
        started = time.perf_counter()
        with self._choosing:
            if self._kept is not None and self._kept.serves(standing):
                kept = self._kept
            else:
                kept = self._coming = KeptAnswers(standing)
        asking = self._ask_all(kept, published_addresses(standing.current))
        # In a thread of its own: whoever loads may have a loop that is running.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, asking).result()
        self._log.info(
            "release baked",
            release=standing.current.id,
            answers=len(kept),
            bytes=kept.size_bytes,
            seconds=round(time.perf_counter() - started, 2),
        )

    async def _ask_all(self, kept: KeptAnswers, addresses: Iterable[str]) -> None:
        for address in addresses:
            began = time.perf_counter()
            for encoding in PACKED_BEFOREHAND:
                key = (address, replace(PLAINEST, encoding=encoding))
                request = _request_of_nobody(address, encoding)
                await self._ask(kept, key, request, (_nothing_more, _to_nobody))
            # As long a rest as the work was: the thread that answers readers is not crowded out.
            await asyncio.sleep(time.perf_counter() - began)

    async def _ask(
        self,
        kept: KeptAnswers,
        key: tuple[str, Manner],
        scope: Scope,
        channel: tuple[Receive, Send],
    ) -> None:
        """Ask the application on behalf of one standing of the shelf, and keep its answer."""
        receive, send = channel
        headers: list[tuple[bytes, bytes]] = []
        parts: list[bytes] = []

        async def send_and_keep(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.start" and message["status"] == OK:
                headers.extend(message["headers"])
            elif message["type"] == "http.response.body" and headers:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    kept.keep(key, headers, b"".join(parts))

        state = {**scope.get("state", {}), "standing": kept.standing}
        await self.app({**self._owner, **scope, "state": state}, receive, send_and_keep)

    async def _give(
        self, kept: KeptAnswers, found: KeptAnswer, request: _Plain, send: Send
    ) -> None:
        """Give an answer that is kept, or say that the client has it."""
        headers = [
            (b"x-request-id", (request.given_id or self._new_id()).encode()),
            LIFETIMES[request.is_pinned],
        ]
        held = held_tag(found.plain_etag, [request.tags]) if request.tags else None
        if held is not None:
            headers += [(b"etag", held.encode()), *found.bodiless]
            await send({"type": "http.response.start", "status": NOT_MODIFIED, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            body: bytes | memoryview = b"" if request.head_only else kept.body_of(found)
            headers += found.headers
            await send({"type": "http.response.start", "status": OK, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        self._count()

    def _kept_now(self) -> KeptAnswers | None:
        """Return what is kept of the standing that is on the shelf at this moment."""
        standing = self._shelf.standing
        kept = self._kept
        if kept is not None and kept.serves(standing):
            return kept
        if standing.current is None:
            return None
        with self._choosing:
            coming, self._coming = self._coming, None
            is_baked = coming is not None and coming.serves(standing)
            kept = self._kept = coming if is_baked else KeptAnswers(standing)
            self._read.clear()
        return kept

    def _plain(self, kept: KeptAnswers, scope: Scope) -> _Plain | None:
        """Read a request for a published address; None if the application has to look at it."""
        asked = self._asked(kept, scope)
        heeded = _heeded(scope) if asked else None
        if asked is None or heeded is None:
            return None
        tags = heeded.get(b"if-none-match", b"").decode("latin-1")
        manner = _manner(
            asked.offered,
            (asked.form, asked.language),
            *(heeded.get(name) for name in NEGOTIATED),
        )
        if manner is None or tags.strip() == "*":
            return None
        given_id = heeded.get(b"x-request-id", b"").decode("latin-1")
        return _Plain(
            key=(asked.address, manner),
            is_pinned=asked.release is not None,
            head_only=scope["method"] == "HEAD",
            tags=tags,
            given_id=given_id if GIVEN_ID.fullmatch(given_id) else None,
        )

    def _asked(self, kept: KeptAnswers, scope: Scope) -> Asked | None:
        """Return what an address asks for, remembering how it was read."""
        release = kept.standing.current
        written = (scope["path"], scope["query_string"])
        if written in self._read:
            return self._read[written]
        if release is None or not written[0].startswith(PREFIXES):
            return None
        asked = read_address(release, written[0], written[1].decode("latin-1"))
        if asked is not None and asked.release not in (None, release.id):
            asked = None
        is_short = len(written[0]) + len(written[1]) <= LONGEST_REMEMBERED
        if is_short and len(self._read) < ADDRESSES_REMEMBERED:
            self._read[written] = asked
        return asked

    def _count(self) -> None:
        """Count an answer, and tell the log now and then: a line for each would cost more."""
        self._given += 1
        now = time.monotonic()
        if now - self._told_at >= LOG_SECONDS:
            self._log.info(
                "published answers given",
                count=self._given,
                seconds=round(now - self._told_at, 1),
            )
            self._given, self._told_at = 0, now


def _heeded(scope: Scope) -> dict[bytes, bytes] | None:
    """Return the headers that decide; None if the application has to look.

    That is if one came twice, is longer than what is remembered, or is none of ours.
    """
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in HEEDED:
            if name in found or len(value) > LONGEST_REMEMBERED:
                return None
            found[name] = value
        elif name in LEFT_ALONE:
            return None
    return found


# A browser sends the same headers each time, and there are few browsers.
@lru_cache(maxsize=10_000)
def _manner(
    offered: Sequence[str],
    said: tuple[str | None, str | None],
    accept: bytes | None,
    accept_language: bytes | None,
    accept_encoding: bytes | None,
) -> Manner | None:
    """Return how an answer is to look; None if the application has to refuse."""
    form, language = said
    try:
        chosen = form or choose_format(offered, suffix=None, parameter=None, accept=_text(accept))
    except RequestRefused:
        return None
    packing = _text(accept_encoding)
    return Manner(
        form=chosen,
        language=choose_language(language, _text(accept_language)),
        encoding=choose_encoding(packing, ENCODINGS),
        takes_plain=takes_plain(packing),
    )


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("latin-1")


def _request_of_nobody(address: str, encoding: str | None) -> Scope:
    path, _, query = address.partition("?")
    headers = [(b"accept-encoding", encoding.encode())] if encoding else []
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": None,
        "state": {"baking": True},
    }


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _to_nobody(_message: Message) -> None:
    pass
