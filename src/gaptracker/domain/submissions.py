"""A submission as the workflow sees it: the envelope, its revisions, and what people said of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gaptracker.domain.workflow import Action, State, Verification


class Visibility(StrEnum):
    """Whether a message reaches the submitter or stays with those who review."""

    SUBMITTER = "submitter"
    INTERNAL = "internal"


class Decision(StrEnum):
    """What a reviewer said of a revision."""

    REQUEST_INFO = "request_info"
    ACCEPT = "accept"
    REJECT = "reject"
    JOIN = "join"
    SECOND = "second"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The envelope: where it is, and who did what with it.

    `changed_at` is the last change by anybody, `touched_at` the last by its own organisation;
    people are member ids. `decided_revision` is the revision that the last decision was about,
    `published_sha256` the digest of what the public sees or last saw.
    """

    id: str
    organisation: str
    created_by: str
    client_ref: str | None
    state: State
    revision: int
    content_sha256: str
    consent_to_publish: bool
    has_confidential: bool
    legal_hold: bool
    created_at: datetime
    changed_at: datetime
    touched_at: datetime
    warned_at: datetime | None = None
    submitted_at: datetime | None = None
    submitter: str | None = None
    assigned_to: str | None = None
    second_reviewer: str | None = None
    second_editor: str | None = None
    accepted_by: str | None = None
    rejected_by: str | None = None
    published_by: str | None = None
    decided_at: datetime | None = None
    decided_revision: int | None = None
    published_at: datetime | None = None
    published_revision: int | None = None
    published_sha256: str | None = None
    first_published_at: datetime | None = None
    appealed_at: datetime | None = None
    verification: Verification = Verification.UNVERIFIED
    superseded_by: str | None = None
    public_reason: str | None = None
    withdrawal_asked_at: datetime | None = None
    last_action: Action | None = None
    last_actor: str | None = None
    ended_at: datetime | None = None
    erased_at: datetime | None = None

    @property
    def etag(self) -> str:
        """Return the strong entity tag of the current revision, quotes included."""
        return f'"rev_{self.revision}-{self.content_sha256[:8]}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRevision:
    """One revision's content as canonical JSON text; None once it was erased."""

    submission: str
    number: int
    content: str | None
    content_sha256: str
    created_at: datetime
    created_by: str
    frozen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedIdentity:
    """A source's identity sealed to one custodian's key; no ciphertext once it was erased."""

    id: str
    submission: str
    source_ref: str
    custodian: str
    ciphertext: bytes | None
    sealed_at: datetime
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsealRequest:
    """A custodian's wish to open a submission's identities; no reason once it was erased."""

    id: str
    submission: str
    asked_by: str
    reason: str | None
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One reviewer's word on one revision; `internal_note` never reaches the submitter."""

    id: str
    submission: str
    revision: int
    reviewer: str
    decision: Decision
    rubric: str | None
    reason_code: str | None
    comment: str | None
    internal_note: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message between submitter and reviewers; the program's own have no author."""

    id: str
    submission: str
    author: str | None
    from_submitter: bool
    visibility: Visibility
    text: str | None
    created_at: datetime


class AttachmentState(StrEnum):
    """Whether a file's content was looked at, and what came of it."""

    SCANNING = "scanning"
    CLEAN = "clean"
    QUARANTINED = "quarantined"


class DerivativeKind(StrEnum):
    """What was made from an attachment; `original` is the file itself, released as it is."""

    PUBLIC_COPY = "public_copy"
    REDACTION = "redaction"
    TRANSCRIPT = "transcript"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of a submission.

    `blob` is the name of its bytes in the store; `flags` are words for what a reader of the
    original should know, parted by spaces; `no_copy` says why there can be no public copy,
    None while there may be one; until `lease_until` somebody is looking at it.
    """

    id: str
    submission: str
    ref: str
    filename: str | None
    sha256: str
    blob: str
    size_bytes: int
    media_type_declared: str
    media_type_detected: str | None
    state: AttachmentState
    problem: str | None
    created_at: datetime
    created_by: str
    flags: str = ""
    no_copy: str | None = None
    lease_until: datetime | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """A file made from an attachment; `tool` names what made it."""

    id: str
    attachment: str
    kind: DerivativeKind
    tool: str
    sha256: str
    blob: str
    size_bytes: int
    media_type: str
    created_at: datetime
    created_by: str | None
