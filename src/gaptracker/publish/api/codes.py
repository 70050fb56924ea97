"""The stable codes of everything that can go wrong in a request, with what to do about it.

A code once published is never renamed; a new cause gets a new code.
"""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

PROBLEMS_PATH = "/v1/problems"


class ProblemCode(StrEnum):
    """What became of the request as a whole; one per answer."""

    MALFORMED_JSON = "malformed-json"
    IDEMPOTENCY_KEY_REQUIRED = "idempotency-key-required"
    DIGEST_MISMATCH = "digest-mismatch"
    UNAUTHENTICATED = "unauthenticated"
    INSUFFICIENT_SCOPE = "insufficient-scope"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    NOT_ACCEPTABLE = "not-acceptable"
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
    INTERNAL = "internal"
    NOT_IMPLEMENTED = "not-implemented"
    UNAVAILABLE = "unavailable"


class ErrorCode(StrEnum):
    """What was wrong with one part of a request."""

    ACTOR_UNKNOWN = "actor.unknown"
    THEME_UNKNOWN = "theme.unknown"
    YEAR_UNKNOWN = "year.unknown"
    LABEL_UNKNOWN = "label.unknown"
    RELEASE_UNKNOWN = "release.unknown"
    METHODOLOGY_UNKNOWN = "methodology.unknown"
    CHART_UNKNOWN = "chart.unknown"
    PAIR_UNKNOWN = "pair.unknown"
    PROBLEM_UNKNOWN = "problem.unknown"
    FILE_UNKNOWN = "file.unknown"
    PATH_UNKNOWN = "path.unknown"
    PARAMETER_MISSING = "parameter.missing"
    INDICATOR_UNKNOWN = "indicator.unknown"
    STATEMENT_UNKNOWN = "statement.unknown"
    MEASURE_UNKNOWN = "measure.unknown"
    REPLY_UNKNOWN = "reply.unknown"
    ERRATUM_UNKNOWN = "erratum.unknown"
    CAUSE_UNKNOWN = "cause.unknown"
    WEIGHT_UNKNOWN = "weight.unknown"
    SPACING_UNKNOWN = "spacing.unknown"
    PARAMETER_UNKNOWN = "parameter.unknown"
    PARAMETER_REPEATED = "parameter.repeated"
    PARAMETER_CONFLICT = "parameter.conflict"
    VALUE_INVALID = "value.invalid"
    VALUE_OUT_OF_RANGE = "value.out_of_range"
    VALUE_NOT_LISTED = "value.not_listed"
    FORMAT_UNAVAILABLE = "format.unavailable"
    CURSOR_MALFORMED = "cursor.malformed"
    CURSOR_FOREIGN = "cursor.foreign"
    CURSOR_STALE = "cursor.stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """A problem's status, its title and what the caller can do."""

    status: HTTPStatus
    title: str
    advice: str


