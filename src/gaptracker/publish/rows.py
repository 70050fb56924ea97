"""Rows of a frozen release as typed values: the cell, its contributions, and the pair.

Fields are the columns of the release's files, unrounded.
"""

from dataclasses import dataclass
from datetime import date

from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import (
    Grade,
    ItemKind,
    Label,
    Layer,
    ObservationStatus,
    Outcome,
    Reading,
    Reason,
    Relation,
    Side,
    Withheld,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenCell:
    """One actor, theme and year, as `gaps.parquet` holds it."""

    actor: str
    actor_name: str
    theme: str
    year: int
    says: float | None
    says_low: float | None
    says_high: float | None
    law: float | None
    law_low: float | None
    law_high: float | None
    does: float | None
    does_low: float | None
    does_high: float | None
    practice: float | None
    practice_low: float | None
    practice_high: float | None
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    p_gap_positive: float | None
    p_words_ahead: float | None
    p_deeds_ahead: float | None
    p_close: float | None
    mixed_message_points: float | None
    n_statements: int
    n_deeds: int
    n_eff_says: float
    n_eff_does: float
    groups_says: int
    groups_does: int
    silence_rate: float | None
    n_opportunities: int
    grade: Grade
    label: Label
    reason: Reason | None
    says_reason: Reason | None
    law_reason: Reason | None
    does_reason: Reason | None
    law_only: bool
    capped: bool
    machine_coded: bool
    legislative_points: float | None
    implementation_points: float | None
    gap_bound_low: float | None
    gap_bound_high: float | None
    indicator_coverage_share: float
    newest_deed_on: date | None
    as_of: date
    release: str
    methodology: str
    inputs_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenContribution:
    """One item's part in a cell, as `contributions.parquet` holds it."""

    actor: str
    theme: str
    year: int
    side: Side
    item: str
    item_kind: ItemKind
    layer: Layer | None
    source: str
    source_group: str
    weight: float
    share: float
    points: float
    contribution_points: float
    machine_coded: bool
    age_years: float
    flagged_old: bool
    note: str | None
    factor_names: tuple[str, ...]
    factor_values: tuple[float, ...]

    @property
    def factors(self) -> tuple[tuple[str, float], ...]:
        """Return the named factors whose product is the weight."""
        return tuple(zip(self.factor_names, self.factor_values, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPair:
    """A statement and a deed held against each other, as `pairs.parquet` holds it."""

    id: str
    actor: str
    theme: str
    year: int
    reading: Reading
    relation: Relation
    statement: str
    deed: str | None
    deed_kind: ItemKind | None
    statement_points: float
    deed_points: float | None
    deed_points_before: float | None
    statement_share: float
    deed_share: float
    contribution_points: float | None
    due_on: date | None
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownObservation:
    """One indicator's value as readers are shown it.

    Where `withheld` says why it is not shown, value, category, both ends and the note are None;
    they count all the same. `status` is the government's doing, `withheld` ours.
    """

    id: str
    actor: str
    indicator: str
    period: PartialDate
    value: float | None
    category: str | None
    lower: float | None
    upper: float | None
    status: ObservationStatus
    source: str
    note: str | None
    withheld: Withheld | None
