"""How alike two actors are: one less the mean distance between where they stand."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gaptracker.domain.methodology import FULL_SCALE, AllianceRule
from gaptracker.scoring.standings import Draws, YearStandings
from gaptracker.scoring.uncertainty import Floats

Places = npt.NDArray[np.intp]
Masks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One actor held beside all that follow it in one year's order, where enough is known.

    `others` are rows of the year's actors. `themes` holds, bit by bit, on which both are known.
    `values` are similarities of the published points, `draws` has the shape (others, B).
    """

    others: Places
    themes: Masks
    values: Floats
    draws: Draws

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Return on how many themes each pair is known."""
        return np.bitwise_count(self.themes).astype(np.int64)


def similarity(
    first: Mapping[str, float], second: Mapping[str, float], weights: Mapping[str, float]
) -> float:
    """Return S, how alike two actors are on the themes on which both are known.

    Args:
        first: Points by theme, 0 to 100.
        second: The other actor's.
        weights: Weight of each theme, of any positive scale.

    Returns:
        Share from 0 (opposite ends everywhere) to 1 (the same points).

    References:
        Methodology 1.0.0, section 9: S = 1 - weighted mean |difference| / 100.

    Examples:
        >>> similarity({"a": 100.0, "b": 50.0}, {"a": 50.0, "b": 50.0}, {"a": 1.0, "b": 1.0})
        0.75
    """
    shared = sorted(first.keys() & second.keys())
    total = math.fsum(weights[theme] for theme in shared)
    apart = math.fsum(weights[theme] * abs(first[theme] - second[theme]) for theme in shared)
    return 1.0 - apart / total / FULL_SCALE


def beside(standings: YearStandings, row: int, rule: AllianceRule) -> Beside:
    """Hold one actor beside all that follow it.

    Sums run over the themes in their order, so that a pair has the same similarity whoever else
    is there and on any processor.

    Args:
        standings: Where actors stand in one year.
        row: The actor.
        rule: How many themes a similarity asks for, and what each weighs.
    """
    after = np.arange(row + 1, len(standings.actors))
    shared = standings.known[row] & standings.known[after]
    others = after[shared.sum(axis=1) >= rule.themes]
    shared = standings.known[row] & standings.known[others]
    size = standings.draws.shape[2]
    total = np.zeros(len(others))
    points = np.zeros(len(others))
    draws = np.zeros((len(others), size), dtype=np.float32)
    bits = np.zeros(len(others), dtype=np.int64)
    for column, theme in enumerate(standings.themes):
        both = np.flatnonzero(shared[:, column])
        if not len(both):
            continue
        weight, rows = rule.theme_weights[theme], others[both]
        total[both] += weight
        bits[both] |= 1 << column
        points[both] += weight * np.abs(
            standings.points[rows, column] - standings.points[row, column]
        )
        apart = standings.draws[rows, column]
        apart -= standings.draws[row, column]
        np.abs(apart, out=apart)
        apart *= np.float32(weight)
        draws[both] += apart
    draws /= (FULL_SCALE * total[:, None]).astype(np.float32)
    np.subtract(np.float32(1), draws, out=draws)
    return Beside(
        others=others, themes=bits, values=1.0 - points / (FULL_SCALE * total), draws=draws
    )


def ends(found: Beside, interval: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return both ends of each similarity's interval.

    Chance only ever adds to a distance without sign: of two actors on the same points every draw
    lies below 1. So the upper end is never below the similarity itself, nor the lower end above.

    Args:
        found: Similarities with their draws.
        interval: Lower and upper probability.
    """
    ordered = np.sort(found.draws, axis=1)
    last = ordered.shape[1] - 1
    quantiles = []
    for probability in interval:
        position = probability * last
        rank = math.floor(position)
        low = ordered[:, rank].astype(np.float64)
        high = ordered[:, min(rank + 1, last)].astype(np.float64)
        quantiles.append(low + (position - rank) * (high - low))
    return np.minimum(quantiles[0], found.values), np.maximum(quantiles[1], found.values)


def closer(
    now: Beside, before: Beside, names: tuple[Sequence[str], Sequence[str]]
) -> Iterator[tuple[int, int, float]]:
    """Yield how probably each pair is nearer now than it was, where both years allow to say so.

    They do only on the same themes: a theme more or less moves a similarity though nobody moved.

    Args:
        now: An actor beside others in the later year.
        before: The same actor in the earlier one.
        names: What the others are called in each of both.

    Yields:
        A row of `now`, the row of `before` that belongs to it, and the probability, counting
        half of those draws that are equal.
    """
    earlier_rows = {name: row for row, name in enumerate(names[1])}
    both = [
        (row, earlier_rows[name])
        for row, name in enumerate(names[0])
        if name in earlier_rows and now.themes[row] == before.themes[earlier_rows[name]]
    ]
    if not both:
        return
    rows, rows_before = map(list, zip(*both, strict=True))
    later, earlier = now.draws[rows], before.draws[rows_before]
    above = np.count_nonzero(later > earlier, axis=1) + np.count_nonzero(later >= earlier, axis=1)
    probabilities = above / (2 * later.shape[1])
    yield from zip(rows, rows_before, probabilities.tolist(), strict=True)
