"""The stable codes of everything that can go wrong in a request, with what to do about it.

A code once published is never renamed; a new cause gets a new code.
"""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

PROBLEMS_PATH = "/v1/problems"


class ProblemCode(StrEnum):
    """What became of the request as a whole; one per answer."""

    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    NOT_ACCEPTABLE = "not-acceptable"
    VALIDATION_FAILED = "validation-failed"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"


class ErrorCode(StrEnum):
    """What was wrong with one part of a request."""

    ACTOR_UNKNOWN = "actor.unknown"
    THEME_UNKNOWN = "theme.unknown"
    YEAR_UNKNOWN = "year.unknown"
    LABEL_UNKNOWN = "label.unknown"
    RELEASE_UNKNOWN = "release.unknown"
    METHODOLOGY_UNKNOWN = "methodology.unknown"
    PAIR_UNKNOWN = "pair.unknown"
    PROBLEM_UNKNOWN = "problem.unknown"
    PATH_UNKNOWN = "path.unknown"
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
    ProblemCode.UNAVAILABLE: ProblemKind(
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        title="No verified release is loaded",
        advice="Try again after the seconds in `Retry-After`; the operator cuts a release.",
    ),
}

ERROR_ADVICE: dict[ErrorCode, str] = {
    ErrorCode.ACTOR_UNKNOWN: "Use a code that /v1/actors lists.",
    ErrorCode.THEME_UNKNOWN: "Use an id that /v1/themes lists.",
    ErrorCode.YEAR_UNKNOWN: "Use a year that the release covers; /v1/releases lists both ends.",
    ErrorCode.LABEL_UNKNOWN: "Use one of the labels that `expected` lists.",
    ErrorCode.RELEASE_UNKNOWN: "Use an id that /v1/releases lists, or leave it out for the newest.",
    ErrorCode.METHODOLOGY_UNKNOWN: "Use a version that /v1/releases lists.",
    ErrorCode.PAIR_UNKNOWN: "Find the pair again with /v1/pairs; ids outlive releases.",
    ErrorCode.PROBLEM_UNKNOWN: "Use a code that /v1/problems lists.",
    ErrorCode.PATH_UNKNOWN: "Use a path that /v1/openapi.json describes.",
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
