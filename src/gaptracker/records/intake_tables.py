"""The tables of the intake: who sends, what was sent, and what became of it.

Unlike evidence, these rows change: a submission moves through its states, and what a source must
not be found by is erased. What may never change is in the log (`custody_tables`). No column holds
an address, a user agent or another trace of a client's machine.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from gaptracker.domain.jobs import JobKind, JobMode, JobState
from gaptracker.domain.workflow import State, Verification
from gaptracker.records.tables import Row, UtcDateTime, one_of

ORGANISATION_KEY = "organisation.id"
MEMBER_KEY = "member.id"
SUBMISSION_KEY = "submission.id"


class OrganisationRow(Row, table=True):
    """An organisation that sends, reviews or edits."""

    __tablename__ = "organisation"

    id: str = Field(primary_key=True)
    name: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class MemberRow(Row, table=True):
    """A person or program of an organisation; `handle` is a name of their choosing."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("organisation", "handle"),)

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key=ORGANISATION_KEY)
    handle: str
    roles: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(sa_type=UtcDateTime)


class ApiKeyRow(Row, table=True):
    """A key's digest; the key itself was shown once and is nowhere."""

    __tablename__ = "api_key"
    __table_args__ = (CheckConstraint("length(key_sha256) = 64", name="key_sha256_length"),)

    id: str = Field(primary_key=True)
    member: str = Field(foreign_key=MEMBER_KEY, index=True)
    key_sha256: str = Field(unique=True)
    scopes: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(sa_type=UtcDateTime)


class SubmissionRow(Row, table=True):
    """The envelope: where a submission is, and who did what with it.

    `changed_at` is the last change by anybody, `touched_at` the last by its organisation. The
    columns from `assigned_to` on are the people and texts that guards ask about.
    """

    __tablename__ = "submission"
    __table_args__ = (
        one_of("state", State),
        one_of("verification", Verification),
        CheckConstraint("revision >= 1", name="revision_positive"),
        # Publishing without consent is impossible, whatever a program says (intake, rule 14).
        CheckConstraint(
            "state <> 'published' OR consent_to_publish", name="published_with_consent"
        ),
        UniqueConstraint("organisation", "client_ref"),
        Index(None, "organisation", "created_at", "id"),
        Index(None, "state", "id"),
    )

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key=ORGANISATION_KEY)
    created_by: str = Field(foreign_key=MEMBER_KEY)
    client_ref: str | None
    state: str
    revision: int
    content_sha256: str
    consent_to_publish: bool
    has_confidential: bool
    legal_hold: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    touched_at: datetime = Field(sa_type=UtcDateTime)
    warned_at: datetime | None = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(sa_type=UtcDateTime)
    submitter: str | None = Field(foreign_key=MEMBER_KEY)
    assigned_to: str | None = Field(foreign_key=MEMBER_KEY)
    second_reviewer: str | None = Field(foreign_key=MEMBER_KEY)
    second_editor: str | None = Field(foreign_key=MEMBER_KEY)
    accepted_by: str | None = Field(foreign_key=MEMBER_KEY)
    rejected_by: str | None = Field(foreign_key=MEMBER_KEY)
    published_by: str | None = Field(foreign_key=MEMBER_KEY)
    decided_at: datetime | None = Field(sa_type=UtcDateTime)
    decided_revision: int | None
    published_at: datetime | None = Field(sa_type=UtcDateTime)
    published_revision: int | None
    published_sha256: str | None
    first_published_at: datetime | None = Field(sa_type=UtcDateTime)
    appealed_at: datetime | None = Field(sa_type=UtcDateTime)
    verification: str
    superseded_by: str | None = Field(foreign_key=SUBMISSION_KEY)
    public_reason: str | None
    withdrawal_asked_at: datetime | None = Field(sa_type=UtcDateTime)
    last_action: str | None
    last_actor: str | None = Field(foreign_key=MEMBER_KEY)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(sa_type=UtcDateTime)


class SubmissionRevisionRow(Row, table=True):
    """One revision's content, which is emptied when it is erased."""

    __tablename__ = "submission_revision"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("length(content_sha256) = 64", name="content_sha256_length"),
    )

    submission: str = Field(primary_key=True, foreign_key=SUBMISSION_KEY)
    number: int = Field(primary_key=True)
    content: str | None = Field(sa_type=Text)
    content_sha256: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(foreign_key=MEMBER_KEY)
    frozen_at: datetime | None = Field(sa_type=UtcDateTime)


class SealedIdentityRow(Row, table=True):
    """A source's identity, sealed to one custodian's key; nobody else can open it."""

    __tablename__ = "sealed_identity"

    id: str = Field(primary_key=True)
    submission: str = Field(foreign_key=SUBMISSION_KEY, index=True)
    source_ref: str
    custodian: str = Field(foreign_key="custodian.id")
    ciphertext: bytes | None = Field(sa_type=LargeBinary)
    sealed_at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(sa_type=UtcDateTime)


class CustodianRow(Row, table=True):
    """A custodian's public key; the private one never reaches this program's machine."""

    __tablename__ = "custodian"

    id: str = Field(primary_key=True)
    member: str | None = Field(foreign_key=MEMBER_KEY)
    name: str
    public_key: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(sa_type=UtcDateTime)


