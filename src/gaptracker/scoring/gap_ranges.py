"""How far weights alone could move one cell's gap: exact, by sorting."""

import math
from collections.abc import Sequence

from gaptracker.domain.analysis import GapRanges, PointsRange
from gaptracker.domain.choices import Aggregation
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Layer
from gaptracker.scoring.cell import CellInput
from gaptracker.scoring.items import Item, counting
from gaptracker.scoring.weight_ranges import bounded_range, full_range


def gap_ranges(
    given: CellInput,
    methodology: Methodology,
    *,
    spread: float,
    aggregation: Aggregation = Aggregation.ARITHMETIC,
) -> GapRanges | None:
    """Return the lowest and highest gap that other weights could bring about.

    An item moves by itself here, so that the bounded range holds at least every result of
    moving the factors that weights are made of.

    Args:
        given: What the cell is computed from.
        methodology: The rules.
        spread: For the bounded range, the share of itself by which an item's weight may move,
            from 0 to 1.
        aggregation: How a reading is made of its items.

    Returns:
        The ranges; None if the cell has no gap.

    Raises:
        InvalidValue: If the spread is no such share.

    References:
        Methodology 1.0.0, section 5.
    """
    words, deeds = counting(given.words), practice_items(given)
    if not words or not deeds:
        return None
    cap = practice_cap(given, methodology)
    says, practice = (_bounded(items, aggregation, spread) for items in (words, deeds))
    return GapRanges(
        all_weights=full_range(_expected(words)) - full_range(_expected(deeds)).up_to(cap),
        bounded_weights=says - practice.up_to(cap),
    )


def layer_items(given: CellInput, layer: Layer) -> tuple[Item, ...]:
    """Return the deeds of one layer that weigh something."""
    return counting(tuple(item for item in given.deeds if item.layer is layer))


def practice_items(given: CellInput) -> tuple[Item, ...]:
    """Return the items of P: practice, or law where only law is known."""
    return layer_items(given, Layer.PRACTICE) or layer_items(given, Layer.LAW)


def practice_cap(given: CellInput, methodology: Methodology) -> float:
    """Return the points above which practice may not lie; infinite where it is free."""
    held = given.capped and layer_items(given, Layer.PRACTICE)
    return methodology.deeds.critical_cap_points if held else math.inf


def _expected(items: Sequence[Item]) -> list[float]:
    return [item.placement.expected for item in items]


def _bounded(items: Sequence[Item], aggregation: Aggregation, spread: float) -> PointsRange:
    """Return the range of one reading when each item's weight may move."""
    points, weights = _expected(items), [item.weight for item in items]
    match aggregation:
        case Aggregation.ARITHMETIC:
            return bounded_range(points, weights, spread)
        case Aggregation.GEOMETRIC:
            logarithms = bounded_range([math.log1p(u) for u in points], weights, spread)
            return PointsRange(low=math.expm1(logarithms.low), high=math.expm1(logarithms.high))
        case Aggregation.MINIMUM:
            return PointsRange(low=min(points), high=min(points))