PROBLEM_KINDS: dict[ProblemCode, ProblemKind] = {
    ProblemCode.MALFORMED_JSON: ProblemKind(
        status=HTTPStatus.BAD_REQUEST,
        title="The body is not the JSON that was expected",
        advice="Mend the body at `offset`, and send it again with the same key.",
    ),
    ProblemCode.IDEMPOTENCY_KEY_REQUIRED: ProblemKind(
        status=HTTPStatus.BAD_REQUEST,
        title="The request has no Idempotency-Key",
        advice="Send a new random key, and the same one whenever this request is repeated.",
    ),
    ProblemCode.DIGEST_MISMATCH: ProblemKind(
        status=HTTPStatus.BAD_REQUEST,
        title="The bytes that arrived are not those that were announced",
        advice="Send the file again; check the digest if it happens twice.",
    ),
    ProblemCode.UNAUTHENTICATED: ProblemKind(
        status=HTTPStatus.UNAUTHORIZED,
        title="The request shows no key that is good",
        advice="Send `Authorization: Bearer gtk_…` with a key that is still good.",
    ),
    ProblemCode.INSUFFICIENT_SCOPE: ProblemKind(
        status=HTTPStatus.FORBIDDEN,
        title="The key does not allow this",
        advice="Use a key with the scope that `detail` names; /v1/me shows what a key may do.",
    ),
    ProblemCode.REQUEST_TIMEOUT: ProblemKind(
        status=HTTPStatus.REQUEST_TIMEOUT,
        title="The body did not come to its end in time",
        advice="Send it again with the same key; what was kept is kept once.",
    ),
    ProblemCode.REQUEST_IN_PROGRESS: ProblemKind(
        status=HTTPStatus.CONFLICT,
        title="A request with this key is still being answered",
        advice="Send it again after the seconds in `Retry-After`, with the same key.",
    ),
    ProblemCode.CLIENT_REF_CONFLICT: ProblemKind(
        status=HTTPStatus.CONFLICT,
        title="This client_ref has other content already",
        advice="Edit the submission at `location`, or use a new client_ref.",
    ),
    ProblemCode.CLIENT_REF_RETIRED: ProblemKind(
        status=HTTPStatus.CONFLICT,
        title="This client_ref was of a submission that has ended",
        advice="Use a new client_ref; one that ended never revives.",
    ),
    ProblemCode.INVALID_TRANSITION: ProblemKind(
        status=HTTPStatus.CONFLICT,
        title="This cannot be done with the submission now",
        advice="Do one of the `allowed_actions`, or supply what `detail` says is missing.",
    ),
    ProblemCode.ATTACHMENTS_INCOMPLETE: ProblemKind(
        status=HTTPStatus.CONFLICT,
        title="Announced attachments have not arrived",
        advice="Send the attachments that `missing` lists, then submit.",
    ),
    ProblemCode.SELF_REVIEW: ProblemKind(
        status=HTTPStatus.CONFLICT,
        title="Nobody reviews or edits what they had a part in",
        advice="Leave it to somebody else, of another organisation.",
    ),
    ProblemCode.RETRACTED: ProblemKind(
        status=HTTPStatus.GONE,
        title="This evidence was retracted",
        advice="Read the public reason in `detail`; cite the retraction instead.",
    ),
    ProblemCode.WITHDRAWN: ProblemKind(
        status=HTTPStatus.GONE,
        title="This evidence was withdrawn",
        advice="Do not use it; its content has been or will be erased.",
    ),
    ProblemCode.PRECONDITION_FAILED: ProblemKind(
        status=HTTPStatus.PRECONDITION_FAILED,
        title="Somebody has changed it since it was read",
        advice="Read it again, apply the change to what is there, and send the new `If-Match`.",
    ),
    ProblemCode.TOO_LARGE: ProblemKind(
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        title="The body is larger than this address takes",
        advice="Stay below the limits that /v1/me states.",
    ),
    ProblemCode.RANGE_NOT_SATISFIABLE: ProblemKind(
        status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        title="The file has no such bytes",
        advice="Ask for a range within the length that `Content-Range` names.",
    ),
    ProblemCode.UNSUPPORTED_MEDIA_TYPE: ProblemKind(
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        title="This address does not take bodies of this type",
        advice="Send one of the types that `detail` lists.",
    ),
    ProblemCode.IDEMPOTENCY_KEY_REUSED: ProblemKind(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        title="This Idempotency-Key was used for another request",
        advice="Use a new key for every new request.",
    ),
    ProblemCode.MEDIA_TYPE_MISMATCH: ProblemKind(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        title="The file is not of the type that was declared",
        advice="Declare the type that the content has.",
    ),
    ProblemCode.UNSAFE_FILE: ProblemKind(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        title="The file could harm who opens it",
        advice="Send a plain copy: print it to PDF, or take a picture of it.",
    ),
    ProblemCode.PRECONDITION_REQUIRED: ProblemKind(
        status=HTTPStatus.PRECONDITION_REQUIRED,
        title="The request has no If-Match",
        advice="Send the `ETag` of what you read as `If-Match`.",
    ),
    ProblemCode.RATE_LIMITED: ProblemKind(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        title="Too many requests came with this key",
        advice="Wait for the seconds in `Retry-After`; many submissions go in one batch.",
    ),
    ProblemCode.NOT_FOUND: ProblemKind(
        status=HTTPStatus.NOT_FOUND,
        title="Nothing has this address",
        advice="Check the address; `errors` names the nearest known ones.",
    ),
    ProblemCode.METHOD_NOT_ALLOWED: ProblemKind(
        status=HTTPStatus.METHOD_NOT_ALLOWED,
        title="This address does not take this method",
        advice="Use one of the methods in the `Allow` header.",
    ),
    ProblemCode.NOT_ACCEPTABLE: ProblemKind(
        status=HTTPStatus.NOT_ACCEPTABLE,
        title="This address does not give what `Accept` asks for",
        advice="Ask for one of the media types that `errors` lists, or leave `Accept` out.",
    ),
    ProblemCode.VALIDATION_FAILED: ProblemKind(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        title="The request is not valid",
        advice="Mend each parameter in `errors`; it says what came and what was expected.",
    ),
    ProblemCode.INTERNAL: ProblemKind(
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        title="The server failed",
        advice="It is our fault: report the `instance`, under which the failure was logged.",
    ),
    ProblemCode.NOT_IMPLEMENTED: ProblemKind(
        status=HTTPStatus.NOT_IMPLEMENTED,
        title="This is not given in the form that was asked for",
        advice="Ask for one of the forms that `expected` names.",
    ),
    ProblemCode.UNAVAILABLE: ProblemKind(
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        title="The service cannot answer at the moment",
        advice="Try again after the seconds in `Retry-After`, with the same Idempotency-Key.",
    ),
}

