"""Sources of a submission: a public part, and a part that is sealed the moment it arrives."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gaptracker.intake.submission_fields import (
    DateText,
    Filename,
    Instant,
    Line,
    Part,
    PrivateText,
    Ref,
    Sha256,
    WebAddress,
)
from gaptracker.intake.submission_terms import (
    Confidentiality,
    OpenConfidentiality,
    Reliability,
    SourceKind,
)

LARGEST_ATTACHMENT_BYTES = 25 * 1024 * 1024
MEDIA_TYPES = (
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/webp",
    "text/plain",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/warc",
    "application/gzip",
)
Level = Annotated[Confidentiality, Field(strict=False)]
OpenLevel = Annotated[OpenConfidentiality, Field(strict=False)]


class Identity(Part):
    """Who a source is. Sealed to the custodians on arrival, never shown again to anybody else.

    `sealed` alone, as our answers have it, means: keep what is sealed already.
    """

    sealed: Literal[True] | None = None
    name: Line | None = None
    contact: Line | None = None
    role: Line | None = None
    location: Line | None = None
    testimony: PrivateText | None = None
    note: PrivateText | None = None


class Source(Part):
    """Who or what something comes from.

    Without a level a source is restricted: one that is forgotten must not become public.
    `collected_by` is the collector's alias and never public, whatever the level.
    """

    ref: Ref
    kind: Annotated[SourceKind, Field(strict=False)]
    title: Line | None = None
    publisher: Line | None = None
    url: WebAddress | None = None
    published: DateText | None = None
    collected_at: Instant | None = None
    collected_by: Line | None = None
    reliability: Annotated[Reliability, Field(strict=False)] = Reliability.F
    licence: Line | None = None
    confidentiality: Level = Confidentiality.RESTRICTED
    identity: Identity | None = None


class ExpectedAttachment(Part):
    """A file that will follow: what its bytes must be."""

    ref: Ref
    filename: Filename
    media_type: Literal[MEDIA_TYPES]  # type: ignore[valid-type] # the one list of types
    size: Annotated[int, Field(ge=1, le=LARGEST_ATTACHMENT_BYTES)]
    sha256: Sha256


class Link(Part):
    """What joins a source to an item, with a judgement, a level and a date of its own.

    Written as the source's `ref` alone where there is nothing else to say.
    """

    ref: Ref
    reliability: Annotated[Reliability, Field(strict=False)] | None = None
    confidentiality: Level | None = None
    on: DateText | None = None
    locator: Line | None = None


def _linked(came: object) -> object:
    return {"ref": came} if isinstance(came, str) else came


LinkOrRef = Annotated[
    Link,
    BeforeValidator(_linked, json_schema_input_type=Ref | Link),
]
