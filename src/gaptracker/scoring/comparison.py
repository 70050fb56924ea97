"""Which of two figures is the higher, if that can be told: actors, years or releases."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Grade, Layer, Order
from gaptracker.scoring.cell import CellInput
from gaptracker.scoring.gap_ranges import practice_cap, practice_items
from gaptracker.scoring.items import counting
from gaptracker.scoring.seeds import stream
from gaptracker.scoring.uncertainty import Floats, draw_reading

Verdicts = npt.NDArray[np.bool_]

EVEN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A published figure with its distribution: equally likely points, in rising order.

    `grid` may be all the draws, or a few quantiles of them (see `quantile_grid`). `name` says
    whose figure it is and when.
    """

    name: str
    points: float
    grade: Grade
    grid: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse a distribution that is none."""
        if not math.isfinite(self.points):
            raise InvalidValue(f"{self.name}: points {self.points}; expected a finite number")
        rising = all(low <= high for low, high in zip(self.grid, self.grid[1:], strict=False))
        if not self.grid or not all(map(math.isfinite, self.grid)) or not rising:
            raise InvalidValue(
                f"{self.name}: grid of {len(self.grid)} numbers; expected finite ones that rise"
            )
        if self.grade is Grade.D:
            raise InvalidValue(
                f"{self.name}: grade D; such figures enter no comparison, only C or better"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two figures side by side.

    `difference_points` is the first less the second; `first_higher` the probability that the
    first is really the higher. No difference is to be printed where they cannot be told apart.
    """

    first: str
    second: str
    difference_points: float
    first_higher: float
    order: Order


def quantile_grid(draws: Floats, size: int) -> tuple[float, ...]:
    """Return quantiles that stand for a distribution, each for an equal share of the draws.

    Args:
        draws: Draws of a figure, in points.
        size: How many quantiles; `[choices]` of the methodology says how many a release holds.

    Returns:
        The quantiles at (k + 1/2) / size, rising.

    Examples:
        >>> quantile_grid(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), 2)
        (1.0, 3.0)
    """
    if size < 1 or not draws.size or not np.isfinite(draws).all():
        raise InvalidValue(
            f"draws: {draws.size} for a grid of {size}; expected finite numbers, and 1 or more"
        )
    return tuple(np.quantile(draws, (np.arange(size) + EVEN) / size).tolist())


def side_draws(given: CellInput, methodology: Methodology) -> tuple[Floats, Floats] | None:
    """Return the draws of R and of P that a cell's intervals were taken from.

    Args:
        given: What the cell is computed from.
        methodology: The rules.

    Returns:
        Points, one for each draw, for says and for practice; None without a gap.
    """
    words, deeds = counting(given.words), practice_items(given)
    if not words or not deeds:
        return None
    cap = practice_cap(given, methodology)
    name = "does" if deeds[0].layer is Layer.PRACTICE else "law"
    return (
        draw_reading(words, methodology.draws, stream(given.key, "says")),
        draw_reading(deeds, methodology.draws, stream(given.key, name), cap),
    )


def gap_draws(given: CellInput, methodology: Methodology) -> Floats | None:
    """Return the draws of a cell's gap that its interval was taken from; None without a gap.

    Args:
        given: What the cell is computed from.
        methodology: The rules.
    """
    sides = side_draws(given, methodology)
    return None if sides is None else np.asarray(sides[0] - sides[1])


def order_probability(first: Sequence[float] | Floats, second: Sequence[float] | Floats) -> float:
    """Return the probability that a draw of the first lies above an independent one of the second.

    Every draw is held against every other; of equal ones half count.

    Args:
        first: Equally likely values.
        second: Equally likely values, in rising order.

    Examples:
        >>> order_probability([1.0, 3.0], [0.0, 1.0])
        0.875
    """
    below = np.searchsorted(second, first, side="left")
    up_to = np.searchsorted(second, first, side="right")
    return float(np.sum(below + up_to)) / (2 * len(first) * len(second))


