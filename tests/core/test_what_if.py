"""Cells under other parameters, and how far weights alone can move a gap."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.analysis import PointsRange
from gaptracker.domain.choices import Aggregation
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.vocabulary import Label, Layer
from gaptracker.scoring.choices import Choices, published_choices, weight_names
from gaptracker.scoring.run import score_year
from gaptracker.scoring.weight_ranges import bounded_range, full_range
from gaptracker.scoring.what_if import WhatIf, what_if
from tests.core.builders import AS_OF, evidence, measure, observation, source
from tests.core.choice_builders import (
    PUBLISHED,
    SPACE,
    YEAR,
    chosen,
    dossier_of,
    said,
    two_sided,
)
from tests.core.rules import RULES
from tests.core.strategies import points, worlds

weights = st.floats(0.01, 10)
weighed_items = st.lists(st.tuples(points, weights), min_size=1, max_size=6)


def supposed(known: Evidence, choices: Choices = PUBLISHED, spread: float = 0.5) -> WhatIf:
    return what_if(
        dossier_of(known),
        YEAR,
        data_as_of=AS_OF,
        methodology=RULES,
        choices=choices,
        weight_spread=spread,
    )


def inside(value: float, limits: PointsRange | None) -> bool:
    return limits is not None and limits.low - 1e-9 <= value <= limits.high + 1e-9


@given(worlds())
def test_the_published_parameters_give_the_published_cell(known: Evidence) -> None:
    found = supposed(known)

    assert found.cell == score_year(dossier_of(known), YEAR, AS_OF, RULES)


def test_a_supposition_is_never_official_and_carries_its_parameters() -> None:
    made = chosen(half_life_years=8.0, multipliers={"measure": 0.5})

    found = supposed(two_sided(), made)

    assert found.official is False
    assert found.parameters is made
    with pytest.raises(TypeError, match="official"):
        WhatIf(  # type: ignore[call-arg]  # nobody may call it official
            parameters=made,
            weight_spread=0.5,
            cell=found.cell,
            gap_over_all_weights=None,
            gap_over_bounded_weights=None,
            official=True,
        )


def test_the_interval_of_each_reading_moves_with_its_points() -> None:
    known = evidence(coded=[(said("low"), 0), (said("high"), 4)])

    before, after = (
        supposed(known).cell,
        supposed(known, chosen(aggregation=Aggregation.MINIMUM)).cell,
    )

    assert before.says is not None
    assert after.says is not None
    assert (before.says.points, after.says.points) == pytest.approx((50.0, 0.0))
    assert after.says.interval.low == pytest.approx(before.says.interval.low - 50.0)
    assert after.says.interval.high == pytest.approx(before.says.interval.high - 50.0)


@pytest.mark.parametrize("aggregation", Aggregation)
def test_of_one_item_a_side_every_aggregation_makes_the_same(aggregation: Aggregation) -> None:
    for value, rung in ((20.0, 4), (90.0, 0), (50.0, 2)):
        known = evidence(coded=[(said("word"), rung)], observations=[observation("deed", value)])
        published = score_year(dossier_of(known), YEAR, AS_OF, RULES)

        found = supposed(known, chosen(aggregation=aggregation)).cell

        assert found.probabilities == published.probabilities
        assert found.label is published.label
        assert found.gap_interval is not None
        assert published.gap_interval is not None
        assert found.gap_interval.low == pytest.approx(published.gap_interval.low)
        assert found.gap_interval.high == pytest.approx(published.gap_interval.high)
    alone = supposed(evidence(coded=[(said("word"), 4)]), chosen(aggregation=aggregation))
    assert (alone.cell.does, alone.cell.gap_points) == (None, None)
    assert alone.weight_spread == 0.5


choices = st.builds(
    Choices,
    half_life_years=st.sampled_from(SPACE.half_lives_years),
    aggregation=st.sampled_from(Aggregation),
    spacing=st.sampled_from(SPACE.spacings),
    solicited=st.booleans(),
)


@given(worlds(), choices)
def test_the_gap_lies_in_the_bounded_range_and_that_in_the_full_one(
    known: Evidence, made: Choices
) -> None:
    found = supposed(known, made)
    gap = found.cell.gap_points
    if gap is None:
        assert found.gap_over_all_weights is None
        assert found.gap_over_bounded_weights is None
        return

    assert inside(gap, found.gap_over_bounded_weights)
    assert found.gap_over_bounded_weights is not None
    assert inside(found.gap_over_bounded_weights.low, found.gap_over_all_weights)
    assert inside(found.gap_over_bounded_weights.high, found.gap_over_all_weights)


@given(
    worlds(),
    st.sampled_from(Aggregation),
    st.dictionaries(st.sampled_from(weight_names(RULES)), st.floats(0.01, 10), max_size=8),
)
def test_no_weights_carry_the_gap_out_of_the_full_range(
    known: Evidence, aggregation: Aggregation, multipliers: dict[str, float]
) -> None:
    found = supposed(known)
    moved = supposed(known, chosen(aggregation=aggregation, multipliers=multipliers)).cell

    if moved.gap_points is not None:
        assert inside(moved.gap_points, found.gap_over_all_weights)


def test_the_full_range_runs_from_the_lowest_to_the_highest_items() -> None:
    found = supposed(two_sided())

    # Words at 25, 75 and 100; practice at 20 and 40, the law left aside.
    assert found.gap_over_all_weights == PointsRange(low=25 - 40, high=100 - 20)


def test_the_cap_holds_the_range_too() -> None:
    known = evidence(
        coded=[(said("words"), 4)],
        observations=[
            observation("deaths", 100.0, indicator="killings"),
            observation("a figure", 80.0),
        ],
    )

    assert supposed(known).gap_over_all_weights == PointsRange(low=100 - 25, high=100)


@given(weighed_items, st.sampled_from([0.0, 0.2, 0.5, 1.0]))
def test_the_bounded_range_is_the_best_of_all_corners(
    weighed: list[tuple[float, float]], spread: float
) -> None:
    found = bounded_range([u for u, _ in weighed], [w for _, w in weighed], spread)

    means = []
    for corner in product((1 - spread, 1 + spread), repeat=len(weighed)):
        moved = [w * multiplier for (_, w), multiplier in zip(weighed, corner, strict=True)]
        if sum(moved) > 0:
            parts = [w * u for w, (u, _) in zip(moved, weighed, strict=True)]
            means.append(sum(parts) / sum(moved))
    assert found.low == pytest.approx(min(means), abs=1e-9)
    assert found.high == pytest.approx(max(means), abs=1e-9)


@given(weighed_items, weights, st.permutations(range(6)))
def test_neither_scale_nor_order_moves_a_range(
    weighed: list[tuple[float, float]], scale: float, order: list[int]
) -> None:
    mixed = [weighed[place] for place in order if place < len(weighed)]

    plain = bounded_range([u for u, _ in weighed], [w for _, w in weighed], 0.5)
    other = bounded_range([u for u, _ in mixed], [scale * w for _, w in mixed], 0.5)

    assert (other.low, other.high) == pytest.approx((plain.low, plain.high))


def test_weights_that_may_vanish_reach_the_full_range() -> None:
    placed = [75.0, 25.0, 50.0]

    assert bounded_range(placed, [1, 2, 3], 1.0) == full_range(placed)
    assert bounded_range(placed, [1, 2, 3], 0.0).low == pytest.approx(275 / 6)


def test_an_item_that_weighs_nothing_is_out_of_the_bounded_range() -> None:
    assert bounded_range([0, 50, 100], [0, 1, 1], 0.5) == PointsRange(low=62.5, high=87.5)


def test_another_aggregation_changes_readings_gap_and_intervals() -> None:
    plain, least = (
        supposed(two_sided(), chosen(aggregation=name)).cell
        for name in (Aggregation.ARITHMETIC, Aggregation.MINIMUM)
    )

    assert least.says is not None
    assert least.practice is not None
    assert (least.says.points, least.practice.points) == (25.0, 20.0)
    assert least.gap_points == 5.0
    assert least.contributions == ()
    assert least.law is not None
    assert (least.legislative_points, least.implementation_points) == (-25.0, 30.0)
    assert least.coverage == plain.coverage
    assert least.grade is plain.grade
    assert least.gap_interval is not None
    assert plain.gap_interval is not None
    assert least.gap_interval.high < plain.gap_interval.high
    assert least.probabilities is not None
    assert plain.probabilities is not None
    assert least.probabilities.words_ahead < plain.probabilities.words_ahead


def test_a_mixed_message_stays_one_under_another_aggregation() -> None:
    known = evidence(
        coded=[(said("no"), 0), (said("yes"), 4)],
        observations=[
            observation("a figure", 0.0, source="one"),
            observation("deaths", 100.0, indicator="killings", source="two"),
        ],
        sources=[source("two", record=True), source("yes", record=True)],
    )

    found = supposed(known, chosen(aggregation=Aggregation.GEOMETRIC)).cell

    assert found.label is Label.MIXED_MESSAGE
    assert found.mixed_message_points == 50.0


def test_weights_need_not_be_free_to_move() -> None:
    found = supposed(two_sided(), spread=0.0)

    assert found.gap_over_bounded_weights is not None
    assert found.gap_over_bounded_weights.low == pytest.approx(found.cell.gap_points)
    assert found.gap_over_bounded_weights.high == pytest.approx(found.cell.gap_points)


def test_where_law_alone_is_known_another_aggregation_reads_the_law() -> None:
    known = evidence(
        coded=[
            (said("words"), 4),
            (measure("a law"), 3),
            (measure("an older law", layer=Layer.LAW, start="1999", source="gazette"), 1),
        ]
    )

    found = supposed(known, chosen(aggregation=Aggregation.MINIMUM))

    assert found.cell.law_only
    assert found.cell.gap_points == 75.0
    assert found.cell.implementation_points is None
    assert found.gap_over_bounded_weights == PointsRange(low=75.0, high=75.0)


def test_where_one_side_is_missing_the_other_is_aggregated_all_the_same() -> None:
    least = chosen(aggregation=Aggregation.MINIMUM)
    words = supposed(evidence(coded=[(said("one"), 4), (said("two"), 1)]), least).cell
    deeds = supposed(evidence(observations=[observation("a figure", 20.0)]), least).cell

    assert words.says is not None
    assert words.says.points == 25.0
    assert words.gap_points is None
    assert words.gap_bounds is not None
    assert (words.gap_bounds.low, words.gap_bounds.high) == (-75.0, 25.0)
    assert deeds.says is None
    assert deeds.practice is not None
    assert deeds.practice.points == 20.0


def test_the_geometric_range_is_that_of_the_logarithms() -> None:
    known = evidence(
        coded=[(said("one"), 0), (said("two"), 4)], observations=[observation("a figure", 0.0)]
    )

    found = supposed(known, chosen(aggregation=Aggregation.GEOMETRIC)).gap_over_bounded_weights

    # A quarter and three quarters of the weight on the item at 100 points.
    assert found is not None
    assert found.low == pytest.approx(101**0.25 - 1)
    assert found.high == pytest.approx(101**0.75 - 1)


@pytest.mark.parametrize("weight", [math.nan, math.inf, -1.0])
def test_a_weight_that_is_none_names_its_place(weight: float) -> None:
    with pytest.raises(InvalidValue, match=r"weights\[1\]"):
        bounded_range([0, 100], [1.0, weight], 0.5)


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(InvalidValue, match=r"weights: .*at least one above 0"):
        bounded_range([0, 100], [0.0, 0.0], 0.5)


@pytest.mark.parametrize("spread", [-0.1, 1.5, math.nan])
def test_a_spread_that_is_no_share_is_refused(spread: float) -> None:
    with pytest.raises(InvalidValue, match="spread"):
        bounded_range([0, 100], [1, 1], spread)
    with pytest.raises(InvalidValue, match="weight_spread"):
        supposed(two_sided(), spread=spread)


def test_points_that_are_none_are_refused() -> None:
    with pytest.raises(InvalidValue, match=r"^points: none; expected at least one item"):
        full_range([])
    with pytest.raises(InvalidValue, match=r"points\[1\]: nan"):
        full_range([0.0, math.nan])


def test_the_published_choices_are_the_methodologys() -> None:
    assert published_choices(RULES) == PUBLISHED == Choices(half_life_years=4.0)
