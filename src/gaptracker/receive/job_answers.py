"""How a job is answered, whatever it does."""

import json

from gaptracker.domain.jobs import Job
from gaptracker.receive.answers import json_of
from gaptracker.receive.idempotency import Answer
from gaptracker.receive.schemas_jobs import JobAnswer, JobCounts

RETRY_AFTER = {"Retry-After": "1"}


def queued_answer(job: Job) -> Answer:
    """Return the 202 for a job that was taken in, with its address."""
    return Answer(
        status=202,
        body=json_of(job_answer(job)),
        headers={"Location": f"/v1/jobs/{job.id}", **RETRY_AFTER},
    )


def job_answer(job: Job) -> JobAnswer:
    """Return a job as its organisation sees it."""
    return JobAnswer(
        id=job.id,
        kind=job.kind,
        state=job.state,
        mode=job.mode,
        lines=job.line_count,
        counts=JobCounts(
            read=job.read_count,
            created=job.created_count,
            unchanged=job.unchanged_count,
            failed=job.failed_count,
        ),
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        problem=None if job.problem is None else json.loads(job.problem),
        results=f"/v1/jobs/{job.id}/results",
    )