def difference_interval(
    first: Sequence[float] | Floats,
    second: Sequence[float] | Floats,
    ends: tuple[float, float],
) -> Interval:
    """Return the interval of the first less the second, taken as independent.

    Every draw is held against every other.

    Args:
        first: Equally likely values, in points.
        second: Equally likely values, in points.
        ends: Probabilities of both ends, as 0.05 and 0.95.

    Examples:
        >>> difference_interval([10.0, 20.0], [0.0, 10.0], (0.0, 1.0))
        Interval(low=0.0, high=20.0)
    """
    every = np.subtract.outer(np.asarray(first, float), np.asarray(second, float)).ravel()
    low, high = np.quantile(every, ends).tolist()
    return Interval(low=low, high=high)


def check_threshold(threshold: float) -> None:
    """Refuse a threshold at which both orders, or none ever, could be printed.

    Raises:
        InvalidValue: If it is no probability above 0.5.
    """
    if not EVEN < threshold <= 1:
        raise InvalidValue(f"threshold: {threshold}; expected a probability above 0.5, up to 1")


def compare(first: Figure, second: Figure, threshold: float) -> Comparison:
    """Compare two actors, two years or two releases.

    The figures are taken as independent. Two years or releases of one actor share evidence,
    which makes their true difference more certain than is said here: the error is on the
    side of saying nothing.

    Args:
        first: A figure of grade C or better.
        second: Another.
        threshold: Probability from which an order is printed, from above 0.5 to 1.

    Raises:
        InvalidValue: If the threshold is no such probability.

    References:
        Methodology 1.0.0, section 5: below 0.90 two figures cannot be told apart.

    Examples:
        >>> high = Figure(name="a", points=50.0, grade=Grade.B, grid=(40.0, 60.0))
        >>> low = Figure(name="b", points=0.0, grade=Grade.C, grid=(-50.0, 50.0))
        >>> compare(high, low, 0.9).order.value
        'cannot_be_told_apart'
    """
    check_threshold(threshold)
    probability = order_probability(first.grid, second.grid)
    order = Order.CANNOT_BE_TOLD_APART
    if probability >= threshold:
        order = Order.FIRST_HIGHER
    elif 1.0 - probability >= threshold:
        order = Order.SECOND_HIGHER
    return Comparison(
        first=first.name,
        second=second.name,
        difference_points=first.points - second.points,
        first_higher=probability,
        order=order,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Figures between which no line can be drawn, from the highest points down.

    `all_alike` says that no two of them can be told apart. Where it is false some can, but not
    so that the others would fall to one side: see `tiers`.
    """

    members: tuple[str, ...]
    all_alike: bool


def tiers(figures: Sequence[Figure], threshold: float) -> tuple[Tier, ...]:
    """Return groups of figures, highest first, with a line only where all agree on it.

    Being indistinguishable is not transitive: a may not be told from b, nor b from c, while a is
    told from c. No division into groups keeps all of that. The one promised here is the side a
    reader relies on: **everything in a higher tier is told apart from everything in a lower
    one**. A chain of figures, each like its neighbour, therefore stays one tier, whose
    `all_alike` is false.

    Args:
        figures: Figures of grade C or better, with different names.
        threshold: Probability from which two are told apart.

    Returns:
        Every figure in exactly one tier.

    Raises:
        InvalidValue: If a name comes twice.

    References:
        Methodology 1.0.0, section 5.
    """
    names = [figure.name for figure in figures]
    if len(set(names)) != len(names):
        raise InvalidValue("figures: a name comes twice; expected different names")
    ranked = sorted(figures, key=lambda figure: (-figure.points, figure.name))
    apart = _told_apart(ranked, threshold)
    found: list[Tier] = []
    begin = 0
    for end in range(1, len(ranked) + 1):
        if end == len(ranked) or bool(np.all(apart[:end, end:])):
            alike = ~(apart[begin:end, begin:end] | apart[begin:end, begin:end].T)
            found.append(
                Tier(
                    members=tuple(figure.name for figure in ranked[begin:end]),
                    all_alike=bool(np.all(alike)),
                )
            )
            begin = end
    return tuple(found)


def _told_apart(ranked: Sequence[Figure], threshold: float) -> Verdicts:
    """Return a square table: is the figure of the row told to be above that of the column?"""
    check_threshold(threshold)
    grids = [np.array(figure.grid) for figure in ranked]
    apart = np.zeros((len(ranked), len(ranked)), dtype=np.bool_)
    for row, column in combinations(range(len(ranked)), 2):
        probability = order_probability(grids[row], grids[column])
        apart[row, column] = probability >= threshold
        apart[column, row] = 1.0 - probability >= threshold
    return apart
