"""Publishers on the loopback: files under their true paths, with ETags, or what a test wants."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer: a status, headers, and a body of which `sent` bytes are really sent."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None


Answer = Given | Callable[[BaseHTTPRequestHandler], Given]


@dataclass
class Publishers:
    """A mirror of all publishers: what stands under which `host/path`, and what was asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    # Taken before what stands in `answers`, one after another: for what mends itself.
    first: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def mirror(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, url: str, body: bytes, **headers: str) -> None:
        """Serve bytes at a publisher's address; the query is part of it."""
        self.answers[url.partition("://")[2]] = Given(body=body, headers=headers)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        # What a form asks stands where a query would.
        form = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        self.path = f"{self.path}?{form}"
        self._answer()

    def _answer(self) -> None:
        world = cast("_Server", self.server).world
        address = self.path.removeprefix("/")
        world.asked.append(address)
        waiting = world.first.get(address)
        answer = waiting.pop(0) if waiting else world.answers.get(address)
        if answer is None:
            known = urlsplit(address).path
            answer = next(
                (each for name, each in world.answers.items() if name == known),
                Given(status=404, body=b"not here"),
            )
        given = answer if isinstance(answer, Given) else answer(self)
        self._send(given, world)

    def _send(self, given: Given, world: Publishers) -> None:
        tag = f'"{hashlib.sha256(given.body).hexdigest()[:16]}"'
        if given.status == 200 and self.headers.get("if-none-match") == tag:
            world.statuses.append(304)
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        world.statuses.append(given.status)
        self.send_response(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        if given.status == 200:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        self.wfile.write(given.body[: given.sent])
        if given.sent is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    world: Publishers


@contextmanager
def publishing() -> Iterator[Publishers]:
    """Run the mirror for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.world = Publishers(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.world
    finally:
        server.shutdown()
        server.server_close()
