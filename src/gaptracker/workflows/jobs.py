"""Ask for jobs, look at them, end them early: an organisation's own, and nobody else's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gaptracker.domain.jobs import Job, JobKind, JobMode, JobState
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.prepare_batch import PreparedBatch
from gaptracker.workflows.run_batch import finish

# Twenty times 20 MB wait on the disk at most for one organisation.
MOST_WAITING = 20
WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """What became of one line: a submission, or a problem. `content` is JSON of either shape."""

    line: int
    content: Mapping[str, Any]


def queue_batch(batch: PreparedBatch, mode: JobMode, errand: Errand) -> Job:
    """Keep a prepared batch, for a worker to write.

    Raises:
        Refused: `rate-limited`, if too many of the organisation's wait already.
    """
    job = new_job(JobKind.BATCH, mode, batch.line_count, errand)
    errand.work.jobs.add(job, batch.parts)
    return job


def new_job(kind: JobKind, mode: JobMode, line_count: int, errand: Errand) -> Job:
    """Return a job of the caller's that is still to be kept.

    Raises:
        Refused: `rate-limited`, if too many of the organisation's wait already.
    """
    principal, present = errand.principal, errand.present
    if errand.work.jobs.waiting(principal.organisation) >= MOST_WAITING:
        raise Refused(
            RefusalCode.RATE_LIMITED,
            f"{MOST_WAITING} jobs of your organisation wait already; send this when some are done",
            headers={"Retry-After": str(WAIT_SECONDS)},
        )
    return Job(
        id=present.new_id("job"),
        organisation=principal.organisation,
        member=principal.member,
        kind=kind,
        mode=mode,
        state=JobState.QUEUED,
        line_count=line_count,
        created_at=present.now,
    )


def view_job(job: str, errand: Errand) -> Job:
    """Return a job of the caller's organisation.

    Raises:
        Refused: `not-found`, whether it is not there or not theirs.
    """
    return _own(errand.work.jobs.find(job), errand)


def cancel_job(job: str, errand: Errand) -> Job:
    """End a job early; what it has done stays. One that is finished stays as it is.

    Raises:
        Refused: `not-found`.
    """
    view_job(job, errand)
    found = _own(errand.work.jobs.find(job, to_change=True), errand)
    if found.is_finished:
        return found
    return finish(found, JobState.CANCELLED, errand.work, errand.present)


def results_after(job: str, line: int, work: UnitOfWork) -> list[LineResult]:
    """Return the next of a job's results, in order; none when there are no more."""
    found = work.jobs.results(job, after=line)
    return [LineResult(line=number, content=json.loads(text)) for number, text in found.items()]


def _own(found: Job | None, errand: Errand) -> Job:
    if found is None or found.organisation != errand.principal.organisation:
        raise not_there()
    return found
