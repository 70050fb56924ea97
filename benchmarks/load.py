"""A small load generator: keep-alive connections on raw sockets, in one process of its own.

`python -m benchmarks.load PORT SECONDS CONNECTIONS < requests.json` asks again and again for the
addresses in turn, and prints what came as JSON. Bodies are counted, not kept.
"""

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

CHUNK_BYTES = 1 << 20
MILLISECONDS = 1_000
# How much is left of an answer whose head has not come, or that says so only at its end.
UNKNOWN, CHUNKED = -1, -2
LAST_CHUNK = b"0\r\n\r\n"


@dataclass(slots=True)
class Tally:
    """What came back; `milliseconds` holds how long each answer took, `seconds` all together."""

    statuses: dict[int, int] = field(default_factory=dict)
    bytes: int = 0
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)


class Caller:
    """One connection, which asks for the next address as soon as it has an answer."""

    def __init__(self, port: int, requests: list[bytes], first: int) -> None:
        """Connect."""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests, self._next = requests, first
        self._head, self._left, self._status, self._asked_at = b"", UNKNOWN, 0, 0.0
        self._tail = b""
        self._buffer = bytearray(CHUNK_BYTES)

    def ask(self) -> None:
        """Send the next request."""
        self._head, self._left, self._tail = b"", UNKNOWN, b""
        self._asked_at = time.perf_counter()
        self.socket.sendall(self._requests[self._next % len(self._requests)])
        self._next += 1

    def read(self, tally: Tally) -> bool:
        """Read what is there; say whether the answer is whole."""
        size = self.socket.recv_into(self._buffer)
        if size == 0:
            raise ConnectionError("the server closed a connection that was to be kept")
        self._tail = (self._tail + self._buffer[max(0, size - len(LAST_CHUNK)) : size])[-5:]
        if self._left == UNKNOWN:
            self._head += self._buffer[:size]
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._status, length = _read_head(self._head[:end])
            self._left = length
            if length != CHUNKED:
                self._left -= len(self._head) - end - 4
        elif self._left != CHUNKED:
            self._left -= size
        tally.bytes += size
        if self._left > 0 or (self._left == CHUNKED and self._tail != LAST_CHUNK):
            return False
        tally.statuses[self._status] = tally.statuses.get(self._status, 0) + 1
        tally.milliseconds.append(MILLISECONDS * (time.perf_counter() - self._asked_at))
        return True


def _read_head(head: bytes) -> tuple[int, int]:
    """Return the status, and how long the body is; CHUNKED if only its end will tell."""
    status = int(head[9:12])
    lowered = head.lower()
    place = lowered.find(b"\r\ncontent-length:")
    if place < 0:
        if status == 304:  # noqa: PLR2004
            return status, 0
        return status, CHUNKED
    return status, int(lowered[place + 17 :].split(b"\r\n", 1)[0])


def run(port: int, requests: list[bytes], *, seconds: float, connections: int) -> Tally:
    """Ask for some time over some connections, and until each has had an answer."""
    tally = Tally()
    with selectors.DefaultSelector() as selector:
        for number in range(connections):
            caller = Caller(port, requests, number * 7)
            selector.register(caller.socket, selectors.EVENT_READ, caller)
            caller.ask()
        started = time.perf_counter()
        until = started + seconds
        while time.perf_counter() < until or len(tally.milliseconds) < connections:
            for key, _ in selector.select(timeout=1):
                if key.data.read(tally):
                    key.data.ask()
        tally.seconds = time.perf_counter() - started
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return tally


def main() -> None:
    """Run as its own process."""
    port, seconds, connections = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    requests = [each.encode() for each in json.load(sys.stdin)]
    tally = run(port, requests, seconds=seconds, connections=connections)
    json.dump(
        {
            "statuses": tally.statuses,
            "bytes": tally.bytes,
            "seconds": tally.seconds,
            "milliseconds": sorted(round(each, 3) for each in tally.milliseconds),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
