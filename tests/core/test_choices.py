"""Other choices: one path from evidence to a cell, and many choices at once that agree with it."""

import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.choices import EQUAL_SPACING, Aggregation, ChoiceSpace, Spacing
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.results import CellScore
from gaptracker.scoring.cell import score_cell
from gaptracker.scoring.choice_draws import ChoiceDesign, only, same_choices
from gaptracker.scoring.choice_tables import (
    aggregate,
    choose_items,
    fixed_table,
    gap_model,
    gap_runs,
)
from gaptracker.scoring.choices import Choices, chosen_input, chosen_rules, weight_names
from gaptracker.scoring.run import score_year
from tests.core.builders import AS_OF, evidence, observation, word
from tests.core.choice_builders import (
    PUBLISHED,
    SPACE,
    WIDE_ABOVE,
    WIDE_BELOW,
    YEAR,
    certain_table,
    chosen,
    dossier_of,
    said,
    table_of,
    two_sided,
)
from tests.core.rules import RULES
from tests.core.strategies import YEARS, points, worlds

multipliers = st.dictionaries(st.sampled_from(weight_names(RULES)), st.floats(0.5, 1.5), max_size=8)
choices = st.builds(
    Choices,
    half_life_years=st.sampled_from(SPACE.half_lives_years),
    spacing=st.sampled_from(SPACE.spacings),
    solicited=st.booleans(),
    multipliers=multipliers,
)
spacings = st.sampled_from(SPACE.spacings)


def cell_under(known: Evidence, made: Choices, year: int = YEAR) -> CellScore:
    given_input = chosen_input(
        dossier_of(known), year, data_as_of=AS_OF, methodology=RULES, choices=made
    )
    return score_cell(given_input, chosen_rules(RULES, made))


def aggregated(aggregation: Aggregation, weighed: Sequence[tuple[float, float]]) -> float:
    """The aggregate of points with weights."""
    items = [word(f"{n:02d}", u, weight) for n, (u, weight) in enumerate(weighed)]
    made = chosen(aggregation=aggregation)
    table, draws, space = fixed_table(items), same_choices(made, (), 1), only(made)
    chosen_items = choose_items(table, draws, space, {})
    return float(aggregate(chosen_items, table, draws, space, {})[0])


@given(worlds(), st.sampled_from(YEARS))
def test_the_published_choices_give_the_published_cell(known: Evidence, year: int) -> None:
    published = score_year(dossier_of(known), year, AS_OF, RULES)

    assert cell_under(known, PUBLISHED, year) == published


@given(worlds(), choices)
def test_many_choices_at_once_agree_with_one_cell_scored_anew(
    known: Evidence, made: Choices
) -> None:
    table = table_of(known, only(made))
    gap = cell_under(known, made).gap_points

    runs = gap_runs(table, same_choices(made, table.names, 2)) if table else None

    if gap is None:
        assert runs is None
    else:
        assert runs == pytest.approx([gap, gap], abs=1e-9)


def check_runs(known: Evidence, space: ChoiceSpace, seed: int, runs: int = 3) -> None:
    """Every run of a design gives the gap of the cell under the run's choices alone."""
    table = table_of(known, space)
    if table is None:
        return
    design = ChoiceDesign(space=space, names=table.names)
    unit = np.random.default_rng(seed).random((runs, design.columns))

    gaps = gap_model([table], design)(unit)[:, 0]

    draws = design.choose(unit)
    for run, gap in enumerate(gaps):
        made = Choices(
            half_life_years=space.half_lives_years[draws.half_life[run]],
            aggregation=space.aggregations[draws.aggregation[run]],
            spacing=space.spacings[draws.spacing[run]],
            solicited="solicited" in table.held or space.solicited[draws.solicited[run]],
            multipliers=dict(zip(draws.names, draws.multipliers[:, run].tolist(), strict=True)),
        )
        if made.aggregation is Aggregation.ARITHMETIC:
            assert gap == pytest.approx(cell_under(known, made).gap_points, abs=1e-9)
        else:
            alone = certain_table(known, only(made))
            assert gap == pytest.approx(gap_runs(alone, same_choices(made, table.names, 1))[0])


@given(worlds(), st.integers(0, 2**32))
def test_every_run_of_a_design_is_the_cell_under_its_choices(known: Evidence, seed: int) -> None:
    check_runs(known, SPACE, seed)


