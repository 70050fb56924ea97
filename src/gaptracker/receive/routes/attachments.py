"""Files of submissions: send them, list them, read them; and those that are public."""

from fastapi import Request, Response

from gaptracker.domain.submissions import Derivative
from gaptracker.intake.file_types import ACCEPTED
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import NO_STORE, json_of, respond
from gaptracker.receive.attachment_answers import (
    BINARY,
    attachment_answer,
    derivative_name,
    file_description,
    public_file_mark,
)
from gaptracker.receive.attachment_schemas import AttachmentAnswer, AttachmentList, PublicFileList
from gaptracker.receive.callers import DeskParameter, ReadingParameter
from gaptracker.receive.documented import IDEMPOTENCY_KEY, intake_problems
from gaptracker.receive.errands import AttachmentId, DerivativeId, ReadingErrand, SubmissionId
from gaptracker.receive.file_answers import PRIVATE_CACHE, PUBLIC_CACHE, FileOut, file_answer
from gaptracker.receive.form_file import FORM
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.removals import LeftoversParameter, RemovingErrand
from gaptracker.receive.uploads import UploadErrand, UploadParameter, attachment_limits
from gaptracker.workflows.attach_files import attach_file
from gaptracker.workflows.public_files import public_file, public_files
from gaptracker.workflows.read_attachments import (
    AttachmentView,
    find_derivative,
    find_original,
    list_attachments,
    note_file_reading,
    view_attachment,
)
from gaptracker.workflows.remove_attachments import remove_attachment

router = Routes(tag="attachments")

FILE_PROBLEMS = intake_problems(ProblemCode.RANGE_NOT_SATISFIABLE)
REPR_DIGEST = {
    "name": "Repr-Digest",
    "in": "header",
    "required": False,
    "description": "What must arrive, as `sha-256=:<Base64>:` (RFC 9530); checked when it is sent.",
    "schema": {
        "type": "string",
        "maxLength": 2000,
        "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$",
    },
}
DISPOSITION = {
    "name": "Content-Disposition",
    "in": "header",
    "required": False,
    "description": "The file's name, as `attachment; filename*=UTF-8''…` (RFC 6266); only shown.",
    "schema": {"type": "string", "maxLength": 8000},
}
FORM_SCHEMA = {
    "type": "object",
    "properties": {"file": BINARY},
    "required": ["file"],
    "additionalProperties": False,
}
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            **{each: {"schema": BINARY} for each in sorted(ACCEPTED)},
            FORM: {
                "schema": FORM_SCHEMA,
                "encoding": {"file": {"contentType": ", ".join(sorted(ACCEPTED))}},
            },
        },
    },
    "parameters": [IDEMPOTENCY_KEY, REPR_DIGEST, DISPOSITION],
}


@router.post(
    "/v1/submissions/{submission_id}/attachments",
    summary="Send a file, as the body or in a form",
    status_code=201,
    response_model=AttachmentAnswer,
    responses={
        200: {
            "description": "These bytes were here already, under this `ref`.",
            "model": AttachmentAnswer,
        },
        **intake_problems(
            ProblemCode.IDEMPOTENCY_KEY_REQUIRED,
            ProblemCode.DIGEST_MISMATCH,
            ProblemCode.REQUEST_IN_PROGRESS,
            ProblemCode.CLIENT_REF_CONFLICT,
            ProblemCode.INVALID_TRANSITION,
            ProblemCode.TOO_LARGE,
            ProblemCode.UNSUPPORTED_MEDIA_TYPE,
            ProblemCode.MEDIA_TYPE_MISMATCH,
            ProblemCode.UNSAFE_FILE,
            ProblemCode.IDEMPOTENCY_KEY_REUSED,
        ),
    },
    openapi_extra=UPLOAD,
)
def send_attachment(
    request: Request,
    submission_id: SubmissionId,
    upload: UploadParameter,
    errand: UploadErrand,
    desk: DeskParameter,
) -> Response:
    """Add a file to a submission; 201 means that its bytes are kept, whatever happens next.

    The same bytes under the same `ref` are found again (200), other bytes are refused (409). A file
    that is not what it says, or unsafe, is refused and not kept. `scanning` means that its content
    takes longer to look at; an event tells if it ends in quarantine.
    """

    def attach() -> Answer:
        kept, is_new = attach_file(submission_id, upload.file, errand, attachment_limits(desk))
        made = errand.work.attachments.derivatives(kept.id)
        view = AttachmentView(attachment=kept, derivatives=made, whole=True)
        return Answer(
            status=201 if is_new else 200,
            body=json_of(attachment_answer(view)),
            headers={"Location": f"/v1/attachments/{kept.id}"},
        )

    return answer_once(request, upload.body, errand, attach)


