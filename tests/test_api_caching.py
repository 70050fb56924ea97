"""Entity tags, conditional requests, lifetimes, and the choice of form and language."""

import pytest

from gaptracker.publish.api.etags import client_has, strong_etag
from gaptracker.publish.api.negotiation import choose_format, choose_language
from tests.api_world import World, shared_world, the_error

YEAR_LONG = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def tag(world: World, address: str, **headers: str) -> str:
    return str(world.get(address, **headers).headers["etag"])


@pytest.mark.parametrize(
    "address",
    [
        "/v1/gaps",
        "/v1/gaps.csv",
        "/v1/pairs",
        "/v1/actors/MEX",
        "/v1/themes",
        "/v1/releases",
        "/v1/methodologies/1.0.0",
        "/v1/problems",
    ],
)
def test_who_holds_the_answer_gets_304(world: World, address: str) -> None:
    first = world.get(address)
    etag = first.headers["etag"]
    assert etag.startswith('"'), "strong"
    for header in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = world.get(address, If_None_Match=header)
        assert (again.status_code, again.content) == (304, b""), header
        for name in ("etag", "cache-control", "vary", "content-language"):
            assert again.headers[name] == first.headers[name]
    assert world.get(address, If_None_Match='"other"').status_code == 200
    assert world.client.head(address, headers={"If-None-Match": etag}).status_code == 304


def test_a_refusal_stays_one_whatever_the_client_holds(world: World) -> None:
    for address, status in (("/v1/gaps?actor=X", 422), ("/v1/actors/X", 404)):
        assert world.get(address, If_None_Match="*").status_code == status


def test_different_answers_have_different_tags(world: World) -> None:
    tags = [
        tag(world, "/v1/gaps"),
        tag(world, "/v1/gaps.csv"),
        tag(world, "/v1/gaps?lang=es"),
        tag(world, "/v1/gaps?limit=1"),
        tag(world, "/v1/gaps?actor=MEX"),
        tag(world, "/v1/gaps?actor=MEX&sort=year"),
        tag(world, f"/v1/gaps?release={world.older}"),
        tag(world, "/v1/pairs"),
        tag(world, "/v1/actors/MEX"),
        tag(world, "/v1/actors/CHN"),
    ]
    assert len(set(tags)) == len(tags)


def test_equal_answers_have_equal_tags_and_bytes(world: World) -> None:
    alike = [
        world.get("/v1/gaps?actor=MEX&year=2022"),
        world.get("/v1/gaps?year=2022&actor=MEX"),
        world.get("/v1/gaps?actor=MEX&year=2022&limit=500&min_grade=C&sort=actor"),
        world.get(f"/v1/gaps?actor=MEX&year=2022&release={world.newer}"),
        world.get("/v1/gaps.json?actor=MEX&year=2022&format=json&lang=en"),
    ]
    assert len({answer.headers["etag"] for answer in alike}) == 1
    assert len({answer.content for answer in alike}) == 1
    by_suffix, by_parameter, by_header = (
        world.get("/v1/gaps.csv"),
        world.get("/v1/gaps?format=csv"),
        world.get("/v1/gaps", Accept="text/csv"),
    )
    assert by_suffix.content == by_parameter.content == by_header.content
    assert by_suffix.headers["etag"] == by_parameter.headers["etag"] == by_header.headers["etag"]


def test_pinned_answers_live_a_year_and_others_a_minute(world: World) -> None:
    pinned = [
        f"/v1/gaps?release={world.newer}",
        f"/v1/gaps.csv?release={world.older}",
        f"/v1/actors/MEX?release={world.newer}",
        f"/v1/releases/{world.older}",
        world.get("/v1/gaps?min_grade=D&limit=5").json()["meta"]["next"],
    ]
    for address in pinned:
        assert world.get(address).headers["cache-control"] == YEAR_LONG, address
    for address in ("/v1/gaps", "/v1/actors/MEX", "/v1/releases", "/v1/methodologies/1.0.0"):
        lifetime = world.get(address).headers["cache-control"]
        assert lifetime == "public, max-age=60, stale-while-revalidate=600", address
    for address in ("/healthz", "/readyz", "/v1/nothing"):
        assert world.get(address).headers["cache-control"] == "no-store"


def test_caches_are_told_what_an_answer_depends_on(world: World) -> None:
    assert world.get("/v1/gaps").headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/*", "csv"),
        ("application/json;q=0.5, text/csv;q=0.6", "csv"),
        ("text/csv;q=0.5, */*;q=0.5", "json"),
        ("text/html, */*;q=0.1", "json"),
        ("*/*, application/json;q=0", "csv"),
        ("text/csv;q=nonsense", "csv"),
    ],
)
def test_accept_chooses_the_form(accept: str | None, form: str) -> None:
    chosen = choose_format(("json", "csv"), suffix=None, parameter=None, accept=accept)
    assert chosen == form


def test_the_ending_wins_over_accept(world: World) -> None:
    answer = world.get("/v1/gaps.csv", Accept="application/json")
    assert answer.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("fr", "en"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.5, pt-BR", "pt"),
        ("pt;q=0, es;q=0.001", "es"),
        ("es;q=0", "en"),
        ("*", "en"),
        (";;;,q=1,es", "es"),
    ],
)
def test_accept_language_chooses_the_language(header: str | None, language: str) -> None:
    assert choose_language(None, header) == language


def test_tags_do_not_run_their_parts_together() -> None:
    assert strong_etag("ab", "c") != strong_etag("a", "bc")
    assert strong_etag("a") != strong_etag("a", "")


def test_a_tag_is_compared_whole() -> None:
    assert not client_has('"abc"', ['"ab"', '"abcd"', "abc"])


@pytest.mark.parametrize("address", ["/v1/gaps.csv", "/v1/pairs.csv", "/v1/themes", "/feed.json"])
def test_a_part_of_an_answer_is_given_to_who_takes_plain_bytes(world: World, address: str) -> None:
    plain = {"Accept_Encoding": "identity"}
    whole = world.get(address, **plain)
    size = len(whole.content)
    for given, first, last in (("bytes=0-9", 0, 9), ("bytes=-5", size - 5, size - 1)):
        part = world.get(address, Range=given, **plain)
        assert part.status_code == 206
        assert part.content == whole.content[first : last + 1]
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert part.headers["etag"] == whole.headers["etag"]
    known = {"If_Range": whole.headers["etag"], "Range": "bytes=0-0", **plain}
    assert world.get(address, **known).status_code == 206
    assert world.get(address, **{**known, "If_Range": '"other"'}).content == whole.content
    for header in ({"Accept_Encoding": "gzip"}, {**plain, "Range": "bytes=0-1,4-5"}):
        answer = world.get(address, **{"Range": "bytes=0-9", **header})
        assert (answer.status_code, answer.content) == (200, whole.content)
    head = world.client.head(address, headers={"Range": "bytes=0-9", "Accept-Encoding": "identity"})
    assert (head.status_code, head.headers["content-length"]) == (200, str(size))


@pytest.mark.hostile(id="range-beyond-an-answer")
def test_a_part_beyond_the_end_of_an_answer_is_refused(world: World) -> None:
    answer = world.get("/v1/gaps.csv", Range="bytes=99999999-", Accept_Encoding="identity")
    assert the_error(answer)["code"] == "value.out_of_range"
    assert answer.status_code == 416
    assert answer.headers["content-range"].startswith("bytes */")
