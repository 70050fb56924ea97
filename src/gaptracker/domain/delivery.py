"""Webhooks: what is told, and what follows an attempt to tell it.

Intake, section 2.7. Delivery is at least once and in no order; the feed of events is complete and
ordered, so nothing here has to be perfect, only patient and never a burden on the receiver.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from gaptracker.domain.errors import InvalidValue


class EventType(StrEnum):
    """What an organisation can be told; the list is closed (intake, section 2.7)."""

    SUBMISSION_SUBMITTED = "submission.submitted"
    SUBMISSION_NEEDS_INFO = "submission.needs_info"
    SUBMISSION_ACCEPTED = "submission.accepted"
    SUBMISSION_REJECTED = "submission.rejected"
    SUBMISSION_WITHDRAWN = "submission.withdrawn"
    EVIDENCE_PUBLISHED = "evidence.published"
    EVIDENCE_SUPERSEDED = "evidence.superseded"
    EVIDENCE_RETRACTED = "evidence.retracted"
    ATTACHMENT_QUARANTINED = "attachment.quarantined"
    JOB_FINISHED = "job.finished"
    SCORE_CHANGED = "score.changed"
    # Sent when an organisation asks for a trial; it is no event and never in the feed.
    WEBHOOK_TEST = "webhook.test"


# What can be subscribed to and is in the feed.
FEED_TYPES = frozenset(EventType) - {EventType.WEBHOOK_TEST}


# The wait before each attempt, counted from the end of the one before: ten attempts over 75 hours,
# so that an office without power on a Friday still gets it on Monday.
WAITS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# Waits only grow by it: after an outage receivers must not all be called in the same second.
JITTER_SHARE = 0.2
# A receiver may ask for patience, not park a delivery for a year.
LONGEST_RETRY_AFTER = timedelta(hours=24)

FIRST_SUCCESS, FIRST_REDIRECT = 200, 300
GONE = 410


class Failure(StrEnum):
    """Why an attempt brought no answer."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    ADDRESS_REFUSED = "address_refused"
    NO_HTTP = "no_http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The receiver answered with a status; its body is neither read nor kept."""

    status: int
    # The header as it came, or None.
    retry_after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """No answer came."""

    failure: Failure


Outcome = Answered | Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The receiver has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAt:
    """Try again, at this time and not before."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """The last attempt failed; only redelivery by hand or the feed is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disabled:
    """The receiver is gone for good: the endpoint gets nothing more until it is registered anew."""


NextStep = Delivered | RetryAt | GivenUp | Disabled


def next_step(attempt: int, outcome: Outcome, *, now: datetime, jitter: float) -> NextStep:
    """Decide what follows an attempt.

    Only 2xx is success. 410 ends the endpoint. Everything else, redirects included, is tried again
    along `WAITS`, later when the receiver's Retry-After says so, never earlier.

    Args:
        attempt: Which attempt it was, from 1.
        outcome: How it ended.
        now: When it ended, with a time zone.
        jitter: A random number in [0, 1); the wait grows by up to a fifth of itself.

    Raises:
        InvalidValue: If `attempt` is below 1, `jitter` outside [0, 1), or `now` has no zone.

    Examples:
        >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
        >>> next_step(1, Answered(status=503), now=noon, jitter=0.0)
        RetryAt(at=datetime.datetime(2026, 11, 23, 12, 0, 5, tzinfo=datetime.timezone.utc))
        >>> next_step(1, Answered(status=204), now=noon, jitter=0.0)
        Delivered()
    """
    if attempt < 1:
        raise InvalidValue(f"attempt {attempt} does not exist; attempts count from 1")
    if not 0 <= jitter < 1:
        raise InvalidValue(f"jitter {jitter} is outside [0, 1)")
    if now.tzinfo is None:
        raise InvalidValue(f"{now} has no time zone; expected an aware time")
    asked = timedelta(0)
    if isinstance(outcome, Answered):
        if FIRST_SUCCESS <= outcome.status < FIRST_REDIRECT:
            return Delivered()
        if outcome.status == GONE:
            return Disabled()
        asked = parse_retry_after(outcome.retry_after, now=now) or asked
    if attempt >= len(WAITS):
        return GivenUp()
    wait = max(WAITS[attempt], asked)
    return RetryAt(at=now + wait * (1 + JITTER_SHARE * jitter))


def parse_retry_after(text: str | None, *, now: datetime) -> timedelta | None:
    """Read a Retry-After header: seconds, or an HTTP date.

    Args:
        text: The header's value, or None where there was none.
        now: An aware time; an HTTP date counts from it.

    Returns:
        How long the receiver asks to wait: zero for a date gone by, at most 24 hours. None when
        there is no header or nobody can tell what it says.

    References:
        RFC 9110, section 10.2.3.

    Examples:
        >>> parse_retry_after("120", now=datetime(2026, 11, 23, tzinfo=UTC))
        datetime.timedelta(seconds=120)
    """
    stripped = (text or "").strip()
    if stripped.isascii() and stripped.isdigit():
        # Cut before it is a number: five thousand digits are no reason to fail.
        digits = stripped.lstrip("0")[: len(str(LONGEST_RETRY_AFTER.days * 86_400)) + 1]
        return min(timedelta(seconds=int(digits or "0")), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(stripped)
    except (ValueError, OverflowError):
        return None
    # HTTP dates are in GMT, even where the text leaves the zone unsaid ("-0000").
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_RETRY_AFTER)