ERROR_ADVICE: dict[ErrorCode, str] = {
    ErrorCode.ACTOR_UNKNOWN: "Use a code that /v1/actors lists.",
    ErrorCode.THEME_UNKNOWN: "Use an id that /v1/themes lists.",
    ErrorCode.YEAR_UNKNOWN: "Use a year that the release covers; /v1/releases lists both ends.",
    ErrorCode.LABEL_UNKNOWN: "Use one of the labels that `expected` lists.",
    ErrorCode.RELEASE_UNKNOWN: "Use an id that /v1/releases lists, or leave it out for the newest.",
    ErrorCode.METHODOLOGY_UNKNOWN: "Use a version that /v1/releases lists.",
    ErrorCode.CHART_UNKNOWN: "Use an id that /v1/charts lists.",
    ErrorCode.PAIR_UNKNOWN: "Find the pair again with /v1/pairs; ids outlive releases.",
    ErrorCode.PROBLEM_UNKNOWN: "Use a code that /v1/problems lists.",
    ErrorCode.FILE_UNKNOWN: "Use a name that /v1/releases/{id}/files lists.",
    ErrorCode.PATH_UNKNOWN: "Use a path that /v1/openapi.json describes.",
    ErrorCode.PARAMETER_MISSING: "Add it; for a chart, /v1/charts lists what it takes.",
    ErrorCode.INDICATOR_UNKNOWN: "Use an id that /v1/indicators lists.",
    ErrorCode.STATEMENT_UNKNOWN: "Use an id that /v1/pairs or a cell's contributions name.",
    ErrorCode.MEASURE_UNKNOWN: "Use an id that /v1/pairs or a cell's contributions name.",
    ErrorCode.REPLY_UNKNOWN: "Use an id that /v1/replies lists.",
    ErrorCode.ERRATUM_UNKNOWN: "Use an id that /v1/errata lists.",
    ErrorCode.CAUSE_UNKNOWN: "Use one of the causes that docs/api.md lists.",
    ErrorCode.WEIGHT_UNKNOWN: "Use a weight of the methodology, as instrument.vote.",
    ErrorCode.SPACING_UNKNOWN: "Use a spacing of the methodology; `nearest` names them.",
    ErrorCode.PARAMETER_UNKNOWN: "Remove it, or use the parameter that `nearest` names.",
    ErrorCode.PARAMETER_REPEATED: "Give it once; lists are separated by commas.",
    ErrorCode.PARAMETER_CONFLICT: "Two parameters ask for different things: keep one of them.",
    ErrorCode.VALUE_INVALID: "Write the value in the form that `expected` describes.",
    ErrorCode.VALUE_OUT_OF_RANGE: "Stay within the bounds that `expected` names.",
    ErrorCode.VALUE_NOT_LISTED: "Use one of the values that `expected` lists.",
    ErrorCode.FORMAT_UNAVAILABLE: "Ask for one of the formats that `expected` lists.",
    ErrorCode.CURSOR_MALFORMED: "Take cursors from `Link` or `meta.next`, unchanged.",
    ErrorCode.CURSOR_FOREIGN: "Keep filters, sort and release as they were, or start without one.",
    ErrorCode.CURSOR_STALE: "The cursor's release is gone: start again without a cursor.",
}


def type_of(code: ProblemCode) -> str:
    """Return a problem's type, the address that explains it.

    Examples:
        >>> type_of(ProblemCode.NOT_FOUND)
        '/v1/problems/not-found'
    """
    return f"{PROBLEMS_PATH}/{code}"
