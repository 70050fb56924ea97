"""The choices that a method makes, and those that it could as well have made."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.scale import EQUAL_POINTS, POINTS_PER_RUNG, RUNGS

# An item that weighs a thousand times as much is all but alone already, and sums stay finite.
MOST_MULTIPLIER = 1_000


class Aggregation(StrEnum):
    """How a reading makes one number of its items.

    The geometric mean is exp(mean of ln(1 + u)) - 1: an item at 0 points pulls it down hard and
    does not wipe it out; items that agree are kept as they are. The minimum is that of the
    items that weigh anything. Geometric and minimum never lie above the arithmetic mean.
    """

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    MINIMUM = "minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """How far apart the rungs lie: the points of rungs 0 to 4, rising from 0 to 100."""

    name: str
    points: tuple[float, ...] = EQUAL_POINTS

    def __post_init__(self) -> None:
        """Refuse rungs that do not rise from one end of the scale to the other."""
        ends = (EQUAL_POINTS[0], EQUAL_POINTS[-1])
        rises = all(low < high for low, high in zip(self.points, self.points[1:], strict=False))
        if len(self.points) != RUNGS or (self.points[0], self.points[-1]) != ends or not rises:
            raise InvalidValue(
                f"spacing {self.name!r}: points {self.points}; expected {RUNGS} rising numbers "
                f"from {ends[0]:g} to {ends[1]:g}"
            )

    def place(self, points: float) -> float:
        """Return where equally spaced points lie under this spacing, linear between rungs.

        Examples:
            >>> Spacing(name="wide at the bottom", points=(0, 40, 70, 90, 100)).place(37.5)
            55.0
        """
        if self.points == EQUAL_POINTS:
            return points
        rung = min(int(points / POINTS_PER_RUNG), RUNGS - 2)
        low, high = self.points[rung], self.points[rung + 1]
        return low + (points / POINTS_PER_RUNG - rung) * (high - low)


EQUAL_SPACING = Spacing(name="equal")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSpace:
    """The choices that could as well have been made, all equally likely.

    `multiplier_spread` is how far a weight's multiplier may lie from 1, either way: 0.5 for
    weights moved by half.
    """

    multiplier_spread: float
    half_lives_years: tuple[float, ...]
    aggregations: tuple[Aggregation, ...]
    spacings: tuple[Spacing, ...]
    solicited: tuple[bool, ...]

    def __post_init__(self) -> None:
        """Refuse a space in which a weight may vanish, or with nothing to choose from."""
        if not 0 <= self.multiplier_spread < 1:
            raise InvalidValue(
                f"multiplier_spread: {self.multiplier_spread}; expected a number from 0, below 1"
            )
        for name in ("half_lives_years", "aggregations", "spacings", "solicited"):
            options: Sequence[object] = getattr(self, name)
            if not options or len(set(options)) != len(options):
                raise InvalidValue(f"{name}: {options}; expected one or more different options")
        for half_life in self.half_lives_years:
            check_half_life("half_lives_years", half_life)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRules:
    """How a release tries other choices than its own (methodology, section 5).

    `space` holds the choices tried. `base_runs` and `resamples` are the size of the sensitivity
    analysis and of its bootstrap; `grid_size` is the number of quantiles by which a figure is
    compared with another; `weight_spread` the share of itself by which an item's weight may
    move in the bounded range of a gap.
    """

    space: ChoiceSpace
    base_runs: int
    resamples: int
    grid_size: int
    weight_spread: float


def check_half_life(field_name: str, value: float) -> None:
    """Refuse a half-life that is no number above 0; infinity means no decay.

    Raises:
        InvalidValue: Naming the field.
    """
    if not value > 0:
        raise InvalidValue(f"{field_name}: {value}; expected years above 0, or infinity")


def check_multiplier(field_name: str, value: float) -> None:
    """Refuse a multiplier of a weight that is no number from 0 to `MOST_MULTIPLIER`.

    Raises:
        InvalidValue: Naming the field.

    Examples:
        >>> check_multiplier("measure", 5e6)
        Traceback (most recent call last):
        gaptracker.domain.errors.InvalidValue: measure: 5e+06; expected a number from 0 to 1,000
    """
    if not 0 <= value <= MOST_MULTIPLIER:
        raise InvalidValue(
            f"{field_name}: {value:g}; expected a number from 0 to {MOST_MULTIPLIER:,}"
        )


def check_weight(field_name: str, value: float) -> None:
    """Refuse a weight that is negative or no finite number.

    Raises:
        InvalidValue: Naming the field.
    """
    if not (math.isfinite(value) and value >= 0):
        raise InvalidValue(f"{field_name}: {value}; expected a finite number from 0")
