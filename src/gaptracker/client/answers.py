"""What the intake answers, as frozen values. Members that are not known yet are passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypeVar

from gaptracker.client.errors import Document, FieldFault, UnexpectedAnswer, faults_of

FINISHED = frozenset({"succeeded", "partially_succeeded", "failed", "cancelled"})
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Whose key this is, what it may do, and how much may be sent.

    Attributes:
        limits: Bytes and counts by name, as `attachment_bytes`.
    """

    organisation: str
    organisation_name: str
    member: str
    handle: str
    scopes: tuple[str, ...]
    key_expires_at: datetime
    limits: Mapping[str, int]
    identities_can_be_sealed: bool

    @classmethod
    def read(cls, document: Document) -> Self:
        """Read it from an answer."""
        return cls(
            organisation=member(document, "organisation", str),
            organisation_name=member(document, "organisation_name", str),
            member=member(document, "member", str),
            handle=member(document, "handle", str),
            scopes=tuple(member(document, "scopes", list)),
            key_expires_at=datetime.fromisoformat(member(document, "key_expires_at", str)),
            limits=member(document, "limits", dict),
            identities_can_be_sealed=member(document, "identities_can_be_sealed", bool),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """The outcome of a dry run: what would still keep it from being handed over or published."""

    content_sha256: str
    to_submit: tuple[FieldFault, ...]
    to_publish: tuple[FieldFault, ...]

    @classmethod
    def read(cls, document: Document) -> Self:
        """Read it from an answer."""
        return cls(
            content_sha256=member(document, "content_sha256", str),
            to_submit=faults_of(document.get("to_submit")),
            to_publish=faults_of(document.get("to_publish")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionState:
    """A submission as the server has it.

    Attributes:
        created: Whether this call made it; False where it was there already.
        replayed: Whether this is the stored answer to an earlier attempt: the submission may have
            moved on since.
        missing: References of announced files that have not arrived.
        document: The whole answer.
    """

    id: str
    client_ref: str | None
    state: str
    revision: int
    content_sha256: str
    etag: str
    allowed_actions: tuple[str, ...]
    missing: tuple[str, ...]
    created: bool
    replayed: bool
    document: Document = field(repr=False)

    @property
    def content(self) -> Document | None:
        """What was sent, as the server keeps it; None where it was erased or left out."""
        found = self.document.get("content")
        return found if isinstance(found, Mapping) else None

    @classmethod
    def read(cls, document: Document, *, created: bool = False, replayed: bool = False) -> Self:
        """Read it from an answer."""
        return cls(
            id=member(document, "id", str),
            client_ref=document.get("client_ref"),
            state=member(document, "state", str),
            revision=member(document, "revision", int),
            content_sha256=member(document, "content_sha256", str),
            etag=member(document, "etag", str),
            allowed_actions=tuple(member(document, "allowed_actions", list)),
            missing=tuple(member(member(document, "attachments", dict), "missing", list)),
            created=created,
            replayed=replayed,
            document=document,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentState:
    """An attachment that has arrived.

    Attributes:
        state: `scanning`, `clean` or `quarantined`.
        created: False where the same file was there already.
    """

    id: str
    ref: str
    sha256: str
    size: int
    state: str
    created: bool

    @classmethod
    def read(cls, document: Document, *, created: bool) -> Self:
        """Read it from an answer."""
        return cls(
            id=member(document, "id", str),
            ref=member(document, "ref", str),
            sha256=member(document, "sha256", str),
            size=member(document, "size", int),
            state=member(document, "state", str),
            created=created,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """How far a job is.

    Attributes:
        lines: How many lines came.
        counts: Lines by outcome: `read`, `created`, `unchanged`, `failed`.
        problem: Why the whole was refused, if it was.
        wait_seconds: How long the server asks to wait before asking again.
    """

    id: str
    state: str
    lines: int
    counts: Mapping[str, int]
    problem: Document | None
    wait_seconds: float | None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in FINISHED

    @classmethod
    def read(cls, document: Document, *, wait_seconds: float | None = None) -> Self:
        """Read it from an answer."""
        return cls(
            id=member(document, "id", str),
            state=member(document, "state", str),
            lines=member(document, "lines", int),
            counts=member(document, "counts", dict),
            problem=document.get("problem"),
            wait_seconds=wait_seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """What became of one line of a batch."""

    line: int
    status: int
    client_ref: str | None
    id: str | None
    problem: Document | None

    @classmethod
    def read(cls, document: Document) -> Self:
        """Read it from one line of the results."""
        return cls(
            line=member(document, "line", int),
            status=member(document, "status", int),
            client_ref=document.get("client_ref"),
            id=document.get("id"),
            problem=document.get("problem"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened: what kind of thing, when, and to what; never content."""

    id: str
    type: str
    timestamp: datetime
    data: Document

    @classmethod
    def read(cls, document: Document) -> Self:
        """Read it from one event of the feed."""
        body = member(document, "body", dict)
        return cls(
            id=member(document, "id", str),
            type=member(body, "type", str),
            timestamp=datetime.fromisoformat(member(body, "timestamp", str)),
            data=member(body, "data", dict),
        )


# `Any` inside: members of lists and objects are checked where they are used.
def member(document: Document, name: str, kind: type[Kind]) -> Kind:
    """Return a member of an answer that has to be there, of its type.

    Raises:
        UnexpectedAnswer: If it is missing or of another type.
    """
    value: Any = document.get(name)
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    msg = f"the answer has no {name!r} of the kind expected; is this a newer API? Update the client"
    raise UnexpectedAnswer(msg)
