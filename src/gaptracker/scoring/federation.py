"""What residents live under: practice across the units of a federation, and abroad."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gaptracker.domain.errors import InvalidValue
from gaptracker.scoring.readings import summarise


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPractice:
    """One unit's residents (or the flow to one recipient) and the practice there, in points.

    `points` is None where nothing is known of the unit.
    """

    unit: str
    size: float
    points: float | None

    def __post_init__(self) -> None:
        """Refuse a size that is no share of anything."""
        if not math.isfinite(self.size) or self.size < 0:
            raise InvalidValue(f"{self.unit}: size {self.size}; expected a number from 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPractice:
    """Practice over all units: the mean resident's points, and how far units lie apart.

    `covered_share` is the share of the total size whose practice is known.
    """

    points: float
    spread: float
    lowest: float
    highest: float
    covered_share: float
    units: int


def practice_over_units(
    units: Sequence[UnitPractice], national_points: float | None = None
) -> SharedPractice | None:
    """Return P_pop, the practice that the average resident lives under.

    Args:
        units: Each unit's residents and practice; for conduct abroad the recipients, with
            the flows to them.
        national_points: Practice where the national rule prevails and is enforced, which
            then replaces every unit's own; None where units decide for themselves.

    Returns:
        P_pop = sum of size times points over sum of size, over the units whose practice is
        known, with the spread across them; None if none is known.

    References:
        Methodology 1.0.0, section 8.

    Examples:
        >>> two = [UnitPractice(unit="a", size=0.056, points=100.0),
        ...        UnitPractice(unit="b", size=0.944, points=25.0)]
        >>> round(practice_over_units(two).points, 1)
        29.2
    """
    known = [
        (unit.size, national_points if national_points is not None else unit.points)
        for unit in units
        if unit.size > 0 and (unit.points is not None or national_points is not None)
    ]
    placed = [(size, points) for size, points in known if points is not None]
    summary = summarise([size for size, _ in placed], [points for _, points in placed])
    if summary is None:
        return None
    return SharedPractice(
        points=summary.mean,
        spread=summary.spread,
        lowest=min(points for _, points in placed),
        highest=max(points for _, points in placed),
        covered_share=math.fsum(size for size, _ in placed)
        / math.fsum(unit.size for unit in units),
        units=summary.items,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FederalGaps:
    """The gap that is the national government's own, and the one that residents see.

    They stand side by side and are never averaged.
    """

    attributable_points: float | None
    system_points: float | None


def federal_gaps(
    says: float | None, national: float | None, shared: SharedPractice | None
) -> FederalGaps:
    """Return G_attrib = R - P_nat and G_system = R - P_pop, None where a side is missing.

    Args:
        says: What the national government says, in points.
        national: What it enacts and enforces, in points.
        shared: What residents live under.

    References:
        Methodology 1.0.0, section 8.
    """
    return FederalGaps(
        attributable_points=says - national if says is not None and national is not None else None,
        system_points=says - shared.points if says is not None and shared is not None else None,
    )
