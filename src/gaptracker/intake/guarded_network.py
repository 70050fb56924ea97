"""The guard at the moment of connecting, and one deadline over all a request does.

Checking a name before the request and letting the request look it up again is no check: the second
answer may be another one (DNS rebinding). Here the name is looked up once, every address of the
answer is checked, and the connection goes to one of those very addresses. Host and SNI keep the
name, since only the socket learns of the address.
"""

import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from ssl import SSLContext

import httpcore

from gaptracker.intake.addresses import (
    AddressRefused,
    IPAddress,
    OutgoingRules,
    literal_address,
    may_connect,
)

# Gives the IP addresses of a name, as text. The system's own is `addresses_of`; tests bring others.
Resolver = Callable[[str], Sequence[str]]

# All addresses of a name are checked, this many are tried: a name with a thousand of them must not
# have us knock a thousand times.
MOST_TRIED = 4
WRITE_BYTES = 16_384
# Stands for an answer that nobody can read (`fe80::1%eth0` on some systems): it is not skipped but
# refused, since nothing is ever allowed to go to this one.
UNREADABLE = ipaddress.IPv4Address(0)


def addresses_of(host: str) -> list[str]:
    """Look a name up with the system's resolver.

    Raises:
        OSError: If the name has no address.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Deadline:
    """A point in time after which a request is over, whatever it is doing.

    A timeout for each read alone lets a receiver that sends a byte every few seconds hold us for
    ever.
    """

    def __init__(self, seconds: float) -> None:
        """Start counting, in seconds."""
        self._end = time.monotonic() + seconds

    def left(self, expired: type[httpcore.TimeoutException]) -> float:
        """Return the seconds that are left.

        Raises:
            httpcore.TimeoutException: Of the kind given, if none are.
        """
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise expired("the time for the whole request is over")
        return seconds


class GuardedNetwork(httpcore.NetworkBackend):
    """Opens connections for one request, to checked addresses and within one deadline."""

    def __init__(self, rules: OutgoingRules, resolver: Resolver, deadline: Deadline) -> None:
        """Take what may be reached, how names are looked up, and when all must be over."""
        self._rules = rules
        self._resolver = resolver
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline stands in its place
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host by an address that was checked.

        Raises:
            AddressRefused: If any address of the host is not allowed, even when others are.
            httpcore.ConnectError: If none can be reached, or the name has none.
            httpcore.ConnectTimeout: If the deadline passes.
        """
        addresses = self._checked_addresses(host)[:MOST_TRIED]
        options = list(socket_options or ())
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for tried, address in enumerate(addresses):
            # A silent address gets its share of the time, not all of it.
            seconds = self._deadline.left(httpcore.ConnectTimeout) / (len(addresses) - tried)
            try:
                stream = self._sockets.connect_tcp(
                    str(address), port, seconds, local_address, options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return DeadlineStream(stream, self._deadline)
        raise failure or httpcore.ConnectError("the name has no address")

    def _checked_addresses(self, host: str) -> list[IPAddress]:
        """Return the addresses of a host, all of them allowed."""
        literal = literal_address(host)
        addresses = [literal] if literal is not None else self._looked_up(host)
        if not all(may_connect(each, self._rules) for each in addresses):
            raise AddressRefused(
                f"{host[:200]!r} is not called: it does not lead to the public Internet, or not "
                "with all its addresses; expected a public host"
            )
        return addresses

    def _looked_up(self, host: str) -> list[IPAddress]:
        """Look a name up, in a thread of its own since no resolver can be told to hurry."""
        answers: queue.SimpleQueue[list[IPAddress] | OSError | ValueError] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                found = [literal_address(text) for text in self._resolver(host)]
                answers.put([each or UNREADABLE for each in found])
            # A resolver fails with OSError, or with UnicodeError on names no resolver can take.
            except (OSError, ValueError) as error:
                answers.put(error)

        threading.Thread(target=look_up, daemon=True, name="look-up").start()
        try:
            answer = answers.get(timeout=self._deadline.left(httpcore.ConnectTimeout))
        except queue.Empty:
            raise httpcore.ConnectTimeout("the name was not looked up in time") from None
        if isinstance(answer, Exception):
            raise httpcore.ConnectError("the name cannot be looked up") from answer
        return answer


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose every step ends with the request's deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        """Wrap an open connection."""
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Read what has come, at most so many bytes."""
        return self._stream.read(max_bytes, self._deadline.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Send all of it, looking at the deadline in between."""
        for start in range(0, len(buffer), WRITE_BYTES):
            seconds = self._deadline.left(httpcore.WriteTimeout)
            self._stream.write(buffer[start : start + WRITE_BYTES], seconds)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Encrypt the connection; the certificate is checked against the name, as always."""
        try:
            seconds = self._deadline.left(httpcore.ConnectTimeout)
            stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        except BaseException:
            self.close()
            raise
        return DeadlineStream(stream, self._deadline)

    # `Any` and `object` are what httpcore asks for: each name has a type of its own.
    def get_extra_info(self, info: str) -> object:
        """Ask the connection below."""
        return self._stream.get_extra_info(info)
