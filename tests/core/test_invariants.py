"""The laws of methodology 1.0.0, section 11, held against whatever Hypothesis can think of."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from random import Random
from typing import TypeVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Goalposts
from gaptracker.domain.records import Measure, Observation, Opportunity, Statement
from gaptracker.domain.results import CellScore, Interval
from gaptracker.domain.vocabulary import ObservationStatus, Scale, Side
from gaptracker.pairing.now import now_pairs
from gaptracker.scoring.calculate import Weighted, calculate
from gaptracker.scoring.run import score_evidence
from tests.core.builders import ACTOR, OTHER, coding, measure, observation, opportunity, statement
from tests.core.rules import RULES
from tests.core.strategies import YEARS, several, weighted, worlds

Thing = TypeVar("Thing")
Item = TypeVar("Item", Statement, Measure, Observation, Opportunity)
Sourced = TypeVar("Sourced", Statement, Measure, Observation)


def cells(known: Evidence, years: Sequence[int] = YEARS) -> list[CellScore]:
    return [cell for cell in score_evidence(known, RULES, years) if cell.actor == ACTOR]


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_items_changes_nothing(known: Evidence, random: Random) -> None:
    def mixed(items: tuple[Thing, ...]) -> tuple[Thing, ...]:
        return tuple(random.sample(items, len(items)))

    shuffled = replace(
        known,
        statements=mixed(known.statements),
        measures=mixed(known.measures),
        observations=mixed(known.observations),
        codings=mixed(known.codings),
        opportunities=mixed(known.opportunities),
    )
    assert cells(shuffled) == cells(known)


def with_a_duplicate(known: Evidence, name: str) -> Evidence:
    """The evidence with one item told again, by its source or by its group's worse one."""
    told_by = {"yearbook": "blog"}

    def told_again(items: tuple[Sourced, ...]) -> tuple[Sourced, ...]:
        again = (
            replace(item, id="again", source=told_by.get(item.source, item.source))
            for item in items
            if item.id == name
        )
        return tuple(chain(items, again))

    return replace(
        known,
        statements=told_again(known.statements),
        measures=told_again(known.measures),
        observations=told_again(known.observations),
        codings=(
            *known.codings,
            *(replace(entry, item="again") for entry in known.codings if entry.item == name),
        ),
    )


@given(worlds(), st.data())
def test_a_duplicate_of_one_source_group_never_raises_the_grade(
    known: Evidence, data: st.DataObject
) -> None:
    names = [
        *(item.id for item in known.statements),
        *(item.id for item in known.measures),
        *(item.id for item in known.observations),
    ]
    assume(names)
    twice = with_a_duplicate(known, data.draw(st.sampled_from(names)))
    for before, after in zip(cells(known), cells(twice), strict=True):
        assert after.grade >= before.grade


def moved(items: tuple[Item, ...], actor: str) -> tuple[Item, ...]:
    return tuple(replace(item, id=f"{actor} {item.id}", actor=actor) for item in items)


@given(worlds(), worlds())
def test_adding_an_actor_changes_no_other_actor(known: Evidence, other: Evidence) -> None:
    both = replace(
        known,
        actors={**known.actors, OTHER: replace(known.actors[ACTOR], code=OTHER)},
        statements=(*moved(other.statements, OTHER), *known.statements),
        measures=(*moved(other.measures, OTHER), *known.measures),
        observations=(*moved(other.observations, OTHER), *known.observations),
        opportunities=(*moved(other.opportunities, OTHER), *known.opportunities),
        codings=(
            *(replace(entry, item=f"{OTHER} {entry.item}") for entry in other.codings),
            *known.codings,
        ),
    )
    assert cells(both) == cells(known)


@given(worlds())
def test_a_cell_is_the_same_beside_any_other_years(known: Evidence) -> None:
    alone = [cell for year in YEARS for cell in cells(known, [year])]
    together = [cell for cell in cells(known, range(2018, 2024)) if cell.year in YEARS]
    assert alone == together


def gap(says: Sequence[Weighted], does: Sequence[Weighted]) -> CellScore:
    return calculate(says=says, does=does, methodology=RULES)


