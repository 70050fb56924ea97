"""What `/v1/federations`, `/v1/coherence` and `/v1/abroad` answer: readings across actors."""

from datetime import date

from gaptracker.domain.vocabulary import (
    AbroadReason,
    CoherenceReason,
    FederalReason,
    Grade,
    Label,
    Layer,
)
from gaptracker.publish.api.schemas import Count, Message, Number, PageMeta, Share


class FederationRow(Message):
    """A federation on one theme in one year: the nation's practice, and its residents'.

    `gap_attributable` is what the national government says less what it does; `gap_system`
    what it says less what residents live under. They stand side by side and are never
    averaged. A null has its reason in the member of the same name with `_reason`.
    """

    actor: str
    actor_name: str
    theme: str
    theme_name: str
    year: int
    grade: Grade
    label: Label
    says: Number | None
    says_low: Number | None
    says_high: Number | None
    practice_national: Number | None
    practice_national_low: Number | None
    practice_national_high: Number | None
    practice_national_layer: Layer | None
    practice_population: Number | None
    practice_population_low: Number | None
    practice_population_high: Number | None
    practice_population_law_share: Share | None
    practice_population_bound_low: Number | None
    practice_population_bound_high: Number | None
    spread: Number | None
    lowest: Number | None
    lowest_unit: str | None
    highest: Number | None
    highest_unit: str | None
    covered_share: Share | None
    n_units: Count
    n_units_known: Count
    national_prevails: bool
    gap_attributable: Number | None
    gap_attributable_low: Number | None
    gap_attributable_high: Number | None
    gap_attributable_p_words_ahead: Share | None
    gap_attributable_p_deeds_ahead: Share | None
    gap_system: Number | None
    gap_system_low: Number | None
    gap_system_high: Number | None
    gap_system_p_words_ahead: Share | None
    gap_system_p_deeds_ahead: Share | None
    practice_national_reason: FederalReason | None
    practice_population_reason: FederalReason | None
    gap_attributable_reason: FederalReason | None
    gap_system_reason: FederalReason | None
    as_of: date
    release: str
    methodology: str
    provisional: bool


class FederationUnitRow(Message):
    """One unit of a federation on one theme in one year."""

    actor: str
    actor_name: str
    theme: str
    theme_name: str
    year: int
    unit: str
    persons: int | None
    population_year: int | None
    population_share: Share | None
    practice: Number | None
    practice_low: Number | None
    practice_high: Number | None
    layer: Layer | None
    replaced: bool
    reason: FederalReason | None
    release: str
    methodology: str
    provisional: bool


class CoherenceRow(Message):
    """How far the UN agencies stand apart on one theme in one year; `reason` says why not.

    `p_apart` is the probability that the outermost two are really in this order.
    """

    theme: str
    theme_name: str
    year: int
    n_agencies: Count
    agencies: str
    n_statements: str
    spread: Number | None
    distance: Number | None
    distance_low: Number | None
    distance_high: Number | None
    lowest_agencies: str | None
    highest_agencies: str | None
    p_apart: Share | None
    reason: CoherenceReason | None
    as_of: date
    release: str
    methodology: str
    provisional: bool


class AbroadRow(Message):
    """A donor in one year: what it says, and the practice of those to whom its help went.

    It never moves the donor's own figures. A null has its reason in `practice_reason` or
    `gap_reason`.
    """

    actor: str
    actor_name: str
    year: int
    says: Number | None
    says_low: Number | None
    says_high: Number | None
    practice: Number | None
    practice_low: Number | None
    practice_high: Number | None
    covered_share: Share | None
    amount: Number | None
    currency: str | None
    n_flows: Count
    gap: Number | None
    gap_low: Number | None
    gap_high: Number | None
    gap_p_words_ahead: Share | None
    gap_p_deeds_ahead: Share | None
    practice_reason: AbroadReason | None
    gap_reason: AbroadReason | None
    as_of: date
    release: str
    methodology: str
    provisional: bool


class FederationPage(Message):
    """A page of federal readings."""

    meta: PageMeta
    data: list[FederationRow]


class FederationUnitPage(Message):
    """A page of units."""

    meta: PageMeta
    data: list[FederationUnitRow]


class CoherencePage(Message):
    """A page of agencies' coherence."""

    meta: PageMeta
    data: list[CoherenceRow]


class AbroadPage(Message):
    """A page of donors."""

    meta: PageMeta
    data: list[AbroadRow]
