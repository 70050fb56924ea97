"""Federations, coherence and help abroad in a release: checked, frozen, and read back."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Observation
from gaptracker.domain.vocabulary import AbroadReason, ActorKind, FederalReason, Grade, Label, Layer
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.records.release_store import IndexEntry, ReleaseStore
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS
from gaptracker.release.checks import INVARIANTS, failures, run_checks
from gaptracker.release.columns import Layout
from gaptracker.release.federation_tables import ACROSS_LAYOUTS, FEDERATIONS
from gaptracker.release.tables import LAYOUTS, Tables
from gaptracker.scoring.across import read_across
from gaptracker.workflows.cut_release import cut_release
from tests.core.builders import ACTOR, observation, statement
from tests.core.federation_world import UNION, UNITS, dossiers, union
from tests.core.rules import RULES, THEME
from tests.federal_release import BREAKS, federal_evidence, freeze_federal
from tests.small_release import PLAN, YEARS, freeze, small_evidence, turned_round

YEAR = YEARS[-1]


@pytest.fixture(scope="module")
def tables() -> Tables:
    files = freeze_federal().files
    kinds = dict.fromkeys(UNITS, ActorKind.SUBNATIONAL)
    return Tables(
        frames={layout.name: pl.read_parquet(files[layout.file]) for layout in LAYOUTS},
        actors=dict.fromkeys(federal_evidence().actors, ActorKind.STATE) | kinds,
        years=YEARS,
        methodology=RULES,
    )


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    store = ReleaseStore(tmp_path_factory.mktemp("releases").as_posix())
    cut_release(federal_evidence(), RULES, store, PLAN)
    return load_release(store)


def failing(tables: Tables) -> set[str]:
    return {result.name for result in failures(run_checks(tables, INVARIANTS))}


def test_a_sound_release_passes_every_invariant(tables: Tables) -> None:
    assert failing(tables) == set()


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


def test_what_was_read_comes_back_from_the_release(release: FrozenRelease) -> None:
    evidence = federal_evidence()
    across = read_across(evidence, dossiers(evidence), RULES, YEARS)
    (read,) = [each for each in across.federations if each.year == YEAR]
    frozen = release.across.federation(ACTOR, THEME, YEAR)
    assert frozen is not None
    assert read.shared is not None
    assert read.system is not None
    assert frozen.practice_population == read.shared.points
    assert frozen.practice_population_low == read.shared.interval.low
    assert frozen.gap_system == read.system.points
    assert (frozen.grade, frozen.label) == (read.grade, read.label)
    assert (read.grade, read.label) == (Grade.D, Label.INSUFFICIENT_EVIDENCE)
    assert frozen.practice_national_layer is read.national_layer is Layer.PRACTICE
    assert frozen.practice_population_law_share == read.shared.law_share == 0.0
    assert frozen.gap_system_p_words_ahead == read.system.words_ahead
    assert frozen.n_units_known == read.known_units == 2
    assert frozen.release == release.id
    units = release.across.units.where(year=YEAR).rows()
    assert [unit.unit for unit in units] == list(UNITS)
    assert [unit.layer for unit in units] == [Layer.PRACTICE, Layer.PRACTICE, None]
    assert units[2].reason is FederalReason.NO_UNIT_DATA


def test_agencies_and_flows_come_back_too(release: FrozenRelease) -> None:
    (coherence,) = release.across.coherence.where(theme=THEME, year=YEAR).rows()
    assert (coherence.agencies, coherence.spread) == ("AAA BBB", 25.0)
    (abroad,) = release.across.abroad.where(year=YEAR).rows()
    assert (abroad.practice, abroad.n_flows) == (50.0, 2)
    assert abroad.gap_reason is AbroadReason.NO_WORDS
    assert len(release.across.abroad_flows.where(year=YEAR)) == 2
    assert release.across.flows.get("to-irn") == federal_evidence().flows[0]


def test_who_is_no_federation_on_a_theme_has_no_reading(release: FrozenRelease) -> None:
    assert release.across.federation("IRN", THEME, YEAR) is None


def test_a_release_without_any_of_it_has_empty_tables() -> None:
    files = freeze(small_evidence()).files
    rows = {layout.name: pl.read_parquet(files[layout.file]).height for layout in ACROSS_LAYOUTS}
    assert rows.pop("coherence") == len(YEARS)
    assert set(rows.values()) == {0}


def test_the_order_of_the_evidence_leaves_no_trace_in_the_bytes() -> None:
    turned = turned_round(federal_evidence())
    turned = replace(
        turned,
        flows=turned.flows[::-1],
        populations=turned.populations[::-1],
        memberships=turned.memberships[::-1],
    )
    files = freeze(turned).files
    for layout in ACROSS_LAYOUTS:
        assert files[layout.file] == freeze_federal().files[layout.file], layout.name


def test_what_a_union_says_moves_its_members_cells_and_no_others(tmp_path: Path) -> None:
    first = statement("first", "2018-05-01", actor=UNION)
    other = statement("other", "2018-05-01", actor=ACTOR)
    deed = observation("deed", 50.0, actor=ACTOR)
    before = with_deed(union([(first, 4), (other, 1)]), deed)
    newer = statement("newer", "2022-05-01", actor=UNION)
    after = with_deed(union([(first, 4), (other, 1), (newer, 0)]), deed)
    store = ReleaseStore(tmp_path.as_posix())
    cut_release(before, RULES, store, PLAN)
    outcome = cut_release(after, RULES, store, PLAN)
    # The union and the one state that still is a member, in the newest of three years.
    assert outcome.scored_cells == 2
    again = freeze(after)
    for layout in (GAPS, PAIRS, CONTRIBUTIONS):
        assert store.read(outcome.entry).files[layout.file] == again.files[layout.file]


def with_deed(given: Evidence, deed: Observation) -> Evidence:
    return replace(given, observations=(deed,))


def test_a_release_of_before_is_refused_with_what_to_do(tmp_path: Path) -> None:
    store = ReleaseStore(tmp_path.as_posix())
    cut_release(federal_evidence(), RULES, store, PLAN)

    class Older(ReleaseStore):
        """A store whose release lacks a table."""

        def verified(
            self, entry: IndexEntry, only: Collection[str] | None = None
        ) -> Iterator[tuple[str, bytes]]:
            files = super().verified(entry, only)
            return ((name, each) for name, each in files if name != FEDERATIONS.file)

    with pytest.raises(ReleaseCorrupt, match=r"has no federations\.parquet"):
        load_release(Older(tmp_path.as_posix()))
