"""What stands beside a cell: other methods, other weights, other sources; and what drives it."""

from dataclasses import dataclass

from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Grade, Label, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRange:
    """The lowest and highest points that weights can bring about; no interval of chance."""

    low: float
    high: float

    def __sub__(self, other: "PointsRange") -> "PointsRange":
        """Return the range of a difference, each side moving by itself."""
        return PointsRange(low=self.low - other.high, high=self.high - other.low)

    def up_to(self, cap: float) -> "PointsRange":
        """Return the range when nothing may lie above a cap."""
        return PointsRange(low=min(self.low, cap), high=min(self.high, cap))


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRanges:
    """How far weights alone could move a gap.

    `all_weights` is the range of G when every item may weigh anything from nothing up;
    `bounded_weights` when each item's weight may move by the methodology's share of itself.
    Both are exact, and are no intervals of chance.
    """

    all_weights: PointsRange
    bounded_weights: PointsRange


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodBand:
    """A cell's intervals when the method's choices are drawn along with the measurement.

    `words_ahead` is the share of the draws in which the gap is above zero. `held` names
    choices that were not open to this cell.
    """

    actor: str
    theme: str
    year: int
    says: Interval
    practice: Interval
    gap: Interval
    words_ahead: float
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonGrids:
    """Quantiles of a cell's draws, by which it is compared with others.

    As many quantiles as the methodology says, each for an equal share of the draws, rising.
    """

    says: tuple[float, ...]
    practice: tuple[float, ...]
    gap: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A cell without one source group.

    `move_points` is the new gap less the old; both are None, with the reason, if the group
    carried a whole side.
    """

    group: str
    gap_points: float | None
    move_points: float | None
    gap_reason: Reason | None
    grade: Grade
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """A cell without each of its source groups in turn, in the order of the groups' names."""

    actor: str
    theme: str
    year: int
    gap_points: float
    grade: Grade
    label: Label
    without: tuple[LeftOut, ...]

    @property
    def largest_move(self) -> LeftOut | None:
        """Return what moves the gap farthest, the first by name of equals; None if nothing does.

        Groups without which there is no gap are in `indispensable`, not here.
        """
        moved = [part for part in self.without if part.move_points]
        return max(moved, key=lambda part: abs(part.move_points or 0.0), default=None)

    @property
    def indispensable(self) -> tuple[str, ...]:
        """Return the groups without which there is no gap to speak of."""
        return tuple(part.group for part in self.without if part.gap_points is None)

    @property
    def changes_label(self) -> tuple[str, ...]:
        """Return the groups without which the label would be another, or there would be none."""
        return tuple(part.group for part in self.without if part.label is not self.label)

    @property
    def changes_verdict(self) -> tuple[str, ...]:
        """Return the groups without which the rest still carries a label, and another one.

        A cell of grade C often rests on two groups, so that without either there is too little
        evidence for any label: that is no other verdict.
        """
        return tuple(
            part.group
            for part in self.without
            if part.label is not self.label and part.label is not Label.INSUFFICIENT_EVIDENCE
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CellAnalysis:
    """All that stands beside a cell of grade C or better; grade D enters no comparison."""

    actor: str
    theme: str
    year: int
    band: MethodBand
    grids: ComparisonGrids
    leave_out: LeaveOut
    ranges: GapRanges


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share of the variance with its bootstrap interval; an estimate may pass 0 or 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorSensitivity:
    """One factor's part in the variance of the result.

    `first` is what the factor explains alone; `total` what it explains together with all
    others: what is left of the variance when only this factor is not known.
    """

    factor: str
    first: Estimate
    total: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """The parts of all factors; `variance` is the results' mean variance, `runs` those made."""

    factors: tuple[FactorSensitivity, ...]
    variance: float
    outputs: int
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSensitivity:
    """What drives the gaps of one theme, or of all themes together.

    `theme` is None for all themes. The gaps are those of each actor's newest cell of grade C or
    better, theme by theme; `first_year` and `last_year` are the oldest and newest of them.
    """

    theme: str | None
    first_year: int
    last_year: int
    sensitivity: Sensitivity