def same_interval(one: Interval | None, other: Interval | None) -> bool:
    assert one is not None
    assert other is not None
    return [one.low, one.high] == pytest.approx([other.low, other.high], abs=1e-6)


rungs_below_the_top = st.builds(
    Weighted, points=st.sampled_from([0.0, 25.0, 50.0, 75.0]), weight=st.floats(0.01, 10)
)


@given(several(rungs_below_the_top, 1), several(rungs_below_the_top, 1))
def test_shifting_both_sides_by_one_rung_leaves_the_gap(
    says: list[Weighted], does: list[Weighted]
) -> None:
    def up(items: list[Weighted]) -> list[Weighted]:
        return [replace(part, points=part.points + 25) for part in items]

    before, after = gap(says, does), gap(up(says), up(does))
    assert after.gap_points == pytest.approx(before.gap_points, abs=1e-9)
    assert after.mixed_message_points == pytest.approx(before.mixed_message_points, abs=1e-5)
    assert same_interval(after.gap_interval, before.gap_interval)


@given(several(weighted, 1), several(weighted, 1))
def test_swapping_the_sides_flips_the_sign(says: list[Weighted], does: list[Weighted]) -> None:
    one, other = gap(says, does), gap(does, says)
    assert one.gap_points is not None
    assert other.gap_points == -one.gap_points


@given(several(weighted, 1), several(weighted, 1), st.sampled_from([1e-6, 0.1, 3.0, 1e6]))
def test_scaling_all_weights_changes_nothing(
    says: list[Weighted], does: list[Weighted], scale: float
) -> None:
    def scaled(items: list[Weighted]) -> list[Weighted]:
        return [replace(part, weight=part.weight * scale) for part in items]

    before, after = gap(says, does), gap(scaled(says), scaled(does))
    assert after.gap_points == pytest.approx(before.gap_points, abs=1e-9)
    assert same_interval(after.gap_interval, before.gap_interval)
    assert after.coverage.effective_statements == pytest.approx(
        before.coverage.effective_statements
    )
    assert (after.grade, after.label) == (before.grade, before.label)


@given(worlds())
def test_without_the_last_statement_the_gap_is_none_and_not_50(known: Evidence) -> None:
    for cell in cells(replace(known, statements=())):
        assert cell.says is None
        assert cell.gap_points is None
        assert cell.says_reason is not None
        assert cell.gap_reason is not None


@given(worlds())
def test_without_deeds_the_gap_is_none_and_not_what_was_said(known: Evidence) -> None:
    for cell in cells(replace(known, measures=(), observations=())):
        assert (cell.law, cell.does, cell.practice, cell.gap_points) == (None,) * 4
        assert (cell.gap_bounds is None) == (cell.says is None)


@given(worlds())
def test_every_missing_number_has_a_reason_and_no_other_has(known: Evidence) -> None:
    for cell in cells(known):
        assert (cell.says is None) == (cell.says_reason is not None)
        assert (cell.law is None) == (cell.law_reason is not None)
        assert (cell.does is None) == (cell.does_reason is not None)
        assert (cell.gap_points is None) == (cell.gap_reason is not None)
        assert (cell.gap_points is None) == (cell.says is None or cell.practice is None)


@given(worlds(), st.integers(0, 100))
def test_losing_an_observation_never_raises_coverage(known: Evidence, number: int) -> None:
    published = [
        value for value in known.observations if value.status is ObservationStatus.OBSERVED
    ]
    assume(published)
    lost = published[number % len(published)]
    fewer = replace(
        known, observations=tuple(value for value in known.observations if value is not lost)
    )
    for before, after in zip(cells(known), cells(fewer), strict=True):
        share = after.coverage.indicator_coverage_share
        assert 0 <= share <= before.coverage.indicator_coverage_share <= 1


@given(worlds())
def test_contributions_and_pairs_sum_to_the_gap(known: Evidence) -> None:
    for cell in cells(known):
        if cell.gap_points is None:
            continue
        pairs = list(now_pairs(cell, RULES.labels.moved_points))
        shared = math.fsum(pair.contribution_points or 0.0 for pair in pairs)
        parts = math.fsum(part.contribution_points for part in cell.contributions)
        assert parts == pytest.approx(cell.gap_points, abs=1e-9)
        assert shared == pytest.approx(cell.gap_points, abs=1e-9)


