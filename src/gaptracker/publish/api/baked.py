"""Published addresses answered from ready bytes, in front of the whole application.

What is kept is what the application itself answered: asked for beforehand when a release is loaded,
or by the first reader of it in that form, language and coding. Anything that is not a published
address plainly asked for goes on to the application.
"""

import asyncio
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import unquote

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gaptracker.publish.api.envelope import Log
from gaptracker.publish.api.kept import OK, PLAINEST, KeptAnswers, Manner, headers_in
from gaptracker.publish.api.published import published_addresses
from gaptracker.publish.api.ready import Ready, ReadyAnswers
from gaptracker.publish.api.shelf import Standing

# Answers are packed beforehand the way that most readers ask for.
PACKED_BEFOREHAND = (None, "zstd")


class Baked:
    """ASGI middleware in front of everything else."""

    def __init__(self, app: ASGIApp, *, ready: ReadyAnswers, log: Log | None = None) -> None:
        """Stand in front of an application.

        Args:
            app: The application.
            ready: Its ready answers; each release that their shelf takes is baked.
            log: Where it is recorded that a release was.
        """
        self.app = app
        self._ready = ready
        self._log: Log = log or structlog.get_logger("gaptracker.api")
        # What the server's own requests say of the application they are for.
        self._owner: dict[str, object] = {}
        ready.shelf.bake_by(self.bake)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let the application answer it."""
        if not self._owner and "app" in scope:
            self._owner = {"app": scope["app"]}
        kept = self._ready.kept_now() if scope["type"] == "http" else None
        if kept is None:
            await self.app(scope, receive, send)
            return
        line = (scope["method"], scope["path"], scope["query_string"])
        request = self._ready.read(kept, line, scope["headers"])
        found = None if request is None else kept.find(request.key)
        if request is not None and found is not None:
            await self._give(self._ready.ready(found, request), send)
        elif request is None or request.head_only:
            await self.app(scope, receive, send)
        else:
            await self._ask(kept, request.key, scope, (receive, send))

    async def _give(self, ready: Ready, send: Send) -> None:
        given_id = ready.given_id or self._ready.new_id()
        headers = [(b"x-request-id", given_id.encode()), *headers_in(ready.lines)]
        body = memoryview(b"") if ready.body is None else ready.body.view()
        await send({"type": "http.response.start", "status": ready.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def bake(self, standing: Standing) -> None:
        """Ask the application for every published address, on behalf of a standing.

        Blocks until all answers are there; the application goes on answering meanwhile.
        """
        if standing.current is None:
            return
        started = time.perf_counter()
        kept = self._ready.kept_for(standing)
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
