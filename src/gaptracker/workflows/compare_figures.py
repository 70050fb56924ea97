"""Hold published figures against each other, each with each: for pages, API and command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Grade, Order
from gaptracker.scoring.comparison import Figure, compare, difference_interval, tiers


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFigure:
    """A published figure of grade C or better, with its quantiles, under a name of its own."""

    name: str
    points: float
    grade: Grade
    grid: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """Two figures; the difference and its interval are missing where they are not told apart.

    `same` says that they are one figure: equal points with equal quantiles, as of a cell that did
    not move between two releases. A probability of one half alone does not make them so.
    """

    first: str
    second: str
    same: bool
    order: Order
    p_first_higher: float
    difference_points: float | None
    difference_interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTier:
    """Figures between which no line can be drawn; `tier` counts from 1, the highest.

    `all_alike` says that no two of them can be told apart.
    """

    tier: int
    members: tuple[str, ...]
    all_alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The best and the worst place that a figure may have, counted from 1."""

    best: int
    worst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigures:
    """Each pair, the tiers, and for each name the places that cannot be ruled out."""

    pairs: tuple[ComparedPair, ...]
    tiers: tuple[ComparedTier, ...]
    places: dict[str, Places]


def compare_figures(
    figures: Sequence[NamedFigure], threshold: float, ends: tuple[float, float]
) -> ComparedFigures:
    """Compare figures, each with each.

    Args:
        figures: Figures under different names.
        threshold: Probability from which two are told apart.
        ends: Probabilities of both ends of a difference's interval.

    Raises:
        InvalidValue: If a name comes twice, or a figure is of grade D.

    References:
        Methodology 1.0.0, section 5.
    """
    known = [
        Figure(name=each.name, points=each.points, grade=each.grade, grid=each.grid)
        for each in figures
    ]
    pairs = tuple(_pair(*both, threshold, ends) for both in combinations(known, 2))
    return ComparedFigures(
        pairs=pairs,
        tiers=tuple(
            ComparedTier(tier=number, members=tier.members, all_alike=tier.all_alike)
            for number, tier in enumerate(tiers(known, threshold), start=1)
        ),
        places={each.name: _places(each.name, pairs, len(known)) for each in known},
    )


def _pair(
    first: Figure, second: Figure, threshold: float, ends: tuple[float, float]
) -> ComparedPair:
    found = compare(first, second, threshold)
    apart = found.order is not Order.CANNOT_BE_TOLD_APART
    return ComparedPair(
        first=found.first,
        second=found.second,
        same=(first.points, first.grid) == (second.points, second.grid),
        order=found.order,
        p_first_higher=found.first_higher,
        difference_points=found.difference_points if apart else None,
        difference_interval=(difference_interval(first.grid, second.grid, ends) if apart else None),
    )


def _places(name: str, pairs: Sequence[ComparedPair], figures: int) -> Places:
    """Return where a figure may stand: below all told above it, above all told below it."""
    above = below = 0
    for pair in pairs:
        if name not in {pair.first, pair.second} or pair.order is Order.CANNOT_BE_TOLD_APART:
            continue
        first = pair.order is Order.FIRST_HIGHER
        if (pair.first == name) is first:
            below += 1
        else:
            above += 1
    return Places(best=1 + above, worst=figures - below)