@router.get(
    "/v1/submissions/{submission_id}/attachments",
    summary="The files of a submission",
    response_model=AttachmentList,
    responses=intake_problems(),
)
def get_attachments(submission_id: SubmissionId, errand: ReadingErrand) -> Response:
    """Give every file that the caller sees, with what was made from it."""
    found = list_attachments(submission_id, errand)
    return respond(AttachmentList(data=[attachment_answer(each) for each in found]))


@router.get(
    "/v1/attachments/{attachment_id}",
    summary="One file, without its bytes",
    response_model=AttachmentAnswer,
    responses=intake_problems(),
)
def get_attachment(attachment_id: AttachmentId, errand: ReadingErrand) -> Response:
    """Give what is known of a file, and what was made from it."""
    return respond(attachment_answer(view_attachment(attachment_id, errand)))


@router.delete(
    "/v1/attachments/{attachment_id}",
    summary="Remove a file that was sent by mistake, or is in quarantine",
    status_code=204,
    response_class=Response,
    responses=intake_problems(ProblemCode.INVALID_TRANSITION, ProblemCode.TOO_LARGE),
)
def delete_attachment(
    attachment_id: AttachmentId, errand: RemovingErrand, leftovers: LeftoversParameter
) -> Response:
    """Remove a file of your own organisation while its submission can be edited.

    Its bytes and what was made from them are erased, unless another file has the same. If it was
    announced, it is missing again; the log keeps that something was removed, not what.
    """
    leftovers |= remove_attachment(attachment_id, errand)
    return Response(status_code=204, headers=NO_STORE)


@router.get(
    "/v1/attachments/{attachment_id}/content",
    summary="The bytes of a file as they were sent",
    response_model=None,
    responses={
        **intake_problems(ProblemCode.RANGE_NOT_SATISFIABLE, ProblemCode.UNSAFE_FILE),
        **file_description(),
    },
)
def get_attachment_content(
    request: Request, attachment_id: AttachmentId, errand: ReadingErrand, desk: DeskParameter
) -> Response:
    """Give an original to its organisation and to who was assigned to review it, nobody else.

    A reviewer's reading is logged.
    """
    seen = find_original(attachment_id, errand)
    kept = seen.attachment
    file = FileOut(
        sha256=kept.sha256,
        size=kept.size_bytes,
        media_type=kept.media_type_detected or "application/octet-stream",
        name=kept.filename or kept.ref,
        cache=PRIVATE_CACHE,
    )
    return file_answer(request, desk, file, lambda: note_file_reading(seen, errand))


@router.get(
    "/v1/derivatives/{derivative_id}/content",
    summary="The bytes of something made from a file",
    response_model=None,
    responses={**FILE_PROBLEMS, **file_description()},
)
def get_derivative_content(
    request: Request, derivative_id: DerivativeId, errand: ReadingErrand, desk: DeskParameter
) -> Response:
    """Give a copy or a redaction to those who see the file it was made from."""
    made, seen = find_derivative(derivative_id, errand)
    file = _file_of(made, PRIVATE_CACHE)
    return file_answer(request, desk, file, lambda: note_file_reading(seen, errand))


@router.get(
    "/v1/evidence/{submission_id}/attachments",
    summary="The public files of a piece of evidence",
    response_model=PublicFileList,
    responses=intake_problems(),
)
def get_evidence_files(submission_id: SubmissionId, work: ReadingParameter) -> Response:
    """Give the copies that everybody may read; their names tell nothing."""
    marks = [public_file_mark(submission_id, each) for each in public_files(submission_id, work)]
    return respond(PublicFileList(data=marks), headers={"Cache-Control": PUBLIC_CACHE})


@router.get(
    "/v1/evidence/{submission_id}/attachments/{derivative_id}",
    summary="The bytes of a public file",
    response_model=None,
    responses={**FILE_PROBLEMS, **file_description()},
)
def get_evidence_file(
    request: Request,
    submission_id: SubmissionId,
    derivative_id: DerivativeId,
    work: ReadingParameter,
    desk: DeskParameter,
) -> Response:
    """Give a public copy: what is seen in the file, and nothing that was hidden beside it."""
    made = public_file(submission_id, derivative_id, work)
    return file_answer(request, desk, _file_of(made, PUBLIC_CACHE))


def _file_of(made: Derivative, cache: str) -> FileOut:
    return FileOut(
        sha256=made.sha256,
        size=made.size_bytes,
        media_type=made.media_type,
        name=derivative_name(made),
        cache=cache,
    )