@pytest.mark.parametrize(
    "space",
    [
        SPACE,
        replace(SPACE, half_lives_years=(4.0,)),
        replace(SPACE, solicited=(False, True)),
        replace(SPACE, solicited=(False,)),
    ],
)
def test_runs_with_and_without_solicited_statements_are_cells_too(space: ChoiceSpace) -> None:
    answers_alone = evidence(
        coded=[(said("old", "2015", solicited=True), 0), (said("new", solicited=True), 4)],
        observations=[observation("a figure", 20.0)],
    )

    check_runs(two_sided(), space, 1, runs=60)
    check_runs(answers_alone, space, 1, runs=60)


weighed_items = st.lists(st.tuples(points, st.floats(0.01, 10)), min_size=1, max_size=6)


@given(weighed_items)
def test_geometric_lies_between_minimum_and_arithmetic(
    weighed: list[tuple[float, float]],
) -> None:
    least, middle, most = (
        aggregated(name, weighed)
        for name in (Aggregation.MINIMUM, Aggregation.GEOMETRIC, Aggregation.ARITHMETIC)
    )

    assert least - 1e-9 <= middle <= most + 1e-9
    assert least == min(value for value, _ in weighed)


@given(st.sampled_from(Aggregation), points, st.integers(1, 4))
def test_items_that_agree_keep_their_points_under_every_aggregation(
    aggregation: Aggregation, value: float, count: int
) -> None:
    assert aggregated(aggregation, [(value, 1.0)] * count) == pytest.approx(value)


def test_each_aggregation_by_hand() -> None:
    weighed = [(0.0, 1.0), (100.0, 3.0)]

    assert aggregated(Aggregation.ARITHMETIC, weighed) == 75.0
    # exp((0 + 3 ln 101) / 4) - 1
    assert aggregated(Aggregation.GEOMETRIC, weighed) == pytest.approx(101**0.75 - 1)
    assert aggregated(Aggregation.MINIMUM, weighed) == 0.0


def test_an_item_that_weighs_nothing_is_not_the_minimum() -> None:
    assert aggregated(Aggregation.MINIMUM, [(0.0, 0.0), (50.0, 1.0)]) == 50.0


@given(spacings, points, points)
def test_a_spacing_keeps_the_order_and_the_ends(spacing: Spacing, one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= spacing.place(low) <= spacing.place(high) <= 100
    assert (spacing.place(0), spacing.place(100)) == (0, 100)


@given(points)
def test_equal_spacing_leaves_every_point_as_it_is(value: float) -> None:
    assert EQUAL_SPACING.place(value) == value


def test_rungs_stand_where_the_spacing_puts_them() -> None:
    assert [WIDE_ABOVE.place(25.0 * rung) for rung in range(5)] == [0, 10, 30, 60, 100]


def test_a_critical_floor_stays_a_rung_when_rungs_move() -> None:
    known = evidence(
        coded=[(said("words"), 4)],
        observations=[
            observation("deaths", 90.0, indicator="killings"),  # 10 points: rung 0, not 1
            observation("a figure", 100.0),
        ],
    )

    cell = cell_under(known, chosen(spacing=WIDE_BELOW))

    # The mean of 16 and 100 is held to rung 1, which lies at 40.
    assert cell.does is not None
    assert cell.does.points == 40.0
    assert cell.capped


def test_without_solicited_statements_the_others_speak() -> None:
    cell = cell_under(two_sided(), chosen(solicited=False))

    assert cell.coverage.statements == 2


def test_words_that_were_all_asked_for_stay_in_and_the_table_says_so() -> None:
    known = evidence(
        coded=[(said("an answer", solicited=True), 3)], observations=[observation("a figure", 20.0)]
    )

    table = certain_table(known)

    assert table.held == ("solicited",)
    assert certain_table(two_sided()).held == ()


def test_a_repeat_is_held_down_by_the_published_weights_and_then_moved() -> None:
    known = evidence(
        coded=[
            (said(f"vote {year}", str(year), series="a text", instrument="vote"), 4)
            for year in (2018, 2020, 2022)
        ],
        observations=[observation("a figure", 20.0)],
    )

    cell = cell_under(known, chosen(multipliers={"instrument.vote": 1.5}))

    weights = [part.weight for part in cell.contributions if part.item.startswith("vote")]
    assert sum(weights) - max(weights) == pytest.approx(max(weights) / 2)


def test_a_multiplier_is_named_among_the_factors_of_each_item_it_moves() -> None:
    cell = cell_under(two_sided(), chosen(multipliers={"source_grade.2": 0.5}))

    moved = {
        part.item: dict(part.factors).get("source_grade.2, multiplied")
        for part in cell.contributions
    }
    assert {name for name, value in moved.items() if value == 0.5} == {"a figure"}


def test_evidence_is_left_as_it_is() -> None:
    dossier = dossier_of(two_sided())
    before = deepcopy(dossier)

    for made in (chosen(solicited=False), chosen(spacing=WIDE_BELOW, half_life_years=2.0)):
        chosen_input(dossier, YEAR, data_as_of=AS_OF, methodology=RULES, choices=made)

    assert dossier == before


def test_options_take_equal_parts_and_multipliers_their_spread() -> None:
    design = ChoiceDesign(space=SPACE, names=("measure",))
    unit = np.repeat(np.array([[0.0], [0.25], [0.5], [0.75], [0.9999]]), design.columns, axis=1)

    draws = design.choose(unit)

    assert draws.half_life.tolist() == [0, 1, 2, 3, 3]
    assert draws.aggregation.tolist() == [0, 0, 1, 2, 2]
    assert draws.solicited.tolist() == [0, 0, 1, 1, 1]
    assert draws.multipliers[0] == pytest.approx([0.5, 0.75, 1.0, 1.25, 1.5], abs=1e-3)


def test_the_weights_of_one_table_are_one_choice() -> None:
    design = ChoiceDesign(space=SPACE, names=weight_names(RULES))

    assert {name: len(columns) for name, columns in design.factors.items()} == {
        "indicator": 4,
        "instrument": 11,
        "measure": 1,
        "office": 5,
        "source_grade": 5,
        "specificity": 5,
        "aggregation": 1,
        "half_life": 1,
        "solicited": 1,
        "spacing": 1,
    }


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf, -0.5, 1e308])
def test_a_multiplier_that_is_no_weight_is_refused(weight: float) -> None:
    with pytest.raises(InvalidValue, match=r"multipliers\['measure'\].*from 0"):
        chosen(multipliers={"measure": weight})


