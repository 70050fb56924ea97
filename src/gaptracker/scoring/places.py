"""Draws of uncertain places: which rung each item stands on, many items at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gaptracker.scoring.items import Item, Placement

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
Uniforms = npt.NDArray[np.uint16]

# A place's probability is held to one part in 65,536, far below what any coder is known to.
RESOLUTION = 1 << 16
MOST_CODES = 1 << 8


@dataclass(frozen=True, slots=True)
class Moments:
    """What a group of items adds to the mean and to the mean square of each draw."""

    mean: Floats
    square: Floats


def draw_places(
    items: Sequence[tuple[Item, float]], draws: int, generator: np.random.Generator
) -> Iterator[Moments]:
    """Draw every item's place, and yield what groups of items add to the moments.

    Items of one document share one random number, so that they err together. A group holds
    as many items as have at most 256 combinations of places; the combination drawn is one
    number, and both sums over the group are looked up in a table of its combinations.

    Args:
        items: Items whose place is uncertain, each with its share of the total weight.
        draws: Number of draws.
        generator: The reading's random stream.

    Yields:
        Two arrays of shape (draws,) for each group.
    """
    documents = sorted({item.document for item, _ in items})
    if not documents:
        return
    shape = (len(documents), draws)
    common = generator.integers(0, RESOLUTION, shape, dtype=np.uint16)
    rows = dict(zip(documents, common, strict=True))
    for group in _groups(items):
        codes = np.zeros(draws, dtype=np.uint8)
        mean, square = np.zeros(1), np.zeros(1)
        for item, weight in group:
            codes *= np.uint8(len(item.placement.points))
            codes += _codes(item.placement, rows[item.document])
            points = np.array(item.placement.points)
            mean = np.add.outer(mean, weight * points).ravel()
            square = np.add.outer(square, weight * points**2).ravel()
        yield Moments(mean=mean.take(codes), square=square.take(codes))


def _groups(items: Sequence[tuple[Item, float]]) -> Iterator[list[tuple[Item, float]]]:
    """Yield runs of items that together have at most 256 combinations of places."""
    group: list[tuple[Item, float]] = []
    combinations = 1
    for item, weight in items:
        places = len(item.placement.points)
        if group and combinations * places > MOST_CODES:
            yield group
            group, combinations = [], 1
        group.append((item, weight))
        combinations *= places
    if group:
        yield group


def _codes(placement: Placement, common: Uniforms) -> Codes:
    """Return the number of the place on which each random number falls."""
    codes = np.zeros(common.shape, dtype=np.uint8)
    passed = 0.0
    for probability in placement.probabilities[:-1]:
        passed += probability
        bound = min(round(passed * RESOLUTION), RESOLUTION - 1)
        codes += (common >= np.uint16(bound)).view(np.uint8)
    return codes
