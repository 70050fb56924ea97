"""The errand of a request: caller, transaction and moment, with the body read beforehand."""

from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.concurrency import run_in_threadpool

from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.intake.submission_known import Known
from gaptracker.receive.bodies import read_body, require_media_type
from gaptracker.receive.callers import (
    CallerParameter,
    DeskParameter,
    PresentParameter,
    ReadingParameter,
    WorkParameter,
    present_of,
)
from gaptracker.receive.desk import desk_of
from gaptracker.workflows.errand import Errand

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
AttachmentId = Annotated[str, Path(min_length=1, max_length=64)]
DerivativeId = Annotated[str, Path(min_length=1, max_length=64)]
SubmissionId = Annotated[str, Path(min_length=1, max_length=64)]


async def json_body(request: Request) -> bytes:
    """Read a JSON body within the limit, before the transaction begins."""
    require_media_type(request, JSON, MERGE_PATCH)
    return await read_body(request, desk_of(request).limits.json_bytes)


BodyParameter = Annotated[bytes, Depends(json_body)]


async def the_errand(
    request: Request, caller: CallerParameter, _body: BodyParameter, work: WorkParameter
) -> Errand:
    """Give a writing route its caller, transaction and moment; the body has been read."""
    review = desk_of(request).review
    return Errand(principal=caller, work=work, present=present_of(request), review=review)


WritingErrand = Annotated[Errand, Depends(the_errand)]


async def no_body(request: Request) -> bytes:
    """Read the body of an address that takes none: nothing, or an empty object.

    Raises:
        Refused: `too-large` or `validation-failed`, if there is something in it.
    """
    body = await read_body(request, desk_of(request).limits.json_bytes)
    if body.strip() not in {b"", b"{}"}:
        raise Refused(RefusalCode.VALIDATION_FAILED, "a body came; this address takes none, or {}")
    return body


NoBodyParameter = Annotated[bytes, Depends(no_body)]


async def the_bare_errand(
    caller: CallerParameter, _body: NoBodyParameter, work: WorkParameter, present: PresentParameter
) -> Errand:
    """Give a writing route that takes no body its caller, transaction and moment."""
    return Errand(principal=caller, work=work, present=present)


BareErrand = Annotated[Errand, Depends(the_bare_errand)]


async def the_checking_errand(
    caller: CallerParameter,
    _body: BodyParameter,
    work: ReadingParameter,
    present: PresentParameter,
) -> Errand:
    """Give a route that looks at a body and keeps nothing of it a transaction that only reads."""
    return Errand(principal=caller, work=work, present=present)


CheckingErrand = Annotated[Errand, Depends(the_checking_errand)]


async def the_reading_errand(
    caller: CallerParameter, work: ReadingParameter, present: PresentParameter, desk: DeskParameter
) -> Errand:
    """Give a reading route the same; what has to be logged is written aside, without a lock."""
    return Errand(
        principal=caller,
        work=work,
        present=present,
        aside=lambda: desk.open_work(False),
        review=desk.review,
    )


ReadingErrand = Annotated[Errand, Depends(the_reading_errand)]


async def the_known(request: Request, _caller: CallerParameter) -> Known:
    """Give a route what content may name, before its transaction begins."""
    known, now = desk_of(request).known, present_of(request).now
    at_hand = known.at_hand(now)
    if at_hand is not None:
        return at_hand
    read: Known = await run_in_threadpool(known.current, now)
    return read


KnownParameter = Annotated[Known, Depends(the_known)]
