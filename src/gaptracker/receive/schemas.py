"""What the intake answers with. No member has a default: each is written out."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gaptracker.domain.principals import Scope
from gaptracker.domain.vocabulary import ItemKind, Specificity
from gaptracker.domain.workflow import Action, Role, State, Verification
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.schemas import ProblemError

# `Any` below stands for JSON whose shape /v1/schemas/submission describes.
Json = dict[str, Any]


class Answer(BaseModel):
    """A part of an answer: exactly these members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldProblem(Answer):
    """One thing that is wrong with a body."""

    pointer: str = Field(description="JSON pointer into the body, as `#/items/0/actor`.")
    code: str
    detail: str
    expected: str | None = None


class IntakeProblem(BaseModel):
    """A problem document (RFC 9457); some kinds carry further members that help to go on."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: ProblemCode
    errors: list[FieldProblem | ProblemError] = Field(
        description="Every fault of the body or of the parameters, at most 100."
    )


class LimitsAnswer(Answer):
    """How much may be sent, in bytes and counts."""

    json_bytes: int
    batch_bytes: int
    batch_lines: int
    attachment_bytes: int
    attachments_per_submission: int
    organisation_bytes: int
    organisation_bytes_used: int
    reads_per_minute: int
    writes_per_minute: int


class Me(Answer):
    """Whose key this is, and what it may do."""

    organisation: str
    organisation_name: str
    member: str
    handle: str
    roles: list[Role]
    scopes: list[Scope]
    key: str
    key_expires_at: datetime
    limits: LimitsAnswer
    media_types: list[str]
    identities_can_be_sealed: bool = Field(
        description="False while the installation has no custodian: then leave identities out."
    )


class AttachmentCount(Answer):
    """Which announced files have arrived."""

    expected: int
    received: int
    missing: list[str]


class SourceMark(Answer):
    """A source as its sender is reminded of it; an identity only says that it is sealed."""

    ref: str
    kind: str
    identity: dict[str, bool] | None


class SubmissionAnswer(Answer):
    """A submission as its caller sees it.

    `content` is null where it was withdrawn or erased, and in lists; `content_sha256` where the
    caller does not see every part.
    """

    id: str
    client_ref: str | None
    state: State
    verification: Verification
    revision: int
    content_sha256: str | None
    etag: str
    allowed_actions: list[Action]
    attachments: AttachmentCount
    sources: list[SourceMark]
    content: Json | None
    legal_hold: bool
    superseded_by: str | None
    withdrawal_asked: bool
    received_at: datetime | None
    changed_at: datetime | None
    links: dict[str, str]


class SubmissionPage(Answer):
    """Submissions, oldest first. `count` is an estimate in steps, and null unless asked for."""

    data: list[SubmissionAnswer]
    count: str | None
    next: str | None


class RevisionMark(Answer):
    """One revision: what it was, without its content."""

    revision: int
    content_sha256: str | None
    created_at: datetime
    frozen: bool
    erased: bool


class RevisionList(Answer):
    """All revisions, oldest first."""

    data: list[RevisionMark]


class RevisionAnswer(Answer):
    """One revision with its content."""

    revision: int
    content_sha256: str | None
    content: Json | None


class DifferenceMark(Answer):
    """One place in which two revisions differ."""

    pointer: str
    change: str
    before: Any
    after: Any


class DifferenceList(Answer):
    """Everything in which two revisions differ."""

    earlier: int
    later: int
    data: list[DifferenceMark]


class FieldFateMark(Answer):
    """Whether one field becomes public, and as what."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    pointer: str
    becomes_public: bool
    shown_as: Any = Field(alias="as")


class PublicPreview(Answer):
    """What readers would see, and what becomes of every field."""

    projection: Json
    fields: list[FieldFateMark]
    obstacles: list[FieldProblem]


class Validation(Answer):
    """The outcome of a dry run: what would still keep it from being handed over."""

    valid: bool
    content_sha256: str
    to_submit: list[FieldProblem]
    to_publish: list[FieldProblem]


class MessageAnswer(Answer):
    """A message; people of the other side have no names here."""

    id: str
    author: str
    visibility: str
    text: str | None
    created_at: datetime


class MessageList(Answer):
    """The messages that the caller may read, oldest first."""

    data: list[MessageAnswer]


class LogMark(Answer):
    """One entry of the log about a submission."""

    position: int
    kind: str
    day: str
    actor_role: str
    action: str | None
    by_you: bool
    entry: str = Field(description="The entry as it was hashed.")
    leaf_hash: str


class LogList(Answer):
    """The log's entries about a submission, in order."""

    data: list[LogMark]


class ReviewAnswer(Answer):
    """What became of a review."""

    id: str
    decision: str
    revision: int


class EvidenceAnswer(Answer):
    """Published evidence: the public projection of a submission and nothing else."""

    id: str
    state: State
    verification: Verification
    superseded_by: str | None
    published_on: date
    content_sha256: str = Field(description="SHA-256 of `content` in its canonical form.")
    evidence: dict[str, str] = Field(description="Ids in releases, by the item's reference.")
    withheld: dict[str, str] = Field(
        description="How many `attachments` are not public: `0`, `1-4` or `5+`. What of the "
        "content is withheld, `content` says itself."
    )
    content: Json
    links: dict[str, str]


class EvidencePage(Answer):
    """Published evidence, by id."""

    data: list[EvidenceAnswer]
    next: str | None


class MemberMark(Answer):
    """A member of the caller's organisation."""

    member: str
    handle: str
    roles: list[Role]
    disabled: bool


class MemberList(Answer):
    """Members, by handle."""

    data: list[MemberMark]


class KeyMark(Answer):
    """What is known of a key."""

    key: str
    member: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class KeyList(Answer):
    """Keys, oldest first."""

    data: list[KeyMark]


class IssuedKeyAnswer(KeyMark):
    """A new key; `secret` is null when a request is repeated, since it is shown once."""

    secret: str | None


class SourceShown(Answer):
    """Where an item stands."""

    title: str
    url: str | None


class RungMark(Answer):
    """One rung of a theme's ladder, in every language there is."""

    rung: int
    title: dict[str, str]
    description: dict[str, str]


class QueuedItem(Answer):
    """One item to place, alone with its ladder."""

    item: str
    item_kind: ItemKind
    theme: str
    needed: int = Field(description="How many people still have to code it.")
    reads: dict[str, str] = Field(description="The item's own text, by the names of its parts.")
    source: SourceShown
    question: dict[str, str]
    ladder: list[RungMark]


class CodingQueue(Answer):
    """What a coder is asked next, nearest to completion first."""

    data: list[QueuedItem]


class CodingAnswer(Answer):
    """A coding as it was kept. Nothing is said of other people's."""

    item: str
    item_kind: ItemKind
    theme: str
    rung: int
    specificity: Specificity
    rationale: str
    revision: int = Field(description="Which of the coder's own of this item it is.")
