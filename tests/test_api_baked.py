"""Published answers given from ready bytes are those of the application, header for header."""

import gc
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.baked import Baked
from gaptracker.publish.api.published import published_addresses
from gaptracker.publish.api.shelf import Shelf
from tests.api_world import API_EVIDENCE, World, open_store, shared_world
from tests.cli_world import cut, without_last_vote

MANNERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Encoding": "gzip, deflate, br, zstd", "Accept": "*/*"},
    {"Accept-Encoding": "br;q=0.5, gzip"},
    {"Accept-Encoding": "identity;q=0, *;q=0.1"},
    {"Accept": "text/csv", "Accept-Language": "es-MX, en;q=0.5"},
    {"Accept": "application/x-ndjson", "Accept-Language": "pt"},
    {"Accept": "text/html, application/json;q=0.9", "Accept-Language": "fr"},
)
ODD: tuple[tuple[str, dict[str, str]], ...] = (
    ("/v1/gaps?actor=MEX", {"Accept": "image/png"}),
    ("/v1/gaps?actor=MEX", {"If-None-Match": "*"}),
    ("/v1/gaps?actor=MEX", {"Authorization": "Bearer gtk_x"}),
    ("/v1/gaps?actor=MEX", {"Range": "bytes=0-9"}),
    ("/v1/gaps?actor=MEX&actor=MEX", {}),
    ("/v1/gaps?actor=MEX&", {}),
    ("/v1/gaps?actor=", {}),
    ("/v1/gaps?actor=mex", {}),
    ("/v1/gaps?actor=MEX,CHN", {}),
    ("/v1/gaps?actor=M%45X", {}),
    ("/v1/gaps?actor=MEX&theme=cannabis", {}),
    ("/v1/gaps?theme=cannabis&year=1900", {}),
    ("/v1/gaps?theme=cannabis&year=02022", {}),
    ("/v1/gaps?year=2022", {}),
    ("/v1/gaps?actor=MEX&lang=fr", {}),
    ("/v1/gaps?actor=MEX&lang=", {}),
    ("/v1/gaps?actor=MEX&format=xml", {}),
    ("/v1/gaps?actor=MEX&release=nothing", {}),
    ("/v1/gaps?actor=MEX&limit=5", {}),
    ("/v1/gaps.csv?actor=MEX&format=csv", {}),
    ("/v1/gaps.csv?actor=MEX&format=json", {}),
    ("/v1/gaps/?actor=MEX", {}),
    ("/v1/actors/MEX.csv", {}),
    ("/v1/actors/MEX?format=json", {}),
    ("/v1/actors/XXX", {}),
    ("/v1/actors?kind=state", {}),
    ("/v1/themes?release=nothing&lang=es", {}),
    # Longer than what is remembered of a reader's wishes.
    ("/v1/gaps?actor=MEX", {"Accept-Language": "es," + "x" * 600}),
)


@dataclass(slots=True)
class Counted:
    """An application that counts the requests that come to it."""

    app: ASGIApp
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.asked.append(scope["path"])
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """All of an answer, as it was sent; the order of its headers says nothing."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: str) -> str | None:
        found = dict(self.headers).get(name.encode())
        return found.decode() if found is not None else None


def ask(client: TestClient, method: str, address: str, headers: dict[str, str]) -> Raw:
    with client.stream(method, address, headers=headers) as answer:
        return Raw(
            status=answer.status_code,
            headers=sorted((name.lower(), value) for name, value in answer.headers.raw),
            body=b"".join(answer.iter_raw()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The application alone, and the same one behind ready answers."""

    shelf: Shelf
    inner: Counted
    plain: TestClient
    front: TestClient
    baked: Baked

    def both(self, method: str, address: str, **headers: str) -> tuple["Raw", "Raw"]:
        """Ask both for the same."""
        given = {"Accept-Encoding": "", "X-Request-Id": "same", **headers}
        return (
            ask(self.plain, method, address, given),
            ask(self.front, method, address, given),
        )


def pair_on(shelf: Shelf) -> Pair:
    app = create_api(shelf, watch_seconds=None)
    app.user_middleware = [
        each for each in app.user_middleware if getattr(each.cls, "__name__", "") != Baked.__name__
    ]
    inner = Counted(app)
    baked = Baked(inner, ready=app.state.ready_answers)
    return Pair(
        shelf=shelf, inner=inner, plain=TestClient(app), front=TestClient(baked), baked=baked
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture(scope="module")
def pair(world: World) -> Pair:
    pair = pair_on(world.shelf)
    pair.baked.bake(world.shelf.standing)
    return pair


def spellings(world: World) -> Iterator[str]:
    """Each published address as somebody may write it, of the newest and of a named release."""
    current = world.shelf.standing.current
    assert current is not None
    documents = ["/v1/actors/MEX", "/v1/actors/UNODC", "/v1/themes/cannabis"]
    for address in (*published_addresses(current), *documents):
        mark = "&" if "?" in address else "?"
        path, _, query = address.partition("?")
        yield address
        yield f"{address}{mark}release={world.newer}"
        yield f"{path}?lang=es&{query}" if query else f"{path}?lang=es"
        if path == "/v1/gaps":
            yield f"{path}.csv?{query}"
            yield f"{address}{mark}format=ndjson"


def test_each_published_answer_is_that_of_the_application(world: World, pair: Pair) -> None:
    asked = list(spellings(world))
    assert len(asked) > 150
    for address in asked:
        for twice in (1, 2):  # the first may come from the application, the second may not
            before = len(pair.inner.asked)
            plain, front = pair.both("GET", address)
            assert plain.status == 200
            assert front == plain, (address, twice)
        assert len(pair.inner.asked) == before, address


@pytest.mark.parametrize("manner", MANNERS)
def test_each_manner_of_asking_is_heard(world: World, pair: Pair, manner: dict[str, str]) -> None:
    for address in (
        "/v1/gaps?actor=URY",
        "/v1/gaps?theme=cannabis",
        f"/v1/gaps?theme=death_penalty&year=2022&release={world.newer}",
        "/v1/gaps",
        "/v1/actors",
        "/v1/themes/cannabis",
    ):
        for method in ("GET", "HEAD", "GET", "HEAD"):
            plain, front = pair.both(method, address, **manner)
            assert front == plain, (method, address)
        etag = plain.header("etag") or '"none"'
        for tags in (etag, f'W/{etag}, "x"', '"x"', etag.replace('"', ""), f'"x", {etag}'):
            for method in ("GET", "HEAD"):
                plain, front = pair.both(method, address, **manner, **{"If-None-Match": tags})
                assert front == plain, (method, address, tags)


@pytest.mark.parametrize(("address", "headers"), ODD)
def test_what_is_unusual_is_left_to_the_application(
    pair: Pair, address: str, headers: dict[str, str]
) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        before = len(pair.inner.asked)
        plain, front = pair.both(method, address, **headers)
        assert front == plain, (method, address)
        assert len(pair.inner.asked) == before + 1


@pytest.mark.hostile(id="memory-of-long-addresses")
def test_long_addresses_and_headers_are_not_remembered(pair: Pair) -> None:
    long = "x" * 20_000

    def ask_often(first: int) -> None:
        for number in range(first, first + 40):
            pair.both("GET", f"/v1/gaps?q={long}{number}")
            pair.both("GET", "/v1/gaps?actor=MEX", Accept=f"text/csv,{long}{number}")

    # What the first questions of a process bring with them is not what is looked for.
    ask_often(0)
    gc.collect()
    tracemalloc.start()
    try:
        ask_often(40)
        gc.collect()
        held_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held_bytes < 20 * len(long)


def test_an_answer_has_the_id_that_came_or_one_of_its_own(pair: Pair) -> None:
    address = "/v1/gaps?actor=MEX"
    given = [
        pair.front.get(address, headers={"X-Request-Id": each}).headers["x-request-id"]
        for each in ("mine-1", "not plain!", "")
    ]
    assert given[0] == "mine-1"
    assert len(set(given)) == 3
    assert all(len(each) == 32 for each in given[1:])


def test_baking_asks_once_for_everything_and_is_not_in_the_log(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = pair_on(world.shelf)
    current = world.shelf.standing.current
    assert current is not None
    # Somebody asks before the first answer is baked, as happens when a server starts.
    pair.front.get("/v1/gaps?limit=1")
    pair.inner.asked.clear()
    capsys.readouterr()
    pair.baked.bake(world.shelf.standing)
    addresses = list(published_addresses(current))
    assert len(pair.inner.asked) == 2 * len(addresses)
    told = capsys.readouterr().out
    assert "request answered" not in told
    assert "release baked" in told
    for address in addresses:
        pair.front.get(address, headers={"Accept-Encoding": "zstd"})
        pair.front.get(address, headers={"Accept-Encoding": ""})
    assert len(pair.inner.asked) == 2 * len(addresses)


def test_the_first_reader_has_an_answer_kept_also_where_nothing_was_baked(world: World) -> None:
    pair = pair_on(world.shelf)
    for address in ("/v1/gaps?actor=MEX", "/v1/gaps?actor=CHN"):
        for _ in range(3):
            assert pair.front.get(address).status_code == 200
    assert len(pair.inner.asked) == 2


def test_a_newer_release_takes_over_whole(tmp_path: Path) -> None:
    older = cut(tmp_path, evidence=without_last_vote(API_EVIDENCE)).entry.id
    shelf = Shelf(open_store(tmp_path))
    pair = pair_on(shelf)
    assert pair.both("GET", "/v1/gaps?actor=MEX")[1].status == 503
    shelf.refresh()
    assert pair.both("GET", "/v1/gaps?actor=MEX")[1].header("gaptracker-release") == older
    newer = cut(tmp_path, evidence=API_EVIDENCE).entry.id
    shelf.refresh()
    before = len(pair.inner.asked)
    for address in (
        "/v1/gaps?actor=MEX",
        f"/v1/gaps?actor=MEX&release={newer}",
        f"/v1/gaps?actor=MEX&release={older}",
    ):
        plain, front = pair.both("GET", address)
        assert front == plain
        assert front.header("gaptracker-release") == (older if older in address else newer)
    assert len(pair.inner.asked) == before + 1, "the older one is the application's"
