"""The tables that stand beside the cells: method bands, grids, one source less, sensitivity."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from gaptracker.domain.analysis import (
    CellAnalysis,
    Estimate,
    FactorSensitivity,
    LeftOut,
    PointsRange,
    ScopeSensitivity,
)
from gaptracker.domain.results import Interval
from gaptracker.release.columns import Column, Layout, Value

TEXT, REAL, COUNT = pl.String, pl.Float64, pl.Int32
# Half the bytes; a quantile is then off by a hundred-thousandth of a point.
GRID = pl.List(pl.Float32)
# Geometric means pass through NumPy's logarithm, whose last digit depends on the processor. So many
# decimals are the same on all of them, and a thousand times finer than anything that is printed.
SETTLED_DECIMALS = 6
# The scope of all themes together; no theme is called so.
ALL_THEMES = "all_themes"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOutRow:
    """A cell without one source group, with the cell it belongs to."""

    analysis: CellAnalysis
    part: LeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityRow:
    """One choice's part in the variance of the gaps of one scope."""

    scope: ScopeSensitivity
    factor: FactorSensitivity


def leave_out_rows(analysis: CellAnalysis) -> Iterator[LeaveOutRow]:
    """Yield a row for each source group of a cell."""
    for part in analysis.leave_out.without:
        yield LeaveOutRow(analysis=analysis, part=part)


def sensitivity_rows(scope: ScopeSensitivity) -> Iterator[SensitivityRow]:
    """Yield a row for each choice."""
    for factor in scope.sensitivity.factors:
        yield SensitivityRow(scope=scope, factor=factor)


def _settled(value: float) -> float:
    return round(value, SETTLED_DECIMALS) + 0.0  # and never minus zero


def _ends(
    name: str, read: Callable[[Value], Interval | PointsRange], *, settled: bool = False
) -> tuple[Column[Value], Column[Value]]:
    """Return the columns of both ends of an interval or a range."""

    def end(value: float) -> float:
        return _settled(value) if settled else value

    return (
        Column(f"{name}_low", REAL, lambda row: end(read(row).low)),
        Column(f"{name}_high", REAL, lambda row: end(read(row).high)),
    )


def _estimate(
    name: str, read: Callable[[SensitivityRow], Estimate]
) -> tuple[Column[SensitivityRow], ...]:
    """Return the columns of an index and of both ends of its bootstrap interval."""
    return (
        Column(name, REAL, lambda row: _settled(read(row).value)),
        Column(f"{name}_low", REAL, lambda row: _settled(read(row).low)),
        Column(f"{name}_high", REAL, lambda row: _settled(read(row).high)),
    )


METHOD_BANDS: Layout[CellAnalysis] = Layout(
    name="method_bands",
    key=("actor", "theme", "year"),
    columns=(
        Column("actor", TEXT, lambda row: row.actor),
        Column("theme", TEXT, lambda row: row.theme),
        Column("year", COUNT, lambda row: row.year),
        *_ends("says", lambda row: row.band.says, settled=True),
        *_ends("practice", lambda row: row.band.practice, settled=True),
        *_ends("gap", lambda row: row.band.gap, settled=True),
        Column("p_gap_positive", REAL, lambda row: row.band.words_ahead),
        Column("held", pl.List(TEXT), lambda row: row.band.held),
        *_ends("all_weights", lambda row: row.ranges.all_weights),
        *_ends("bounded_weights", lambda row: row.ranges.bounded_weights),
    ),
)

COMPARISON_GRIDS: Layout[CellAnalysis] = Layout(
    name="comparison_grids",
    key=("actor", "theme", "year"),
    columns=(
        Column("actor", TEXT, lambda row: row.actor),
        Column("theme", TEXT, lambda row: row.theme),
        Column("year", COUNT, lambda row: row.year),
        Column("says", GRID, lambda row: row.grids.says),
        Column("practice", GRID, lambda row: row.grids.practice),
        Column("gap", GRID, lambda row: row.grids.gap),
    ),
)

LEAVE_OUT: Layout[LeaveOutRow] = Layout(
    name="leave_out",
    key=("actor", "theme", "year", "source_group"),
    columns=(
        Column("actor", TEXT, lambda row: row.analysis.actor),
        Column("theme", TEXT, lambda row: row.analysis.theme),
        Column("year", COUNT, lambda row: row.analysis.year),
        Column("source_group", TEXT, lambda row: row.part.group),
        Column("gap", REAL, lambda row: row.part.gap_points),
        Column("move_points", REAL, lambda row: row.part.move_points),
        Column("grade", TEXT, lambda row: row.part.grade),
        Column("label", TEXT, lambda row: row.part.label),
        Column("reason", TEXT, lambda row: row.part.gap_reason),
    ),
)

SENSITIVITY: Layout[SensitivityRow] = Layout(
    name="sensitivity",
    key=("scope", "factor"),
    columns=(
        Column("scope", TEXT, lambda row: row.scope.theme or ALL_THEMES),
        Column("factor", TEXT, lambda row: row.factor.factor),
        *_estimate("first", lambda row: row.factor.first),
        *_estimate("total", lambda row: row.factor.total),
        Column("variance", REAL, lambda row: _settled(row.scope.sensitivity.variance)),
        Column("cells", COUNT, lambda row: row.scope.sensitivity.outputs),
        Column("runs", COUNT, lambda row: row.scope.sensitivity.runs),
        Column("first_year", COUNT, lambda row: row.scope.first_year),
        Column("last_year", COUNT, lambda row: row.scope.last_year),
    ),
)
