"""Refusals: what the intake says no with, in words that every door shares.

A workflow raises one; the API turns its code into a status and a problem document, the command line
prints its detail. A code once published is never renamed.
"""

from collections.abc import Mapping
from enum import StrEnum

from gaptracker.domain.errors import GapTrackerError


class RefusalCode(StrEnum):
    """Why something was refused."""

    MALFORMED_JSON = "malformed-json"
    IDEMPOTENCY_KEY_REQUIRED = "idempotency-key-required"
    DIGEST_MISMATCH = "digest-mismatch"
    UNAUTHENTICATED = "unauthenticated"
    INSUFFICIENT_SCOPE = "insufficient-scope"
    NOT_FOUND = "not-found"
    REQUEST_TIMEOUT = "request-timeout"
    REQUEST_IN_PROGRESS = "request-in-progress"
    CLIENT_REF_CONFLICT = "client-ref-conflict"
    CLIENT_REF_RETIRED = "client-ref-retired"
    INVALID_TRANSITION = "invalid-transition"
    ATTACHMENTS_INCOMPLETE = "attachments-incomplete"
    SELF_REVIEW = "self-review"
    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"
    PRECONDITION_FAILED = "precondition-failed"
    TOO_LARGE = "too-large"
    RANGE_NOT_SATISFIABLE = "range-not-satisfiable"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    VALIDATION_FAILED = "validation-failed"
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused"
    MEDIA_TYPE_MISMATCH = "media-type-mismatch"
    UNSAFE_FILE = "unsafe-file"
    PRECONDITION_REQUIRED = "precondition-required"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"


class Refused(GapTrackerError):
    """A request that the intake refuses; nothing of it was kept."""

    # `object`, because the members are whatever the problem document shows beside its detail.
    def __init__(
        self,
        code: RefusalCode,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        """Name the refusal, say what came and what was expected, and add what helps to go on."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = dict(members)


def not_there() -> Refused:
    """Return the one answer for what is not there and for what is somebody else's.

    Both are the same bytes, so that nobody can find out that a submission exists by asking for it.
    """
    return Refused(
        RefusalCode.NOT_FOUND, "there is nothing at this address, or nothing that you may see"
    )
