"""Draws of uncertain places: which rung each item stands on, many items at a time."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gaptracker.scoring.items import Item

Complexes = npt.NDArray[np.complex128]
Levels = npt.NDArray[np.uint8]

# A place's probability is held to one part in 65,536, far below what any coder is known to.
RESOLUTION = 1 << 16
# Combinations of places that one table holds: six items with three places each fit.
MOST_COMBINATIONS = 1 << 10


def draw_levels(items: Sequence[Item], draws: int, generator: np.random.Generator) -> Levels:
    """Draw on which of its places each item stands.

    Items of one document share one random number, so that they err together.

    Args:
        items: Items whose place is uncertain.
        draws: Number of draws.
        generator: The reading's random stream.

    Returns:
        The number of the place drawn, shape (items, draws).
    """
    rows = {item.document: None for item in items}
    common = generator.integers(0, RESOLUTION, (len(rows), draws), dtype=np.uint16)
    if len(rows) < len(items):
        places = {document: row for row, document in enumerate(rows)}
        common = common[[places[item.document] for item in items]]
    bounds = [_bounds(item.placement.probabilities) for item in items]
    most = max(map(len, bounds), default=0)
    # No random number lies above the last bound, so that items with fewer places stay below it.
    last = RESOLUTION - 1
    padded = np.array([(*each, *(last,) * (most - len(each))) for each in bounds], dtype=np.uint16)
    levels = np.zeros(common.shape, dtype=np.uint8)
    for place in range(most):
        levels += (common > padded[:, place, None]).view(np.uint8)
    return levels


def draw_places(
    items: Sequence[tuple[Item, float]], draws: int, generator: np.random.Generator
) -> Iterator[Complexes]:
    """Draw every item's place, and yield what groups of items add to the moments.

    A group holds as many items as one table has room for the combinations of their places; the
    combination drawn is one number, and both sums over the group are looked up at once.

    Args:
        items: Items whose place is uncertain, each with its share of the total weight.
        draws: Number of draws.
        generator: The reading's random stream.

    Yields:
        For each group an array of shape (draws,): what it adds to the mean of each draw as the
        real part, to the mean square as the imaginary one.
    """
    if not items:
        return
    levels = draw_levels([item for item, _ in items], draws, generator)
    for first, last in _groups(items):
        combination = levels[first].astype(np.uint16)
        table = _sums(*items[first])
        for row in range(first + 1, last):
            item, weight = items[row]
            combination *= np.uint16(len(item.placement.points))
            combination += levels[row]
            table = np.add.outer(table, _sums(item, weight)).ravel()
        yield table.take(combination)


def _sums(item: Item, weight: float) -> Complexes:
    """Return weight times points, and i times weight times their square, of each place."""
    return np.array([complex(weight * u, weight * u * u) for u in item.placement.points])


def _groups(items: Sequence[tuple[Item, float]]) -> Iterator[tuple[int, int]]:
    """Yield the first item of each group and the one after its last."""
    first, combinations = 0, 1
    for row, (item, _) in enumerate(items):
        places = len(item.placement.points)
        if row > first and combinations * places > MOST_COMBINATIONS:
            yield first, row
            first, combinations = row, 1
        combinations *= places
    yield first, len(items)


@lru_cache(maxsize=4096)
def _bounds(probabilities: tuple[float, ...]) -> tuple[int, ...]:
    """Return the highest random number of each place but the last."""
    passed = np.cumsum(probabilities[:-1]).tolist()
    return tuple(min(max(round(each * RESOLUTION), 1), RESOLUTION - 1) - 1 for each in passed)
