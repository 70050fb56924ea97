"""How far a weighted mean can go when its weights may move: exact, by sorting."""

import math
from collections.abc import Sequence

from gaptracker.domain.analysis import PointsRange
from gaptracker.domain.choices import check_weight
from gaptracker.domain.errors import InvalidValue


def full_range(points: Sequence[float]) -> PointsRange:
    """Return the range of a weighted mean over all weights from 0: lowest to highest item.

    Args:
        points: The items' points, at least one.

    Raises:
        InvalidValue: If there is no item, or a number is not finite.

    Examples:
        >>> full_range([75, 25, 50])
        PointsRange(low=25, high=75)
    """
    _check_points(points)
    return PointsRange(low=min(points), high=max(points))


def bounded_range(points: Sequence[float], weights: Sequence[float], spread: float) -> PointsRange:
    """Return the range of a weighted mean when each weight may move by a share of itself.

    The mean is highest where every item above some point has its greatest weight and every
    other its smallest (a linear-fractional programme over a box has its optimum at such a
    corner), so that trying each point of division in turn finds the exact end.

    Args:
        points: The items' points.
        weights: Their weights, any scale, from 0.
        spread: Share by which each weight may fall or rise by itself, from 0 to 1: 0.5 for
            half as much to half as much again.

    Raises:
        InvalidValue: If a weight is negative, all are zero, or a number is not finite.

    References:
        Methodology 1.0.0, section 5. Charnes and Cooper (1962), Programming with linear
        fractional functionals, Naval Research Logistics Quarterly 9, 181-186.

    Examples:
        >>> bounded_range([0, 100], [1, 1], 0.5)
        PointsRange(low=25.0, high=75.0)
    """
    _check_points(points)
    for place, weight in enumerate(weights):
        check_weight(f"weights[{place}]", weight)
    if not any(weights):
        raise InvalidValue(f"weights: {list(weights)}; expected at least one above 0")
    if not 0 <= spread <= 1:
        raise InvalidValue(f"spread: {spread}; expected a share from 0 to 1")
    rising = sorted((u, w) for u, w in zip(points, weights, strict=True) if w > 0)
    return PointsRange(
        low=min(_divided_means(rising, 1 + spread, 1 - spread)),
        high=max(_divided_means(rising, 1 - spread, 1 + spread)),
    )


def _divided_means(
    rising: Sequence[tuple[float, float]], below: float, above: float
) -> list[float]:
    """Return the means with one multiplier below a point of division and another above it."""
    found = []
    for division in range(len(rising) + 1):
        weights = [
            weight * (below if place < division else above)
            for place, (_, weight) in enumerate(rising)
        ]
        total = math.fsum(weights)
        if total > 0:
            parts = (w * points for w, (points, _) in zip(weights, rising, strict=True))
            found.append(math.fsum(parts) / total)
    return found


def _check_points(points: Sequence[float]) -> None:
    if not points:
        raise InvalidValue("points: none; expected at least one item")
    for place, value in enumerate(points):
        if not math.isfinite(value):
            raise InvalidValue(f"points[{place}]: {value}; expected a finite number")
