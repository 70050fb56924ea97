"""Addresses that lead inside, and pages that lie, burst, stand still or never end."""

import gzip
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gaptracker.receive.desk import Outgoing
from tests.capture_world import Captures, captures_on
from tests.loopback_world import Script, answering, dripping, listening, silent

pytestmark = pytest.mark.hostile

LIMIT = 100_000
CANARY = "canary-7d1f"
OK = "HTTP/1.1 200 OK\nContent-Type: text/plain"
INSIDE = [
    pytest.param("http://2130706433/", id="decimal"),
    pytest.param("http://0x7f.1/", id="hexadecimal"),
    pytest.param("http://0177.0.0.1/", id="octal"),
    pytest.param("http://127.1/", id="short"),
    pytest.param("http://127.0.0.1/", id="loopback"),
    pytest.param("http://[::1]/", id="loopback-v6"),
    pytest.param("http://[::ffff:127.0.0.1]/", id="mapped"),
    pytest.param("http://[64:ff9b::7f00:1]/", id="nat64"),
    pytest.param("http://169.254.169.254/latest/meta-data/", id="metadata"),
    pytest.param("http://10.0.0.1/", id="private"),
    pytest.param("http://localhost/", id="localhost"),
    pytest.param("http://records.internal/", id="internal"),
    pytest.param("http://gazette.example.org:5432/", id="port"),
    pytest.param("http://ana:secret@gazette.example.org/", id="user"),
    pytest.param("file:///etc/passwd", id="file"),
    pytest.param("gopher://gazette.example.org/", id="gopher"),
    pytest.param("http://127。0。0。1/", id="full-width"),
    pytest.param("https://gazette.example.org/\r\nX: y", id="line-break"),
    pytest.param("https://gazette.example.org/" + "a" * 3_000, id="long"),
    pytest.param("", id="empty"),
]


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Captures]:
    """An intake that may call the loopback, and takes small files only."""
    folder = tmp_path_factory.mktemp("captures")
    with captures_on(f"sqlite:///{folder / 'records.sqlite3'}") as made:
        limits = replace(made.world.desk.limits, attachment_bytes=LIMIT)
        made.world.desk = replace(made.world.desk, limits=limits)
        made.seconds = 1.0
        yield made


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Captures]:
    """An intake as it is installed."""
    folder = tmp_path_factory.mktemp("strict")
    outgoing = Outgoing(contact="ops@gaptracker.example")
    with captures_on(f"sqlite:///{folder / 'records.sqlite3'}", outgoing) as made:
        yield made


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_that_is_not_public_is_refused_at_once(strict: Captures, url: str) -> None:
    answer = strict.ask(url)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed"), answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/url"]
    assert "secret" not in answer.text
    assert strict.count("job") == 0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"url": "https://gazette.example.org/"}, id="no-ref"),
        pytest.param({"url": 7, "ref": "w1"}, id="number"),
        pytest.param({"url": "https://gazette.example.org/", "ref": "../w1"}, id="path"),
        pytest.param({"url": "https://gazette.example.org/", "ref": "w1", "x": 1}, id="more"),
        pytest.param([], id="list"),
    ],
)
def test_a_body_of_another_form_is_refused(strict: Captures, body: object) -> None:
    address = f"/v1/submissions/{strict.draft}/links"
    answer = strict.world.ask("POST", address, strict.world.ana, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed"), answer.text
    assert strict.count("job") == 0


@pytest.mark.parametrize("name", ["http", "https"])
def test_a_name_that_leads_inside_is_found_out_when_it_is_called(
    strict: Captures, name: str
) -> None:
    strict.resolver = lambda _host: ["93.184.215.14", "10.0.0.7"]
    problem = strict.failed(f"{name}://gazette.example.org/")
    assert problem["code"] == "validation-failed"
    assert "10.0.0.7" not in json.dumps(problem)


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://169.254.169.254/latest", id="metadata"),
        pytest.param("http://2130706433:{port}/", id="decimal"),
        pytest.param("http://[::ffff:127.0.0.1]:{port}/", id="mapped"),
        pytest.param("http://10.0.0.1:{port}/", id="private"),
        pytest.param("//0.0.0.0:{port}/", id="nowhere"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("http://ana:secret@127.0.0.1:{port}/", id="user"),
    ],
)
def test_a_redirect_to_the_inside_is_not_followed(captures: Captures, location: str) -> None:
    with listening(answering(f"{OK}\nContent-Length: 6", b"inside")) as inside:
        target = location.format(port=inside.port)
        moved = f"HTTP/1.1 302 Found\nLocation: {target}\nContent-Length: 0\nX: {CANARY}"
        with listening(answering(moved)) as server:
            problem = captures.failed(server.url())
        assert inside.requests == []
    assert problem["code"] == "validation-failed"
    assert target not in json.dumps(problem)


