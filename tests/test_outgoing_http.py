"""The outgoing client against a real server on the loopback, and resolvers that lie."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Sequence

import httpx
import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.intake.addresses import AddressRefused, OutgoingRules
from gaptracker.intake.http import OutgoingLimits, make_client
from tests.loopback_world import Script, answering, listening, silent
from tests.outgoing_world import CONTACT, client_for, trial_rules


class Turning:
    """A resolver whose answer changes from one look-up to the next."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0)


def test_a_request_says_who_calls_and_asks_for_no_lasting_connection() -> None:
    with (
        listening(answering("HTTP/1.1 200 OK\nContent-Length: 2", b"hi")) as world,
        client_for(world) as client,
    ):
        assert client.get(world.url("/in?a=b")).text == "hi"
    head = world.requests[0].decode()
    assert head.startswith("GET /in?a=b HTTP/1.1\r\n")
    assert f"\r\nHost: 127.0.0.1:{world.port}\r\n" in head
    assert re.search(r"\r\nUser-Agent: GapTracker/\S+ \(\+https://gaptracker.example/about\)", head)
    assert "\r\nConnection: close\r\n" in head


@pytest.mark.parametrize("contact", ["", "a b", "a\r\nX: y", "é"])
def test_a_client_without_a_contact_is_not_made(contact: str) -> None:
    with pytest.raises(InvalidValue, match="contact"):
        make_client(OutgoingRules(), OutgoingLimits(), contact=contact)


def test_the_server_sees_the_name_and_not_the_address_it_resolved_to() -> None:
    resolver = Turning(["127.0.0.1"])
    with (
        listening(answering("HTTP/1.1 204 No Content")) as world,
        client_for(world, resolver=resolver) as client,
    ):
        assert client.get(world.url("/", "hooks.example.org")).status_code == 204
    assert f"Host: hooks.example.org:{world.port}\r\n".encode() in world.requests[0]
    assert resolver.asked == ["hooks.example.org"]


def test_tls_asks_for_the_name_and_not_for_the_address() -> None:
    # Without a certificate the handshake fails, after the name was asked for.
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)

    def script(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, pytest.raises(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=script, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]
        rules = OutgoingRules(ports=frozenset({port}), allow_loopback=True)
        resolver = Turning(["127.0.0.1"])
        with (
            make_client(rules, OutgoingLimits(), contact=CONTACT, resolver=resolver) as client,
            pytest.raises(httpx.ConnectError),
        ):
            client.get(f"https://hooks.example.org:{port}/")
        thread.join()
    assert asked == ["hooks.example.org"]


def test_the_machines_proxies_and_cookies_take_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    head = "HTTP/1.1 200 OK\nContent-Length: 0\nSet-Cookie: a=b; Path=/"
    with listening(answering(head)) as world, listening(silent) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        with client_for(world) as client:
            client.get(world.url())
            client.get(world.url())
    assert len(world.requests) == 2
    assert not proxy.requests
    assert b"cookie" not in b"".join(world.requests).lower()


# Names that change, and names with several addresses.


@pytest.mark.hostile
@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("10.0.0.1", id="rebind-private"),
        pytest.param("127.0.0.1", id="rebind-loopback"),
        pytest.param("169.254.169.254", id="rebind-metadata"),
        pytest.param("::ffff:10.0.0.1", id="rebind-mapped"),
        pytest.param("64:ff9b::10.0.0.1", id="rebind-nat64"),
        pytest.param("fe80::1%eth0", id="rebind-scoped"),
        pytest.param("no address", id="rebind-unreadable"),
    ],
)
def test_a_name_that_changes_between_look_ups_gains_nothing(inside: str) -> None:
    resolver = Turning(["1.1.1.1"], [inside])
    with make_client(
        OutgoingRules(), OutgoingLimits(), contact=CONTACT, resolver=resolver
    ) as client:
        # One look-up for one request, and the connection goes to the address that was checked: the
        # tests' own wall, which lets nothing out, names it in a warning, and warnings are errors.
        with pytest.raises(UserWarning, match=re.escape('"1.1.1.1"')):
            client.get("https://turning.example.org/")
        assert len(resolver.asked) == 1
        # The next request has a connection and a check of its own.
        with pytest.raises(AddressRefused) as refusal:
            client.get("https://turning.example.org/")
    assert inside not in str(refusal.value)
    assert "turning.example.org" in str(refusal.value)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["1.1.1.1", "10.0.0.1"], id="mixed-inside-last"),
        pytest.param(["10.0.0.1", "1.1.1.1"], id="mixed-inside-first"),
        pytest.param(["1.1.1.1"] * 50 + ["::1"], id="mixed-inside-after-many"),
    ],
)
def test_one_address_inside_is_enough_to_refuse_a_name(addresses: list[str]) -> None:
    with (
        make_client(
            OutgoingRules(), OutgoingLimits(), contact=CONTACT, resolver=Turning(addresses)
        ) as client,
        pytest.raises(AddressRefused),
    ):
        client.get("https://mixed.example.org/")


