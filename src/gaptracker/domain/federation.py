"""What a run finds across actors: federations, help abroad, and agencies beside each other.

All points are unrounded; every figure that is None has its reason beside it.
"""

from dataclasses import dataclass
from datetime import date

from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import (
    AbroadReason,
    CoherenceReason,
    FederalReason,
    Grade,
    Label,
    Layer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Points with their 90% interval."""

    points: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class GapEstimate:
    """A gap with its 90% interval.

    `words_ahead` and `deeds_ahead` are the shares of the draws in which the gap lies more than
    the demonstrable points above and below zero.
    """

    points: float
    interval: Interval
    words_ahead: float
    deeds_ahead: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReading:
    """One unit's residents and practice, as a federation's reading counts them.

    `practice` is what its residents live under: its own, or where `replaced` the national one;
    `layer` is what it rests on, the law where no practice is known.
    `population_share` is its part of all units' residents.
    """

    unit: str
    persons: int | None
    population_year: int | None
    population_share: float | None
    practice: Estimate | None
    layer: Layer | None
    replaced: bool
    reason: FederalReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedEstimate:
    """Practice as the average resident meets it (P_pop), and how far the units lie apart.

    `spread` is the standard deviation across units, weighted by residents; `law_share` is the part
    of the residents counted of whose unit only the law is known.
    """

    points: float
    interval: Interval
    law_share: float
    spread: float
    lowest: float
    lowest_unit: str
    highest: float
    highest_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FederalReading:
    """One federation, theme and year: the national reading and that of residents, side by side.

    `national` is P_nat and `shared` is P_pop; `attributable` is G_attrib = R - P_nat and
    `system` is G_system = R - P_pop. `covered_share` is the part of residents whose unit's
    practice is known; `shared_bounds` is where P_pop could lie whatever the others' is.

    `grade` and `label` are those of the national cell. `system` has no grade of its own: its words
    are the nation's, so it is held to the same. `national_layer` is what P_nat rests on.
    """

    actor: str
    theme: str
    year: int
    as_of: date
    grade: Grade
    label: Label
    says: Estimate | None
    national: Estimate | None
    national_layer: Layer | None
    shared: SharedEstimate | None
    shared_bounds: Interval | None
    covered_share: float | None
    national_prevails: bool
    attributable: GapEstimate | None
    system: GapEstimate | None
    national_reason: FederalReason | None
    shared_reason: FederalReason | None
    attributable_reason: FederalReason | None
    system_reason: FederalReason | None
    units: tuple[UnitReading, ...]

    @property
    def known_units(self) -> int:
        """Return the number of units whose practice is known."""
        return sum(unit.practice is not None for unit in self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoherenceReading:
    """How far agencies' words lie apart on one theme in one year.

    `spread` is the plain standard deviation of their R, in points; `statements` is the number of
    statements that each R rests on, in the order of `agencies`. They have no deeds in this system,
    and so no grade. `distance` is from the lowest of them to the highest, with the interval of the
    difference between two of these; `apart` is the share of the draws in which it exceeds the
    demonstrable points. All who stand at an end are named. Where all stand at one place there are
    no ends: nobody is named, and `apart` is None.
    """

    theme: str
    year: int
    as_of: date
    agencies: tuple[tuple[str, float], ...]
    statements: tuple[int, ...]
    spread: float | None
    distance: Estimate | None
    lowest_agencies: tuple[str, ...]
    highest_agencies: tuple[str, ...]
    apart: float | None
    reason: CoherenceReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientReading:
    """One recipient's part of a donor's flows in a year, and its practice on their theme.

    `recipient` is None for the part whose recipients no source tells apart.
    """

    flow: str
    recipient: str | None
    theme: str
    amount: float
    currency: str
    practice: Estimate | None
    reason: AbroadReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbroadReading:
    """One donor and year: what it says of conduct abroad, and whom its known flows went to.

    `practice` is the sum of flow times recipient's practice over the sum of flows, over flows
    whose recipient's practice is known; `covered_share` is their part of all known flows.
    """

    actor: str
    year: int
    as_of: date
    says: Estimate | None
    practice: Estimate | None
    covered_share: float | None
    amount: float | None
    currency: str | None
    gap: GapEstimate | None
    practice_reason: AbroadReason | None
    gap_reason: AbroadReason | None
    recipients: tuple[RecipientReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcrossActors:
    """All that a run finds across actors; it moves no cell."""

    federations: tuple[FederalReading, ...] = ()
    coherence: tuple[CoherenceReading, ...] = ()
    abroad: tuple[AbroadReading, ...] = ()
