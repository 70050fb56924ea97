"""Ask for a capture of a web page as a file of a submission."""

from fastapi import Request, Response

from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.callers import DeskParameter
from gaptracker.receive.documented import IDEMPOTENCY_KEY, SENT_ONCE, intake_problems, takes
from gaptracker.receive.errands import BodyParameter, SubmissionId, WritingErrand
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.job_answers import queued_answer
from gaptracker.receive.requests import LinkBody, parse_body
from gaptracker.receive.schemas_jobs import JobAnswer
from gaptracker.receive.uploads import attachment_limits
from gaptracker.workflows.capture_links import Link, queue_capture

router = Routes(tag="attachments")


@router.post(
    "/v1/submissions/{submission_id}/links",
    summary="Ask for a capture of a web page",
    status_code=202,
    response_model=JobAnswer,
    responses=intake_problems(
        *SENT_ONCE,
        ProblemCode.CLIENT_REF_CONFLICT,
        ProblemCode.INVALID_TRANSITION,
        ProblemCode.IDEMPOTENCY_KEY_REUSED,
    ),
    openapi_extra=takes(LinkBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def ask_for_capture(
    request: Request,
    submission_id: SubmissionId,
    errand: WritingErrand,
    body: BodyParameter,
    desk: DeskParameter,
) -> Response:
    """Fetch a page from here and attach it as a web archive (`application/warc+gzip`).

    Redirects are followed, five at most, and every address must be on the public Internet. The
    job's result names the attachment; a job that fails says why. Who runs the site sees that this
    installation fetched the page, and when.
    """

    def queue() -> Answer:
        asked = parse_body(LinkBody, body)
        link = Link(submission=submission_id, url=asked.url, ref=asked.ref)
        rules, limits = desk.outgoing.rules, attachment_limits(desk)
        return queued_answer(queue_capture(link, errand, rules, limits))

    return answer_once(request, body, errand, queue)