@pytest.mark.hostile
@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127。0。0。1:{port}/", id="client-full-width-dots"),
        pytest.param("http://2130706433:{port}/", id="client-decimal"),
        pytest.param("http://0x7f.1:{port}/", id="client-hexadecimal"),
        pytest.param("http://127.1:{port}/", id="client-short"),
        pytest.param("http://0:{port}/", id="client-zero"),
        pytest.param("http://0.0.0.0:{port}/", id="client-unspecified"),
        pytest.param("http://localhost:{port}/", id="client-localhost"),
        pytest.param("http://localhost.:{port}/", id="client-localhost-dot"),
        pytest.param("http://[::ffff:127.0.0.1]:{port}/", id="client-mapped"),
        pytest.param("http://a@127.0.0.1:{port}/", id="client-user"),
        pytest.param("http://127.0.0.1:{port}/", id="client-loopback"),
        pytest.param("ftp://127.0.0.1:{port}/", id="client-scheme"),
    ],
)
def test_a_client_reaches_no_loopback_in_any_spelling(url: str) -> None:
    with listening(answering("HTTP/1.1 200 OK\nContent-Length: 0")) as world:
        rules = OutgoingRules(schemes=frozenset({"http"}), ports=frozenset({world.port}))
        with (
            make_client(rules, OutgoingLimits(), contact=CONTACT) as client,
            pytest.raises((AddressRefused, httpx.InvalidURL)),
        ):
            client.get(url.format(port=world.port))
    assert not world.requests


def test_an_address_that_answers_is_found_behind_one_that_does_not() -> None:
    resolver = Turning(["::1", "127.0.0.1"])
    with (
        listening(answering("HTTP/1.1 204 No Content")) as world,
        client_for(world, resolver=resolver) as client,
    ):
        assert client.get(world.url("/", "two.example.org")).status_code == 204


def test_a_name_without_an_address_is_a_failure_to_connect() -> None:
    def unknown(_host: str) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for resolver in (unknown, Turning([])):
        with (
            make_client(
                OutgoingRules(), OutgoingLimits(), contact=CONTACT, resolver=resolver
            ) as client,
            pytest.raises(httpx.ConnectError),
        ):
            client.get("https://unknown.example.org/")


# Redirects.


def redirecting(target: Callable[[], str]) -> Script:
    def script(connection: socket.socket, request: bytes) -> None:
        if request.startswith(b"GET /start"):
            head = f"HTTP/1.1 302 Found\r\nLocation: {target()}\r\nContent-Length: 0\r\n\r\n"
            connection.sendall(head.encode())
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend")

    return script


def test_a_redirect_is_not_followed_unless_asked_for() -> None:
    with listening(redirecting(lambda: "/end")) as world:
        with client_for(world) as client:
            assert client.get(world.url("/start")).status_code == 302
        with client_for(world, OutgoingLimits(redirects=1)) as client:
            assert client.get(world.url("/start")).text == "end"


def test_redirects_end() -> None:
    with (
        listening(redirecting(lambda: "/start")) as world,
        client_for(world, OutgoingLimits(redirects=3)) as client,
        pytest.raises(httpx.TooManyRedirects),
    ):
        client.get(world.url("/start"))
    assert len(world.requests) == 4


@pytest.mark.hostile
@pytest.mark.parametrize(
    "target",
    [
        pytest.param("http://10.0.0.1/", id="redirect-private"),
        pytest.param("http://169.254.169.254/latest/meta-data/", id="redirect-metadata"),
        pytest.param("http://inside.example.org/", id="redirect-name-inside"),
        pytest.param("http://127.0.0.1:1/", id="redirect-port"),
        pytest.param("https://127.0.0.1/", id="redirect-scheme"),
        pytest.param("file:///etc/passwd", id="redirect-file"),
        pytest.param("//a:b@127.0.0.1/", id="redirect-user"),
        pytest.param("http://2130706433/", id="redirect-decimal"),
    ],
)
def test_each_hop_of_a_redirect_passes_the_guard(target: str) -> None:
    def resolver(host: str) -> list[str]:
        return ["10.0.0.1"] if host == "inside.example.org" else ["127.0.0.1"]

    with listening(redirecting(lambda: target)) as world:
        limits = OutgoingLimits(redirects=5)
        rules = trial_rules(world.port, 80)
        with (
            make_client(rules, limits, contact=CONTACT, resolver=resolver) as client,
            pytest.raises((AddressRefused, httpx.UnsupportedProtocol)),
        ):
            client.get(world.url("/start", "outside.example.org"))
    assert len(world.requests) == 1
