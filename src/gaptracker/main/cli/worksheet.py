"""A reading's sums, laid out so that a pocket calculator can follow them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table

from gaptracker.domain.methodology import DrawSettings
from gaptracker.main.cli.figures import number

# A digit more than a reader needs, so that every sum gives the figure printed behind it.
WEIGHT_DIGITS, SQUARE_DIGITS, SIZE_DIGITS = 5, 6, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item in a reading: its mark on the page, its weight and its points."""

    mark: str
    weight: float
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is believed of a reading's spread before its items are seen (section 5)."""

    strength: float
    points: float


def prior_of(draws: DrawSettings) -> Prior:
    """Return the prior that the worksheets need."""
    return Prior(strength=draws.prior_strength, points=draws.prior_points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """The sums of one reading; every figure unrounded.

    `weight` is the sum of w, `weighted_points` of w u, `squared_weight` of w squared,
    `squared_distance` of w (u - mean) squared. `variance` is the unbiased weighted variance
    (0 for one item); `degrees`, `shrunk_variance` and `standard_error_points` follow from it
    and the prior.
    """

    name: str
    lines: tuple[Line, ...]
    weight: float
    weighted_points: float
    squared_weight: float
    squared_distance: float
    mean: float
    spread: float
    effective_size: float
    variance: float
    degrees: float
    shrunk_variance: float
    standard_error_points: float


def worksheet(name: str, lines: Sequence[Line], prior: Prior) -> Worksheet:
    """Add up one reading.

    Args:
        name: The reading's letter, `R`, `L` or `F`.
        lines: At least one item of weight above zero.
        prior: The methodology's prior strength and points.

    References:
        Methodology 1.0.0, sections 4 and 5.

    Examples:
        >>> lines = [Line(mark="1", weight=1, points=75), Line(mark="2", weight=1, points=25)]
        >>> sheet = worksheet("R", lines, Prior(strength=3, points=20))
        >>> sheet.mean, sheet.spread, sheet.effective_size, sheet.variance
        (50.0, 25.0, 2.0, 1250.0)
    """
    weight = math.fsum(line.weight for line in lines)
    weighted = math.fsum(line.weight * line.points for line in lines)
    squared_weight = math.fsum(line.weight**2 for line in lines)
    mean = weighted / weight
    distance = math.fsum(line.weight * (line.points - mean) ** 2 for line in lines)
    size = weight**2 / squared_weight
    spare = weight - squared_weight / weight
    variance = distance / spare if len(lines) > 1 and spare > 0 else 0.0
    free = max(size - 1, 0.0)
    degrees = prior.strength + free
    shrunk = (prior.strength * prior.points**2 + free * variance) / degrees
    return Worksheet(
        name=name,
        lines=tuple(lines),
        weight=weight,
        weighted_points=weighted,
        squared_weight=squared_weight,
        squared_distance=distance,
        mean=mean,
        spread=math.sqrt(distance / weight),
        effective_size=size,
        variance=variance,
        degrees=degrees,
        shrunk_variance=shrunk,
        standard_error_points=math.sqrt(shrunk / size),
    )


def worksheet_table(sheet: Worksheet) -> Table:
    """Return the items of a reading with the columns that are summed, and the sums."""
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False, show_edge=False)
    table.add_column("", footer="sum")
    for head, total in (
        ("w", number(sheet.weight, WEIGHT_DIGITS)),
        ("u", ""),
        ("w×u", number(sheet.weighted_points, WEIGHT_DIGITS)),
        ("w²", number(sheet.squared_weight, SQUARE_DIGITS)),
        (f"w×(u−{sheet.name})²", number(sheet.squared_distance, 3)),
    ):
        table.add_column(head, footer=total, justify="right")
    for line in sheet.lines:
        table.add_row(
            line.mark,
            number(line.weight, WEIGHT_DIGITS),
            number(line.points, 2),
            number(line.weight * line.points, WEIGHT_DIGITS),
            number(line.weight**2, SQUARE_DIGITS),
            number(line.weight * (line.points - sheet.mean) ** 2, 3),
        )
    return table


def sums(sheet: Worksheet) -> tuple[str, ...]:
    """Return the reading's mean, spread and effective size as written-out divisions.

    The spread of the words is the mixed message A.
    """
    name, weight = sheet.name, number(sheet.weight, WEIGHT_DIGITS)
    weighted, squared = _weighted_and_squared(sheet)
    distance, spread = number(sheet.squared_distance, 3), number(sheet.spread, 1)
    size = number(sheet.effective_size, SIZE_DIGITS)
    what = "mixed message A" if name == "R" else "spread"
    return (
        f"{name} = Σ w×u / Σ w = {weighted} / {weight} = {number(sheet.mean, 2)}",
        f"{what} = √(Σ w×(u−{name})² / Σ w) = √({distance} / {weight}) = {spread}",
        f"n_eff = (Σ w)² / Σ w² = {weight}² / {squared} = {size}",
    )


def error_sums(sheet: Worksheet, prior: Prior) -> tuple[str, ...]:
    """Return how far the reading may lie from its mean, before doubt about codings."""
    name, size = sheet.name, number(sheet.effective_size, SIZE_DIGITS)
    free = number(max(sheet.effective_size - 1, 0.0), SIZE_DIGITS)
    degrees = number(sheet.degrees, SIZE_DIGITS)
    strength, own = number(prior.strength, 0), number(prior.points, 0)
    variance, shrunk = number(sheet.variance, 2), number(sheet.shrunk_variance, 1)
    return (
        f"v = {_variance_sum(sheet)}",
        f"ν = {strength} + (n_eff − 1) = {strength} + {free} = {degrees}",
        f"s² = ({strength}×{own}² + {free}×{variance}) / {degrees} = {shrunk}",
        f"standard error of {name} = √(s² / n_eff) = √({shrunk} / {size}) = "
        + number(sheet.standard_error_points, 2),
    )


def _variance_sum(sheet: Worksheet) -> str:
    if len(sheet.lines) == 1:
        return "0 for one item"
    weight = number(sheet.weight, WEIGHT_DIGITS)
    distance, squared = number(sheet.squared_distance, 3), _weighted_and_squared(sheet)[1]
    return (
        f"Σ w×(u−{sheet.name})² / (Σ w − Σ w² / Σ w) = {distance} / "
        f"({weight} − {squared} / {weight}) = {number(sheet.variance, 2)}"
    )


def _weighted_and_squared(sheet: Worksheet) -> tuple[str, str]:
    weighted = number(sheet.weighted_points, WEIGHT_DIGITS)
    return weighted, number(sheet.squared_weight, SQUARE_DIGITS)
