"""Federations, agencies and help abroad over the API: the release's own rows."""

from dataclasses import replace

import pytest

from gaptracker.domain.evidence import Evidence
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.frozen import FrozenRelease, load_release
from tests.api_world import World, client_of, open_store, pages, rows_of, shared_world, the_error
from tests.core.rules import RULES
from tests.federal_release import federal_evidence
from tests.small_release import cut

TABLES = ("federations", "federation-units", "coherence", "abroad")
NAMED_RULES = replace(
    RULES,
    themes={
        name: replace(theme, name={"en": name.capitalize()}) for name, theme in RULES.themes.items()
    },
)


def named(given: Evidence) -> Evidence:
    """The same evidence whose actors have English names."""
    actors = {
        code: replace(actor, names={"en": f"The {code}"}) for code, actor in given.actors.items()
    }
    return replace(given, actors=actors)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("federal")
    name = cut(open_store(folder), named(federal_evidence()), methodology=NAMED_RULES).entry.id
    shelf = Shelf(open_store(folder))
    shelf.refresh()
    return World(client=client_of(shelf), shelf=shelf, folder=folder, older=name, newer=name)


@pytest.fixture(scope="module")
def release(world: World) -> FrozenRelease:
    return load_release(open_store(world.folder))


@pytest.mark.parametrize("table", TABLES)
def test_each_table_gives_the_rows_of_the_release_once_each(
    world: World, release: FrozenRelease, table: str
) -> None:
    across = release.across
    frame = {
        "federations": across.federations.frame,
        "federation-units": across.units.frame,
        "coherence": across.coherence.frame,
        "abroad": across.abroad.frame,
    }[table]
    walked = [
        row
        for answer in pages(world, f"/v1/{table}?limit=2&sort=-year")
        for row in answer.json()["data"]
    ]
    assert len(walked) == frame.height > 0
    keys = [name for name in ("actor", "theme", "year", "unit") if name in frame.columns]
    found = {tuple(row[name] for name in keys): row for row in walked}
    assert len(found) == frame.height
    for row in frame.iter_rows(named=True):
        answered = found[tuple(row[name] for name in keys)]
        for name, value in row.items():
            if isinstance(value, float | int | str):
                assert answered[name] == value, name
    assert len(rows_of(world.get(f"/v1/{table}.csv"))) == frame.height


def test_both_gaps_of_a_federation_stand_side_by_side(world: World, release: FrozenRelease) -> None:
    (row,) = world.data("/v1/federations?year=2022")
    found = release.across.federation(row["actor"], row["theme"], 2022)
    assert found is not None
    assert row["gap_attributable"] == found.gap_attributable
    assert row["gap_system"] == found.gap_system
    for name in ("gap_attributable", "gap_system", "practice_population"):
        assert (row[name] is None) == (row[f"{name}_reason"] is not None)
    units = world.data(f"/v1/federation-units?actor={row['actor']}&year=2022&theme={row['theme']}")
    assert len(units) == row["n_units"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/v1/federations?actor=USAA", "actor.unknown"),
        ("/v1/federation-units?theme=nothing", "theme.unknown"),
        ("/v1/coherence?year=1900", "year.unknown"),
        ("/v1/coherence?actor=URY", "parameter.unknown"),
        ("/v1/abroad?sort=theme", "value.not_listed"),
    ],
)
def test_a_wrong_filter_is_named(world: World, address: str, code: str) -> None:
    answer = world.get(address)
    assert answer.status_code == 422
    assert the_error(answer)["code"] == code


def test_a_release_without_any_gives_empty_tables(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    plain = shared_world(tmp_path_factory)
    assert plain.data("/v1/federations") == []


@pytest.mark.parametrize("path", TABLES)
def test_each_row_says_of_which_release_it_is(world: World, path: str) -> None:
    document = world.get(f"/v1/{path}?limit=5").json()
    meta = document["meta"]
    for row in document["data"]:
        for name in ("release", "methodology", "provisional"):
            assert row[name] == meta[name]
    assert document["data"]
