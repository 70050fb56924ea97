"""The short way to the cells gives what the whole way gives, and leaves to it what is not plain."""

from itertools import product

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.baked import Baked
from gaptracker.publish.api.envelope import Envelope
from gaptracker.publish.api.short_way import ShortWay
from tests.api_world import World, shared_world
from tests.test_api_baked import Counted, Raw, ask

SHORT = (
    "",
    "min_grade=D&limit=3",
    "actor=MEX,URY&theme=cannabis&year=2021,2022&min_grade=D",
    "sort=-gap&lang=es",
    "label=insufficient_evidence&min_grade=D&limit=1000",
    "format=csv&sort=year&limit=2",
    "format=ndjson&min_grade=D",
)
REFUSED = ("actor=XXX", "theme=nothing&year=1900", "cursor=forged", "release=gone")
WHOLE = (
    "limit=0",
    "limit=1000000000",
    "limit=-1",
    "limit=5&limit=6",
    "limit=5&",
    "&limit=5",
    "limit",
    "limit=",
    "actor=MEX%2CURY",
    "actor=MEX, URY",
    "actor=MEX;URY",
    "actor=M%45X",
    "actr=MEX",
    "label=words",
    "sort=--gap",
    "lang=fr",
    "format=xml",
    "limit=%35",
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept": "text/csv", "Accept-Language": "pt", "Accept-Encoding": "zstd"},
    {"Accept": "image/png"},
    {"If-None-Match": "*"},
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture(scope="module")
def clients(world: World) -> tuple[TestClient, TestClient]:
    """One application without the short way, and one with it; neither has ready answers."""
    found = []
    for left_out in ({ShortWay.__name__, Baked.__name__}, {Baked.__name__}):
        app = create_api(world.shelf, watch_seconds=None)
        app.user_middleware = [
            each
            for each in app.user_middleware
            if getattr(each.cls, "__name__", "") not in left_out
        ]
        found.append(TestClient(app))
    return found[0], found[1]


def both(clients: tuple[TestClient, TestClient], method: str, address: str, **headers: str) -> Raw:
    given = {"Accept-Encoding": "", "X-Request-Id": "same", **headers}
    whole, short = (ask(client, method, address, given) for client in clients)
    assert short == whole, (method, address, headers)
    return short


def test_both_ways_give_the_same(clients: tuple[TestClient, TestClient]) -> None:
    for query, headers, path in product(
        (*SHORT, *REFUSED, *WHOLE), HEADERS, ("/v1/gaps", "/v1/gaps.csv")
    ):
        for method in ("GET", "HEAD"):
            both(clients, method, f"{path}?{query}" if query else path, **headers)


@pytest.mark.parametrize("query", SHORT)
def test_a_walk_and_a_condition_go_both_ways(
    clients: tuple[TestClient, TestClient], query: str
) -> None:
    address: str | None = f"/v1/gaps?{query}"
    while address is not None:
        answer = both(clients, "GET", address)
        assert answer.status == 200
        held = {"If-None-Match": answer.header("etag") or ""}
        assert both(clients, "GET", address, **held).status == 304
        link = answer.header("link")
        address = link[1 : link.index(">")] if link else None


def test_only_plain_questions_go_the_short_way(
    world: World,
) -> None:
    app = create_api(world.shelf, watch_seconds=None)
    app.user_middleware = [
        each
        for each in app.user_middleware
        if getattr(each.cls, "__name__", "") not in {ShortWay.__name__, Baked.__name__}
    ]
    # Between the envelope and the routes, where the short way stands: the count is inside of it.
    inner: list[Counted] = []

    def counted(routes: ASGIApp) -> Counted:
        inner.append(Counted(routes))
        return inner[0]

    app.add_middleware(counted)
    app.add_middleware(ShortWay)
    app.add_middleware(Envelope)
    client = TestClient(app)
    for query in SHORT:
        client.get(f"/v1/gaps?{query}" if query else "/v1/gaps")
    assert inner[0].asked == []
    for query in (*REFUSED, *WHOLE):
        client.get(f"/v1/gaps?{query}")
    assert len(inner[0].asked) == len(REFUSED) + len(WHOLE)
