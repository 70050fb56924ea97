"""The tables a run produces: gaps, the contributions they are made of, and pairs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from gaptracker.domain.results import CellScore, Contribution, Interval, Pair, ReadingScore
from gaptracker.release.analysis_tables import COMPARISON_GRIDS, LEAVE_OUT, METHOD_BANDS
from gaptracker.release.columns import Column, Layout

TEXT, REAL, COUNT, FLAG, DAY = pl.String, pl.Float64, pl.Int32, pl.Boolean, pl.Date


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """A cell with what the file says beside it; `inputs_sha256` names what it is made from."""

    cell: CellScore
    actor_name: str
    release: str
    methodology: str
    inputs_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionRow:
    """A contribution with the cell it belongs to."""

    cell: CellScore
    part: Contribution


def _reading(
    name: str, read: Callable[[CellScore], ReadingScore | None]
) -> tuple[Column[GapRow], ...]:
    """Return the three columns of a reading: its points and both ends of its interval."""

    def points(row: GapRow) -> float | None:
        reading = read(row.cell)
        return reading.points if reading else None

    def interval(row: GapRow) -> Interval | None:
        reading = read(row.cell)
        return reading.interval if reading else None

    return Column(name, REAL, points), *_ends(name, interval)


def _ends(
    name: str, read: Callable[[GapRow], Interval | None]
) -> tuple[Column[GapRow], Column[GapRow]]:
    """Return the columns of an interval's two ends."""

    def low(row: GapRow) -> float | None:
        interval = read(row)
        return interval.low if interval else None

    def high(row: GapRow) -> float | None:
        interval = read(row)
        return interval.high if interval else None

    return Column(f"{name}_low", REAL, low), Column(f"{name}_high", REAL, high)


def _probability(name: str, field: str) -> Column[GapRow]:
    def read(row: GapRow) -> object:
        odds = row.cell.probabilities
        return getattr(odds, field) if odds else None

    return Column(name, REAL, read)


def _coverage(name: str, kind: type[pl.DataType], field: str) -> Column[GapRow]:
    return Column(name, kind, lambda row: getattr(row.cell.coverage, field))


GAPS: Layout[GapRow] = Layout(
    name="gaps",
    key=("actor", "theme", "year"),
    columns=(
        Column("actor", TEXT, lambda row: row.cell.actor),
        Column("actor_name", TEXT, lambda row: row.actor_name),
        Column("theme", TEXT, lambda row: row.cell.theme),
        Column("year", COUNT, lambda row: row.cell.year),
        *_reading("says", lambda cell: cell.says),
        *_reading("law", lambda cell: cell.law),
        *_reading("does", lambda cell: cell.does),
        *_reading("practice", lambda cell: cell.practice),
        Column("gap", REAL, lambda row: row.cell.gap_points),
        *_ends("gap", lambda row: row.cell.gap_interval),
        _probability("p_gap_positive", "words_ahead"),
        _probability("p_words_ahead", "words_ahead_demonstrably"),
        _probability("p_deeds_ahead", "deeds_ahead_demonstrably"),
        _probability("p_close", "close"),
        Column("mixed_message_points", REAL, lambda row: row.cell.mixed_message_points),
        _coverage("n_statements", COUNT, "statements"),
        _coverage("n_deeds", COUNT, "deeds"),
        _coverage("n_eff_says", REAL, "effective_statements"),
        _coverage("n_eff_does", REAL, "effective_deeds"),
        _coverage("groups_says", COUNT, "statement_groups"),
        _coverage("groups_does", COUNT, "deed_groups"),
        _coverage("silence_rate", REAL, "silence_rate_share"),
        _coverage("n_opportunities", COUNT, "opportunities"),
        Column("grade", TEXT, lambda row: row.cell.grade),
        Column("label", TEXT, lambda row: row.cell.label),
        Column("reason", TEXT, lambda row: row.cell.gap_reason),
        Column("says_reason", TEXT, lambda row: row.cell.says_reason),
        Column("law_reason", TEXT, lambda row: row.cell.law_reason),
        Column("does_reason", TEXT, lambda row: row.cell.does_reason),
        Column("law_only", FLAG, lambda row: row.cell.law_only),
        Column("capped", FLAG, lambda row: row.cell.capped),
        _coverage("machine_coded", FLAG, "machine_coded"),
        Column("legislative_points", REAL, lambda row: row.cell.legislative_points),
        Column("implementation_points", REAL, lambda row: row.cell.implementation_points),
        *_ends("gap_bound", lambda row: row.cell.gap_bounds),
        _coverage("indicator_coverage_share", REAL, "indicator_coverage_share"),
        _coverage("newest_deed_on", DAY, "newest_deed_on"),
        Column("as_of", DAY, lambda row: row.cell.as_of),
        Column("release", TEXT, lambda row: row.release),
        Column("methodology", TEXT, lambda row: row.methodology),
        Column("inputs_sha256", TEXT, lambda row: row.inputs_sha256),
    ),
)

