"""What the public API answers, row by row: frozen values with unrounded numbers and real days.

Codes of closed lists (`grade`, `label`, `reason`) are plain text, since a later API may know more
of them. Members that are new to this client are kept in `more`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


# `Any`: members that a later API may bring are JSON of every shape.
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row has.

    Attributes:
        more: Members of the answer that this client does not know.
    """

    more: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLinks(Row):
    """Where a cell leads; every address is pinned to its release, but `replies` and `errata`."""

    self: str
    pairs: str
    actor: str
    theme: str
    page: str
    chart: str
    cite: str
    replies: str
    errata: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Row):
    """One actor, theme and year: what it says, its law, what it does, and the gap.

    Points run from 0 (most coercive) to 100 (fully aligned), the gap from -100 to +100; plus:
    words ahead of deeds. `_low` and `_high` are the ends of a 90% interval. A missing number is
    None, with its reason beside it. docs/api.md says what each member means.
    """

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
    p_words_ahead: float | None
    p_deeds_ahead: float | None
    p_close: float | None
    mixed_message_points: float | None
    n_statements: int
    n_deeds: int
    n_eff_says: float
    n_eff_does: float
    silence_rate: float | None
    grade: str
    label: str
    reason: str | None
    release: str
    methodology: str
    as_of: date
    reply_status: str | None
    provisional: bool
    p_gap_positive: float | None
    says_reason: str | None
    law_reason: str | None
    does_reason: str | None
    legislative_points: float | None
    implementation_points: float | None
    gap_bound_low: float | None
    gap_bound_high: float | None
    law_only: bool
    capped: bool
    machine_coded: bool
    groups_says: int
    groups_does: int
    n_opportunities: int
    indicator_coverage_share: float
    newest_deed_on: date | None
    inputs_sha256: str
    links: CellLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Row):
    """Where a record comes from."""

    id: str
    title: str
    publisher: str
    url: str | None
    licence: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Row):
    """The statement of a pair.

    Attributes:
        actor: Who spoke; another than the pair's where a union or an organ spoke for it.
        said_on: As precise as known: YYYY, YYYY-MM or YYYY-MM-DD.
        excerpt: The words themselves, where they may be shown.
        paraphrase: What they amount to, in this project's words.
    """

    id: str
    actor: str
    actor_name: str
    said_on: str
    forum: str
    speaker: str | None
    office: str
    mode: str
    instrument: str
    language: str | None
    excerpt: str | None
    paraphrase: str | None
    locator: str | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Did(Row):
    """The deed of a pair: a measure, or one observation of an indicator.

    Attributes:
        dated: In force from, or the period observed; as precise as known.
        value: Of an observation, in `unit`.
        withheld: Why the value of an observation is not shown: `licence`; its source has it.
    """

    id: str
    kind: str
    layer: str
    title: str
    dated: str | None
    in_force_to: str | None
    issuer: str | None
    value: float | None
    category: str | None
    unit: str | None
    withheld: str | None
    note: str | None
    locator: str | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLinks(Row):
    """Where a pair leads; every address is pinned to its release, but for the last two."""

    self: str
    cell: str | None
    page: str
    cite: str
    replies: str
    errata: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Row):
    """A statement and a deed held to bear on each other; `deed` is None where none is on record.

    The contributions of a cell's pairs of reading `now` sum to its gap.
    """

    id: str
    actor: str
    actor_name: str
    theme: str
    year: int
    reading: str
    outcome: str
    relation: str
    statement_points: float
    deed_points: float | None
    deed_points_before: float | None
    statement_share: float
    deed_share: float
    contribution_points: float | None
    due_on: date | None
    release: str
    methodology: str
    provisional: bool
    statement: Said
    deed: Did | None
    links: PairLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLinks(Row):
    """Where a release leads; `files` is None for a release from before there were any."""

    self: str
    gaps: str
    files: str | None
    methodology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Row):
    """A published release."""

    id: str
    number: int
    as_of: date
    methodology: str
    provisional: bool
    first_year: int
    last_year: int
    content_sha256: str
    links: ReleaseLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Row):
    """A check of a release; `floor` fails it, `ceiling` warns."""

    name: str
    found: float
    bound: float
    kind: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDetail(Release):
    """A release's manifest.

    Attributes:
        counts: How much of each kind it holds.
        compared: Checks against the release before it.
        files: SHA-256 of each file it is frozen in.
        provenance: Evidence, program, calibration and submissions behind it, as JSON.
    """

    state: str
    notice: str
    methodology_sha256: str
    input_sha256: str
    counts: Mapping[str, int]
    checks: tuple[Check, ...]
    compared: tuple[Check, ...]
    files: Mapping[str, str]
    provenance: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names(Row):
    """A name in each language; None where none is recorded."""

    en: str
    es: str | None
    pt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorLinks(Row):
    """Where an actor leads; `parent` is None for an actor that is part of no other."""

    self: str
    gaps: str
    parent: str | None
    replies: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Row):
    """Who is assessed; `n_cells` counts cells of grade C or better."""

    code: str
    kind: str
    name: str
    names: Names
    parent: str | None
    exists_from: str | None
    exists_to: str | None
    n_cells: int
    links: ActorLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLinks(Row):
    """Where a theme leads; `gaps` is None for a theme with positions and no deeds."""

    self: str
    gaps: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Row):
    """An area of policy; without deeds it has positions only and never a gap."""

    id: str
    name: str
    names: Names
    order: int
    question: str
    has_deeds: bool
    descriptive: bool
    n_cells: int
    links: ThemeLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta(Row):
    """Which figures an answer holds.

    Attributes:
        as_of: Last day that the release's evidence speaks of.
        notice: What a reader of this release has to know.
    """

    release: str
    methodology: str
    as_of: date
    provisional: bool
    notice: str
    language: str
