"""What stands in the log: entries that prove much and tell little.

An entry says that something happened, to which object, on which day, by somebody in which role,
and commits to the particulars (`commitments.py`). It holds no name, no time of day and no content,
since nothing can ever be taken out of the log. Entries stand in the order in which they happened;
the exact time, where somebody needs it, is in the records and can be erased there.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from gaptracker.custody.canonical import canonical_bytes
from gaptracker.domain.errors import InvalidValue

ENTRY_VERSION = 1

_OPAQUE = re.compile(r"[a-z]{2,8}_[0-9A-Za-z_-]{1,64}", re.ASCII)
_COMMITMENT = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MEMBERS = frozenset({"actor_role", "commitment", "day", "kind", "object", "version"})


class EntryKind(StrEnum):
    """Everything that leaves a trace in the log."""

    SUBMISSION_CREATED = "submission.created"
    SUBMISSION_EDITED = "submission.edited"
    SUBMISSION_TRANSITION = "submission.transition"
    SOURCE_LEVEL_CHANGED = "source.level_changed"
    CONSENT_RECORDED = "consent.recorded"
    ATTACHMENT_STORED = "attachment.stored"
    ATTACHMENT_QUARANTINED = "attachment.quarantined"
    ATTACHMENT_REMOVED = "attachment.removed"
    DERIVATIVE_STORED = "derivative.stored"
    MESSAGE_POSTED = "message.posted"
    REVIEW_RECORDED = "review.recorded"
    CODING_RECORDED = "coding.recorded"
    EVIDENCE_PUBLISHED = "evidence.published"
    EVIDENCE_SUPERSEDED = "evidence.superseded"
    EVIDENCE_RETRACTED = "evidence.retracted"
    CONTENT_READ = "content.read"
    IDENTITY_REQUESTED = "identity.requested"
    IDENTITY_UNSEALED = "identity.unsealed"
    HOLD_SET = "hold.set"
    HOLD_LIFTED = "hold.lifted"
    CONTENT_ERASED = "content.erased"
    ORGANISATION_CREATED = "organisation.created"
    MEMBER_ADDED = "member.added"
    MEMBER_CHANGED = "member.changed"
    KEY_ISSUED = "key.issued"
    KEY_REVOKED = "key.revoked"
    CUSTODIAN_CHANGED = "custodian.changed"


class LogRole(StrEnum):
    """In which role somebody acted; who it was is only committed to."""

    CONTRIBUTOR = "contributor"
    ORG_ADMIN = "org_admin"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    CODER = "coder"
    CUSTODIAN = "custodian"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry.

    Attributes:
        object: Opaque id of what it happened to; the salt of the commitment belongs to it.
        day: In UTC. Never finer, for any entry: which of an object's parts are restricted may
            change later, the log cannot.
        commitment: To the particulars, as `commitment` writes it.
    """

    kind: EntryKind
    object: str
    day: date
    actor_role: LogRole
    commitment: str

    def __post_init__(self) -> None:
        """Refuse what could tell more than an entry may."""
        # A datetime is a date to Python, and would carry its time along.
        if isinstance(self.day, datetime):
            msg = "a time came as the day of a log entry; pass `day_of(time)`"
            raise InvalidValue(msg)
        if not _OPAQUE.fullmatch(self.object):
            msg = "the object of a log entry is not an opaque id such as sub_01JABC"
            raise InvalidValue(msg)
        if not _COMMITMENT.fullmatch(self.commitment):
            msg = "the commitment of a log entry is not 64 lower-case hexadecimal digits"
            raise InvalidValue(msg)


def day_of(at: datetime) -> date:
    """Return the UTC day of a time, which is all of it that an entry may hold.

    Raises:
        InvalidValue: If the time has no zone.
    """
    if at.tzinfo is None:
        msg = "a time without a zone came; pass one in UTC"
        raise InvalidValue(msg)
    return at.astimezone(UTC).date()


def entry_bytes(entry: LogEntry) -> bytes:
    """Write an entry as the canonical bytes that are hashed as a leaf.

    Examples:
        >>> entry_bytes(
        ...     LogEntry(
        ...         kind=EntryKind.KEY_ISSUED,
        ...         object="key_01",
        ...         day=date(2026, 11, 25),
        ...         actor_role=LogRole.OPERATOR,
        ...         commitment="0" * 64,
        ...     )
        ... ).decode()[:46]
        '{"actor_role":"operator","commitment":"0000000'
    """
    return canonical_bytes(
        {
            "actor_role": entry.actor_role.value,
            "commitment": entry.commitment,
            "day": entry.day.isoformat(),
            "kind": entry.kind.value,
            "object": entry.object,
            "version": ENTRY_VERSION,
        }
    )


def parse_entry(written: bytes) -> LogEntry:
    """Read an entry back.

    Raises:
        InvalidValue: If the bytes are not exactly those that `entry_bytes` writes.
    """
    try:
        members = json.loads(written)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict) or members.keys() != _MEMBERS:
        msg = f"a log entry is a JSON object with {', '.join(sorted(_MEMBERS))}, and nothing else"
        raise InvalidValue(msg)
    if members["version"] != ENTRY_VERSION:
        msg = f"the log entry is not of version {ENTRY_VERSION}; use a newer program to read it"
        raise InvalidValue(msg)
    entry = _entry_of(members)
    if entry_bytes(entry) != written:
        msg = "the log entry is not written in its canonical form"
        raise InvalidValue(msg)
    return entry


def _entry_of(members: Mapping[str, object]) -> LogEntry:
    """Build an entry from its members, whatever their types."""
    written = {name: text for name, text in members.items() if isinstance(text, str)}
    if written.keys() != _MEMBERS - {"version"}:
        msg = "the members of a log entry are text, but for its version"
        raise InvalidValue(msg)
    try:
        # Python reads other forms of a date as well.
        day = date.fromisoformat(written["day"] if _DAY.fullmatch(written["day"]) else "")
        kind, role = EntryKind(written["kind"]), LogRole(written["actor_role"])
    except ValueError:
        msg = "kind, role or day of a log entry is none that this program knows; use a newer one"
        raise InvalidValue(msg) from None
    return LogEntry(
        kind=kind,
        object=written["object"],
        day=day,
        actor_role=role,
        commitment=written["commitment"],
    )
