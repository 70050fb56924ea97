"""What is said of an event: the same bytes in a webhook and in the feed, whenever it is asked for.

Thin (intake, rule 11): a type, a time, an id and a link; never a title or a name.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from gaptracker.custody.canonical import canonical_bytes
from gaptracker.domain.delivery import EventType


def event_body(kind: EventType, at: datetime, data: Mapping[str, object]) -> bytes:
    """Write an event's body: JSON in UTF-8 with `type`, `timestamp` and `data`, in this order.

    Args:
        kind: The event's type.
        at: When it happened, with a time zone; told to the second.
        data: JSON without floats; its members are put in canonical order.

    Examples:
        >>> at = datetime(2026, 11, 23, 19, 20, tzinfo=UTC)
        >>> event_body(EventType.JOB_FINISHED, at, {"id": "job_1"}).decode()
        '{"type":"job.finished","timestamp":"2026-11-23T19:20:00Z","data":{"id":"job_1"}}'
    """
    told = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return b'{"type":%b,"timestamp":%b,"data":%b}' % (
        canonical_bytes(kind.value),
        canonical_bytes(told),
        canonical_bytes(dict(data)),
    )
