"""Draws of uncertain places: which rung each item stands on, many items at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from gaptracker.scoring.items import Item, Placement

Complexes = npt.NDArray[np.complex128]
Levels = npt.NDArray[np.uint8]

# A place's probability is held to one part in 65,536, far below what any coder is known to.
RESOLUTION = 1 << 16
# Combinations of places that one table holds, so that a byte names one.
MOST_COMBINATIONS = 1 << 8
# The items of one actor and theme are drawn year after year; so many sets of them are remembered.
REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class _Group:
    """Items whose combinations of places fit one table.

    `first` and `last` are its first item and the one after its last. `points` holds, for each
    item and combination, the points u as the real part and u squared as the imaginary one.
    """

    first: int
    last: int
    points: Complexes


@dataclass(frozen=True, slots=True)
class _Plan:
    """All of a drawing of places that the random numbers do not change.

    `rows` gives each item's row of random numbers, None if every item has one of its own;
    `bounds` each item's highest random number of each place but the last, shape (items, places).
    """

    random_rows: int
    rows: tuple[int, ...] | None
    bounds: npt.NDArray[np.uint16]
    groups: tuple[_Group, ...]


def draw_levels(items: Sequence[Item], draws: int, generator: np.random.Generator) -> Levels:
    """Draw on which of its places each item stands.

    Items of one document share one random number, so that they err together.

    Args:
        items: Items whose place is uncertain, at least one.
        draws: Number of draws.
        generator: The reading's random stream.

    Returns:
        The number of the place drawn, shape (items, draws).
    """
    return _draw(_plan_of(items), draws, generator)


def draw_places(
    items: Sequence[Item], weights: Sequence[float], draws: int, generator: np.random.Generator
) -> Iterator[Complexes]:
    """Draw every item's place, and yield what groups of items add to the moments.

    A group holds as many items as one table has room for the combinations of their places; the
    combination drawn is one number, and both sums over the group are looked up at once.

    Args:
        items: Items whose place is uncertain, at least one.
        weights: Each item's share of the total weight.
        draws: Number of draws.
        generator: The reading's random stream.

    Yields:
        For each group an array of shape (draws,): what it adds to the mean of each draw as the
        real part, to the mean square as the imaginary one.
    """
    plan = _plan_of(items)
    levels = _draw(plan, draws, generator)
    shares = np.array(weights)[:, None]
    for group in plan.groups:
        combination = levels[group.first].copy()
        for row in range(group.first + 1, group.last):
            combination *= np.uint8(len(items[row].placement.points))
            combination += levels[row]
        # Rows are added one after the other: the same sum on every processor.
        table = np.add.reduce(shares[group.first : group.last] * group.points, axis=0)
        yield table.take(combination)


def _draw(plan: _Plan, draws: int, generator: np.random.Generator) -> Levels:
    common = generator.integers(0, RESOLUTION, (plan.random_rows, draws), dtype=np.uint16)
    if plan.rows is not None:
        common = common[list(plan.rows)]
    first, *others = (common > bound[:, None] for bound in plan.bounds.T)
    levels: Levels = first.view(np.uint8)
    for passed in others:
        levels += passed.view(np.uint8)
    return levels


def _plan_of(items: Sequence[Item]) -> _Plan:
    return _plan(
        tuple([item.placement for item in items]), tuple([item.document for item in items])
    )


@lru_cache(maxsize=REMEMBERED)
def _plan(placements: tuple[Placement, ...], documents: tuple[str, ...]) -> _Plan:
    """Return the plan of a drawing; documents take random numbers in the order they come."""
    places = {document: row for row, document in enumerate(dict.fromkeys(documents))}
    shared = len(places) < len(documents)
    bounds = [_bounds(placement.probabilities) for placement in placements]
    most = max(map(len, bounds))
    # No random number lies above the last bound, so that items with fewer places stay below it.
    last = RESOLUTION - 1
    return _Plan(
        random_rows=len(places),
        rows=tuple(places[document] for document in documents) if shared else None,
        bounds=np.array([(*each, *(last,) * (most - len(each))) for each in bounds], np.uint16),
        groups=tuple(_groups(placements)),
    )


def _groups(placements: Sequence[Placement]) -> Iterator[_Group]:
    first, combinations = 0, 1
    for row, placement in enumerate(placements):
        places = len(placement.points)
        if row > first and combinations * places > MOST_COMBINATIONS:
            yield _group(placements, first, row)
            first, combinations = row, 1
        combinations *= places
    yield _group(placements, first, len(placements))


def _group(placements: Sequence[Placement], first: int, last: int) -> _Group:
    points = np.array(list(product(*(each.points for each in placements[first:last])))).T
    return _Group(first=first, last=last, points=np.ascontiguousarray(points + 1j * points**2))


def _bounds(probabilities: Sequence[float]) -> tuple[int, ...]:
    """Return the highest random number of each place but the last."""
    passed = np.cumsum(probabilities[:-1]).tolist()
    return tuple(min(max(round(each * RESOLUTION), 1), RESOLUTION - 1) - 1 for each in passed)
