"""Rows that stand beside a cell: method band, grids, one source less; and what drives gaps.

Fields are the columns of the release's files, unrounded.
"""

from dataclasses import dataclass

from gaptracker.domain.vocabulary import Grade, Label, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenBand:
    """A cell's intervals over other methods, as `method_bands.parquet` holds them.

    `held` names choices that were not open to the cell. `all_weights` and `bounded_weights` are
    exact ranges of the gap, no intervals of chance.
    """

    actor: str
    theme: str
    year: int
    says_low: float
    says_high: float
    practice_low: float
    practice_high: float
    gap_low: float
    gap_high: float
    p_gap_positive: float
    held: tuple[str, ...]
    all_weights_low: float
    all_weights_high: float
    bounded_weights_low: float
    bounded_weights_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenGrids:
    """The quantiles by which a cell is compared, as `comparison_grids.parquet` holds them."""

    actor: str
    theme: str
    year: int
    says: tuple[float, ...]
    practice: tuple[float, ...]
    gap: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLeftOut:
    """A cell without one source group, as `leave_out.parquet` holds it."""

    actor: str
    theme: str
    year: int
    source_group: str
    gap: float | None
    move_points: float | None
    grade: Grade
    label: Label
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenFactor:
    """One choice's part in the variance of the gaps, as `sensitivity.parquet` holds it.

    `scope` is a theme, or `all_themes`.
    """

    scope: str
    factor: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float
    variance: float
    cells: int
    runs: int
    first_year: int
    last_year: int
