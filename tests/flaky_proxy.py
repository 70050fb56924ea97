"""A line as field offices have it: a TCP proxy that cuts, delays and refuses, as it is told."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

CHUNK_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of one connection; None lets everything through.

    Attributes:
        request_bytes: Cut once so many bytes of the request have reached the server.
        response_bytes: Cut once so many bytes of the response have reached the client.
        delay_seconds: Wait so long before the first byte is passed on.
        refused: Cut at once.
    """

    request_bytes: int | None = None
    response_bytes: int | None = None
    delay_seconds: float = 0.0
    refused: bool = False


GOOD = Fate()


@dataclass(slots=True, kw_only=True)
class Line:
    """The line's address, and how many connections it has had."""

    base: str
    connections: int = 0


@contextmanager
def flaky_line(base: str, fate_of: Callable[[int], Fate]) -> Iterator[Line]:
    """Put a line before a server.

    Args:
        base: The server's address, as `http://127.0.0.1:8000`.
        fate_of: Gives each connection its fate, by its number from 0.
    """
    host, port = base.removeprefix("http://").split(":")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        line = Line(base=f"http://127.0.0.1:{listening.getsockname()[1]}")
        stopped = threading.Event()

        def accept() -> None:
            while not stopped.is_set():
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                fate = fate_of(line.connections)
                line.connections += 1
                threading.Thread(
                    target=_carry, args=(client, (host, int(port)), fate), daemon=True
                ).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield line
        finally:
            stopped.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _carry(client: socket.socket, server_at: tuple[str, int], fate: Fate) -> None:
    if fate.refused:
        _cut(client)
        return
    server = socket.create_connection(server_at)
    time.sleep(fate.delay_seconds)
    back = threading.Thread(target=_pump, args=(server, client, fate.response_bytes), daemon=True)
    back.start()
    _pump(client, server, fate.request_bytes)
    back.join(120)
    for each in (client, server):
        each.close()


def _pump(source: socket.socket, target: socket.socket, limit: int | None) -> None:
    """Pass bytes on; when the limit is reached, tear both ends down as a dead line does."""
    passed = 0
    while True:
        if limit is not None and passed >= limit:
            _cut(source)
            _cut(target)
            return
        room = CHUNK_BYTES if limit is None else min(CHUNK_BYTES, limit - passed)
        try:
            piece = source.recv(room)
            if not piece:
                with suppress(OSError):
                    target.shutdown(socket.SHUT_WR)
                return
            target.sendall(piece)
        except OSError:
            _cut(target)
            return
        passed += len(piece)


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        # Wakes whoever waits on it; the reset goes out when the last handle closes.
        end.shutdown(socket.SHUT_RDWR)
    end.close()
