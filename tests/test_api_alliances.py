"""`/v1/positions` and `/v1/alliances`: every row once, in every form, and refusals that help."""

from typing import Any

import polars as pl
import pytest

from gaptracker.publish.api.formats import columns_of
from gaptracker.publish.api.queries_alliances import AllianceOrder, PositionOrder
from gaptracker.publish.api.routes.alliances import ALLIANCES, POSITIONS
from gaptracker.publish.frozen import FrozenRelease
from tests.alliance_release import NAMES, open_alliances
from tests.api_world import World, lines_of, pages, rows_of, the_error, the_problem
from tests.core.rules import THEME, WORDS_ONLY

ORDERS = AllianceOrder.__args__  # type: ignore[attr-defined]  # how typing keeps a Literal's values
POSITION_ORDERS = PositionOrder.__args__  # type: ignore[attr-defined]
TABLES = {"/v1/positions": POSITIONS} | {
    f"/v1/alliances?show={show}": table for show, table in ALLIANCES.items()
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_alliances(tmp_path_factory.mktemp("alliances"))


@pytest.fixture(scope="module")
def frozen(world: World) -> FrozenRelease:
    current = world.shelf.standing.current
    assert current is not None
    return current


def address(table: str, **parameters: object) -> str:
    given = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"{table}{'&' if '?' in table else '?'}{given}"


ASKED = [
    *(("/v1/positions", order) for order in POSITION_ORDERS),
    *((f"/v1/alliances?show={show}", order) for show in ALLIANCES for order in ORDERS),
]


@pytest.mark.parametrize(("table", "order"), ASKED)
def test_walking_all_pages_gives_every_row_once(
    world: World, frozen: FrozenRelease, table: str, order: str
) -> None:
    identity = TABLES[table].identity
    walked = [
        tuple(row[name] for name in identity)
        for page in pages(world, address(table, sort=order, limit=7))
        for row in page.json()["data"]
    ]
    wanted = TABLES[table].frame(frozen).select(identity).rows()
    assert len(walked) == len(wanted)
    assert set(walked) == set(wanted)


@pytest.mark.parametrize("table", TABLES)
def test_json_csv_and_ndjson_hold_the_same_rows(world: World, table: str) -> None:
    rows = world.data(address(table, limit=1000))
    assert rows
    assert lines_of(world.get(address(table, limit=1000, format="ndjson"))) == rows
    written = rows_of(world.get(address(table, limit=1000, format="csv")))
    assert list(written[0]) == list(columns_of(TABLES[table].row_type))
    assert [row["year"] for row in written] == [str(row["year"]) for row in rows]


def test_the_largest_figures_come_first_when_they_are_asked_for(world: World) -> None:
    rows = world.data("/v1/alliances?sort=-figure&side=words&year=2022")
    values = [row["similarity"] for row in rows]
    assert values == sorted(values, reverse=True)
    assert values[0] == 1.0


def test_one_actor_gives_all_its_pairs_and_several_those_among_them(world: World) -> None:
    def pairs(actor: str) -> set[tuple[str, str]]:
        rows = world.data(f"/v1/alliances?year=2022&side=words&actor={actor}")
        return {(row["actor_a"], row["actor_b"]) for row in rows}

    assert pairs("BBB") == {("AAA", "BBB"), ("BBB", "CCC"), ("BBB", "XXX"), ("BBB", "YYY")}
    assert pairs("BBB,AAA,YYY") == {("AAA", "BBB"), ("AAA", "YYY"), ("BBB", "YYY")}


def test_names_come_in_the_language_asked_for_and_survive_csv(world: World) -> None:
    (row,) = world.data("/v1/alliances?year=2022&side=deeds&actor=AAA,BBB&lang=es")
    assert (row["actor_a_name"], row["actor_b_name"]) == ("AAA (es)", "BBB (es)")
    (written,) = rows_of(world.get("/v1/alliances.csv?year=2022&side=deeds&actor=AAA,BBB"))
    assert written["actor_a_name"] == f"'{NAMES['AAA']}"
    assert written["actor_b_name"] == NAMES["BBB"]


def test_changes_since_a_year(world: World) -> None:
    rows = world.data("/v1/alliances?show=changes&side=deeds&year=2022&since=2020&sort=figure")
    assert [(row["actor_a"], row["actor_b"]) for row in rows][-1] == ("BBB", "XXX")
    assert {(row["since"], row["year"]) for row in rows} == {(2020, 2022)}
    assert all(max(row["p_closer"], 1 - row["p_closer"]) >= 0.9 for row in rows)


def test_a_year_to_look_back_to_asks_for_changes(world: World) -> None:
    asked_for = "side=deeds&year=2022&since=2020"
    assert world.data(f"/v1/alliances?{asked_for}") == world.data(
        f"/v1/alliances?show=changes&{asked_for}"
    )


def test_who_speaks_alike_and_acts_apart(world: World) -> None:
    rows = world.data("/v1/alliances?show=alike_apart&year=2022&actor=CCC")
    assert [(row["actor_a"], row["actor_b"], row["standing"]) for row in rows] == [
        ("BBB", "CCC", "demonstrated")
    ]


def test_groups_of_an_actor(world: World) -> None:
    rows = world.data("/v1/alliances?show=communities&year=2022&side=deeds&actor=BBB")
    assert [(row["community"], row["n_members"]) for row in rows] == [("BBB", 2)]


def test_a_position_without_a_cell_leads_to_none(world: World) -> None:
    rows = world.data("/v1/positions?actor=AAA&year=2022")
    cells = {row["theme"]: row["links"]["cell"] for row in rows}
    assert cells[WORDS_ONLY] is None
    assert world.data(cells[THEME])[0]["says"] == next(
        row["position"] for row in rows if (row["theme"], row["side"]) == (THEME, "words")
    )
    for row in rows:
        assert world.data(row["links"]["self"]) == [row]


def test_positions_of_the_frame_are_those_given(world: World, frozen: FrozenRelease) -> None:
    rows = world.data("/v1/positions?limit=1000")
    held = frozen.alliances.positions.frame.sort("actor", "theme", "year", "side")
    assert [row["position"] for row in rows] == held["position"].to_list()
    assert held["position"].dtype == pl.Float64


def test_pinned_answers_never_change_and_the_others_live_a_minute(world: World) -> None:
    pinned = world.get(f"/v1/alliances?release={world.newer}&year=2022")
    assert "immutable" in pinned.headers["cache-control"]
    latest = world.get("/v1/alliances?year=2022")
    assert "immutable" not in latest.headers["cache-control"]
    again = world.get("/v1/alliances?year=2022", if_none_match=latest.headers["etag"])
    assert again.status_code == 304
    other = world.get("/v1/alliances?show=communities&year=2022")
    assert other.headers["etag"] != latest.headers["etag"]


def test_a_cursor_of_one_table_is_refused_by_another(world: World) -> None:
    first = world.get("/v1/alliances?limit=2")
    cursor = first.json()["meta"]["next"].split("cursor=")[1]
    refused = world.get(f"/v1/alliances?show=changes&limit=2&cursor={cursor}")
    assert the_error(refused)["code"] == "cursor.foreign"


REFUSED: list[tuple[str, str, Any]] = [
    ("/v1/alliances?actor=AAB", "actor.unknown", "AAA"),
    ("/v1/alliances?year=2031", "year.unknown", "2022"),
    ("/v1/alliances?show=changes&since=1999", "year.unknown", "2020"),
    ("/v1/alliances?show=changes&since=long", "value.invalid", None),
    ("/v1/alliances?show=similarities&since=2020", "parameter.conflict", None),
    ("/v1/alliances?show=alike_apart&side=words", "parameter.conflict", None),
    ("/v1/alliances?show=friends", "value.not_listed", None),
    ("/v1/alliances?side=law", "value.not_listed", None),
    ("/v1/alliances?actor=AAA,,BBB", "value.invalid", None),
    ("/v1/positions?theme=treaty_regimes", "theme.unknown", WORDS_ONLY),
    ("/v1/positions?side=law", "value.not_listed", None),
    ("/v1/positions?actr=AAA", "parameter.unknown", "actor"),
    ("/v1/positions?sort=gap", "value.not_listed", None),
    ("/v1/positions?limit=0", "value.out_of_range", None),
]


@pytest.mark.parametrize(("asked_for", "code", "nearest"), REFUSED)
def test_a_wrong_question_is_refused_with_what_comes_nearest(
    world: World, asked_for: str, code: str, nearest: str | None
) -> None:
    answer = world.get(asked_for)
    assert answer.status_code == 422
    error = the_error(answer)
    assert error["code"] == code, error
    if nearest is not None:
        assert nearest in error["nearest"]


def test_all_faults_are_told_at_once(world: World) -> None:
    answer = world.get("/v1/alliances?show=communities&actor=AAB&year=2031&since=2020")
    codes = [error["code"] for error in the_problem(answer)["errors"]]
    assert sorted(codes) == ["actor.unknown", "parameter.conflict", "year.unknown"]
