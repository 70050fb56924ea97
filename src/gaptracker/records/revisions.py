"""What is kept about every revision of a piece of evidence: who, when, why and what."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from gaptracker.domain.errors import InvalidValue

FIRST_REVISION = 1

Value = TypeVar("Value")


class RevisionStatus(StrEnum):
    """Whether a revision records what its source now says, or takes it back."""

    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionStamp:
    """Who wrote a revision, when and why; one stamp serves a whole load.

    `recorded_at` is an aware UTC time that the caller read from its clock: nothing in here
    reads one, so that the same load under the same stamp writes the same rows.
    """

    recorded_at: datetime
    recorded_by: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse a time outside UTC, and a change that nobody made or explained."""
        if self.recorded_at.utcoffset() != timedelta(0):
            raise InvalidValue(
                f"recorded_at {self.recorded_at.isoformat()} is not in UTC; "
                "pass an aware time, such as datetime.now(UTC)"
            )
        for name, text in (("recorded_by", self.recorded_by), ("reason", self.reason)):
            if not text.strip():
                raise InvalidValue(f"{name} is empty; say who changes the evidence, and why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Generic[Value]):
    """One revision of one value, as its history shows it."""

    number: int
    status: RevisionStatus
    stamp: RevisionStamp
    content_sha256: str
    value: Value


def canonical_json(content: Mapping[str, object]) -> bytes:
    """Write content so that equal content is equal bytes.

    Args:
        content: Names to strings, numbers, booleans, dates or None.

    Returns:
        UTF-8 JSON with sorted keys and no spaces; dates in ISO 8601. Missing values are left
        out, so that a field added later changes no hash of what lacks it.

    Raises:
        ValueError: If a number is not finite.
        TypeError: If a value is of another type.

    Examples:
        >>> canonical_json({"b": 1.5, "a": "opium", "c": None})
        b'{"a":"opium","b":1.5}'
    """
    given = {name: value for name, value in content.items() if value is not None}
    return _CANONICAL.encode(given).encode()


def content_sha256(kind: str, content: Mapping[str, object]) -> str:
    """Return the SHA-256, in hexadecimal, that names the content of one record of a kind.

    Examples:
        >>> content_sha256("source", {"id": "un"}) == content_sha256("actor", {"id": "un"})
        False
    """
    return hashlib.sha256(kind.encode() + b"\n" + canonical_json(content)).hexdigest()


def in_utc(moment: datetime) -> datetime:
    """Read a stored time as the UTC time it is; SQLite keeps no offset.

    Examples:
        >>> in_utc(datetime(2026, 11, 23, 9, 30)).isoformat()
        '2026-11-23T09:30:00+00:00'
    """
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _date_text(value: object) -> str:
    """Write a date, the one type of a column that JSON has no form for."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no canonical form; expected text, number, boolean or date")


# Made once: a load writes tens of thousands of values.
_CANONICAL = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
    default=_date_text,
)
