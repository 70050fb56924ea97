"""Filters, order, pages and CSV: every row once, the same rows in every form."""

import json
from typing import Any

import polars as pl
import pytest

from gaptracker.domain.formula_guard import formula_safe
from gaptracker.publish.api.formats import columns_of
from gaptracker.publish.api.queries import CellOrder, PairOrder
from gaptracker.publish.api.schemas import Cell
from gaptracker.publish.api.schemas_actors import ActorRow
from gaptracker.publish.api.schemas_methods import ThemeRow
from gaptracker.publish.api.schemas_pairs import Pair
from gaptracker.publish.api.schemas_releases import ReleaseRow
from gaptracker.publish.frozen import FrozenRelease
from tests.api_world import HOSTILE_NAME, World, lines_of, pages, rows_of, shared_world

TABLES = {
    "/v1/gaps": Cell,
    "/v1/pairs": Pair,
    "/v1/actors": ActorRow,
    "/v1/themes": ThemeRow,
    "/v1/releases": ReleaseRow,
}
ORDERS = CellOrder.__args__  # type: ignore[attr-defined]  # how typing keeps a Literal's values
PAIR_ORDERS = PairOrder.__args__  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture(scope="module")
def frozen(world: World) -> FrozenRelease:
    current = world.shelf.standing.current
    assert current is not None
    return current


def cell_keys(rows: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(row["actor"], row["theme"], row["year"]) for row in rows]


def walk(world: World, address: str) -> list[dict[str, Any]]:
    return [row for page in pages(world, address) for row in page.json()["data"]]


@pytest.mark.parametrize("order", ORDERS)
def test_walking_all_pages_meets_every_cell_once(
    world: World, frozen: FrozenRelease, order: str
) -> None:
    rows = walk(world, f"/v1/gaps?min_grade=D&limit=37&sort={order}")
    everything = frozen.cells.table.frame.select("actor", "theme", "year").rows()
    assert len(rows) == len(everything)
    assert sorted(cell_keys(rows)) == sorted(everything)
    values = [row[order.removeprefix("-")] for row in rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=order.startswith("-"))
    assert values[len(known) :] == [None] * (len(values) - len(known)), "missing values come last"


@pytest.mark.parametrize("order", PAIR_ORDERS)
def test_walking_all_pages_meets_every_pair_once(
    world: World, frozen: FrozenRelease, order: str
) -> None:
    rows = walk(world, f"/v1/pairs?limit=4&sort={order}")
    everything = frozen.pairs.table.frame.select("id", "year").rows()
    assert sorted((row["id"], row["year"]) for row in rows) == sorted(everything)
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("limit", [1, 60, 179, 180, 181, 1000])
def test_page_sizes_do_not_change_what_is_met(world: World, limit: int) -> None:
    answers = list(pages(world, f"/v1/gaps?min_grade=D&sort=-gap&limit={limit}"))
    counts = [answer.json()["meta"]["count"] for answer in answers]
    assert sum(counts) == 180
    assert all(count == limit for count in counts[:-1])
    assert {answer.json()["meta"]["total"] for answer in answers} == {180}
    assert answers[-1].json()["meta"]["next"] is None
    assert "link" not in answers[-1].headers


def test_the_last_page_is_never_empty(world: World) -> None:
    assert len(list(pages(world, "/v1/gaps?min_grade=D&limit=90"))) == 2


def test_a_walk_goes_on_in_its_release_when_a_newer_one_takes_over(world: World) -> None:
    first = world.get(f"/v1/gaps?min_grade=D&limit=100&release={world.older}")
    following = first.json()["meta"]["next"]
    assert f"release={world.older}" in following
    without_release = following.replace(f"&release={world.older}", "")
    for address in (following, without_release):
        second = world.get(address)
        assert second.headers["gaptracker-release"] == world.older
        met = cell_keys(first.json()["data"]) + cell_keys(second.json()["data"])
        assert len(set(met)) == len(met) == 180


@pytest.mark.parametrize(("path", "row_type"), TABLES.items())
@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_csv_gives_the_same_rows_as_json(
    world: World, path: str, row_type: type[Cell], language: str
) -> None:
    more = "&min_grade=D" if path == "/v1/gaps" else ""
    as_json = world.get(f"{path}.json?lang={language}{more}").json()["data"]
    as_csv = rows_of(world.get(f"{path}.csv?lang={language}{more}"))
    assert len(as_csv) == len(as_json) > 0
    columns = columns_of(row_type)
    for flat, row in zip(as_csv, as_json, strict=True):
        assert tuple(flat) == columns
        for column, text in flat.items():
            assert text == written(value_at(row, column, row_type)), column


