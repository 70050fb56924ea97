"""Rows of a frozen release across actors: federations, their units, agencies, help abroad.

Fields are the columns of the release's files, unrounded.
"""

from dataclasses import dataclass
from datetime import date

from gaptracker.domain.vocabulary import (
    AbroadReason,
    CoherenceReason,
    FederalReason,
    Grade,
    Label,
    Layer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenFederation:
    """One federation, theme and year, as `federations.parquet` holds it."""

    actor: str
    theme: str
    year: int
    grade: Grade
    label: Label
    says: float | None
    says_low: float | None
    says_high: float | None
    practice_national: float | None
    practice_national_low: float | None
    practice_national_high: float | None
    practice_national_layer: Layer | None
    practice_population: float | None
    practice_population_low: float | None
    practice_population_high: float | None
    practice_population_law_share: float | None
    practice_population_bound_low: float | None
    practice_population_bound_high: float | None
    spread: float | None
    lowest: float | None
    lowest_unit: str | None
    highest: float | None
    highest_unit: str | None
    covered_share: float | None
    n_units: int
    n_units_known: int
    national_prevails: bool
    gap_attributable: float | None
    gap_attributable_low: float | None
    gap_attributable_high: float | None
    gap_attributable_p_words_ahead: float | None
    gap_attributable_p_deeds_ahead: float | None
    gap_system: float | None
    gap_system_low: float | None
    gap_system_high: float | None
    gap_system_p_words_ahead: float | None
    gap_system_p_deeds_ahead: float | None
    practice_national_reason: FederalReason | None
    practice_population_reason: FederalReason | None
    gap_attributable_reason: FederalReason | None
    gap_system_reason: FederalReason | None
    as_of: date
    release: str
    methodology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenUnit:
    """One unit of a federation in one year, as `federation_units.parquet` holds it."""

    actor: str
    theme: str
    year: int
    unit: str
    persons: int | None
    population_year: int | None
    population_share: float | None
    practice: float | None
    practice_low: float | None
    practice_high: float | None
    layer: Layer | None
    replaced: bool
    reason: FederalReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenCoherence:
    """The agencies on one theme in one year, as `coherence.parquet` holds it."""

    theme: str
    year: int
    n_agencies: int
    agencies: str
    n_statements: str
    spread: float | None
    distance: float | None
    distance_low: float | None
    distance_high: float | None
    lowest_agencies: str | None
    highest_agencies: str | None
    p_apart: float | None
    reason: CoherenceReason | None
    as_of: date
    release: str
    methodology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenAbroad:
    """One donor and year, as `abroad.parquet` holds it."""

    actor: str
    year: int
    says: float | None
    says_low: float | None
    says_high: float | None
    practice: float | None
    practice_low: float | None
    practice_high: float | None
    covered_share: float | None
    amount: float | None
    currency: str | None
    n_flows: int
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    gap_p_words_ahead: float | None
    gap_p_deeds_ahead: float | None
    practice_reason: AbroadReason | None
    gap_reason: AbroadReason | None
    as_of: date
    release: str
    methodology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenAbroadFlow:
    """One flow's part in a donor's year, as `abroad_flows.parquet` holds it."""

    actor: str
    year: int
    flow: str
    recipient: str | None
    theme: str
    amount: float
    currency: str
    practice: float | None
    practice_low: float | None
    practice_high: float | None
    reason: AbroadReason | None
