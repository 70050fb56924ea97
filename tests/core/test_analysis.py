"""What stands beside a scored cell: all of it from the dossier and the rules alone."""

import pickle
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.analysis import CellAnalysis
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import Grade
from gaptracker.scoring.analysis import analyse_block, analyse_cell
from gaptracker.scoring.choice_sensitivity import release_sensitivity
from gaptracker.scoring.choice_tables import tabulate
from gaptracker.scoring.comparison import gap_draws, quantile_grid
from gaptracker.scoring.dossier import build_dossiers
from gaptracker.scoring.leave_out import leave_out_groups
from gaptracker.scoring.method_band import method_band
from gaptracker.scoring.run import InputsOverTime, score_year
from tests.core.builders import ACTOR, AS_OF, OTHER, evidence, observation, source
from tests.core.choice_builders import YEAR, dossier_of, said, two_sided
from tests.core.rules import CHOICES, RULES, THEME
from tests.core.strategies import YEARS, worlds


def graded() -> Evidence:
    """Two speakers and two figures of equal weight: grade C."""
    return evidence(
        coded=[(said("one speech", "2021-06"), 4), (said("another speech", "2021-06"), 2)],
        observations=[
            observation("a figure", 20.0, "2020", source="yearbook"),
            observation("another", 40.0, "2020", indicator="statute_book", source="journal"),
            observation("a third", 30.0, "2020", indicator="beta", source="bulletin"),
        ],
        sources=[source("journal"), source("yearbook"), source("bulletin")],
    )


def scored(known: Evidence, year: int = YEAR) -> CellScore:
    return score_year(dossier_of(known), year, AS_OF, RULES)


def analysed(known: Evidence, year: int = YEAR) -> CellAnalysis | None:
    return analyse_cell(dossier_of(known), scored(known, year), AS_OF, RULES)


@given(worlds(), st.sampled_from(YEARS))
def test_a_graded_cell_has_all_parts_as_each_gives_them_alone(known: Evidence, year: int) -> None:
    cell, found = scored(known, year), analysed(known, year)

    assert (found is None) == (cell.gap_points is None or cell.grade is Grade.D)
    if found is None:
        return
    dossier = dossier_of(known)
    draws = gap_draws(InputsOverTime(dossier, AS_OF, RULES).of(year), RULES)
    table = tabulate(dossier, year, data_as_of=AS_OF, methodology=RULES, space=CHOICES.space)
    assert draws is not None
    assert table is not None
    assert found.grids.gap == quantile_grid(draws, CHOICES.grid_size)
    assert cell.says is not None
    assert cell.practice is not None
    for grid, reading in ((found.grids.says, cell.says), (found.grids.practice, cell.practice)):
        assert len(grid) == CHOICES.grid_size
        assert grid[0] <= reading.interval.low <= reading.interval.high <= grid[-1]
    assert found.band == method_band(table, RULES.draws)
    assert found.leave_out == leave_out_groups(dossier, year, data_as_of=AS_OF, methodology=RULES)


@given(worlds(), st.sampled_from(YEARS))
def test_ranges_over_weights_hold_the_gap_and_each_other(known: Evidence, year: int) -> None:
    cell, found = scored(known, year), analysed(known, year)
    if found is None or cell.gap_points is None:
        return
    every, bounded = found.ranges.all_weights, found.ranges.bounded_weights
    ends = (every.low, bounded.low, cell.gap_points, bounded.high, every.high)
    for low, high in pairwise(ends):
        assert low <= high + 1e-9


def test_a_graded_cell_is_analysed() -> None:
    found = analysed(graded())
    assert found is not None
    assert (found.actor, found.theme, found.year) == (ACTOR, THEME, YEAR)
    # The lowest of the words beside the highest of the deeds, and the other way round.
    assert found.ranges.all_weights.low == 50.0 - 30.0
    assert found.ranges.all_weights.high == 100.0 - 20.0


def test_a_gap_of_grade_d_enters_no_comparison() -> None:
    known = evidence(coded=[(said("one speech"), 4)], observations=[observation("a figure", 20.0)])
    assert scored(known).gap_points is not None
    assert scored(known).grade is Grade.D
    assert analysed(known) is None


def test_a_cell_is_analysed_alike_alone_in_a_block_and_in_another_process() -> None:
    known = graded()
    dossier = dossier_of(known)
    cells = [scored(known, year) for year in range(YEAR - 3, YEAR + 1)]
    block = analyse_block(dossier, cells, AS_OF, RULES)
    alone = [analysis for cell in cells if (analysis := analysed(known, cell.year))]

    assert len(block) > 1
    assert list(block) == alone
    assert list(analyse_block(dossier, cells[::-1], AS_OF, RULES)) == alone[::-1]
    elsewhere, the_same = pickle.loads(pickle.dumps((dossier, cells)))
    assert analyse_block(elsewhere, the_same, AS_OF, RULES) == block


def test_a_cell_of_another_actor_is_refused() -> None:
    other = replace(scored(graded()), actor=OTHER)
    with pytest.raises(InvalidValue, match=f"cell of {OTHER}.*expected one of {ACTOR}"):
        analyse_cell(dossier_of(graded()), other, AS_OF, RULES)


def test_a_cell_beside_evidence_it_was_not_scored_from_is_refused() -> None:
    cell = scored(graded())
    words_only = evidence(coded=[(said("one speech"), 4), (said("another speech"), 2)])
    with pytest.raises(InvalidValue, match="has a gap, and its dossier has none"):
        analyse_cell(dossier_of(words_only), cell, AS_OF, RULES)


def test_the_sensitivity_of_a_theme_does_not_depend_on_other_themes() -> None:
    dossiers = build_dossiers(two_sided(), RULES)
    elsewhere = {key: replace(entry, theme="elsewhere") for key, entry in dossiers.items()}
    moved = {(actor, "elsewhere"): entry for (actor, _), entry in elsewhere.items()}
    newest = dict.fromkeys(dossiers, YEAR)

    rules = replace(RULES, indicators={})
    no_figures = {key: replace(entry, observations={}) for key, entry in dossiers.items()}
    no_others = {key: replace(entry, observations={}) for key, entry in moved.items()}
    alone = list(release_sensitivity(no_figures, newest, as_of=AS_OF, methodology=rules))
    both = list(
        release_sensitivity(
            {**no_figures, **no_others},
            {**newest, **dict.fromkeys(moved, YEAR)},
            as_of=AS_OF,
            methodology=rules,
        )
    )

    assert [scope.theme for scope in alone] == [None, THEME]
    assert [scope.theme for scope in both] == [None, "elsewhere", THEME]
    assert both[-1] == alone[-1]
    assert both[0].sensitivity.outputs == 2
    assert (alone[0].first_year, alone[0].last_year) == (YEAR, YEAR)