@pytest.mark.parametrize("path", TABLES)
@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_ndjson_gives_the_same_rows_as_json(world: World, path: str, language: str) -> None:
    more = "&min_grade=D" if path == "/v1/gaps" else ""
    as_json = world.get(f"{path}?lang={language}{more}")
    by_ending = world.get(f"{path}.ndjson?lang={language}{more}")
    assert by_ending.headers["content-type"] == "application/x-ndjson"
    assert f"-{world.newer}.ndjson" in by_ending.headers["content-disposition"]
    lines = by_ending.content.split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line) for line in lines] == as_json.json()["data"]
    for answer in (
        world.get(f"{path}?lang={language}{more}&format=ndjson"),
        world.get(f"{path}?lang={language}{more}", Accept="application/x-ndjson"),
    ):
        assert (answer.content, answer.headers["etag"]) == (
            by_ending.content,
            by_ending.headers["etag"],
        )
    assert by_ending.headers["etag"] != as_json.headers["etag"]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_file_goes_on_in_its_form_and_says_how_many_rows_there_are(
    world: World, form: str
) -> None:
    answers = list(pages(world, f"/v1/gaps.{form}?min_grade=D&limit=70"))
    assert {answer.headers["x-total-count"] for answer in answers} == {"180"}
    assert len({answer.headers["content-type"] for answer in answers}) == 1
    read = rows_of if form == "csv" else lines_of
    assert [len(read(answer)) for answer in answers] == [70, 70, 40]


def value_at(row: dict[str, Any] | None, column: str, row_type: type[Any]) -> object:
    """Find a column's value in a nested row, by another way than the writer's."""
    if row is None:
        return None
    if column in row_type.model_fields and not isinstance(row[column], dict):
        return row[column]
    name = max((each for each in row_type.model_fields if column.startswith(f"{each}_")), key=len)
    kinds = [row_type.model_fields[name].annotation]
    kinds += getattr(kinds[0], "__args__", ())
    inner = next(kind for kind in kinds if hasattr(kind, "model_fields"))
    return value_at(row[name], column[len(name) + 1 :], inner)


def written(value: object) -> str:
    if isinstance(value, str):
        return formula_safe(value)
    return "" if value is None else json.dumps(value)


def test_csv_is_plain_rfc_4180(world: World) -> None:
    answer = world.get("/v1/gaps.csv?min_grade=D&limit=1000")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert f"gaptracker-gaps-{world.newer}.csv" in answer.headers["content-disposition"]
    lines = answer.content.split(b"\r\n")
    assert lines[0].startswith(b"actor,actor_name,theme,year,says,")
    assert lines[-1] == b""
    assert len(lines) == 1 + 180 + 1
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    assert b"#" not in answer.content
    assert b"NaN" not in answer.content


def test_polars_reads_the_csv_as_it_is(world: World) -> None:
    frame = pl.read_csv(world.get("/v1/gaps.csv?min_grade=D").content, infer_schema_length=None)
    assert frame.height == 180
    assert frame.schema["gap"] == pl.Float64
    assert frame.schema["provisional"] == pl.Boolean


def test_names_that_look_like_formulas_stay_text(world: World) -> None:
    english = {row["code"]: row["name"] for row in rows_of(world.get("/v1/actors.csv"))}
    assert english["URY"] == f"'{HOSTILE_NAME}"
    assert english["IRN"] == "إيران, Iran"
    as_json = {row["code"]: row["name"] for row in world.data("/v1/actors")}
    assert as_json["URY"] == HOSTILE_NAME, "only spreadsheets need the apostrophe"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@x", "|x", "%0A=1", "\t=1", "\r\n=1", "\ufeff=1", "\uff1d1", " \uff0b1"],
)
def test_a_text_that_begins_a_formula_gets_an_apostrophe(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Mexico", "a=1", "Côte d'Ivoire", "1-1", "乌拉圭"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert formula_safe(text) == text


def test_filters_take_lists(world: World) -> None:
    rows = world.data(
        "/v1/gaps?actor=MEX,CHN&theme=death_penalty,cannabis&year=2021,2023&min_grade=D"
    )
    assert {row["actor"] for row in rows} == {"MEX", "CHN"}
    assert {row["theme"] for row in rows} == {"death_penalty", "cannabis"}
    assert {row["year"] for row in rows} == {2021, 2023}
    assert len(rows) == 8


def test_labels_filter_cells(world: World) -> None:
    everything = world.data("/v1/gaps")
    for label in {row["label"] for row in everything}:
        rows = world.data(f"/v1/gaps?label={label}")
        assert rows == [row for row in everything if row["label"] == label]


def test_a_filter_that_nothing_meets_gives_an_empty_table(world: World) -> None:
    answer = world.get("/v1/gaps?min_grade=A")
    assert answer.json()["data"] == []
    assert answer.json()["meta"]["total"] == 0
    assert rows_of(world.get("/v1/gaps.csv?min_grade=A")) == []
    assert world.get("/v1/gaps.ndjson?min_grade=A").content == b""


def test_pairs_are_filtered_by_their_reading(world: World) -> None:
    everything = walk(world, "/v1/pairs")
    readings = {row["reading"] for row in everything}
    assert len(readings) > 1
    for reading in readings:
        rows = walk(world, f"/v1/pairs?reading={reading}&limit=5")
        assert rows == [row for row in everything if row["reading"] == reading]


def test_pairs_can_be_asked_for_in_years_after_the_last_scored_one(world: World) -> None:
    later = [row for row in walk(world, "/v1/pairs") if row["year"] > 2023]
    assert later, "a pledge of this world falls due after its last year"
    assert {row["links"]["cell"] for row in later} == {None}
    assert world.data(f"/v1/pairs?year={later[0]['year']}")