def test_a_weight_may_be_left_out() -> None:
    without = cell_under(two_sided(), chosen(multipliers={"measure": 0.0}))
    assert without.law is None
    assert without.does is not None


def test_multipliers_that_leave_a_side_without_weight_name_the_cell() -> None:
    made = chosen(multipliers={"office.accredited_delegate": 0.0, "measure": 1.0})

    with pytest.raises(InvalidValue, match=r"URY incarceration 2022.*no weight on the words"):
        cell_under(two_sided(), made)


def test_a_multiplier_of_no_weight_is_told_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"'office.ministre'; did you mean office.minister"):
        cell_under(two_sided(), chosen(multipliers={"office.ministre": 1.0}))


@pytest.mark.parametrize("half_life", [math.nan, 0.0, -4.0])
def test_a_half_life_that_is_no_time_is_refused(half_life: float) -> None:
    with pytest.raises(InvalidValue, match="half_life_years"):
        chosen(half_life_years=half_life)


@pytest.mark.parametrize(
    "rungs",
    [
        (0, 25, 50, 75),
        (0, 25, 25, 75, 100),
        (0, 50, 25, 75, 100),
        (5, 25, 50, 75, 100),
        (0, 25, math.nan, 75, 100),
    ],
)
def test_a_spacing_that_does_not_rise_from_end_to_end_is_refused(rungs: tuple[float, ...]) -> None:
    with pytest.raises(
        InvalidValue, match=r"spacing 'bad': .*; expected 5 rising .* from 0 to 100$"
    ):
        Spacing(name="bad", points=rungs)
    assert Spacing(name="good", points=(0, 1, 2, 3, 100)).place(12.5) == 0.5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("multiplier_spread", 1.0),
        ("multiplier_spread", math.nan),
        ("half_lives_years", (4.0, 0.0)),
        ("half_lives_years", ()),
        ("solicited", (True, True)),
    ],
)
def test_a_space_that_offers_no_choice_names_the_field(name: str, value: object) -> None:
    parts = {
        "multiplier_spread": 0.5,
        "half_lives_years": (4.0,),
        "aggregations": (Aggregation.ARITHMETIC,),
        "spacings": (EQUAL_SPACING,),
        "solicited": (True,),
    }
    with pytest.raises(InvalidValue, match=name):
        ChoiceSpace(**(parts | {name: value}))  # type: ignore[arg-type]  # bad on purpose


def test_a_design_refuses_rows_of_another_width_and_names_out_of_order() -> None:
    with pytest.raises(InvalidValue, match="unit: shape"):
        ChoiceDesign(space=SPACE, names=("measure",)).choose(np.zeros((2, 2)))
    with pytest.raises(InvalidValue, match="names"):
        ChoiceDesign(space=SPACE, names=("office.other", "measure"))
