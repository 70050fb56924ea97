"""A server on the loopback that says byte by byte what a test wants, or nothing at all."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Script = Callable[[socket.socket, bytes], None]


@dataclass
class Loopback:
    """Where a server listens, and what it was sent."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def answering(head: str, body: bytes = b"") -> Script:
    """Answer each request with a status line, headers and a body, all at once."""

    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)

    return script


def dripping(first: bytes, drop: bytes, seconds: float = 0.05) -> Script:
    """Send something, and then a little more for ever: no pause is long enough to be noticed."""

    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(first)
        for _ in range(400):
            time.sleep(seconds)
            connection.sendall(drop)

    return script


def silent(connection: socket.socket, _request: bytes) -> None:
    """Take the request and say nothing until the other side is tired of it."""
    connection.recv(1)


@contextmanager
def listening(script: Script) -> Iterator[Loopback]:
    """Run a server on 127.0.0.1 that reads a request and leaves the answer to the script."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        world = Loopback(port=listener.getsockname()[1])
        accepting = threading.Thread(
            target=_accept, args=(listener, script, world), name="accepting", daemon=True
        )
        accepting.start()
        try:
            yield world
        finally:
            # Wakes `accept`, which a close alone would leave waiting.
            listener.shutdown(socket.SHUT_RDWR)
            # The number of a closed socket goes to the next one that opens: a thread on its way
            # into `accept` would answer in the place of the next server.
            accepting.join()


def _accept(listener: socket.socket, script: Script, world: Loopback) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_converse, args=(connection, script, world), daemon=True).start()


def _converse(connection: socket.socket, script: Script, world: Loopback) -> None:
    with connection:
        try:
            request = _whole_request(connection)
            world.requests.append(request)
            script(connection, request)
        except OSError:
            return  # the client went away: what many of these tests are about


def _whole_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request and (more := connection.recv(65_536)):
        request += more
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while lengths and len(body) < lengths[0] and (more := connection.recv(65_536)):
        body += more
    return head + b"\r\n\r\n" + body
