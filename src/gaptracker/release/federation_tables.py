"""The tables of what a run finds across actors: federations, agencies, help abroad."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import polars as pl

from gaptracker.domain.federation import (
    AbroadReading,
    AcrossActors,
    CoherenceReading,
    Estimate,
    FederalReading,
    GapEstimate,
    RecipientReading,
    SharedEstimate,
    UnitReading,
)
from gaptracker.domain.records import Flow
from gaptracker.domain.results import Interval
from gaptracker.release.columns import Column, Layout, table_of

TEXT, REAL, COUNT, FLAG, DAY = pl.String, pl.Float64, pl.Int32, pl.Boolean, pl.Date

Whole = TypeVar("Whole")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped(Generic[Whole]):
    """A reading with the release and methodology that its row names."""

    of: Whole
    release: str
    methodology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit's reading with the federation's that it belongs to."""

    of: FederalReading
    unit: UnitReading


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRow:
    """A recipient's part with the donor's reading that it belongs to."""

    of: AbroadReading
    part: RecipientReading


# What has points and an interval; `Any` below, because the rows differ and share no type.
Ranged = Estimate | SharedEstimate | GapEstimate


def _plain(kind: type[pl.DataType], *names: str) -> tuple[Column[Any], ...]:
    """Return columns that are fields of a row's reading of the same names."""

    def column(name: str) -> Column[Any]:
        return Column(name, kind, lambda row: getattr(row.of, name))

    return tuple(column(name) for name in names)


def _ranged(name: str, read: Callable[[Any], Ranged | None]) -> tuple[Column[Any], ...]:
    """Return the three columns of an estimate: its points and both ends of its interval."""

    def part(value: Callable[[Ranged], float]) -> Callable[[Any], float | None]:
        def of(row: Any) -> float | None:  # noqa: ANN401  the rows differ
            estimate = read(row)
            return value(estimate) if estimate else None

        return of

    return (
        Column(name, REAL, part(lambda estimate: estimate.points)),
        Column(f"{name}_low", REAL, part(lambda estimate: estimate.interval.low)),
        Column(f"{name}_high", REAL, part(lambda estimate: estimate.interval.high)),
    )


def _gap(name: str, read: Callable[[Any], GapEstimate | None]) -> tuple[Column[Any], ...]:
    """Return the columns of a gap: points, interval and both probabilities."""

    def part(field: str) -> Callable[[Any], float | None]:
        def of(row: Any) -> float | None:  # noqa: ANN401  the rows differ
            gap = read(row)
            return getattr(gap, field) if gap else None

        return of

    return (
        *_ranged(name, read),
        Column(f"{name}_p_words_ahead", REAL, part("words_ahead")),
        Column(f"{name}_p_deeds_ahead", REAL, part("deeds_ahead")),
    )


def _ends(name: str, read: Callable[[Any], Interval | None]) -> tuple[Column[Any], ...]:
    def low(row: Any) -> float | None:  # noqa: ANN401  the rows differ
        interval = read(row)
        return interval.low if interval else None

    def high(row: Any) -> float | None:  # noqa: ANN401  the rows differ
        interval = read(row)
        return interval.high if interval else None

    return Column(f"{name}_low", REAL, low), Column(f"{name}_high", REAL, high)


def _shared(kind: type[pl.DataType], field: str) -> Column[Any]:
    def read(row: Stamped[FederalReading]) -> object:
        return getattr(row.of.shared, field) if row.of.shared else None

    return Column(field, kind, read)


def _law_share(row: Stamped[FederalReading]) -> float | None:
    return row.of.shared.law_share if row.of.shared else None


def _texts(*names: str) -> tuple[Column[Flow], ...]:
    """Return columns that are texts of a flow."""

    def column(name: str) -> Column[Flow]:
        return Column(name, TEXT, lambda flow: getattr(flow, name))

    return tuple(column(name) for name in names)


_STAMP: tuple[Column[Any], ...] = (
    Column("release", TEXT, lambda row: row.release),
    Column("methodology", TEXT, lambda row: row.methodology),
)

FEDERATIONS: Layout[Stamped[FederalReading]] = Layout(
    name="federations",
    key=("actor", "theme", "year"),
    columns=(
        *_plain(TEXT, "actor", "theme"),
        *_plain(COUNT, "year"),
        *_plain(TEXT, "grade", "label"),
        *_ranged("says", lambda row: row.of.says),
        *_ranged("practice_national", lambda row: row.of.national),
        Column("practice_national_layer", TEXT, lambda row: row.of.national_layer),
        *_ranged("practice_population", lambda row: row.of.shared),
        Column("practice_population_law_share", REAL, _law_share),
        *_ends("practice_population_bound", lambda row: row.of.shared_bounds),
        _shared(REAL, "spread"),
        _shared(REAL, "lowest"),
        _shared(TEXT, "lowest_unit"),
        _shared(REAL, "highest"),
        _shared(TEXT, "highest_unit"),
        *_plain(REAL, "covered_share"),
        Column("n_units", COUNT, lambda row: len(row.of.units)),
        Column("n_units_known", COUNT, lambda row: row.of.known_units),
        *_plain(FLAG, "national_prevails"),
        *_gap("gap_attributable", lambda row: row.of.attributable),
        *_gap("gap_system", lambda row: row.of.system),
        Column("practice_national_reason", TEXT, lambda row: row.of.national_reason),
        Column("practice_population_reason", TEXT, lambda row: row.of.shared_reason),
        Column("gap_attributable_reason", TEXT, lambda row: row.of.attributable_reason),
        Column("gap_system_reason", TEXT, lambda row: row.of.system_reason),
        *_plain(DAY, "as_of"),
        *_STAMP,
    ),
)