@given(worlds())
def test_shares_of_what_counts_sum_to_one(known: Evidence) -> None:
    for cell in cells(known):
        for side, reading in ((Side.WORDS, cell.says), (Side.DEEDS, cell.practice)):
            shares = [part.share for part in cell.contributions if part.side is side]
            assert math.fsum(shares) == pytest.approx(1.0 if reading else 0.0)
            assert reading is None or reading.items == sum(share > 0 for share in shares)


@given(worlds())
def test_readings_stay_on_the_ladder_and_inside_their_intervals(known: Evidence) -> None:
    for cell in cells(known):
        for reading in (cell.says, cell.law, cell.does):
            if reading is not None:
                assert 0 <= reading.points <= 100
                assert reading.interval.low < reading.points < reading.interval.high
                assert 1 <= reading.effective_size <= reading.items + 1e-9
        if cell.gap_points is not None:
            assert cell.gap_interval is not None
            assert cell.gap_interval.low < cell.gap_points < cell.gap_interval.high


@given(worlds())
def test_a_gap_splits_exactly(known: Evidence) -> None:
    for cell in cells(known):
        if cell.legislative_points is None or cell.implementation_points is None:
            assert cell.legislative_points is cell.implementation_points is None
        else:
            whole = cell.legislative_points + cell.implementation_points
            assert whole == pytest.approx(cell.gap_points, abs=1e-9)


@given(worlds())
def test_scoring_twice_gives_equal_values(known: Evidence) -> None:
    assert cells(known) == cells(known)


@given(worlds(), st.integers(0, 4), st.floats(0, 100))
def test_what_is_dated_after_the_cell_changes_nothing(
    known: Evidence, rung: int, value: float
) -> None:
    said = statement("later", "2023", act="a common act", series="a text that returns")
    done = measure("later act", "2023-01-01")
    later = replace(
        known,
        statements=(*known.statements, said),
        measures=(*known.measures, done),
        observations=(
            *known.observations,
            observation("later value", value, "2023"),
            observation("later secret", None, "2024", indicator="killings"),
        ),
        codings=(*known.codings, coding(said, rung), coding(done, rung)),
        opportunities=(*known.opportunities, opportunity("later chance", "2023")),
        sources={"report": known.sources["record"], **known.sources},
        as_of=date(2026, 8, 16),
    )
    assert cells(later) == cells(known)


numbers = st.floats(-1e6, 1e6)


@given(st.sampled_from([Scale.LINEAR, Scale.LOG1P]), numbers, numbers, numbers, numbers)
def test_moving_towards_the_best_goalpost_never_lowers_points(
    scale: Scale, worst: float, best: float, one: float, other: float
) -> None:
    if scale is Scale.LOG1P:
        worst, best, one, other = (abs(number) for number in (worst, best, one, other))
    assume(abs(worst - best) > 1e-6)
    goalposts = Goalposts(scale=scale, worst=worst, best=best)
    nearer, farther = sorted((one, other), key=lambda value: value if best < worst else -value)
    assert 0 <= goalposts.points(farther, None) <= goalposts.points(nearer, None) <= 100
    assert goalposts.points(worst, None) == 0
    assert goalposts.points(best, None) == 100


@given(worlds(), st.integers(0, 100), st.floats(0, 100))
def test_doing_better_never_lowers_what_is_done(known: Evidence, number: int, gain: float) -> None:
    better = [value for value in known.observations if value.value is not None]
    assume(better)
    raised = better[number % len(better)]
    assert raised.value is not None
    best = RULES.indicators[raised.indicator].goalposts.best
    assert best is not None
    nearer = raised.value + (best - raised.value) * gain / 100
    improved = replace(
        known,
        observations=tuple(
            replace(value, value=nearer) if value is raised else value
            for value in known.observations
        ),
    )
    for before, after in zip(cells(known), cells(improved), strict=True):
        for old, new in ((before.law, after.law), (before.does, after.does)):
            assert (old is None) == (new is None)
            assert old is None or new is None or new.points >= old.points - 1e-9
