"""Batches of submissions, and the jobs that write them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import StreamingResponse

from gaptracker.domain.jobs import Job
from gaptracker.publish.api.codes import PROBLEM_KINDS, ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import NO_STORE
from gaptracker.receive.batches import BatchBody, BatchErrand, BatchParameter, BatchQueryParameter
from gaptracker.receive.callers import DeskParameter
from gaptracker.receive.desk import Desk
from gaptracker.receive.documented import IDEMPOTENCY_KEY, SENT_ONCE, intake_problems
from gaptracker.receive.errands import BareErrand, ReadingErrand
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.job_answers import RETRY_AFTER, job_answer, queued_answer
from gaptracker.receive.schemas_jobs import JobAnswer
from gaptracker.workflows.jobs import LineResult, cancel_job, queue_batch, results_after, view_job
from gaptracker.workflows.prepare_batch import BatchFormat

router = Routes(tag="jobs")

JobId = Annotated[str, Path(min_length=1, max_length=64)]
NDJSON = BatchFormat.NDJSON.value
SUBMISSION_REF = {"$ref": "#/components/schemas/Submission"}
BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            NDJSON: {"schema": {"type": "string", "description": "One submission a line."}},
            BatchFormat.CSV.value: {"schema": {"type": "string"}},
            BatchFormat.JSON.value: {
                "schema": {"type": "array", "items": SUBMISSION_REF, "minItems": 1, "maxItems": 100}
            },
        },
    },
    "parameters": [IDEMPOTENCY_KEY],
}


@router.post(
    "/v1/submissions:batch",
    summary="Many submissions at once: NDJSON, CSV or a JSON array",
    status_code=202,
    response_model=JobAnswer,
    responses=intake_problems(*SENT_ONCE, ProblemCode.IDEMPOTENCY_KEY_REUSED),
    openapi_extra=BATCH_BODY,
)
def create_batch(
    request: Request,
    errand: BatchErrand,
    body: BatchBody,
    batch: BatchParameter,
    asked: BatchQueryParameter,
) -> Response:
    """Take up to 10,000 lines of at most 256 kB each; every line is checked before the answer.

    `partial` keeps each good line, `atomic` all or none. Identities are sealed on arrival, and the
    body itself is kept nowhere. Sending the same file again changes nothing where its lines have a
    `client_ref`.
    """

    def queue() -> Answer:
        return queued_answer(queue_batch(batch, asked.mode, errand))

    return answer_once(request, body, errand, queue)


@router.get(
    "/v1/jobs/{job_id}",
    summary="How far a job is",
    response_model=JobAnswer,
    responses=intake_problems(),
)
def get_job(request: Request, job_id: JobId, errand: ReadingErrand) -> Response:
    """Give state and counts; `Retry-After` says when to ask again while it is unfinished."""
    return _shown(view_job(job_id, errand), request)


@router.get(
    "/v1/jobs/{job_id}/results",
    summary="What became of each line so far",
    responses={
        200: {
            "description": "One JSON object a line, in the order of the lines.",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        },
        **intake_problems(),
    },
    response_class=StreamingResponse,
)
def get_job_results(job_id: JobId, errand: ReadingErrand, desk: DeskParameter) -> Response:
    """Give a line's number, its `client_ref`, and its submission or its problem."""
    job = view_job(job_id, errand)
    return StreamingResponse(_results(job.id, desk), media_type=NDJSON, headers=NO_STORE)


@router.post(
    "/v1/jobs/{job_id}:cancel",
    summary="End a job early; what it has done stays",
    response_model=JobAnswer,
    responses=intake_problems(),
)
def cancel(request: Request, job_id: JobId, errand: BareErrand) -> Response:
    """Cancel a job that is not finished; a finished one is answered as it is."""
    return _shown(cancel_job(job_id, errand), request)


def _results(job: str, desk: Desk) -> Iterator[bytes]:
    """Yield results in chunks, each read by itself: no transaction waits for a slow reader."""
    line = 0
    while True:
        with desk.open_work(True) as work:
            found = results_after(job, line, work)
        if not found:
            return
        line = found[-1].line
        yield b"".join(_line(each) for each in found)


def _line(result: LineResult) -> bytes:
    found = dict(result.content)
    told: dict[str, object] = {
        name: found.pop(name) for name in ("line", "client_ref") if name in found
    }
    whole = {**told, "status": _status(found), **found}
    return json.dumps(whole, ensure_ascii=False).encode() + b"\n"


def _status(found: dict[str, Any]) -> int:
    """Return the status that the line would have had alone."""
    problem: Mapping[str, Any] | None = found.get("problem")
    if problem is not None:
        return PROBLEM_KINDS[ProblemCode(problem["code"])].status.value
    return 201 if found.pop("created") else 200


def _shown(job: Job, request: Request) -> Response:
    body = job_answer(job).model_dump_json()
    tag = f'"job_{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
    headers = {**NO_STORE, "ETag": tag, **({} if job.is_finished else RETRY_AFTER)}
    asked = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if request.method == "GET" and tag in asked:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