CONTRIBUTIONS: Layout[ContributionRow] = Layout(
    name="contributions",
    key=("actor", "theme", "year", "side", "item"),
    columns=(
        Column("actor", TEXT, lambda row: row.cell.actor),
        Column("theme", TEXT, lambda row: row.cell.theme),
        Column("year", COUNT, lambda row: row.cell.year),
        Column("side", TEXT, lambda row: row.part.side),
        Column("item", TEXT, lambda row: row.part.item),
        Column("item_kind", TEXT, lambda row: row.part.item_kind),
        Column("layer", TEXT, lambda row: row.part.layer),
        Column("source", TEXT, lambda row: row.part.source),
        Column("source_group", TEXT, lambda row: row.part.source_group),
        Column("weight", REAL, lambda row: row.part.weight),
        Column("share", REAL, lambda row: row.part.share),
        Column("points", REAL, lambda row: row.part.points),
        # Plus zero, so that a deed that counts nothing is 0.0 and never -0.0.
        Column("contribution_points", REAL, lambda row: row.part.contribution_points + 0.0),
        Column("machine_coded", FLAG, lambda row: row.part.machine_coded),
        Column("age_years", REAL, lambda row: row.part.age_years),
        Column("flagged_old", FLAG, lambda row: row.part.flagged_old),
        Column("note", TEXT, lambda row: row.part.note),
        # Two columns side by side: a list of named numbers takes ten times as long to pack.
        Column("factor_names", pl.List(TEXT), lambda row: [name for name, _ in row.part.factors]),
        Column(
            "factor_values", pl.List(REAL), lambda row: [value for _, value in row.part.factors]
        ),
    ),
)

PAIRS: Layout[Pair] = Layout(
    name="pairs",
    key=("actor", "theme", "year", "reading", "statement", "deed", "id"),
    columns=(
        Column("id", TEXT, lambda pair: pair.id),
        Column("actor", TEXT, lambda pair: pair.actor),
        Column("theme", TEXT, lambda pair: pair.theme),
        Column("year", COUNT, lambda pair: pair.year),
        Column("reading", TEXT, lambda pair: pair.reading),
        Column("relation", TEXT, lambda pair: pair.relation),
        Column("statement", TEXT, lambda pair: pair.statement),
        Column("deed", TEXT, lambda pair: pair.deed),
        Column("deed_kind", TEXT, lambda pair: pair.deed_kind),
        Column("statement_points", REAL, lambda pair: pair.statement_points),
        Column("deed_points", REAL, lambda pair: pair.deed_points),
        Column("deed_points_before", REAL, lambda pair: pair.deed_points_before),
        Column("statement_share", REAL, lambda pair: pair.statement_share),
        Column("deed_share", REAL, lambda pair: pair.deed_share),
        Column("contribution_points", REAL, lambda pair: pair.contribution_points),
        Column("due_on", DAY, lambda pair: pair.due_on),
        Column("outcome", TEXT, lambda pair: pair.outcome),
    ),
)

# What scoring gives, block by block. `Any`, because each is read from values of its own type.
SCORED_LAYOUTS: tuple[Layout[Any], ...] = (
    GAPS,
    CONTRIBUTIONS,
    PAIRS,
    METHOD_BANDS,
    COMPARISON_GRIDS,
    LEAVE_OUT,
)
