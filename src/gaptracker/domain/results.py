"""What a run produces: readings, cells, pairs and the manifest of a release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.vocabulary import (
    Grade,
    ItemKind,
    Label,
    Layer,
    Outcome,
    Reading,
    Reason,
    Relation,
    ReleaseState,
    Side,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A 90% interval in points, not cut at the ends of the scale."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingScore:
    """One reading of the ladder: its points, interval and effective number of items."""

    points: float
    interval: Interval
    effective_size: float
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One item's part in a cell.

    `weight` is its raw weight, the product of its named `factors`, and `share` its part of
    its reading's total weight;
    `points` its expected place on the ladder; `contribution_points` what it adds to G
    (share times points, minus for deeds), so that contributions sum to G. An item that
    counts nothing now (superseded, or the law layer where practice is known) has share 0
    and `note` says why.
    """

    item: str
    item_kind: ItemKind
    side: Side
    layer: Layer | None
    source: str
    source_group: str
    factors: tuple[tuple[str, float], ...]
    weight: float
    share: float
    points: float
    contribution_points: float
    machine_coded: bool
    age_years: float
    flagged_old: bool
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """Shares of the draws in which the gap lies so."""

    words_ahead: float
    words_ahead_demonstrably: float
    deeds_ahead_demonstrably: float
    close: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much evidence stands under a cell.

    `indicator_coverage_share` is the share of the theme's indicator weight that rests on
    observations; `silence_rate_share` is silent opportunities over all, None without any.
    """

    statements: int
    deeds: int
    effective_statements: float
    effective_deeds: float
    statement_groups: int
    deed_groups: int
    indicator_coverage_share: float
    opportunities: int
    silent: int
    silence_rate_share: float | None
    machine_coded: bool
    newest_deed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellScore:
    """One actor, theme and year: what it says, its law, what it does, and the gap.

    All points are unrounded. `practice` is F, or L where only law is known (`law_only`).
    """

    actor: str
    theme: str
    year: int
    as_of: date
    says: ReadingScore | None
    law: ReadingScore | None
    does: ReadingScore | None
    practice: ReadingScore | None
    gap_points: float | None
    gap_interval: Interval | None
    gap_bounds: Interval | None
    legislative_points: float | None
    implementation_points: float | None
    probabilities: Probabilities | None
    mixed_message_points: float | None
    law_only: bool
    capped: bool
    coverage: Coverage
    grade: Grade
    label: Label
    says_reason: Reason | None
    law_reason: Reason | None
    does_reason: Reason | None
    gap_reason: Reason | None
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A statement and a deed held to bear on each other under one reading.

    `deed` is None for an absence: words on which no deed is known.
    """

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
class CheckResult:
    """One check of a release: what was counted, against which bound, and why it is there."""

    name: str
    found: float
    bound: float
    kind: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a release says of itself; its bytes name every other file's hash."""

    release: str
    state: ReleaseState
    methodology: str
    methodology_sha256: str
    input_sha256: str
    as_of: date
    provisional: bool
    first_year: int
    last_year: int
    counts: Mapping[str, int]
    checks: tuple[CheckResult, ...]
    files: Mapping[str, str]
    notice: str
