"""Create, read, edit and move submissions."""

from collections.abc import Iterable

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from gaptracker.custody.canonical import content_digest
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.workflow import Action
from gaptracker.intake.public_view import public_view
from gaptracker.intake.strict_json import parse_json
from gaptracker.intake.submission_models import patch_schema, submission_schema
from gaptracker.intake.submission_problems import Problem
from gaptracker.intake.submissions import (
    Content,
    completeness,
    publication_obstacles,
    validate_submission,
)
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import etag_of, json_of, respond, submission_answer
from gaptracker.receive.documented import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    SENT,
    SENT_ONCE,
    intake_problems,
    takes,
)
from gaptracker.receive.errands import (
    MERGE_PATCH,
    BodyParameter,
    CheckingErrand,
    KnownParameter,
    ReadingErrand,
    SubmissionId,
    WritingErrand,
)
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.requests import TransitionBody, parse_body
from gaptracker.receive.schemas import (
    FieldFateMark,
    FieldProblem,
    PublicPreview,
    SubmissionAnswer,
    Validation,
)
from gaptracker.workflows.change_state import change_state
from gaptracker.workflows.create_submissions import Creation, create_submissions
from gaptracker.workflows.edit_submission import edit_submission
from gaptracker.workflows.look_up_submissions import view_of, view_of_new, view_submission
from gaptracker.workflows.submission_facts import TransitionRequest
from gaptracker.workflows.submission_sight import Sight, sight_of

router = Routes(tag="submissions")

SUBMISSION_SCHEMA = submission_schema()


class SchemaResponse(JSONResponse):
    """A JSON Schema, under its own media type."""

    media_type = "application/schema+json"


@router.get(
    "/v1/schemas/submission",
    summary="JSON Schema of a submission",
    response_model=None,
    response_class=SchemaResponse,
)
async def get_submission_schema() -> Response:
    """Give the schema that submissions are checked against; `version` says which one it is."""
    return SchemaResponse(SUBMISSION_SCHEMA, headers={"Cache-Control": "public, max-age=300"})


@router.post(
    "/v1/submissions:validate",
    summary="Dry run: everything that is wrong, at once",
    response_model=Validation,
    responses=intake_problems(*SENT),
    openapi_extra=takes(SUBMISSION_SCHEMA),
)
def validate(known: KnownParameter, _errand: CheckingErrand, body: BodyParameter) -> Response:
    """Check a submission and keep nothing of it.

    `to_submit` and `to_publish` list what would still be missing for those steps.
    """
    draft = validate_submission(parse_json(body), known)
    return respond(
        Validation(
            valid=True,
            content_sha256=content_digest(draft.content),
            to_submit=_problems(completeness(draft.content)),
            to_publish=_problems(publication_obstacles(draft.content)),
        )
    )


@router.post(
    "/v1/submissions:preview-public",
    summary="What of a submission would become public, field by field",
    response_model=PublicPreview,
    responses=intake_problems(*SENT),
    openapi_extra=takes(SUBMISSION_SCHEMA),
)
def preview_before(known: KnownParameter, _errand: CheckingErrand, body: BodyParameter) -> Response:
    """Show what readers would see of a submission that is not sent yet; keep nothing of it."""
    draft = validate_submission(parse_json(body), known)
    return respond(_preview(draft.content))


@router.post(
    "/v1/submissions",
    summary="Create a draft, or hand over at once with `submit`",
    status_code=201,
    response_model=SubmissionAnswer,
    responses={
        200: {
            "description": "It was here already, under its `client_ref` and with this content.",
            "model": SubmissionAnswer,
        },
        **intake_problems(
            *SENT_ONCE,
            ProblemCode.CLIENT_REF_CONFLICT,
            ProblemCode.IDEMPOTENCY_KEY_REUSED,
        ),
    },
    openapi_extra=takes(SUBMISSION_SCHEMA, IDEMPOTENCY_KEY),
)
def create_submission(
    request: Request, known: KnownParameter, errand: WritingErrand, body: BodyParameter
) -> Response:
    """Create a submission; 201 means that it is kept, with its log entry, whatever happens next.

    The same `client_ref` with the same content finds what is there (200). A source's `identity`
    is sealed on arrival and never shown again, to its sender neither.
    """

    def create() -> Answer:
        draft = validate_submission(parse_json(body), known)
        (outcome,) = create_submissions([draft], errand)
        if isinstance(outcome, Refused):
            raise outcome
        if draft.submit and outcome.created:
            asked = TransitionRequest(action=Action.SUBMIT)
            found = change_state(outcome.submission.id, asked, errand)
            outcome = Creation(submission=found, created=True)
        if outcome.created and not draft.submit:
            view = view_of_new(outcome.submission, draft.content, errand)
        else:
            view = view_of(outcome.submission, Sight.OWN, errand)
        return Answer(
            status=201 if outcome.created else 200,
            # Without the content: this answer is kept to be given again, and content may go.
            body=json_of(submission_answer(view, detail=False)),
            headers={
                "Location": f"/v1/submissions/{outcome.submission.id}",
                "ETag": outcome.submission.etag,
            },
        )

    return answer_once(request, body, errand, create)


