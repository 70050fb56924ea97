"""The submission as an organisation sends it: strict, closed, every length and number bounded."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from gaptracker.intake.submission_fields import (
    ClientRef,
    Code,
    DateText,
    Figure,
    Instant,
    Language,
    Line,
    Part,
    PrivateText,
    Text,
)
from gaptracker.intake.submission_items import Item
from gaptracker.intake.submission_sources import ExpectedAttachment, OpenLevel, Source
from gaptracker.intake.submission_terms import OpenConfidentiality

SCHEMA_VERSION = "1.0.0"
MOST_ITEMS, MOST_SOURCES, MOST_ATTACHMENTS = 50, 50, 20
# Set by the server; a sender that sends them back unchanged means no harm, but is told.
SERVER_FIELDS = frozenset(
    {
        "id",
        "state",
        "revision",
        "content_sha256",
        "etag",
        "allowed_actions",
        "attachments",
        "links",
        "organisation",
        "created_at",
        "changed_at",
        "received_at",
        "submitted_at",
        "published_at",
        "verification",
        "receipt",
        "superseded_by",
        "legal_hold",
        "quarantined",
    }
)


class PublicSummary(Part):
    """What readers see first. Written to be public: never a filtered view of a private text."""

    en: Text | None = None
    es: Text | None = None
    pt: Text | None = None


class Consent(Part):
    """To which uses the organisation has consent; nothing is consented to by silence."""

    review: bool = False
    publish: bool = False
    keep_metadata: bool = False
    share_with_treaty_body: bool = False
    do_not_contact: bool = False


class Place(Part):
    """Where something happened, as precisely as the sender knows."""

    territory: Code | None = None
    admin1: Line | None = None
    admin2: Line | None = None
    locality: Line | None = None
    latitude: Figure | None = None
    longitude: Figure | None = None


class Event(Part):
    """When and where it happened; restricted unless its sender says otherwise."""

    on: DateText | None = None
    at: Instant | None = None
    place: Place | None = None
    confidentiality: OpenLevel = OpenConfidentiality.RESTRICTED


class Submission(Part):
    """The envelope's content: items, their sources, and what may be done with them."""

    client_ref: ClientRef | None = None
    language: Language
    submit: bool = False
    items: Annotated[list[Item], Field(min_length=1, max_length=MOST_ITEMS)]
    public_summary: PublicSummary = PublicSummary()
    note: PrivateText | None = None
    sources: Annotated[list[Source], Field(max_length=MOST_SOURCES, default_factory=list)]
    attachments_expected: Annotated[
        list[ExpectedAttachment], Field(max_length=MOST_ATTACHMENTS, default_factory=list)
    ]
    consent: Consent = Consent()
    event: Event | None = None


SUBMISSION = TypeAdapter(Submission)
MEMBERS = tuple(Submission.model_fields)


def submission_schema() -> dict[str, Any]:  # `Any`: a JSON Schema
    """Return the JSON Schema (2020-12) of a submission, made from the models that check it.

    What it cannot say (known codes, references between parts) `validate_submission` checks.
    """
    schema = SUBMISSION.json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:gaptracker:submission:{SCHEMA_VERSION}",
        "version": SCHEMA_VERSION,
        **schema,
    }