def bomb() -> bytes:
    return gzip.compress(bytes(50_000_000))


PAGES: list[tuple[str, Callable[[], Script], str]] = [
    ("absent", lambda: answering(f"HTTP/1.1 404 {CANARY}\nContent-Length: 2", b"no"), "not-found"),
    ("gone", lambda: answering(f"HTTP/1.1 410 {CANARY}\nContent-Length: 2", b"no"), "not-found"),
    (
        "error",
        lambda: answering(f"HTTP/1.1 500 {CANARY}\nContent-Length: 11", CANARY.encode()),
        "unavailable",
    ),
    ("not-modified", lambda: answering("HTTP/1.1 304 Not Modified"), "unavailable"),
    (
        "loop",
        lambda: answering("HTTP/1.1 302 Found\nLocation: /\nContent-Length: 0"),
        "unavailable",
    ),
    ("declared", lambda: answering(f"{OK}\nContent-Length: 100001", b"x"), "too-large"),
    ("more", lambda: answering(OK, bytes(2 * LIMIT)), "too-large"),
    ("bomb", lambda: answering(f"{OK}\nContent-Encoding: gzip", bomb()), "too-large"),
    ("dripping", lambda: dripping(f"{OK}\n\n".replace("\n", "\r\n").encode(), b"x"), "timeout"),
    ("endless", lambda: dripping(f"{OK}\n\n".replace("\n", "\r\n").encode(), b"x" * 50_000), "big"),
    ("silent", lambda: silent, "timeout"),
    ("slow-head", lambda: dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), "timeout"),
    (
        "not-packed",
        lambda: answering(f"{OK}\nContent-Encoding: gzip", CANARY.encode()),
        "unavailable",
    ),
    ("strange", lambda: answering(f"{OK}\nContent-Encoding: {CANARY}", b"x"), "unavailable"),
]
WORDS = {"timeout": "request-timeout", "big": "too-large"}


@pytest.mark.parametrize(
    ("script", "code"), [pytest.param(script, code, id=name) for name, script, code in PAGES]
)
def test_a_page_that_is_none_ends_the_job_without_a_word_of_it(
    captures: Captures, script: Callable[[], Script], code: str
) -> None:
    with listening(script()) as server:
        problem = captures.failed(server.url())
    assert problem["code"] == WORDS.get(code, code)
    assert CANARY not in json.dumps(problem)
    assert set(problem) == {"code", "detail"}


def test_a_page_that_bursts_only_as_an_archive_is_too_large_too(captures: Captures) -> None:
    # It cannot be packed, so that the records around it are what is too much.
    noise = random.Random(7).randbytes(LIMIT)
    with listening(answering(f"{OK}\nContent-Length: {LIMIT}", noise)) as server:
        assert captures.failed(server.url())["code"] == "too-large"


def test_what_is_no_http_is_tried_again_and_never_quoted(captures: Captures) -> None:
    with listening(answering(f"SSH-2.0-{CANARY}")) as server:
        address = captures.asked(server.url())
        for _ in range(4):
            captures.work()
            captures.world.clock.wait(minutes=10)
    job = captures.job(address)
    assert (job["state"], job["problem"]["code"]) == ("failed", "unavailable")
    assert CANARY not in json.dumps(job)