class UnsealRequestRow(Row, table=True):
    """A custodian's wish to open an identity; a second one confirms, for at most a day."""

    __tablename__ = "unseal_request"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_people"),
    )

    id: str = Field(primary_key=True)
    submission: str = Field(foreign_key=SUBMISSION_KEY, index=True)
    asked_by: str = Field(foreign_key=MEMBER_KEY)
    reason: str | None = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_by: str | None = Field(foreign_key=MEMBER_KEY)
    confirmed_at: datetime | None = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class ReviewRow(Row, table=True):
    """One reviewer's word on one revision; `internal_note` never reaches the submitter."""

    __tablename__ = "review"

    id: str = Field(primary_key=True)
    submission: str = Field(foreign_key=SUBMISSION_KEY, index=True)
    revision: int
    reviewer: str = Field(foreign_key=MEMBER_KEY)
    decision: str
    rubric: str | None = Field(sa_type=Text)
    reason_code: str | None
    comment: str | None = Field(sa_type=Text)
    internal_note: str | None = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)


class MessageRow(Row, table=True):
    """A message between submitter and reviewers; the program's own have no author."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("visibility IN ('submitter', 'internal')", name="visibility_known"),
    )

    id: str = Field(primary_key=True)
    submission: str = Field(foreign_key=SUBMISSION_KEY, index=True)
    author: str | None = Field(foreign_key=MEMBER_KEY)
    from_submitter: bool
    visibility: str
    text: str | None = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)


class AttachmentRow(Row, table=True):
    """One file of a submission; the bytes are in the blob store under the name `blob`.

    `filename` and `sha256` are closed: each could tell which document this is. `no_copy` says why
    there is no public copy, `lease_until` that somebody is looking at the file.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("state IN ('scanning', 'clean', 'quarantined')", name="state_known"),
        CheckConstraint("size_bytes >= 0", name="size_bytes_counted"),
        UniqueConstraint("submission", "ref"),
    )

    id: str = Field(primary_key=True)
    submission: str = Field(foreign_key=SUBMISSION_KEY)
    ref: str
    filename: str | None = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    blob: str = Field(index=True)
    size_bytes: int
    media_type_declared: str
    media_type_detected: str | None
    state: str
    problem: str | None
    flags: str
    no_copy: str | None
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(foreign_key=MEMBER_KEY)
    erased_at: datetime | None = Field(sa_type=UtcDateTime)


class DerivativeRow(Row, table=True):
    """A file made from an attachment: a public copy, a redaction, a transcript."""

    __tablename__ = "derivative"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('public_copy', 'redaction', 'transcript', 'original')", name="kind_known"
        ),
    )

    id: str = Field(primary_key=True)
    attachment: str = Field(foreign_key="attachment.id", index=True)
    kind: str
    tool: str
    sha256: str = Field(sa_type=Text)
    blob: str = Field(index=True)
    size_bytes: int
    media_type: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str | None = Field(foreign_key=MEMBER_KEY)


class IdempotencyRow(Row, table=True):
    """What a request with a key was answered; written in the transaction that did the work."""

    __tablename__ = "idempotency"

    member: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    route: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    status: int
    headers: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class JobRow(Row, table=True):
    """Work that outlives its request: a batch, a capture. Until `lease_until` `worker` is at it."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("kind", JobKind),
        one_of("mode", JobMode),
        one_of("state", JobState),
        Index(None, "state", "created_at"),
    )

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key=ORGANISATION_KEY)
    member: str = Field(foreign_key=MEMBER_KEY)
    kind: str
    mode: str
    state: str
    line_count: int
    read_count: int
    created_count: int
    unchanged_count: int
    failed_count: int
    problem: str | None = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(sa_type=UtcDateTime)
    worker: str | None
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    attempts: int


class JobInputRow(Row, table=True):
    """What a job still has to do, closed; a part is removed in the transaction that does it."""

    __tablename__ = "job_input"

    job: str = Field(primary_key=True, foreign_key="job.id")
    part: int = Field(primary_key=True)
    closed: str = Field(sa_type=Text)


class JobLineRow(Row, table=True):
    """What became of one line of a batch; closed, written with the submission it made."""

    __tablename__ = "job_line"

    job: str = Field(primary_key=True, foreign_key="job.id")
    line: int = Field(primary_key=True)
    result: str = Field(sa_type=Text)


class CsvMappingRow(Row, table=True):
    """How an organisation's spreadsheet columns become a submission."""

    __tablename__ = "csv_mapping"

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key=ORGANISATION_KEY, index=True)
    mapping: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)


class CorrectionRow(Row, table=True):
    """A published correction of a record; the row goes when it is not published any more."""

    __tablename__ = "correction"

    id: str = Field(primary_key=True)
    submission: str = Field(foreign_key=SUBMISSION_KEY, index=True)
    record: str
    changes: str = Field(sa_type=Text)
    published_at: datetime = Field(sa_type=UtcDateTime)


class DirtyScoreRow(Row, table=True):
    """A cell's actor and theme whose evidence changed since the last release was cut."""

    __tablename__ = "dirty_score"

    id: str = Field(primary_key=True)
    submission: str = Field(foreign_key=SUBMISSION_KEY)
    actor: str
    theme: str
    marked_at: datetime = Field(sa_type=UtcDateTime)
    release: str | None
