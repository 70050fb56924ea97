"""Bodies and parameters that the intake takes besides a submission itself."""

import re
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from gaptracker.domain.jobs import JobMode
from gaptracker.domain.records import HIGHEST_RUNG, LOWEST_RUNG
from gaptracker.domain.submissions import Visibility
from gaptracker.domain.vocabulary import Specificity
from gaptracker.domain.workflow import Action, State
from gaptracker.intake.strict_json import parse_json
from gaptracker.intake.submission_faults import faults_of
from gaptracker.intake.submission_fields import PrivateText, Ref
from gaptracker.intake.submission_problems import SubmissionInvalid, in_order
from gaptracker.workflows.codable_items import MOST_RATIONALE_CHARACTERS
from gaptracker.workflows.code_items import MOST_ENTRIES

DATE_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
Id = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}_[a-z2-7]{26}$")]
# Its form is only told here; the address guard judges it, and where it leads.
Address = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2048,
        json_schema_extra={"pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[!-\[\]-~]+$"},
    ),
]
REASON_CODES = Literal[
    "out_of_scope",
    "not_verifiable",
    "duplicate",
    "insufficient_source",
    "unsafe_for_a_person",
    "not_ours",
    "other",
]


class Body(BaseModel):
    """A body: exactly these members, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


BodyType = TypeVar("BodyType", bound=Body)


class Rubric(Body):
    """How far a reviewer trusts a submission, 1 to 5 by criterion."""

    provenance: Annotated[int, Field(ge=1, le=5)]
    accuracy: Annotated[int, Field(ge=1, le=5)]
    relevance: Annotated[int, Field(ge=1, le=5)]
    safety: Annotated[int, Field(ge=1, le=5)]


class TransitionBody(Body):
    """An action on a submission, and what it needs."""

    action: Annotated[Action, Field(strict=False)]
    comment: PrivateText | None = None
    internal_note: PrivateText | None = None
    reason_code: REASON_CODES | None = None
    public_reason: PrivateText | None = None
    rubric: Rubric | None = None
    successor: Id | None = None
    conflict_of_interest: bool = False


class MessageBody(Body):
    """A message."""

    text: PrivateText
    visibility: Annotated[Visibility, Field(strict=False)] = Visibility.SUBMITTER


class ReviewBody(Body):
    """A second opinion: joining a review, agreeing to it, or confirming a verification."""

    decision: Literal["join", "second", "verify"]
    internal_note: PrivateText | None = None


class CodingBody(Body):
    """A coder's rung for an item, and which words put it there."""

    item: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    theme: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    rung: Annotated[int, Field(ge=LOWEST_RUNG, le=HIGHEST_RUNG)]
    specificity: Annotated[Specificity, Field(strict=False)]
    rationale: Annotated[str, StringConstraints(min_length=1, max_length=MOST_RATIONALE_CHARACTERS)]


class CodingQuery(BaseModel):
    """On which theme, and how many."""

    model_config = ConfigDict(extra="forbid")

    theme: Annotated[
        str | None, Field(description="Only items on this theme.", min_length=1, max_length=100)
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ENTRIES, description="Most items.")] = 20


class BoxBody(Body):
    """A part of a page to be made unreadable: shares of the page, from its left and its top."""

    page: Annotated[int, Field(ge=0, le=10_000)]
    left: Annotated[float, Field(ge=0, le=1)]
    top: Annotated[float, Field(ge=0, le=1)]
    right: Annotated[float, Field(ge=0, le=1)]
    bottom: Annotated[float, Field(ge=0, le=1)]


class DerivativeBody(Body):
    """What is to be made of a file: a redaction with boxes, or the original let out as it is."""

    kind: Literal["redaction", "original"] = "redaction"
    boxes: Annotated[list[BoxBody], Field(max_length=500)] = []


class LinkBody(Body):
    """A page to be captured, and the reference its file is to have."""

    # Its form and where it leads are judged by the address guard.
    url: Address
    ref: Ref


class UnsealBody(Body):
    """Why a custodian asks to open an identity."""

    reason: PrivateText


def _written(came: object) -> object:
    """Refuse what pydantic would take for seconds since 1970."""
    if isinstance(came, str) and not DATE_AND_TIME.match(came):
        raise ValueError("expected an RFC 3339 time, as 2026-03-05T10:11:12Z")
    return came


class ListQuery(BaseModel):
    """Which submissions, and how many."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[State | None, Field(description="Only those in this state.")] = None
    updated_after: Annotated[
        AwareDatetime | None,
        BeforeValidator(_written),
        Field(description="Only what changed after a time, zone included."),
    ] = None
    cursor: Annotated[
        str | None,
        Field(
            description="Where to go on: `next` of the page before.", min_length=1, max_length=400
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Most rows.")] = 50
    count: Annotated[
        Literal["estimate"] | None, Field(description="`estimate` for how many there are.")
    ] = None


class BatchQuery(BaseModel):
    """How a batch's lines stand together, and what its columns mean."""

    model_config = ConfigDict(extra="forbid")

    mode: Annotated[
        JobMode, Field(description="`partial` keeps each good line, `atomic` all or none.")
    ] = JobMode.PARTIAL
    mapping: Annotated[
        str | None,
        Field(description="For CSV: the id of a mapping.", min_length=1, max_length=64),
    ] = None


class TemplateQuery(BaseModel):
    """For which kind of item."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[
        Literal["measure", "statement", "observation"],
        Field(description="What a row of the spreadsheet is."),
    ] = "measure"


class DiffQuery(BaseModel):
    """Which two revisions."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    earlier: Annotated[
        int, Field(alias="from", ge=1, le=1_000_000, description="The earlier revision.")
    ]
    later: Annotated[int, Field(alias="to", ge=1, le=1_000_000, description="The later one.")]


def parse_body(kind: type[BodyType], raw: bytes) -> BodyType:
    """Read a body strictly.

    Raises:
        MalformedJson: If it is no JSON, or JSON in two meanings.
        SubmissionInvalid: If a member is wrong, with every fault.
    """
    document = parse_json(raw)
    try:
        return TypeAdapter(kind).validate_python(document)
    except ValidationError as error:
        members = tuple(kind.model_fields)
        raise SubmissionInvalid(in_order(faults_of(error, document), members)) from error
