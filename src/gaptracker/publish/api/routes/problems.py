"""`/v1/problems`: the stable codes, and what to do about each."""

from typing import Annotated

from fastapi import Path, Request, Response

from gaptracker.publish.api.answers import Ticket, respond, write_document
from gaptracker.publish.api.codes import (
    ERROR_ADVICE,
    PROBLEM_KINDS,
    PROBLEMS_PATH,
    ErrorCode,
    ProblemCode,
)
from gaptracker.publish.api.deps import JSON_ONLY, shape_of
from gaptracker.publish.api.documented import problems
from gaptracker.publish.api.errors import absent, unknown
from gaptracker.publish.api.queries import LanguageQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_releases import CodeAnswer, CodeList, CodeRow

router = Routes(tag="service")

# Codes are explained in English only, as problems are.
ENGLISH = LanguageQuery(lang="en")


def all_codes() -> dict[str, CodeRow]:
    """Return every stable code, those of whole refusals first."""
    rows = [
        CodeRow(
            code=code.value,
            kind="problem",
            status=kind.status.value,
            title=kind.title,
            advice=kind.advice,
        )
        for code, kind in PROBLEM_KINDS.items()
    ]
    rows.extend(
        CodeRow(code=code.value, kind="error", status=None, title=None, advice=advice)
        for code, advice in ERROR_ADVICE.items()
    )
    return {row.code: row for row in rows}


@router.get(
    PROBLEMS_PATH,
    summary="All stable codes",
    response_model=CodeList,
    responses=problems(ProblemCode.NOT_ACCEPTABLE, ProblemCode.VALIDATION_FAILED),
)
async def list_problems(request: Request) -> Response:
    """Give every code that a refusal can carry; a code once published is never renamed."""
    return respond(
        request,
        _ticket(request, PROBLEMS_PATH),
        lambda: write_document(CodeList(data=list(all_codes().values()))),
    )


@router.get(
    PROBLEMS_PATH + "/{code}",
    summary="One stable code",
    response_model=CodeAnswer,
    responses=problems(
        ProblemCode.NOT_FOUND, ProblemCode.NOT_ACCEPTABLE, ProblemCode.VALIDATION_FAILED
    ),
)
async def get_problem(
    request: Request, code: Annotated[str, Path(examples=["validation-failed"])]
) -> Response:
    """Say what a code means and what to do; the `type` of a problem leads here."""
    known = all_codes()
    if code not in known:
        spellings = dict.fromkeys((*ProblemCode, *ErrorCode), ())
        fault = unknown("code", ErrorCode.PROBLEM_UNKNOWN, code, spellings, place="path")
        raise absent(fault)
    return respond(
        request,
        _ticket(request, f"{PROBLEMS_PATH}/{code}"),
        lambda: write_document(CodeAnswer(data=known[code])),
    )


def _ticket(request: Request, path: str) -> Ticket:
    shape = shape_of(request, ENGLISH, offered=JSON_ONLY, pinned=False)
    return Ticket(identity=(path,), shape=shape)
