"""Bad requests: each is refused with what came, what was expected, and never with a 500."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.pages import Cursor, write_cursor
from gaptracker.publish.api.queries import ActorsQuery, GapsQuery, PairsQuery
from tests.api_world import World, shared_world, the_error, the_problem


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.mark.parametrize(
    ("query", "parameter", "code", "nearest"),
    [
        ("actor=mexico", "actor", "actor.unknown", ["MEX"]),
        ("actor=MEX,CHM", "actor", "actor.unknown", ["CHN"]),
        ("actor=", "actor", "value.invalid", []),
        ("actor=MEX,", "actor", "value.invalid", []),
        ("actor=NaN", "actor", "actor.unknown", []),
        ("theme=canabis", "theme", "theme.unknown", ["cannabis"]),
        ("theme=Pena%20de%20muerte", "theme", "theme.unknown", ["death_penalty"]),
        ("year=1999", "year", "year.unknown", ["2021"]),
        ("year=9999", "year", "year.unknown", ["2023"]),
        ("year=20222", "year", "value.invalid", []),
        ("year=-2022", "year", "value.invalid", []),
        ("year=2022.0", "year", "value.invalid", []),
        ("year=٢٠٢٢", "year", "value.invalid", []),
        ("year=NaN", "year", "value.invalid", []),
        ("min_grade=E", "min_grade", "value.not_listed", []),
        ("min_grade=c", "min_grade", "value.not_listed", ["C"]),
        ("label=word_ahead", "label", "label.unknown", ["words_ahead"]),
        ("label=insufficient_evidence", "min_grade", "parameter.conflict", ["D"]),
        ("sort=gaps", "sort", "value.not_listed", ["gap"]),
        ("sort=--gap", "sort", "value.not_listed", ["-gap"]),
        ("limit=0", "limit", "value.out_of_range", []),
        ("limit=-1", "limit", "value.out_of_range", []),
        ("limit=1001", "limit", "value.out_of_range", []),
        ("limit=1000000000", "limit", "value.out_of_range", []),
        ("limit=1e3", "limit", "value.invalid", []),
        ("limit=1_0", "limit", "value.invalid", []),
        ("limit=99999999999999999999", "limit", "value.invalid", []),
        ("limit=NaN", "limit", "value.invalid", []),
        ("limit=true", "limit", "value.invalid", []),
        ("format=xml", "format", "value.not_listed", []),
        ("lang=fr", "lang", "value.not_listed", []),
        ("release=2026", "release", "release.unknown", []),
        ("release=../../etc/passwd", "release", "release.unknown", []),
        ("cursor=x", "cursor", "cursor.malformed", []),
        ("actr=MEX", "actr", "parameter.unknown", ["actor"]),
        ("Actor=MEX", "Actor", "parameter.unknown", ["actor"]),
        ("actor=MEX&actor=CHN", "actor", "parameter.repeated", []),
    ],
)
def test_a_wrong_parameter_is_named_with_what_was_expected(
    world: World, query: str, parameter: str, code: str, nearest: list[str]
) -> None:
    answer = world.get(f"/v1/gaps?{query}")
    assert answer.status_code == 422
    error = the_error(answer)
    assert (error["parameter"], error["code"]) == (parameter, code)
    assert error["given"] is not None
    assert error["expected"]
    assert error["nearest"][: len(nearest)] == nearest


def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    problem = the_problem(world.get("/v1/gaps?actor=X&theme=Y&year=1900&label=Z"))
    assert [error["parameter"] for error in problem["errors"]] == [
        "actor",
        "theme",
        "year",
        "label",
    ]
    assert problem["detail"] == "4 problems found"


def test_what_came_is_echoed_in_part_only(world: World) -> None:
    problem = the_problem(world.get(f"/v1/gaps?actor={'A' * 900}"))
    assert len(problem["errors"][0]["given"]) == 200
    many = ",".join("x" for _ in range(400))
    assert len(the_problem(world.get(f"/v1/gaps?actor={many}"))["errors"]) == 100


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/v1/gaps.csv?format=json", 422, "parameter.conflict"),
        ("/v1/gaps.json?format=csv", 422, "parameter.conflict"),
        ("/v1/actors/MEX.csv", 404, "format.unavailable"),
        ("/v1/themes/cannabis.csv", 404, "format.unavailable"),
        ("/v1/gaps.ndjson?format=csv", 422, "parameter.conflict"),
        ("/v1/actors/MEX.ndjson", 404, "format.unavailable"),
        ("/v1/problems.csv", 404, "format.unavailable"),
        ("/v1/actors/MEX?format=csv", 422, "parameter.unknown"),
        ("/v1/problems?release=x", 422, "parameter.unknown"),
        ("/healthz?x=1", 422, "parameter.unknown"),
        ("/v1/gaps.xml", 404, "path.unknown"),
    ],
)
def test_a_form_that_is_not_given_is_refused(
    world: World, address: str, status: int, code: str
) -> None:
    answer = world.get(address)
    assert answer.status_code == status
    assert the_error(answer)["code"] == code


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=0.9", "application/json;q=0"])
def test_an_accept_that_nothing_meets_is_refused(world: World, accept: str) -> None:
    answer = world.get("/v1/themes/cannabis", Accept=accept)
    assert answer.status_code == 406
    assert the_error(answer)["expected"] == "application/json"


def a_cursor(world: World, address: str) -> str:
    following = world.get(address).json()["meta"]["next"]
    return str(following.rpartition("cursor=")[2])


@pytest.mark.parametrize(
    "other",
    [
        "sort=gap",
        "actor=MEX&min_grade=D",
        "min_grade=C",
        "min_grade=D&sort=year",
    ],
)
def test_a_cursor_of_another_question_is_refused(world: World, other: str) -> None:
    cursor = a_cursor(world, "/v1/gaps?min_grade=D&limit=5")
    error = the_error(world.get(f"/v1/gaps?{other}&cursor={cursor}"))
    assert error["code"] == "cursor.foreign"


def test_a_cursor_of_another_table_or_release_is_refused(world: World) -> None:
    cursor = a_cursor(world, "/v1/gaps?min_grade=D&limit=5")
    for address in (
        f"/v1/pairs?cursor={cursor}",
        f"/v1/gaps?min_grade=D&limit=5&release={world.older}&cursor={cursor}",
    ):
        assert the_error(world.get(address))["code"] == "cursor.foreign"


def test_a_cursor_goes_on_whatever_the_page_size_form_or_language(world: World) -> None:
    cursor = a_cursor(world, "/v1/gaps?min_grade=D&limit=5")
    for form in ("limit=9", "format=csv", "lang=es"):
        assert world.get(f"/v1/gaps?min_grade=D&{form}&cursor={cursor}").status_code == 200


def test_a_cursor_of_a_release_that_is_gone_is_stale(world: World) -> None:
    cursor = write_cursor(Cursor(release="2001-01-01-00000000", question="x", after=("MEX",)))
    assert the_error(world.get(f"/v1/gaps?cursor={cursor}"))["code"] == "cursor.stale"


@pytest.mark.parametrize(
    "after",
    [[], ["MEX"], ["MEX", "death_penalty", 1800], ["MEX", 2022, "death_penalty"], [1, 2, 3]],
)
def test_a_forged_place_is_refused(world: World, after: list[str | int]) -> None:
    cursor = a_cursor(world, "/v1/gaps?min_grade=D&limit=5")
    padded = cursor + "=" * (-len(cursor) % 4)
    version, release, question, _ = json.loads(base64.urlsafe_b64decode(padded))
    forged = write_cursor(Cursor(release=release, question=question, after=tuple(after)))
    assert version == 1
    error = the_error(world.get(f"/v1/gaps?min_grade=D&limit=5&cursor={forged}"))
    assert error["code"] == "cursor.foreign"


@given(
    content=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=12,
    )
)
def test_whatever_a_cursor_holds_it_is_refused(world: World, content: object) -> None:
    for value in (content, [1, world.newer, "x", content], [1, content, "x", ["MEX"]]):
        text = json.dumps(value, separators=(",", ":")).encode()
        cursor = base64.urlsafe_b64encode(text).decode().rstrip("=")
        answer = world.get(f"/v1/gaps?cursor={quote(cursor)}")
        assert answer.status_code == 422
        assert the_error(answer)["parameter"] == "cursor"


ADDRESSES = st.sampled_from(
    [
        "/v1/gaps",
        "/v1/gaps.csv",
        "/v1/gaps.ndjson",
        "/v1/pairs",
        "/v1/actors",
        "/v1/themes",
        "/v1/releases",
        "/v1/problems",
        "/v1/actors/MEX",
        "/v1/themes/cannabis",
        "/v1/methodologies/1.0.0",
        "/readyz",
    ]
)
NAMES = st.sampled_from(
    sorted({*GapsQuery.model_fields, *PairsQuery.model_fields, *ActorsQuery.model_fields})
)
WORDS = st.sampled_from(
    ["MEX", "D", "2022", "1", "-gap", "csv", "es", "now", "state", "words_ahead", "cannabis"]
)
VALUES = WORDS | st.text(max_size=40) | st.integers().map(str) | st.floats().map(str)


def allowed(status: int) -> bool:
    return status in {200, 404, 406, 422}


@given(
    address=ADDRESSES,
    parameters=st.lists(st.tuples(NAMES | st.text(max_size=9), VALUES), max_size=5),
    accept=st.sampled_from(
        ["*/*", "text/csv", "application/x-ndjson", "", "text/html", "a/b;q=x,,;;q=2,*/*;q=0.1"]
    ),
)
def test_hostile_parameters_never_break_the_server(
    world: World, address: str, parameters: list[tuple[str, str]], accept: str
) -> None:
    query = "&".join(
        f"{quote(name, errors='replace')}={quote(value, errors='replace')}"
        for name, value in parameters
    )
    answer = world.get(f"{address}?{query}", Accept=accept)
    assert allowed(answer.status_code)
    if answer.status_code != 200:
        known = {code.value for code in ErrorCode}
        problem = the_problem(answer)
        assert problem["code"] in {code.value for code in ProblemCode}
        assert problem["errors"]
        assert {error["code"] for error in problem["errors"]} <= known


@given(
    part=st.text(min_size=1, max_size=60),
    root=st.sampled_from(
        ["/v1", "/v1/actors", "/v1/themes", "/v1/pairs", "/v1/releases", "/v1/methodologies", ""]
    ),
)
def test_hostile_paths_never_break_the_server(world: World, part: str, root: str) -> None:
    answer = world.get(f"{root}/{quote(part, safe='', errors='replace')}")
    assert allowed(answer.status_code)


@pytest.mark.parametrize("query", ["actor=%ff%fe", "actor=%ED%A0%80", "%ff=1", "actor=%00", "&&=&"])
def test_bytes_that_are_no_text_are_refused(world: World, query: str) -> None:
    answer = world.get(f"/v1/gaps?{query}")
    assert answer.status_code == 422
    assert the_problem(answer)["errors"]
