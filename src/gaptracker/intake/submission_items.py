"""Items of a submission: what is proposed. Nothing here is a score; coders place items later."""

from typing import Annotated, Literal

from pydantic import Field

from gaptracker.domain.vocabulary import Instrument, Layer, Mode, ObservationStatus, Office
from gaptracker.intake.submission_fields import (
    Code,
    DateText,
    Figure,
    Language,
    Line,
    Name,
    Part,
    PrivateText,
    Ref,
    Text,
)
from gaptracker.intake.submission_sources import LinkOrRef, OpenLevel
from gaptracker.intake.submission_terms import LegalForm, OpenConfidentiality

MOST_LINKS, MOST_TERRITORIES, MOST_BEARINGS, MOST_CHANGES = 50, 60, 50, 20


class _Item(Part):
    """What all items have. `note` is private to the organisation and the reviewers."""

    ref: Ref
    sources: Annotated[list[LinkOrRef], Field(max_length=MOST_LINKS, default_factory=list)]
    confidentiality: OpenLevel = OpenConfidentiality.PUBLIC
    note: PrivateText | None = None


class StatementItem(_Item):
    """What a government said, on record, in a forum, on a date.

    `act` names the act itself where it was reported more than once, so that it counts once.
    """

    kind: Literal["statement"]
    actor: Code
    theme: Ref
    forum: Line
    said_on: DateText
    mode: Annotated[Mode, Field(strict=False)]
    instrument: Annotated[Instrument, Field(strict=False)]
    office: Annotated[Office, Field(strict=False)]
    paraphrase: Text
    speaker: Line | None = None
    language: Language | None = None
    excerpt: Text | None = None
    act: Name | None = None
    series: Name | None = None
    due_on: DateText | None = None
    solicited: bool = False


class MeasureItem(_Item):
    """A law, decree, budget line, ruling, programme or practice; `layer` says which side of it."""

    kind: Literal["measure"]
    actor: Code
    theme: Ref
    layer: Annotated[Layer, Field(strict=False)]
    instrument: Annotated[LegalForm, Field(strict=False)]
    title: Line
    issuer: Line | None = None
    in_force_from: DateText | None = None
    in_force_to: DateText | None = None
    territory: Annotated[list[Code], Field(max_length=MOST_TERRITORIES, default_factory=list)]
    public_note: Text | None = None
    bears_on_statements: Annotated[
        list[Name], Field(max_length=MOST_BEARINGS, default_factory=list)
    ]


class ObservationItem(_Item):
    """One indicator's figure for one actor and period: a value, a category, or `opaque`."""

    kind: Literal["observation"]
    actor: Code
    indicator: Ref
    period: DateText
    value: Figure | None = None
    category: Name | None = None
    lower: Figure | None = None
    upper: Figure | None = None
    status: Annotated[ObservationStatus, Field(strict=False)] = ObservationStatus.OBSERVED
    public_note: Text | None = None


class Change(Part):
    """What is wrong in one field of a record of ours, and what it should be; null: nothing."""

    field: Name
    is_wrong: Text | None = None
    should_be: Text | None = None


class CorrectionItem(_Item):
    """A correction of one of our records, named by its id."""

    kind: Literal["correction"]
    record: Name
    changes: Annotated[list[Change], Field(min_length=1, max_length=MOST_CHANGES)]
    reason: Text


Item = Annotated[
    StatementItem | MeasureItem | ObservationItem | CorrectionItem, Field(discriminator="kind")
]
