"""The arithmetic of a reading: weighted mean, mixed message, effective size, variance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A reading's mean and spread in points, and its effective number of items."""

    mean: float
    spread: float
    effective_size: float
    items: int


def effective_size(weights: Sequence[float]) -> float:
    """Return (sum of w) squared over the sum of w squared.

    Args:
        weights: Weights above zero; their common scale does not matter.

    Returns:
        Between 1 and the number of weights; 0 without any.

    References:
        Methodology 1.0.0, section 4.

    Examples:
        >>> effective_size([2.0, 2.0])
        2.0
        >>> round(effective_size([1, 0.8, 0.8, 0.6]), 2)
        3.88
    """
    if not weights:
        return 0.0
    # Scaled by a power of two, which is exact: the squares of tiny weights would vanish.
    _, exponent = math.frexp(max(weights))
    scaled = [math.ldexp(weight, -exponent) for weight in weights]
    total = math.fsum(scaled)
    return total * total / math.fsum(weight * weight for weight in scaled)


def summarise(weights: Sequence[float], points: Sequence[float]) -> Summary | None:
    """Return the weighted mean of points, and how far the items lie from it.

    Args:
        weights: Weights above zero.
        points: Expected points of each item, 0 to 100.

    Returns:
        Mean, spread (the square root of the weighted mean squared distance, the mixed
        message A on the words' side) and effective size; None without items, since a
        missing reading is never zero.

    References:
        Methodology 1.0.0, section 4.

    Examples:
        >>> summary = summarise([1, 1], [75, 25])
        >>> summary.mean, summary.spread, summary.effective_size
        (50.0, 25.0, 2.0)
    """
    if not weights:
        return None
    total = math.fsum(weights)
    pairs = tuple(zip(weights, points, strict=True))
    exact = math.fsum(weight * value for weight, value in pairs) / total
    # Rounding may carry a mean past the items it is the mean of, and so off the ladder.
    mean = min(max(exact, min(points)), max(points))
    square = math.fsum(weight * (value - mean) ** 2 for weight, value in pairs) / total
    return Summary(
        mean=mean,
        spread=math.sqrt(square),
        effective_size=effective_size(weights),
        items=len(weights),
    )
