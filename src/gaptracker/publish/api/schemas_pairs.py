"""What `/v1/pairs` answers: said and did, both sources, and what the pair says."""

from datetime import date

from pydantic import Field

from gaptracker.domain.vocabulary import (
    Instrument,
    ItemKind,
    Layer,
    Mode,
    Office,
    Outcome,
    Reading,
    Relation,
    Withheld,
)
from gaptracker.publish.api.schemas import Message, Meta, Number, PageMeta, Share


class SourceBrief(Message):
    """Where a record comes from."""

    id: str
    title: str
    publisher: str
    url: str | None = Field(description="Null where the source has no address of its own.")
    licence: str
    citation: str


class Said(Message):
    """The statement of a pair. A null is something that the record does not tell.

    `actor` is who spoke: where a union spoke for its member or an organ for its body, another
    than the pair's own.
    """

    id: str
    actor: str = Field(description="Who spoke; the pair's actor unless `relation` says otherwise.")
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
    locator: str | None
    source: SourceBrief


class Did(Message):
    """The deed of a pair: a measure, or one observation of an indicator.

    `value`, `category` and `unit` belong to observations, `issuer` and `in_force_to` to
    measures; they are null on the other kind, and `in_force_to` on a measure still in force.
    Where `withheld` says why an observation is not shown, its `value`, `category` and `note` are
    null.
    """

    id: str
    kind: ItemKind
    layer: Layer
    title: str = Field(description="Title of the measure, or name of the indicator.")
    dated: str | None = Field(
        description="In force from, or the period observed; as precise as known."
    )
    in_force_to: str | None
    issuer: str | None
    value: Number | None
    category: str | None
    unit: str | None
    withheld: Withheld | None = Field(
        description="Why the value counts and is not shown: `licence`; the source has it."
    )
    note: str | None
    locator: str | None
    source: SourceBrief


class PairLinks(Message):
    """Where a pair leads; every address is pinned to its release, but for the last two."""

    self: str
    cell: str | None = Field(description="Null where the release has no cells for that year.")
    page: str = Field(description="The same pair as a page for people.")
    cite: str = Field(description="How to cite it.")
    replies: str = Field(description="What the actor replied to it; of no release.")
    errata: str = Field(description="What was wrong with it; of no release.")


class Pair(Message):
    """A statement and a deed held to bear on each other.

    `deed` is null where no deed is on record (outcome `no_evidence`), and so are its points;
    `deed_points_before` belongs to the reading `moved`, `due_on` to `pledge`, and
    `contribution_points` to `now`: elsewhere they are null. The contributions of a cell's
    pairs of today sum to its gap.
    """

    id: str
    actor: str
    actor_name: str
    theme: str
    year: int = Field(description="The year of the answer: it may lie outside the release's.")
    reading: Reading
    outcome: Outcome
    relation: Relation
    statement_points: Number = Field(description="Place of the words on the ladder, in points.")
    deed_points: Number | None = Field(
        description=(
            "Place of the deed on the ladder, in points; whole ones if its value is withheld."
        )
    )
    deed_points_before: Number | None
    statement_share: Share = Field(description="The statement's share of the words' weight.")
    deed_share: Share = Field(description="The deed's share of the deeds' weight.")
    contribution_points: Number | None
    due_on: date | None
    release: str
    methodology: str
    provisional: bool
    statement: Said
    deed: Did | None
    links: PairLinks


class PairYear(Message):
    """The same pair in one year: as evidence ages, its shares change and its places may."""

    year: int
    outcome: Outcome
    statement_points: Number
    deed_points: Number | None
    statement_share: Share
    deed_share: Share
    contribution_points: Number | None


class PairDetail(Pair):
    """A pair in the newest year that holds it, and in every year."""

    years: list[PairYear]


class PairPage(Message):
    """A page of pairs."""

    meta: PageMeta
    data: list[Pair]


class PairAnswer(Message):
    """One pair."""

    meta: Meta
    data: PairDetail
