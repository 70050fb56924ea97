"""Positions and alliances in a release: checked, frozen, given as files, and read back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gaptracker.domain.vocabulary import ActorKind, Side, Standing
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.release.alliance_tables import ALLIANCE_LAYOUTS, SIMILARITIES
from gaptracker.release.checks import INVARIANTS, failures, run_checks
from gaptracker.release.columns import Layout
from gaptracker.release.table_definitions import WORKBOOK_LAYOUTS
from gaptracker.release.tables import LAYOUTS, Tables
from gaptracker.workflows.export_release import export_release
from tests.alliance_release import BREAKS, alliance_evidence
from tests.api_world import open_store
from tests.core.rules import RULES, THEME, WORDS_ONLY
from tests.download_world import require_same_rows
from tests.small_release import PLAN, YEARS, BackwardsEngine, cut, freeze, turned_round

YEAR = YEARS[-1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("alliances")
    cut(open_store(made), alliance_evidence(), PLAN)
    export_release(open_store(made), made / "exported")
    return made


@pytest.fixture(scope="module")
def release(folder: Path) -> FrozenRelease:
    return load_release(open_store(folder))


@pytest.fixture(scope="module")
def tables(release: FrozenRelease) -> Tables:
    return Tables(
        frames=release.frames,
        actors=dict.fromkeys(alliance_evidence().actors, ActorKind.STATE),
        years=YEARS,
        methodology=RULES,
    )


def failing(tables: Tables) -> set[str]:
    return {result.name for result in failures(run_checks(tables, INVARIANTS))}


def test_a_sound_release_passes_every_invariant(tables: Tables) -> None:
    assert failing(tables) == set()


@pytest.mark.parametrize("layout", ALLIANCE_LAYOUTS, ids=lambda layout: layout.name)
def test_the_release_holds_something_of_each_table(tables: Tables, layout: Layout[Any]) -> None:
    assert tables[layout].height


@pytest.mark.parametrize(
    ("name", "layout", "change"), BREAKS, ids=[f"{each[0]}-{n}" for n, each in enumerate(BREAKS)]
)
def test_each_invariant_fails_when_its_rule_is_broken(
    tables: Tables,
    name: str,
    layout: Layout[Any],
    change: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    broken = {**tables.frames, layout.name: change(tables[layout])}
    assert name in failing(replace(tables, frames=broken))


def test_the_same_evidence_freezes_to_the_same_bytes_in_any_order_on_any_engine() -> None:
    given = alliance_evidence()
    plain = freeze(given).files
    turned = freeze(turned_round(given), replace(PLAN, engine=BackwardsEngine())).files
    for layout in LAYOUTS:
        assert plain[layout.file] == turned[layout.file], layout.name


def test_two_who_speak_alike_and_act_apart_are_named(release: FrozenRelease) -> None:
    found = release.alliances.alike_apart.where(year=YEAR).rows()
    pairs = {(each.actor_a, each.actor_b): each.standing for each in found}
    assert pairs == {
        ("AAA", "BBB"): Standing.DEMONSTRATED,
        ("BBB", "CCC"): Standing.DEMONSTRATED,
    }


def test_groups_are_those_of_the_words_and_of_the_deeds(release: FrozenRelease) -> None:
    def of(side: Side) -> set[tuple[str, str]]:
        rows = release.alliances.communities.where(side=side, year=YEAR).rows()
        return {(each.community, each.actor) for each in rows}

    assert of(Side.WORDS) == {
        *(("AAA", name) for name in ("AAA", "BBB", "CCC")),
        *(("XXX", name) for name in ("XXX", "YYY")),
    }
    assert of(Side.DEEDS) == {("AAA", "AAA"), ("AAA", "CCC"), ("BBB", "BBB"), ("BBB", "XXX")}


def test_a_move_is_told_from_both_sides_of_it(release: FrozenRelease) -> None:
    found = release.alliances.changes.where(side=Side.DEEDS, since=YEARS[0], year=YEAR).rows()
    moved = {(each.actor_a, each.actor_b): each.change for each in found}
    assert moved == {
        ("AAA", "BBB"): pytest.approx(-0.9),
        ("BBB", "CCC"): pytest.approx(-0.9),
        ("BBB", "XXX"): pytest.approx(0.9),
    }
    assert not len(release.alliances.changes.where(side=Side.WORDS))


def test_positions_are_those_of_cells_and_of_themes_without_deeds(release: FrozenRelease) -> None:
    cell = release.cell("AAA", THEME, YEAR)
    held = release.alliances.positions.where(actor="AAA", year=YEAR)
    found = {(each.theme, each.side): each for each in held.rows()}
    assert found.keys() == {
        (THEME, Side.WORDS),
        (THEME, Side.DEEDS),
        (WORDS_ONLY, Side.WORDS),
    }
    assert found[THEME, Side.WORDS].position == cell.says
    assert found[THEME, Side.DEEDS].position_low == cell.practice_low
    assert found[WORDS_ONLY, Side.WORDS].n_items == cell.n_statements


@pytest.mark.parametrize("layout", ALLIANCE_LAYOUTS, ids=lambda layout: layout.name)
def test_all_forms_of_a_file_hold_the_same_rows(folder: Path, layout: Layout[Any]) -> None:
    require_same_rows(folder / "exported", layout.name)


def test_every_table_but_that_of_all_pairs_has_a_workbook(folder: Path) -> None:
    files = {path.name for path in (folder / "exported").iterdir()}
    assert {f"{layout.name}.xlsx" for layout in WORKBOOK_LAYOUTS} <= files
    assert f"{SIMILARITIES.name}.xlsx" not in files
    assert f"{SIMILARITIES.name}.csv" in files
