"""A cell with all it is made of, and the records under it, over the API."""

import math

import pytest

from gaptracker.publish.frozen import load_release
from tests.api_world import World, open_store, pages, rows_of, shared_world, the_error
from tests.cli_world import THEME

CELL = f"/v1/gaps/MEX/{THEME}/2022"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def test_a_cell_comes_with_contributions_that_sum_to_its_gap(world: World) -> None:
    data = world.data(CELL)
    (cell,) = world.data(f"/v1/gaps?actor=MEX&theme={THEME}&year=2022")
    assert data["cell"]["gap"] == cell["gap"]
    parts = data["contributions"]
    total = math.fsum(part["contribution_points"] for part in parts)
    assert total == pytest.approx(cell["gap"], abs=1e-9)
    for part in parts:
        assert math.prod(each["value"] for each in part["factors"]) == pytest.approx(part["weight"])


def test_every_cell_leads_to_all_that_it_is_made_of(world: World) -> None:
    cells = world.data("/v1/gaps?min_grade=D")
    assert len(cells) > 1
    for cell in cells:
        assert world.data(cell["links"]["detail"])["cell"] == cell
    assert f"release={world.newer}" in cells[0]["links"]["detail"]


def test_band_left_out_groups_and_drivers_are_those_of_the_release(world: World) -> None:
    release = load_release(open_store(world.folder))
    cell = release.cell("MEX", THEME, 2022)
    band, data = release.band_of(cell), world.data(CELL)
    assert band is not None
    assert (data["band"]["gap_low"], data["band"]["gap_high"]) == (band.gap_low, band.gap_high)
    assert data["band"]["all_weights_low"] == band.all_weights_low
    assert [row["source_group"] for row in data["left_out"]] == [
        row.source_group for row in release.left_out_of(cell)
    ]
    assert data["left_out"]
    totals = [row["total"] for row in data["drivers"]]
    assert totals == sorted(totals, reverse=True)
    assert totals


def test_a_cell_of_grade_d_has_no_band_and_says_why_there_is_no_gap(world: World) -> None:
    data = world.data(f"/v1/gaps/CHN/{THEME}/2022")
    assert (data["band"], data["left_out"]) == (None, [])
    assert data["cell"]["reason"] == "opaque"


def test_every_contribution_leads_to_its_record(world: World) -> None:
    kinds = set()
    for part in world.data(CELL)["contributions"]:
        found = world.data(part["link"])
        record = found[0] if isinstance(found, list) else found
        assert record["id"] == part["item"]
        assert record["source"]["id"] == part["source"]
        kinds.add(part["item_kind"])
    assert kinds == {"statement", "measure", "observation"}


def test_a_statement_shows_its_words_its_source_and_who_placed_it(world: World) -> None:
    data = world.data("/v1/statements/speech-MEX-2021?lang=es")
    assert data["excerpt"] == "Pedimos [a todos] que la abolan."
    assert data["actor_name"] == "México"
    assert data["source"]["publisher"] == "A publisher"
    assert [(each["coder"], each["rung"]) for each in data["codings"]] == [("reader-1", 4)]
    assert world.data(data["links"]["self"]) == world.data("/v1/statements/speech-MEX-2021")


def test_a_measure_shows_when_it_is_in_force(world: World) -> None:
    data = world.data("/v1/measures/law-MEX-2005")
    assert (data["in_force_from"], data["in_force_to"]) == ("2005-12-09", None)
    assert data["codings"][0]["theme"] == THEME


def test_observations_are_filtered_and_walked_once_each(world: World) -> None:
    release = load_release(open_store(world.folder))
    every = {row["id"] for row in release.observations.frame.iter_rows(named=True)}
    walked = [
        row["id"]
        for answer in pages(world, "/v1/observations?limit=3&sort=-period")
        for row in answer.json()["data"]
    ]
    assert len(walked) == len(set(walked))
    assert set(walked) == every
    mexican = world.data("/v1/observations?actor=MEX&year=2021,2022")
    assert {row["period"][:4] for row in mexican} == {"2021", "2022"}
    assert {row["actor"] for row in mexican} == {"MEX"}
    themed = world.data(f"/v1/observations?theme={THEME}")
    assert {row["id"] for row in themed} == every
    assert world.data("/v1/observations?theme=cannabis") == []
    (withheld,) = world.data("/v1/observations?actor=CHN")
    assert (withheld["value"], withheld["status"]) == (None, "opaque")


def test_observations_as_csv_have_the_same_rows(world: World) -> None:
    rows = rows_of(world.get("/v1/observations.csv?indicator=executions_recorded"))
    data = world.data("/v1/observations?indicator=executions_recorded")
    assert [row["id"] for row in rows] == [row["id"] for row in data]
    assert rows[0]["source_licence"] == "CC0-1.0"


def test_indicators_say_their_unit_ends_and_how_often_they_were_observed(world: World) -> None:
    data = {row["id"]: row for row in world.data("/v1/indicators")}
    row = data["executions_recorded"]
    assert row["themes"] == [THEME]
    assert row["n_observations"] == len(world.data(row["links"]["observations"]))
    themed = world.data(f"/v1/indicators?theme={THEME}")
    assert {each["id"] for each in themed} == {
        name for name, each in data.items() if THEME in each["themes"]
    }
    assert len(rows_of(world.get("/v1/indicators.csv"))) == len(data)


@pytest.mark.parametrize(
    ("address", "status", "code", "nearest"),
    [
        ("/v1/statements/speech", 404, "statement.unknown", None),
        ("/v1/measures/speech-MEX-2021", 404, "measure.unknown", None),
        ("/v1/observations?indicator=executions", 422, "indicator.unknown", "executions_recorded"),
        ("/v1/observations?year=1800", 422, "year.unknown", "2019"),
        ("/v1/observations?actor=Mexico", 422, "actor.unknown", "MEX"),
        ("/v1/indicators?theme=death-penalty", 422, "theme.unknown", THEME),
        (f"/v1/gaps/Mexico/{THEME}/2022", 404, "actor.unknown", "MEX"),
        ("/v1/gaps/MEX/death-penalty/2022", 404, "theme.unknown", THEME),
        (f"/v1/gaps/MEX/{THEME}/1999", 404, "year.unknown", None),
        (f"/v1/gaps/MEX/{THEME}/2022x", 404, "year.unknown", "2022"),
    ],
)
def test_what_is_unknown_is_named_with_the_nearest(
    world: World, address: str, status: int, code: str, nearest: str | None
) -> None:
    answer = world.get(address)
    assert answer.status_code == status
    error = the_error(answer)
    assert error["code"] == code
    assert nearest is None or nearest in error["nearest"]


def test_a_record_of_an_older_release_is_asked_for_by_its_release(world: World) -> None:
    assert world.get("/v1/statements/vote-MEX-222-2022").status_code == 200
    older = world.get(f"/v1/statements/vote-MEX-222-2022?release={world.older}")
    assert older.status_code == 404
    pinned = world.get(f"{CELL}?release={world.older}")
    assert "immutable" in pinned.headers["cache-control"]
