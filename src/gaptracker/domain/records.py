"""The evidence: statements, measures, observations, codings and opportunities."""

import math
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    CoderKind,
    Instrument,
    ItemKind,
    Lag,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
    OpportunityOutcome,
    Specificity,
)

LOWEST_RUNG, HIGHEST_RUNG = 0, 4
CURRENCY_LETTERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a government said, on record, in a forum, on a date.

    `document` is the record it stands in: statements of one document share a coder's errors.
    `act` names the act itself, so that the same act reported twice counts once.
    `series` names a text that returns (a resolution tabled every other year): a newer
    position in a series supersedes a different older one, and repeats an equal one.
    `solicited` is true where a recommendation or a vote put the question.
    `rule` and `answer` are set where the codebook places the statement: a roll call and the
    vote cast, a joint statement and `signed`, or a recommendation's ask and the response.
    Such a statement carries no stored coding: each methodology codes it anew. `specificity`
    says how definite the words answered to are, where the answer itself does not.
    """

    id: str
    actor: str
    forum: str
    said_on: PartialDate
    mode: Mode
    instrument: Instrument
    office: Office
    source: str
    document: str
    act: str
    paraphrase: str
    speaker: str | None = None
    language: str | None = None
    excerpt: str | None = None
    series: str | None = None
    due_on: PartialDate | None = None
    withdrawn_on: PartialDate | None = None
    solicited: bool = False
    rule: str | None = None
    answer: str | None = None
    specificity: Specificity | None = None
    locator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A documented domestic act or practice, in force for a period."""

    id: str
    actor: str
    layer: Layer
    kind: MeasureKind
    title: str
    in_force: Period
    source: str
    issuer: str | None = None
    territory: str | None = None
    locator: str | None = None
    note: str | None = None

    @property
    def lag(self) -> Lag:
        """Return how long this kind of measure is given to follow words."""
        match self.kind:
            case MeasureKind.STATUTE | MeasureKind.RULING:
                return Lag.STATUTE
            case MeasureKind.EXECUTIVE_ACT | MeasureKind.PROGRAMME | MeasureKind.PRACTICE:
                return Lag.EXECUTIVE_ACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One indicator's value for one actor and period.

    Exactly one of `value` (a number in the indicator's unit) and `category` (one of its
    table's) is given, and neither if the government keeps the figure secret.
    """

    id: str
    actor: str
    indicator: str
    period: PartialDate
    source: str
    value: float | None = None
    category: str | None = None
    lower: float | None = None
    upper: float | None = None
    status: ObservationStatus = ObservationStatus.OBSERVED
    note: str | None = None

    def __post_init__(self) -> None:
        """Refuse a value that is not a finite number, and a missing one that is not opaque."""
        for name, number in (("value", self.value), ("lower", self.lower), ("upper", self.upper)):
            if number is not None and not math.isfinite(number):
                raise InvalidValue(f"observation {self.id}: {name} {number} is no finite number")
        given = (self.value is not None) + (self.category is not None)
        expected = 1 if self.status is ObservationStatus.OBSERVED else 0
        if given != expected:
            raise InvalidValue(
                f"observation {self.id}: {given} of value and category given, "
                f"expected {expected} for status {self.status}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Money or help in kind that a donor gave to a recipient over a period.

    `theme` is the one on which the recipient's own practice says what the help is used for
    (the death penalty, for help to drug police). `recipient` is None for the part of a donor's
    help whose recipients the source does not tell apart: it is known to exist, and where it went
    is not. `amount` is in `currency` (ISO 4217), over the whole period; `purpose` says in own
    words what it was for.
    """

    id: str
    donor: str
    recipient: str | None
    theme: str
    period: Period
    amount: float
    currency: str
    purpose: str
    source: str
    locator: str | None = None

    def __post_init__(self) -> None:
        """Refuse an amount that is none, help to oneself, and a period without both ends."""
        if not math.isfinite(self.amount) or self.amount <= 0:
            raise InvalidValue(f"flow {self.id}: amount {self.amount}; expected one above zero")
        if self.donor == self.recipient:
            raise InvalidValue(f"flow {self.id}: from {self.donor} to itself; expected abroad")
        if self.period.start is None or self.period.end is None:
            raise InvalidValue(f"flow {self.id}: its period is open; expected both ends")
        code = self.currency
        if not (len(code) == CURRENCY_LETTERS and code.isascii() and code.isupper()):
            raise InvalidValue(f"flow {self.id}: currency {code!r}; expected ISO 4217, as EUR")

    def in_year(self, year: int) -> float:
        """Return the part of the amount that falls into a year, spread evenly over its days."""
        start, end = self.period.start, self.period.end
        if start is None or end is None:
            raise InvalidValue(f"flow {self.id}: its period is open; expected both ends")
        first, last = start.earliest(), end.latest()
        shared = (min(last, date(year, 12, 31)) - max(first, date(year, 1, 1))).days + 1
        return self.amount * max(shared, 0) / ((last - first).days + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One coder's rung for one item on one theme, with the reason."""

    item: str
    item_kind: ItemKind
    theme: str
    coder: str
    coder_kind: CoderKind
    rung: int
    specificity: Specificity
    rationale: str
    original_code: str | None = None

    def __post_init__(self) -> None:
        """Refuse a rung that no ladder has."""
        if not LOWEST_RUNG <= self.rung <= HIGHEST_RUNG:
            raise InvalidValue(f"coding of {self.item}: rung {self.rung}; expected 0 to 4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A chance to take a position that was coded whole: a session, a roll call."""

    id: str
    actor: str
    theme: str
    session: str
    held_on: PartialDate
    outcome: OpportunityOutcome

    def was_by(self, day: date) -> bool:
        """Say whether the opportunity lies on or before a day."""
        return self.held_on.latest() <= day