@router.get(
    "/v1/submissions/{submission_id}",
    summary="One submission",
    response_model=SubmissionAnswer,
    responses=intake_problems(),
)
def get_submission(
    request: Request, submission_id: SubmissionId, errand: ReadingErrand
) -> Response:
    """Give a submission as the caller may see it; reading confidential parts is logged."""
    view = view_submission(submission_id, errand)
    etag = etag_of(view)
    if etag in {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "no-store"})
    return respond(submission_answer(view), headers={"ETag": etag})


@router.patch(
    "/v1/submissions/{submission_id}",
    summary="Edit by merge patch, if it is still what was read",
    response_model=SubmissionAnswer,
    responses=intake_problems(
        *SENT,
        ProblemCode.INVALID_TRANSITION,
        ProblemCode.PRECONDITION_FAILED,
        ProblemCode.PRECONDITION_REQUIRED,
    ),
    openapi_extra=takes(patch_schema(), IF_MATCH, media_type=MERGE_PATCH),
)
def patch_submission(
    request: Request,
    submission_id: SubmissionId,
    known: KnownParameter,
    errand: WritingErrand,
    body: BodyParameter,
) -> Response:
    """Apply a merge patch (RFC 7396): null removes, arrays are replaced as a whole.

    Possible in `draft` and `needs_info`, and in `rejected` to prepare an appeal. Each change is a
    new revision; the earlier ones stay.
    """
    tag = request.headers.get("if-match", "").strip()
    if not tag:
        raise Refused(
            RefusalCode.PRECONDITION_REQUIRED,
            "If-Match is missing; send the ETag of what you read, so that nobody's change is lost",
        )
    patch = parse_json(body)
    if not isinstance(patch, dict):
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            "the patch is no object; expected the members that are to change (RFC 7396)",
        )
    changed = edit_submission(submission_id, patch, tag, errand, known)
    view = view_of(changed, Sight.OWN, errand)
    return respond(submission_answer(view), headers={"ETag": changed.etag})


@router.post(
    "/v1/submissions/{submission_id}/transitions",
    summary="Do an action: submit, claim, accept, publish, withdraw, …",
    response_model=SubmissionAnswer,
    responses=intake_problems(
        *SENT_ONCE,
        ProblemCode.INVALID_TRANSITION,
        ProblemCode.IDEMPOTENCY_KEY_REUSED,
    ),
    openapi_extra=takes(TransitionBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def move_submission(
    request: Request, submission_id: SubmissionId, errand: WritingErrand, body: BodyParameter
) -> Response:
    """Move a submission as the table of transitions allows; `allowed_actions` lists what it does.

    An action that the same caller has done already is answered with what is there.
    """

    def move() -> Answer:
        asked = parse_body(TransitionBody, body)
        changed = change_state(
            submission_id,
            TransitionRequest(
                action=asked.action,
                comment=asked.comment,
                internal_note=asked.internal_note,
                reason_code=asked.reason_code,
                public_reason=asked.public_reason,
                rubric=asked.rubric.model_dump() if asked.rubric else None,
                successor=asked.successor,
                conflict=asked.conflict_of_interest,
            ),
            errand,
        )
        sight = sight_of(changed, errand.principal) or Sight.QUEUED
        view = view_of(changed, sight, errand)
        answer = submission_answer(view, detail=False)
        return Answer(status=200, body=json_of(answer), headers={"ETag": etag_of(view)})

    return answer_once(request, body, errand, move)


@router.get(
    "/v1/submissions/{submission_id}/preview-public",
    summary="What of this submission would become public, field by field",
    response_model=PublicPreview,
    responses=intake_problems(),
)
def preview_public(submission_id: SubmissionId, errand: ReadingErrand) -> Response:
    """Show what readers would see, and what becomes of every field, before it is handed over."""
    view = view_submission(submission_id, errand)
    if view.content is None or view.sight is not Sight.OWN:
        raise not_there()
    return respond(_preview(view.content))


def _problems(found: Iterable[Problem]) -> list[FieldProblem]:
    return [FieldProblem(**each.as_json()) for each in found]


def _preview(content: Content) -> PublicPreview:
    found = public_view(content)
    return PublicPreview(
        projection=found.projection,
        fields=[FieldFateMark(**each.as_json()) for each in found.fields],
        obstacles=_problems(publication_obstacles(content)),
    )
