"""The notation `RUNG:WEIGHT,…` in which a person gives words and deeds."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import HIGHEST_RUNG
from gaptracker.domain.scale import POINTS_PER_RUNG
from gaptracker.scoring.calculate import Weighted

POINTS_SUFFIX = "p"
EXPECTED = "RUNG or RUNG:WEIGHT, as 3:0.8, or points with a p, as 75p:0.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One place on the ladder with its weight, as it was typed.

    `number` is a rung, or points where `marked` (a `p` came with it) or where it is above 4.
    """

    number: float
    marked: bool
    weight: float

    @property
    def bare_points(self) -> bool:
        """Say whether the number was read as points only because it is too high for a rung."""
        return not self.marked and self.number > HIGHEST_RUNG

    @property
    def bare_rung(self) -> bool:
        """Say whether the number was read as a rung, where points could have been meant."""
        return not self.marked and 0 < self.number <= HIGHEST_RUNG

    def weighted(self) -> Weighted:
        """Return points and weight.

        Raises:
            InvalidValue: If the points are off the ladder or the weight is not above zero.
        """
        is_rung = not self.marked and self.number <= HIGHEST_RUNG
        points = self.number * POINTS_PER_RUNG if is_rung else self.number
        return Weighted(points=points, weight=self.weight)


def parse_weights(*texts: str) -> tuple[tuple[Weighted, ...], ...]:
    """Read lists such as `3:1,4:0.8`; the weight is 1 where none is given.

    A number from 0 to 4 is a rung (25 points each), a number above 4 is points, and a number
    with `p` is always points. Where rungs and points above 4 meet without a `p`, a small
    number could be either, and is refused.

    Args:
        texts: Lists that belong to one calculation; an empty text is an empty list.

    Returns:
        One tuple for each list.

    Raises:
        InvalidValue: If a part cannot be read, or could be read in two ways.

    Examples:
        >>> [[part.points for part in given] for given in parse_weights("3:1,4:0.8", "25p")]
        [[75.0, 100.0], [25.0]]
        >>> parse_weights("75,0")[0][1].points
        0.0
    """
    lists = tuple(tuple(_parts(text)) for text in texts)
    _refuse_ambiguity(part for given in lists for part in given)
    return tuple(tuple(part.weighted() for part in given) for given in lists)


def _parts(text: str) -> Iterable[Given]:
    if not text.strip():
        return
    for part in text.split(","):
        place, _, weight = part.strip().partition(":")
        marked = place.endswith(POINTS_SUFFIX)
        yield Given(
            number=_number(place.removesuffix(POINTS_SUFFIX), part),
            marked=marked,
            weight=_number(weight, part) if ":" in part else 1.0,
        )


def _number(text: str, part: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise InvalidValue(f"{part.strip()!r} cannot be read; expected {EXPECTED}") from error
    if not math.isfinite(number):
        raise InvalidValue(f"{part.strip()!r} is not finite; expected {EXPECTED}")
    return number


def _refuse_ambiguity(parts: Iterable[Given]) -> None:
    given = tuple(parts)
    rung = next((part.number for part in given if part.bare_rung), None)
    points = next((part.number for part in given if part.bare_points), None)
    if rung is not None and points is not None:
        raise InvalidValue(
            f"{points:g} can only be points, so {rung:g} could be rung {rung:g} "
            f"({rung * POINTS_PER_RUNG:g} points) or {rung:g} points; "
            f"mark all points with a p, as {points:g}p"
        )
