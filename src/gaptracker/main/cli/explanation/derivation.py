"""One cell taken apart: every figure with what it was made of. Values only."""

from dataclasses import dataclass
from datetime import date

from gaptracker.domain.results import Probabilities
from gaptracker.main.cli.explanation.firmness import Firmness
from gaptracker.main.cli.explanation.verdict import TriedRule
from gaptracker.main.cli.worksheet import Prior, Worksheet
from gaptracker.publish.federation_rows import FrozenFederation
from gaptracker.scoring.grading import Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """Where an item was read: its source, and the place in it."""

    id: str
    title: str
    publisher: str
    group: str
    grade: int
    record_of_act: bool
    citation: str
    url: str | None
    locator: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingNote:
    """Who put an item on which rung, and why; `rung_title` is the rung in words.

    A coding that is not `used` is kept and shown, but the item is placed without it: its coder
    was outvoted, or a machine coded what people have settled.
    """

    coder: str
    coder_kind: str
    rung: int
    rung_title: str
    rationale: str
    original_code: str | None
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorNote:
    """One factor of an item's weight: its name, its value, and what it stands for."""

    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedItem:
    """One statement, measure or observation in a cell.

    `mark` names it on the page. `headline` says what it is, `text` what it says. `placing`
    writes out how its points were found. `weight` is the product of the factors, `share` its
    part of its reading's weight, `contribution_points` what it adds to the gap.
    """

    mark: str
    id: str
    kind: str
    side: str
    layer: str | None
    on: str | None
    headline: str
    text: str | None
    source: SourceNote
    codings: tuple[CodingNote, ...]
    placing: str
    points: float
    factors: tuple[FactorNote, ...]
    weight: float
    share: float
    contribution_points: float
    age_years: float
    flagged_old: bool
    machine_coded: bool
    binding: bool
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedReading:
    """One reading of the ladder with its items and its sums; `sums` is None without items.

    `points` is what was published; it differs from the mean of the sums only where a cap
    holds, and `cap_points` is then the cap.
    """

    name: str
    letter: str
    points: float | None
    low: float | None
    high: float | None
    reason: str | None
    cap_points: float | None
    items: tuple[DerivedItem, ...]
    sums: Worksheet | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedGap:
    """The gap with all that follows from it; `practice_from` is `does` or `law`."""

    practice: float | None
    practice_from: str | None
    points: float | None
    low: float | None
    high: float | None
    reason: str | None
    bound_low: float | None
    bound_high: float | None
    legislative_points: float | None
    implementation_points: float | None
    probabilities: Probabilities | None
    contributions_sum_points: float
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedVerdict:
    """Grade and label with every rule tried; a ceiling may hold the grade below its rules."""

    grade: str
    label: str
    words: Strength
    deeds: Strength
    grades_tried: tuple[TriedRule, ...]
    ceiling: str | None
    labels_tried: tuple[TriedRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedSilence:
    """How often the actor had the chance to speak, and let it pass."""

    opportunities: int
    silent: int
    rate_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A whole cell, figure by figure; `federation` is the reading of its units, if it has any."""

    release: str
    provisional: bool
    notice: str
    methodology: str
    actor: str
    actor_name: str
    theme: str
    theme_name: str
    question: str
    year: int
    as_of: date
    says: DerivedReading
    law: DerivedReading
    does: DerivedReading
    gap: DerivedGap
    verdict: DerivedVerdict
    firmness: Firmness | None
    silence: DerivedSilence
    prior: Prior
    federation: FrozenFederation | None = None