FEDERATION_UNITS: Layout[UnitRow] = Layout(
    name="federation_units",
    key=("actor", "theme", "year", "unit"),
    columns=(
        *_plain(TEXT, "actor", "theme"),
        *_plain(COUNT, "year"),
        Column("unit", TEXT, lambda row: row.unit.unit),
        Column("persons", pl.Int64, lambda row: row.unit.persons),
        Column("population_year", COUNT, lambda row: row.unit.population_year),
        Column("population_share", REAL, lambda row: row.unit.population_share),
        *_ranged("practice", lambda row: row.unit.practice),
        Column("layer", TEXT, lambda row: row.unit.layer),
        Column("replaced", FLAG, lambda row: row.unit.replaced),
        Column("reason", TEXT, lambda row: row.unit.reason),
    ),
)

COHERENCE: Layout[Stamped[CoherenceReading]] = Layout(
    name="coherence",
    key=("theme", "year"),
    columns=(
        *_plain(TEXT, "theme"),
        *_plain(COUNT, "year"),
        Column("n_agencies", COUNT, lambda row: len(row.of.agencies)),
        Column("agencies", TEXT, lambda row: " ".join(name for name, _ in row.of.agencies)),
        Column("n_statements", TEXT, lambda row: " ".join(map(str, row.of.statements))),
        *_plain(REAL, "spread"),
        *_ranged("distance", lambda row: row.of.distance),
        Column("lowest_agencies", TEXT, lambda row: " ".join(row.of.lowest_agencies) or None),
        Column("highest_agencies", TEXT, lambda row: " ".join(row.of.highest_agencies) or None),
        Column("p_apart", REAL, lambda row: row.of.apart),
        *_plain(TEXT, "reason"),
        *_plain(DAY, "as_of"),
        *_STAMP,
    ),
)

ABROAD: Layout[Stamped[AbroadReading]] = Layout(
    name="abroad",
    key=("actor", "year"),
    columns=(
        *_plain(TEXT, "actor"),
        *_plain(COUNT, "year"),
        *_ranged("says", lambda row: row.of.says),
        *_ranged("practice", lambda row: row.of.practice),
        *_plain(REAL, "covered_share", "amount"),
        *_plain(TEXT, "currency"),
        Column("n_flows", COUNT, lambda row: len(row.of.recipients)),
        *_gap("gap", lambda row: row.of.gap),
        *_plain(TEXT, "practice_reason", "gap_reason"),
        *_plain(DAY, "as_of"),
        *_STAMP,
    ),
)

ABROAD_FLOWS: Layout[RecipientRow] = Layout(
    name="abroad_flows",
    key=("actor", "year", "flow"),
    columns=(
        *_plain(TEXT, "actor"),
        *_plain(COUNT, "year"),
        Column("flow", TEXT, lambda row: row.part.flow),
        Column("recipient", TEXT, lambda row: row.part.recipient),
        Column("theme", TEXT, lambda row: row.part.theme),
        Column("amount", REAL, lambda row: row.part.amount),
        Column("currency", TEXT, lambda row: row.part.currency),
        *_ranged("practice", lambda row: row.part.practice),
        Column("reason", TEXT, lambda row: row.part.reason),
    ),
)

FLOWS: Layout[Flow] = Layout(
    name="flows",
    key=("id",),
    columns=(
        *_texts("id", "donor", "recipient", "theme"),
        Column("period_from", TEXT, lambda flow: str(flow.period.start)),
        Column("period_to", TEXT, lambda flow: str(flow.period.end)),
        Column("amount", REAL, lambda flow: flow.amount),
        *_texts("currency", "purpose", "source", "locator"),
    ),
)

ACROSS_LAYOUTS: tuple[Layout[Any], ...] = (
    FEDERATIONS,
    FEDERATION_UNITS,
    COHERENCE,
    ABROAD,
    ABROAD_FLOWS,
    FLOWS,
)


def across_frames(
    across: AcrossActors, flows: tuple[Flow, ...], *, release: str, methodology: str
) -> dict[str, pl.DataFrame]:
    """Return the tables of what a run found across actors, by name.

    Args:
        across: The readings.
        flows: The flows of the evidence.
        release: The release's id.
        methodology: The methodology's version.
    """

    def stamped(readings: tuple[Whole, ...]) -> Iterator[Stamped[Whole]]:
        for reading in readings:
            yield Stamped(of=reading, release=release, methodology=methodology)

    units = (UnitRow(of=read, unit=unit) for read in across.federations for unit in read.units)
    parts = (RecipientRow(of=read, part=part) for read in across.abroad for part in read.recipients)
    return {
        FEDERATIONS.name: table_of(FEDERATIONS, stamped(across.federations)),
        FEDERATION_UNITS.name: table_of(FEDERATION_UNITS, units),
        COHERENCE.name: table_of(COHERENCE, stamped(across.coherence)),
        ABROAD.name: table_of(ABROAD, stamped(across.abroad)),
        ABROAD_FLOWS.name: table_of(ABROAD_FLOWS, parts),
        FLOWS.name: table_of(FLOWS, flows),
    }
