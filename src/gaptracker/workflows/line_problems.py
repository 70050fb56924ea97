"""Why a line of a batch is refused, as JSON that can be kept and shown later."""

from collections.abc import Callable, Mapping, Sequence

from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.intake.strict_json import MalformedJson
from gaptracker.intake.submission_problems import SubmissionInvalid

LineProblem = Mapping[str, object]
"""A code of the closed list, its detail, and whatever helps to go on."""

ColumnsOf = Callable[[SubmissionInvalid], Sequence[Mapping[str, str]]]


def plain_errors(invalid: SubmissionInvalid) -> Sequence[Mapping[str, str]]:
    """Return the problems of a document that came as JSON."""
    return [problem.as_json() for problem in invalid.problems]


def line_problem(
    error: MalformedJson | SubmissionInvalid | Refused, errors_of: ColumnsOf = plain_errors
) -> LineProblem:
    """Return a line's refusal as JSON.

    Args:
        error: What is wrong; none of them quotes what is restricted or sealed.
        errors_of: How problems of a document are told, as with the columns they come from.
    """
    match error:
        case MalformedJson():
            return {
                "code": RefusalCode.MALFORMED_JSON.value,
                "detail": error.detail,
                "offset": error.offset,
            }
        case SubmissionInvalid():
            return {
                "code": RefusalCode.VALIDATION_FAILED.value,
                "detail": str(error),
                "errors": [dict(each) for each in errors_of(error)],
            }
        case Refused():
            return {"code": error.code.value, "detail": error.detail, **error.members}


def refused_of(problem: LineProblem) -> Refused:
    """Return the refusal that a line's problem says."""
    refused = Refused(RefusalCode(str(problem["code"])), str(problem["detail"]))
    refused.members |= {
        name: value for name, value in problem.items() if name not in {"code", "detail"}
    }
    return refused
