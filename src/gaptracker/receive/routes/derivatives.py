"""What editors make of files before they are public: redactions, and originals let out."""

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.domain.submissions import Attachment, DerivativeKind
from gaptracker.intake.file_types import NoPublicCopy
from gaptracker.intake.redaction import Box
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import json_of
from gaptracker.receive.attachment_answers import derivative_mark
from gaptracker.receive.attachment_schemas import DerivativeMark
from gaptracker.receive.callers import CallerParameter, DeskParameter, PresentParameter
from gaptracker.receive.documented import IDEMPOTENCY_KEY, SENT_ONCE, intake_problems, takes
from gaptracker.receive.errands import AttachmentId, BodyParameter, WritingErrand
from gaptracker.receive.idempotency import Answer, answer_once, key_of
from gaptracker.receive.requests import DerivativeBody, parse_body
from gaptracker.records.blob_store import StoredBlob
from gaptracker.workflows.copy_attachments import (
    MadeFile,
    find_to_redact,
    keep_made,
    make_file,
)
from gaptracker.workflows.errand import Errand

router = Routes(tag="attachments")


async def the_made_file(
    request: Request,
    attachment_id: AttachmentId,
    caller: CallerParameter,
    body: BodyParameter,
    desk: DeskParameter,
    present: PresentParameter,
) -> MadeFile | None:
    """Make what is asked for, before any transaction that writes; None if it was answered before.

    Raises:
        Refused: As `find_to_redact`; `validation-failed` if it cannot be made.
    """
    key, asked = key_of(request, caller), parse_body(DerivativeBody, body)
    boxes = [Box(**each.model_dump()) for each in asked.boxes]
    original = asked.kind == "original"
    if original == bool(boxes):
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            "a redaction needs at least one box, and an original takes none",
        )

    def look_up() -> Attachment | None:
        with desk.open_work(True) as work:
            if work.idempotency.find(key) is not None:
                return None
            errand = Errand(principal=caller, work=work, present=present)
            return find_to_redact(attachment_id, errand, original=original)

    found = await run_in_threadpool(look_up)
    if found is None:
        return None
    if original:
        return MadeFile(
            kind=DerivativeKind.ORIGINAL,
            blob=StoredBlob(sha256=found.sha256, size=found.size_bytes),
            name=found.blob,
            media_type=found.media_type_detected or "application/octet-stream",
        )
    try:
        async with desk.copying:
            return await run_in_threadpool(make_file, found, desk.blobs, desk.copier, boxes)
    except NoPublicCopy as error:
        raise Refused(RefusalCode.VALIDATION_FAILED, str(error)) from error


MadeParameter = Annotated[MadeFile | None, Depends(the_made_file)]


@router.post(
    "/v1/attachments/{attachment_id}/derivatives",
    summary="Make a redaction, which then is what becomes public",
    status_code=201,
    response_model=DerivativeMark,
    responses=intake_problems(
        *SENT_ONCE, ProblemCode.INVALID_TRANSITION, ProblemCode.IDEMPOTENCY_KEY_REUSED
    ),
    openapi_extra=takes(DerivativeBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def make_derivative(
    request: Request,
    attachment_id: AttachmentId,
    made: MadeParameter,
    errand: WritingErrand,
    body: BodyParameter,
) -> Response:
    """Burn boxes into a copy of a picture or PDF; what was under them is gone from the copy.

    With `kind: original` the file itself is let out as it is, metadata and all: only with the
    organisation's `consent.keep_metadata`, never beside restricted or sealed parts, and never
    where there is a redaction.
    """

    def make() -> Answer:
        if made is None:
            # Answered before, when the file was about to be made, and forgotten since.
            raise Refused(
                RefusalCode.REQUEST_IN_PROGRESS,
                "the answer to this key was just forgotten; send it again with a new one",
                headers={"Retry-After": "1"},
            )
        kept = keep_made(attachment_id, made, errand)
        return Answer(status=201, body=json_of(derivative_mark(kept)))

    return answer_once(request, body, errand, make)
