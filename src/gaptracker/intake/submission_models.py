"""The submission as an organisation sends it: strict, closed, every length and number bounded."""

import json
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
# The objects that no array holds: a merge patch reaches into them.
MERGED = ("Consent", "Event", "Place", "PublicSummary")
MEMBERS = tuple(Submission.model_fields)


def patch_schema() -> dict[str, Any]:  # `Any`: a JSON Schema
    """Return the JSON Schema of a merge patch (RFC 7396) of a submission.

    Every member may be left out; null removes one, where it need not be there. Objects are merged,
    arrays and all that is in them replaced.
    """
    schema = SUBMISSION.json_schema()
    parts = schema["$defs"]
    for name in MERGED:
        parts[f"{name}Patch"] = {**_patched(parts.pop(name)), "title": f"{name}Patch"}
    text = json.dumps({**_patched(schema), "title": "SubmissionPatch"})
    for name in MERGED:
        text = text.replace(f'"#/$defs/{name}"', f'"#/$defs/{name}Patch"')
    found: dict[str, Any] = json.loads(text)
    return found


def _patched(schema: dict[str, Any]) -> dict[str, Any]:
    """Take from an object's schema what a patch need not have, and let null remove the rest."""
    required, null = schema.get("required", ()), {"type": "null"}
    members = {
        name: member
        if name in required or null in member.get("anyOf", ())
        else {"anyOf": [member, null]}
        for name, member in schema["properties"].items()
    }
    kept = {name: value for name, value in schema.items() if name not in {"required", "default"}}
    return {**kept, "properties": members}


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
