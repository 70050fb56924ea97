"""What every answer is made of, and the cell. No response field has a default."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gaptracker.domain.vocabulary import Grade, Label, Reason
from gaptracker.publish.api.codes import ErrorCode, ProblemCode

# A frozen release holds no NaN; if one ever came this far it stops here, never in a reader's file.
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]


class Message(BaseModel):
    """A part of an answer: exactly these members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProblemError(Message):
    """One thing that is wrong with a request."""

    parameter: str = Field(description="The parameter, path part or header at fault.")
    place: str = Field(description="`query`, `path` or `header`.")
    code: ErrorCode = Field(description="Stable code; /v1/problems explains each.")
    detail: str
    given: str | None = Field(description="What came, at most 200 characters of it.")
    expected: str | None
    nearest: list[str] = Field(description="Known names near to what came, the nearest first.")


class Problem(Message):
    """A problem document (RFC 9457)."""

    type: str = Field(description="Address that explains this kind of problem.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="This very request: `urn:request:` and its `X-Request-Id`.")
    code: ProblemCode
    errors: list[ProblemError]


class Names(Message):
    """A name in each language of the project; null where none is recorded."""

    en: str
    es: str | None
    pt: str | None


class Meta(Message):
    """Which figures these are."""

    release: str
    methodology: str
    as_of: date = Field(description="Last day that the release's evidence speaks of.")
    provisional: bool = Field(
        description="True if the release rests on machine codings not yet checked by people."
    )
    notice: str = Field(description="What a reader of this release has to know.")
    language: str = Field(description="Language of names and texts: `en`, `es` or `pt`.")


class PageMeta(Meta):
    """Which figures these are, and where this page stands among them."""

    count: Count = Field(description="Rows on this page.")
    total: Count = Field(description="Rows on all pages.")
    next: str | None = Field(description="Address of the next page; null on the last.")


class CellLinks(Message):
    """Where a cell leads; every address is pinned to its release, but `replies` and `errata`."""

    self: str
    pairs: str
    actor: str
    theme: str
    page: str = Field(description="The same figure as a page for people.")
    chart: str = Field(description="The picture of its actor and theme over the years, as SVG.")
    cite: str = Field(description="How to cite it.")
    replies: str = Field(description="What the actor replied; of no release, since it may change.")
    errata: str = Field(description="What was wrong with it; of no release, as above.")
    detail: str = Field(description="The same cell with all that it is made of.")


class Cell(Message):
    """One actor, theme and year: what it says, its law, what it does, and the gap.

    All points are unrounded, 0 (most coercive) to 100 (fully aligned) for readings, -100 to
    +100 for the gap; `_low` and `_high` are the ends of a 90% interval, not cut at the ends of
    the scale. A null has its reason: `says` and `mixed_message_points` in `says_reason`, `law`
    in `law_reason`, `does` in `does_reason`, everything about the gap in `reason`; `practice`
    is null where both `law` and `does` are, the two parts of the gap where one of them is,
    the bounds wherever the gap is given or nothing about the words is on record, `silence_rate`
    where `n_opportunities` is 0, `newest_deed_on` where `n_deeds` is 0, and `reply_status` always.
    """

    actor: str
    actor_name: str
    theme: str
    year: int
    says: Number | None = Field(description="R, what the actor says, in points.")
    says_low: Number | None
    says_high: Number | None
    law: Number | None = Field(description="L, its law, in points.")
    law_low: Number | None
    law_high: Number | None
    does: Number | None = Field(description="F, what it does in practice, in points.")
    does_low: Number | None
    does_high: Number | None
    practice: Number | None = Field(description="P: F, or L where only law is on record.")
    practice_low: Number | None
    practice_high: Number | None
    gap: Number | None = Field(description="G = R - P in points; plus: words ahead of deeds.")
    gap_low: Number | None
    gap_high: Number | None
    p_words_ahead: Share | None = Field(
        description="Probability that the gap is above +12.5 points (words demonstrably ahead)."
    )
    p_deeds_ahead: Share | None = Field(
        description="Probability that the gap is below -12.5 points (deeds demonstrably ahead)."
    )
    p_close: Share | None = Field(
        description="Probability that the gap lies within 12.5 points of zero. The three sum to 1."
    )
    mixed_message_points: Number | None = Field(
        description="A, the spread of the actor's words among themselves, in points."
    )
    n_statements: Count
    n_deeds: Count
    n_eff_says: Number = Field(description="Effective number of statements, by their weights.")
    n_eff_does: Number = Field(description="Effective number of deeds, by their weights.")
    silence_rate: Share | None = Field(
        description="Share of the opportunities to take a position that passed in silence."
    )
    grade: Grade = Field(description="Strength of the evidence, A the best.")
    label: Label = Field(description="The verdict on the gap.")
    reason: Reason | None = Field(description="Why the gap is null; null where it is not.")
    release: str
    methodology: str
    as_of: date = Field(description="The day this cell looks back from.")
    reply_status: None = Field(
        description="Always null: a figure's answer never changes, and what is said beside it "
        "may. Follow `links.replies`.",
        json_schema_extra={"deprecated": True},
    )
    provisional: bool = Field(description="As in `meta`, so that a saved table keeps it.")
    p_gap_positive: Share | None = Field(description="Probability that the gap is above zero.")
    says_reason: Reason | None
    law_reason: Reason | None
    does_reason: Reason | None
    legislative_points: Number | None = Field(
        description="R - L, where law and practice are on record."
    )
    implementation_points: Number | None = Field(description="L - F; both parts sum to G.")
    gap_bound_low: Number | None = Field(
        description="Least possible gap where no deed is on record."
    )
    gap_bound_high: Number | None
    law_only: bool = Field(description="True if `practice` is law because practice is unknown.")
    capped: bool = Field(description="True if a critical indicator caps `does`.")
    machine_coded: bool
    groups_says: Count = Field(description="Independent source groups under the words.")
    groups_does: Count = Field(description="Independent source groups under the deeds.")
    n_opportunities: Count
    indicator_coverage_share: Share
    newest_deed_on: date | None
    inputs_sha256: str = Field(
        description="Hash of all the cell is computed from; by one program, equal ones are equal."
    )
    links: CellLinks


class CellPage(Message):
    """A page of cells."""

    meta: PageMeta
    data: list[Cell]
