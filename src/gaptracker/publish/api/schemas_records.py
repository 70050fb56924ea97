"""What `/v1/statements`, `/v1/measures`, `/v1/observations` and `/v1/indicators` answer."""

from datetime import date

from pydantic import Field

from gaptracker.domain.vocabulary import (
    CoderKind,
    Instrument,
    Lag,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
    Specificity,
    Withheld,
)
from gaptracker.publish.api.schemas import Count, Message, Meta, Names, Number, PageMeta
from gaptracker.publish.api.schemas_pairs import SourceBrief


class CodingAnswer(Message):
    """One coder's rung for the item on one theme, with the reason."""

    theme: str
    coder: str
    coder_kind: CoderKind
    rung: int = Field(ge=0, le=4)
    specificity: Specificity
    rationale: str
    original_code: str | None


class SourceAnswer(SourceBrief):
    """Where a record comes from, with what it weighs."""

    group: str = Field(description="Sources of one group are not independent of each other.")
    grade: int = Field(ge=1, le=5, description="Reliability, 1 the best.")
    record_of_act: bool = Field(description="It is a record of the act itself.")
    published_on: str | None
    retrieved_on: date


class RecordLinks(Message):
    """Where a record leads; pinned to the release of the answer."""

    self: str
    actor: str


class StatementAnswerData(Message):
    """What an actor said, on record, in a forum, on a date. A null is not told by the record.

    `rule` and `answer` are set where the codebook places it: a roll call and the vote cast, a
    joint statement and `signed`, or a recommendation's ask and the response.
    """

    id: str
    actor: str
    actor_name: str
    said_on: str = Field(description="As precise as known: YYYY, YYYY-MM or YYYY-MM-DD.")
    forum: str
    speaker: str | None
    office: Office
    mode: Mode
    instrument: Instrument
    language: str | None
    excerpt: str | None = Field(description="The words themselves, where they may be shown.")
    paraphrase: str | None = Field(description="What they amount to, in our words.")
    document: str = Field(description="The record that it stands in.")
    act: str = Field(description="The act itself: reported twice, it counts once.")
    series: str | None = Field(description="A text that returns.")
    due_on: str | None
    withdrawn_on: str | None
    solicited: bool = Field(description="A recommendation or a vote put the question.")
    rule: str | None
    answer: str | None
    locator: str | None
    source: SourceAnswer
    codings: list[CodingAnswer]
    links: RecordLinks


class StatementAnswer(Message):
    """One statement."""

    meta: Meta
    data: StatementAnswerData


class MeasureAnswerData(Message):
    """A documented domestic act or practice, in force for a period."""

    id: str
    actor: str
    actor_name: str
    layer: Layer
    kind: MeasureKind
    title: str
    issuer: str | None
    in_force_from: str | None
    in_force_to: str | None = Field(description="Null while it is in force.")
    territory: str | None
    note: str | None
    locator: str | None
    source: SourceAnswer
    codings: list[CodingAnswer]
    links: RecordLinks


class MeasureAnswer(Message):
    """One measure."""

    meta: Meta
    data: MeasureAnswerData


class ObservationRow(Message):
    """One indicator's value for one actor and period.

    Of `value` and `category` one is null; both are where the government keeps the figure
    secret (`status` is `opaque`) or the licence of the source lets it count and not be shown
    (`withheld`): then `lower`, `upper` and `note` are null, too.
    """

    id: str
    actor: str
    actor_name: str
    indicator: str
    indicator_name: str
    unit: str
    period: str = Field(description="As precise as known: YYYY, YYYY-MM or YYYY-MM-DD.")
    value: Number | None
    category: str | None
    lower: Number | None = Field(description="Lower end, where the source gives a range.")
    upper: Number | None
    status: ObservationStatus
    withheld: Withheld | None = Field(
        description="Why the value counts and is not shown: `licence`; the source has it."
    )
    note: str | None
    release: str
    source: SourceBrief


class ObservationPage(Message):
    """A page of observations."""

    meta: PageMeta
    data: list[ObservationRow]


class IndicatorLinks(Message):
    """Where an indicator leads."""

    observations: str


class IndicatorRow(Message):
    """A defined variable with unit and fixed ends of its scale.

    `worst` and `best` are null for an indicator whose values a table places: see its themes.
    """

    id: str
    name: str
    names: Names
    unit: str
    layer: Layer
    lag: Lag
    scale: str
    worst: Number | None
    best: Number | None
    maximum_age_years: Number = Field(description="Older values count no longer.")
    themes: list[str] = Field(description="Themes that it bears on.")
    critical_in: list[str] = Field(description="Themes whose practice it caps at rung 0.")
    caution: str
    n_observations: Count
    links: IndicatorLinks


class IndicatorList(Message):
    """All indicators, by id."""

    meta: Meta
    data: list[IndicatorRow]
