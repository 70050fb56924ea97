"""How refusals of the intake become problem documents (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request, Response

from gaptracker.domain.errors import Conflict, InvalidValue, NotAllowed, StorageUnavailable
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.intake.strict_json import MalformedJson
from gaptracker.intake.submission_problems import SubmissionInvalid
from gaptracker.publish.api.codes import PROBLEM_KINDS, ProblemCode, type_of
from gaptracker.publish.api.errors import PROBLEM_MEDIA_TYPE, request_id_of
from gaptracker.records.blob_errors import StorageFull

RETRY_AFTER_SECONDS = 5
# The database's own words name hosts, paths and accounts; they are for the operator's log.
OUT_OF_REACH = (
    "the records cannot be read or written at the moment; nothing was kept: send it again in a "
    "while, with the same key"
)


def refused_response(refused: Refused, request_id: str) -> Response:
    """Write a refusal as a problem document; it is never stored by a cache."""
    document = problem_of(refused, instance=f"urn:request:{request_id}")
    return Response(
        json.dumps(document, ensure_ascii=False),
        status_code=PROBLEM_KINDS[ProblemCode(refused.code)].status.value,
        media_type=PROBLEM_MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "Content-Language": "en", **refused.headers},
    )


def problem_of(refused: Refused, *, instance: str | None = None) -> dict[str, object]:
    """Return a refusal as a problem document, with whatever helps to go on beside it."""
    code = ProblemCode(refused.code)
    kind = PROBLEM_KINDS[code]
    document: dict[str, object] = {
        "type": type_of(code),
        "title": kind.title,
        "status": kind.status.value,
        "detail": refused.detail,
        "instance": instance,
        "code": code.value,
        "errors": [],
        **refused.members,
    }
    if instance is None:
        del document["instance"]
    return document


def refusal_of(error: Exception) -> Refused:
    """Return the refusal that an error of the intake amounts to.

    Raises:
        Exception: The error itself, if it is none of the intake's.
    """
    match error:
        case Refused():
            return error
        case SubmissionInvalid():
            return invalid([problem.as_json() for problem in error.problems])
        case MalformedJson():
            return Refused(RefusalCode.MALFORMED_JSON, str(error), offset=error.offset)
        case StorageUnavailable() | StorageFull():
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return Refused(RefusalCode.UNAVAILABLE, OUT_OF_REACH, headers=headers)
        case NotAllowed():
            return Refused(RefusalCode.INSUFFICIENT_SCOPE, str(error))
        case Conflict() | InvalidValue():
            return Refused(RefusalCode.VALIDATION_FAILED, str(error))
        case _:
            raise error


def invalid(errors: Sequence[Mapping[str, object]]) -> Refused:
    """Return the refusal of content with problems, all of them listed (422)."""
    count = len(errors)
    detail = str(errors[0]["detail"]) if count == 1 else f"{count} problems found"
    return Refused(RefusalCode.VALIDATION_FAILED, detail, errors=[dict(each) for each in errors])


def install_intake_errors(app: FastAPI) -> None:
    """Make the application answer the intake's errors with problem documents."""
    for kind in (
        Refused,
        SubmissionInvalid,
        MalformedJson,
        StorageUnavailable,
        StorageFull,
        NotAllowed,
        Conflict,
        InvalidValue,
    ):
        app.add_exception_handler(kind, _on_error)


# FastAPI's handlers take any Exception; this one is registered for the intake's alone.
async def _on_error(request: Request, error: Exception) -> Response:
    return refused_response(refusal_of(error), request_id_of(request))
