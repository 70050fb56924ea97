"""What a cell would be under other choices: never official, its parameters always beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import numpy as np

from gaptracker.domain.analysis import PointsRange
from gaptracker.domain.choices import EQUAL_SPACING, Aggregation
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import LabelRule, Methodology
from gaptracker.domain.results import CellScore, Interval, Probabilities, ReadingScore
from gaptracker.domain.vocabulary import Layer
from gaptracker.scoring.cell import CellInput, Silence, score_cell
from gaptracker.scoring.choice_draws import only, same_choices
from gaptracker.scoring.choice_tables import aggregate, choose_items, fixed_table
from gaptracker.scoring.choices import Choices, chosen_input, chosen_rules
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.gap_ranges import gap_ranges, layer_items, practice_cap
from gaptracker.scoring.grading import label_gap
from gaptracker.scoring.items import Item, counting
from gaptracker.scoring.method_band import draw_chosen
from gaptracker.scoring.seeds import stream
from gaptracker.scoring.uncertainty import Floats, interval, share


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A cell under other choices, and how far weights alone could move its gap.

    `gap_over_all_weights` is the range of G when every item may weigh anything from nothing
    up; `gap_over_bounded_weights` when each item's weight may move by `weight_spread` of
    itself. Both are exact, are no intervals of chance, and are None without a gap. An item
    moves by itself here, so that the bounded range holds at least every result of moving the
    factors that weights are made of.
    """

    parameters: Choices
    weight_spread: float
    cell: CellScore
    gap_over_all_weights: PointsRange | None
    gap_over_bounded_weights: PointsRange | None
    official: Literal[False] = field(default=False, init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """One reading under a chosen aggregation: its points and its draws."""

    points: float
    draws: Floats


def what_if(  # noqa: PLR0913  each is part of the question
    dossier: Dossier,
    year: int,
    *,
    data_as_of: date,
    methodology: Methodology,
    choices: Choices,
    weight_spread: float,
    silence: Silence | None = None,
) -> WhatIf:
    """Score one cell under other choices.

    Args:
        dossier: The evidence on the actor and theme; it stays as it is.
        year: The cell's year.
        data_as_of: The day up to which the data speak.
        methodology: The rules, as published.
        choices: What to choose instead.
        weight_spread: For the bounded range, the share of itself by which an item's weight may
            move, from 0 to 1.
        silence: The chances to speak, where the dossier does not hold them.

    Returns:
        The cell, marked as not official. Its items' contributions are left out under an
        aggregation that is no sum.

    Raises:
        InvalidValue: If a parameter cannot be, or nothing is left that weighs anything.
        UnknownName: If a multiplier names no weight.

    References:
        Methodology 1.0.0, section 5.
    """
    if not 0 <= weight_spread <= 1:
        raise InvalidValue(f"weight_spread: {weight_spread}; expected a share from 0 to 1")
    rules = chosen_rules(methodology, choices)
    given = chosen_input(
        dossier, year, data_as_of=data_as_of, methodology=methodology, choices=choices
    )
    if silence is not None:
        given = replace(given, silence=silence)
    cell = score_cell(given, rules)
    if choices.aggregation is not Aggregation.ARITHMETIC:
        cell = _aggregated(cell, given, rules, choices.aggregation)
    ranges = gap_ranges(given, rules, spread=weight_spread, aggregation=choices.aggregation)
    return WhatIf(
        parameters=choices,
        weight_spread=weight_spread,
        cell=cell,
        gap_over_all_weights=ranges.all_weights if ranges else None,
        gap_over_bounded_weights=ranges.bounded_weights if ranges else None,
    )


def _aggregated(
    cell: CellScore, given: CellInput, rules: Methodology, aggregation: Aggregation
) -> CellScore:
    """Return a cell whose readings are another aggregate of the same items."""
    readings = {
        name: _choose(items, given, name, rules=rules, aggregation=aggregation, cap=cap)
        for name, items, cap in (
            ("says", counting(given.words), math.inf),
            ("law", layer_items(given, Layer.LAW), math.inf),
            ("does", layer_items(given, Layer.PRACTICE), practice_cap(given, rules)),
        )
        if items
    }
    says, law, does = (readings.get(name) for name in ("says", "law", "does"))
    practice = does or law
    changed = replace(
        cell,
        says=_score(cell.says, says, rules),
        law=_score(cell.law, law, rules),
        does=_score(cell.does, does, rules),
        practice=_score(cell.practice, practice, rules),
        contributions=(),
    )
    if says is None:
        return changed
    if practice is None:
        bounds = Interval(low=says.points - 100.0, high=says.points)
        return replace(changed, gap_bounds=bounds)
    gap = says.draws - practice.draws
    probabilities = _probabilities(gap, rules.labels)
    split = law is not None and does is not None
    return replace(
        changed,
        gap_points=says.points - practice.points,
        gap_interval=interval(gap, rules.draws),
        probabilities=probabilities,
        label=label_gap(cell.grade, cell.mixed_message_points or 0.0, probabilities, rules.labels),
        legislative_points=says.points - law.points if law and split else None,
        implementation_points=law.points - does.points if law and does else None,
    )


def _choose(
    items: Sequence[Item],
    given: CellInput,
    reading: str,
    *,
    rules: Methodology,
    aggregation: Aggregation,
    cap: float,
) -> _Chosen:
    """Aggregate one reading, and draw it from its own random stream."""
    # The items come weighed and placed; only the aggregation is left to choose.
    left = Choices(
        half_life_years=rules.words.half_life_years,
        aggregation=aggregation,
        spacing=EQUAL_SPACING,
    )
    table, space = fixed_table(items, cap), only(left)
    drawn = draw_chosen(
        table,
        same_choices(left, (), rules.draws.draws),
        space,
        settings=rules.draws,
        generator=stream(given.key, reading),
    )
    once = same_choices(left, (), 1)
    placed = choose_items(table, once, space, {})
    points = aggregate(placed, table, once, space, {})
    return _Chosen(points=float(points[0]), draws=drawn)


def _score(
    before: ReadingScore | None, chosen: _Chosen | None, rules: Methodology
) -> ReadingScore | None:
    if before is None or chosen is None:
        return None
    return replace(before, points=chosen.points, interval=interval(chosen.draws, rules.draws))


def _probabilities(gap: Floats, rule: LabelRule) -> Probabilities:
    limit = rule.demonstrable_points
    return Probabilities(
        words_ahead=share(gap > 0),
        words_ahead_demonstrably=share(gap > limit),
        deeds_ahead_demonstrably=share(gap < -limit),
        close=share(np.abs(gap) <= limit),
    )
