"""The outgoing client's limits: slow servers and resolvers, large bodies, small ones that grow."""

import gzip
import socket
import threading
import time
import zlib

import httpx
import pytest

from gaptracker.intake.addresses import OutgoingRules
from gaptracker.intake.bounded_body import ResponseTooLarge, ResponseUnreadable
from gaptracker.intake.http import OutgoingLimits, make_client
from tests.loopback_world import Script, answering, dripping, listening, silent
from tests.outgoing_world import CONTACT, LIMIT, client_for

# Time.

FLOOD = b"HTTP/1.1 100 Continue\r\n\r\n"
SLOW: dict[str, Script] = {
    "no-answer": silent,
    "headers-stop": dripping(b"HTTP/1.1 200 OK\r\nX-A: ", b""),
    "headers-drip": dripping(b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "status-line-drips": dripping(b"HTTP", b"/"),
    "informational-for-ever": dripping(FLOOD, FLOOD),
    "body-stops": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nab", b""),
    "body-drips": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nab", b"c"),
    "chunks-drip": dripping(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"
    ),
}


@pytest.mark.hostile
@pytest.mark.parametrize(
    "script", [pytest.param(script, id=f"slow-{name}") for name, script in SLOW.items()]
)
def test_a_slow_server_holds_nobody_longer_than_the_deadline(script: Script) -> None:
    with (
        listening(script) as world,
        client_for(world, OutgoingLimits(seconds=0.4)) as client,
    ):
        begun = time.monotonic()
        with pytest.raises(httpx.TimeoutException):
            client.get(world.url())
        # Less than the 20 seconds for which it drips.
        assert 0.35 < time.monotonic() - begun < 15


@pytest.mark.hostile
def test_a_resolver_that_hangs_holds_nobody_longer_either() -> None:
    release = threading.Event()

    def hanging(_host: str) -> list[str]:
        release.wait(60)
        return ["1.1.1.1"]

    limits = OutgoingLimits(seconds=0.3)
    with make_client(OutgoingRules(), limits, contact=CONTACT, resolver=hanging) as client:
        begun = time.monotonic()
        with pytest.raises(httpx.ConnectTimeout):
            client.get("https://slow.example.org/")
        assert time.monotonic() - begun < 30
    release.set()


@pytest.mark.hostile
def test_redirects_share_one_deadline() -> None:
    def script(connection: socket.socket, _request: bytes) -> None:
        time.sleep(0.2)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    with (
        listening(script) as world,
        client_for(world, OutgoingLimits(seconds=0.5, redirects=100)) as client,
        pytest.raises(httpx.TimeoutException),
    ):
        client.get(world.url())
    assert len(world.requests) <= 3


def test_each_request_has_a_deadline_of_its_own() -> None:
    with (
        listening(answering("HTTP/1.1 204 No Content")) as world,
        client_for(world, OutgoingLimits(seconds=5.0)) as client,
    ):
        for pause in (0.0, 3.0, 3.0):
            time.sleep(pause)
            assert client.get(world.url()).status_code == 204


# Size.


def test_a_body_of_exactly_the_limit_is_taken_plain_and_packed() -> None:
    body = b"x" * LIMIT
    packed = gzip.compress(body)
    for head, sent in (
        ("HTTP/1.1 200 OK", body),
        ("HTTP/1.1 200 OK\nContent-Encoding: gzip", packed),
        (f"HTTP/1.1 200 OK\nContent-Encoding: GZIP\nContent-Length: {len(packed)}", packed),
        ("HTTP/1.1 200 OK\nContent-Encoding: deflate", zlib.compress(body)),
    ):
        with listening(answering(head, sent)) as world, client_for(world) as client:
            response = client.get(world.url())
            assert response.content == body
            assert "content-encoding" not in response.headers


def packed_twice(body: bytes) -> bytes:
    return gzip.compress(gzip.compress(body))


TOO_LARGE: dict[str, tuple[str, bytes]] = {
    "declared": (f"Content-Length: {LIMIT + 1}", b""),
    "declared-huge": ("Content-Length: 9999999999999999999", b""),
    "undeclared": ("X-A: b", b"x" * (LIMIT + 1)),
    "chunked": ("Transfer-Encoding: chunked", b"186a1\r\n" + b"x" * 100_001 + b"\r\n0\r\n\r\n"),
    "bomb-gzip": ("Content-Encoding: gzip", gzip.compress(bytes(50_000_000))),
    "bomb-deflate": ("Content-Encoding: deflate", zlib.compress(bytes(50_000_000))),
    "gzip-one-byte": ("Content-Encoding: gzip", gzip.compress(bytes(LIMIT + 1))),
}
UNREADABLE: dict[str, tuple[str, bytes]] = {
    "no-gzip": ("Content-Encoding: gzip", b"plain"),
    "cut": ("Content-Encoding: gzip", gzip.compress(bytes(1_000))[:-9]),
    "goes-on": ("Content-Encoding: gzip", gzip.compress(b"a") + gzip.compress(bytes(1_000))),
    "twice": ("Content-Encoding: gzip, gzip", packed_twice(bytes(1_000))),
    "brotli": ("Content-Encoding: br", b"\x0b\x02\x80ok\x03"),
    "zstd": ("Content-Encoding: zstd", b"(\xb5/\xfd"),
}


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("header", "body"), [pytest.param(*each, id=f"size-{name}") for name, each in TOO_LARGE.items()]
)
def test_a_body_above_the_limit_is_not_taken(header: str, body: bytes) -> None:
    with (
        listening(answering(f"HTTP/1.1 200 OK\n{header}", body)) as world,
        client_for(world) as client,
        pytest.raises(ResponseTooLarge, match=str(LIMIT)),
    ):
        client.get(world.url())


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("header", "body"),
    [pytest.param(*each, id=f"packed-{name}") for name, each in UNREADABLE.items()],
)
def test_a_body_that_is_not_what_it_says_is_not_taken(header: str, body: bytes) -> None:
    with (
        listening(answering(f"HTTP/1.1 200 OK\n{header}", body)) as world,
        client_for(world) as client,
        pytest.raises(ResponseUnreadable),
    ):
        client.get(world.url())


@pytest.mark.hostile
def test_endless_headers_are_not_taken() -> None:
    with (
        listening(dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 60_000, 0)) as world,
        client_for(world) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get(world.url())
