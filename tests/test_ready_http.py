"""Answers that the server gives by itself are those of the application, byte for byte."""

import os
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

from gaptracker.main import ready_http
from gaptracker.main.patient_http import PatientHttp
from gaptracker.main.ready_http import ReadyHttp
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.published import published_addresses
from gaptracker.publish.api.ready import LONGEST_SEEN, MOST_SEEN, ReadyAnswers
from gaptracker.publish.api.shelf import Shelf
from tests.api_world import API_EVIDENCE, World, open_store, shared_world
from tests.cli_world import cut, without_last_vote
from tests.server_world import running
from tests.test_api_baked import MANNERS, ODD, Counted

DATE = re.compile(rb"\r\ndate: [^\r]+")
MEX = "/v1/gaps?actor=MEX"
# Not published: worked on by the application.
SLOW = "/v1/gaps?actor=MEX&sort=-gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """A server on a socket, and the requests that it did not answer by itself."""

    port: int
    answers: ReadyAnswers
    inner: list[Counted]

    @property
    def passed_on(self) -> list[str]:
        return [path for each in self.inner for path in each.asked]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)


def request(address: str, method: str = "GET", version: str = "1.1", **headers: str) -> bytes:
    given = {"Host": "localhost", "X_Request_Id": "same", **headers}
    lines = [f"{method} {address} HTTP/{version}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def read_answer(connection: socket.socket, head_only: bool = False) -> bytes:
    """One whole answer, without its date, which no two servers have alike."""
    came = b""
    while (end := came.find(b"\r\n\r\n")) < 0:
        came = connection.recv(65_536, socket.MSG_PEEK)
        assert came
    came = connection.recv(end + 4)
    length = re.search(rb"\r\ncontent-length: (\d+)", came)
    bodiless = head_only or b" 304 " in came[:16] or length is None
    left = 0 if bodiless else int(length[1])  # type: ignore[index]  # None is bodiless
    while left > 0:
        part = connection.recv(min(left, 65_536))
        assert part, came
        came, left = came + part, left - len(part)
    head, _, body = DATE.sub(b"", came).partition(b"\r\n\r\n")
    # The order of headers says nothing.
    return b"\r\n".join([*sorted(head.split(b"\r\n")), b"", body])


def ask(listening: Listening, written: bytes) -> bytes:
    with listening.connect() as connection:
        connection.sendall(written)
        return read_answer(connection, written.startswith(b"HEAD "))


def listen(
    shelf: Shelf, http: type[PatientHttp], stack: ExitStack, *, idle_seconds: int = 60
) -> Listening:
    app = create_api(shelf, watch_seconds=None)
    inner: list[Counted] = []

    def counted(within: ASGIApp) -> Counted:
        inner.append(Counted(within))
        return inner[-1]

    app.add_middleware(counted)
    config = uvicorn.Config(
        app,
        http=http,
        port=0,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=idle_seconds,
    )
    base = stack.enter_context(running(uvicorn.Server(config)))
    return Listening(
        port=int(base.rpartition(":")[2]), answers=app.state.ready_answers, inner=inner
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture(scope="module")
def servers(world: World) -> Iterator[tuple[Listening, Listening]]:
    """One that leaves everything to the application, and one that has ready answers."""
    with ExitStack() as stack:
        yield tuple(listen(world.shelf, http, stack) for http in (PatientHttp, ReadyHttp))  # type: ignore[misc]


@pytest.fixture(scope="module")
def ours(servers: tuple[Listening, Listening]) -> Listening:
    return servers[1]


def test_every_published_answer_is_the_applications_byte_for_byte(
    world: World, servers: tuple[Listening, Listening]
) -> None:
    plain, ours = servers
    current = world.shelf.standing.current
    assert current is not None
    asked = 0
    with plain.connect() as theirs, ours.connect() as mine:
        for address in (*published_addresses(current), "/v1/actors/MEX", f"{MEX}&lang=es"):
            for method, manner in (*product(["GET"], MANNERS), ("HEAD", MANNERS[1])):
                written = request(address, method, **manner)
                theirs.sendall(written)
                expected = read_answer(theirs, method == "HEAD")
                for _ in range(3):  # kept from the first, remembered from the second
                    mine.sendall(written)
                    assert read_answer(mine, method == "HEAD") == expected, written
                    asked += 1
    assert len(ours.passed_on) * 2 < asked


def test_who_has_an_answer_is_told_so(servers: tuple[Listening, Listening]) -> None:
    plain, ours = servers
    whole = ask(plain, request(MEX, Accept_Encoding="gzip"))
    tag = re.search(rb'\r\netag: ("[^"]+")', whole)
    assert tag is not None
    for tags in (tag[1].decode(), f'W/{tag[1].decode()}, "x"', '"x"', "*"):
        for method in ("GET", "HEAD"):
            written = request(MEX, method, Accept_Encoding="gzip", If_None_Match=tags)
            expected = ask(plain, written)
            assert (b" 304 " in expected[:16]) == (tags != '"x"')
            assert [ask(ours, written) for _ in range(3)] == [expected] * 3


@pytest.mark.parametrize(("address", "headers"), ODD)
def test_what_is_unusual_goes_to_the_application(
    servers: tuple[Listening, Listening], address: str, headers: dict[str, str]
) -> None:
    plain, ours = servers
    written = request(address, **headers)
    before = len(ours.passed_on)
    expected = ask(plain, written)
    assert [ask(ours, written) for _ in range(2)] == [expected] * 2
    assert len(ours.passed_on) == before + 2


@pytest.mark.parametrize(
    "written",
    [
        request(MEX, version="1.0"),
        request(MEX, Connection="close"),
        request(MEX, Connection="Upgrade", Upgrade="h2c"),
        request(MEX, Expect="100-continue"),
        request(f"{MEX}#part"),
        request(f"http://localhost{MEX}"),
        request(MEX, Content_Length="3") + b"abc",
        request(MEX, Transfer_Encoding="chunked") + b"3\r\nabc\r\n0\r\n\r\n",
    ],
)
def test_what_http_says_beside_it_is_uvicorns_to_obey(ours: Listening, written: bytes) -> None:
    for _ in range(2):
        before = len(ours.passed_on)
        assert b" 200 " in ask(ours, written)[:16]
        assert len(ours.passed_on) == before + 1


@pytest.mark.hostile(id="request-in-pieces")
def test_a_request_may_come_in_pieces(ours: Listening) -> None:
    written = request(MEX, Accept_Encoding="gzip")
    expected = ask(ours, written)
    with ours.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(1, len(written), 7):
            connection.sendall(written[:place])
            connection.sendall(written[place:])
            assert read_answer(connection) == expected
        connection.sendall(written)
        assert read_answer(connection) == expected


@pytest.mark.hostile(id="pipelined-requests")
@pytest.mark.parametrize("order", [(MEX, MEX), (MEX, SLOW), (SLOW, MEX), (SLOW, MEX, SLOW, MEX)])
def test_requests_sent_at_once_are_answered_in_their_order(
    servers: tuple[Listening, Listening], order: tuple[str, ...]
) -> None:
    plain, ours = servers
    every = [request(address) for address in order]
    expected = [ask(plain, written) for written in every]
    for _ in range(3):
        with ours.connect() as connection:
            connection.sendall(b"".join(every))
            assert [read_answer(connection) for _ in every] == expected
            connection.sendall(every[0])
            assert read_answer(connection) == expected[0]


@pytest.mark.hostile(id="begun-after-a-known-request")
def test_a_known_request_within_a_longer_one_is_not_taken_for_it(ours: Listening) -> None:
    known = request(MEX)
    for _ in range(2):
        ask(ours, known)
    body = b"x" * 20
    longer = request("/v1/check", "POST", Content_Length=str(len(body) + len(known))) + body
    with ours.connect() as connection:
        connection.sendall(longer)
        connection.sendall(known)
        assert b" 405 " in read_answer(connection)[:16]
        connection.sendall(known)
        assert b" 200 " in read_answer(connection)[:16]


def test_every_answer_has_an_id_of_its_own(ours: Listening) -> None:
    written = request(MEX, X_Request_Id="")
    found = [re.search(rb"\r\nx-request-id: (\w{32})\r\n", ask(ours, written)) for _ in range(4)]
    assert len({each[1] for each in found if each is not None}) == 4
    assert b"\r\nx-request-id: mine-1\r\n" in ask(ours, request(MEX, X_Request_Id="mine-1"))


@pytest.mark.hostile(id="slow-reader-of-a-ready-answer")
@pytest.mark.parametrize("with_sendfile", [True, False])
def test_who_reads_slowly_gets_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_sendfile: bool
) -> None:
    """A long answer meets a full socket; so does the one asked for behind it."""
    sent: list[int] = []
    sendfile = os.sendfile

    def watched(out: int, file: int, offset: int, count: int) -> int:
        sent.append(sendfile(out, file, offset, count))
        return sent[-1]

    monkeypatch.setattr(os, "sendfile", watched)
    if not with_sendfile:
        monkeypatch.setattr(ready_http, "MORE_COMES", None)
    cut(tmp_path, evidence=API_EVIDENCE)
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    with ExitStack() as stack:
        ours = listen(shelf, ReadyHttp, stack)
        written = request("/v1/gaps")
        expected = ask(ours, written)
        times = 1_000
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(60)
        with closing(connection), ThreadPoolExecutor(1) as pool:
            connection.connect(("127.0.0.1", ours.port))
            sending = pool.submit(connection.sendall, written * times)
            assert all(read_answer(connection) == expected for _ in range(times))
            sending.result()
        assert ask(ours, written) == expected
    assert bool(sent) == with_sendfile


@pytest.mark.hostile(id="reader-goes-away")
def test_a_reader_who_goes_away_harms_nobody(ours: Listening) -> None:
    written = request("/v1/gaps")
    expected = ask(ours, written)
    for _ in range(50):
        with ours.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall(written * 5)
    assert ask(ours, written) == expected


def test_a_newer_release_answers_the_same_bytes_anew(tmp_path: Path) -> None:
    older = cut(tmp_path, evidence=without_last_vote(API_EVIDENCE)).entry.id
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    written = request(MEX)
    with ExitStack() as stack:
        ours = listen(shelf, ReadyHttp, stack)
        for _ in range(3):
            assert older.encode() in ask(ours, written)
        newer = cut(tmp_path, evidence=API_EVIDENCE).entry.id
        refreshing = threading.Thread(target=shelf.refresh)
        refreshing.start()
        with ours.connect() as connection:
            while refreshing.is_alive():
                connection.sendall(written)
                answer = read_answer(connection)
                assert (older.encode() in answer) != (newer.encode() in answer)
        refreshing.join()
        for _ in range(3):
            assert newer.encode() in ask(ours, written)
            assert older.encode() not in ask(ours, written)


@pytest.mark.hostile(id="memory-of-whole-requests")
def test_what_is_remembered_of_requests_is_bounded(ours: Listening) -> None:
    ready = ours.answers.answer("GET", "/v1/gaps", b"actor=MEX", [])
    assert ready is not None
    ours.answers.remember(b"x" * (LONGEST_SEEN + 1), ready)
    assert ours.answers.again(b"x" * (LONGEST_SEEN + 1)) is None
    for number in range(MOST_SEEN + 1):
        ours.answers.remember(b"%d" % number, ready)
    assert ours.answers.again(b"0") is None
    assert ours.answers.again(b"%d" % MOST_SEEN) is ready


def test_a_server_that_is_told_to_stop_closes_its_connections(world: World) -> None:
    with ExitStack() as server:
        ours = listen(world.shelf, ReadyHttp, server)
        with ours.connect() as connection:
            connection.sendall(request(MEX))
            read_answer(connection)
            server.close()
            assert connection.recv(1) == b""


def test_an_idle_connection_is_closed_after_a_while(world: World) -> None:
    with ExitStack() as stack:
        ours = listen(world.shelf, ReadyHttp, stack, idle_seconds=3)
        with ours.connect() as connection:
            for _ in range(3):
                connection.sendall(request(MEX, X_Request_Id=""))
                read_answer(connection)
            assert connection.recv(1) == b""
