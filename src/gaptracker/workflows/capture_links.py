"""Capture web pages: take the wish, lease it, keep what was fetched, or say why there is nothing.

Fetching takes long and happens outside any transaction, under a lease. Whoever dies meanwhile
leaves a lease that ends, and the page is fetched again; the file, its log entry and the end of the
job are one transaction, so that there is never a second file.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta

from gaptracker.domain.errors import SealUnopened
from gaptracker.domain.jobs import Job, JobKind, JobMode, JobState
from gaptracker.domain.principals import Scope
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.intake.addresses import AddressRefused, OutgoingRules, check_url
from gaptracker.intake.page_capture import CaptureFailed, CaptureFault
from gaptracker.intake.submission_problems import FieldCode, Problem, SubmissionInvalid
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.attach_files import (
    ArrivedFile,
    AttachmentLimits,
    attach_file,
    check_new_file,
)
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.jobs import new_job
from gaptracker.workflows.line_problems import line_problem
from gaptracker.workflows.present import Present
from gaptracker.workflows.run_batch import finish, sender_of

CAPTURE_SECONDS = 60.0
# Longer than fetching, packing and looking at a page can take together.
LEASE = timedelta(minutes=5)
# Between an attempt without a connection, or one that was killed, and the next.
DELAYS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
MOST_ATTEMPTS = 1 + len(DELAYS)
SCHEMES = frozenset({"http", "https"})
SCOPES = frozenset({Scope.SUBMISSION_READ, Scope.SUBMISSION_WRITE})
CODES = {
    CaptureFault.ADDRESS_REFUSED: RefusalCode.VALIDATION_FAILED,
    CaptureFault.ABSENT: RefusalCode.NOT_FOUND,
    CaptureFault.NO_PAGE: RefusalCode.UNAVAILABLE,
    CaptureFault.TOO_LARGE: RefusalCode.TOO_LARGE,
    CaptureFault.TIMEOUT: RefusalCode.REQUEST_TIMEOUT,
    CaptureFault.CONNECTION: RefusalCode.UNAVAILABLE,
    CaptureFault.UNREADABLE: RefusalCode.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page that is to become a file of a submission, under a reference."""

    submission: str
    url: str = field(repr=False)
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenCapture:
    """A capture that is leased to one worker."""

    job: Job
    link: Link


def capture_rules(rules: OutgoingRules) -> OutgoingRules:
    """Return where captures may go: as everything else, and over plain HTTP, too.

    Many gazettes have nothing better, and nothing secret goes along.
    """
    return replace(rules, schemes=SCHEMES)


def queue_capture(
    link: Link, errand: Errand, rules: OutgoingRules, limits: AttachmentLimits
) -> Job:
    """Keep the wish for a capture, closed, for a worker.

    Args:
        link: What, and where to; what its name resolves to is checked at every connection.
        errand: Who asks, and when.
        rules: What may be reached at all.
        limits: How many files there may be.

    Raises:
        SubmissionInvalid: If the address is refused.
        Refused: As `check_new_file`; `rate-limited`.
    """
    check_new_file(link.submission, link.ref, errand, limits)
    try:
        check_url(link.url, capture_rules(rules))
    except AddressRefused as error:
        problem = Problem(pointer="#/url", code=FieldCode.URL_REFUSED, detail=str(error))
        raise SubmissionInvalid([problem]) from error
    job = new_job(JobKind.CAPTURE, JobMode.PARTIAL, 1, errand)
    errand.work.jobs.add(job, [json.dumps(asdict(link))])
    return job


def take_capture(work: UnitOfWork, present: Present) -> TakenCapture | None:
    """Lease the oldest capture that nobody has; None if there is none that can be done.

    Fetch after committing, and then `keep_capture` or `end_attempt`.
    """
    job = work.jobs.take(JobKind.CAPTURE, present.now)
    if job is None:
        return None
    link = _link(job, work)
    if isinstance(link, Refused):
        _fail(job, link, work, present)
        return None
    leased = replace(
        job,
        state=JobState.RUNNING,
        started_at=job.started_at or present.now,
        worker=present.new_id("wrk"),
        lease_until=present.now + LEASE,
        attempts=job.attempts + 1,
    )
    work.jobs.update(leased)
    return TakenCapture(job=leased, link=link)


def keep_capture(
    taken: TakenCapture,
    file: ArrivedFile,
    work: UnitOfWork,
    present: Present,
    limits: AttachmentLimits,
) -> bool:
    """Take a fetched page into its submission and end the job, if all that still can be.

    Returns:
        Whether the file is needed; if not, its bytes are to be discarded.
    """
    job = _still_ours(taken, work)
    if job is None:
        return False
    principal = sender_of(job, SCOPES, work, present)
    if principal is None:
        _fail(job, _gone(), work, present)
        return False
    errand = Errand(principal=principal, work=work, present=present)
    try:
        attachment, is_new = attach_file(
            taken.link.submission, file, errand, limits, by_machine=True
        )
    except Refused as refused:
        _fail(job, refused, work, present)
        return False
    result = {"line": 1, "ref": file.ref, "created": is_new, "id": attachment.id}
    work.jobs.add_results(job.id, {1: json.dumps(result)})
    done = replace(_free(job), read_count=1, created_count=is_new, unchanged_count=not is_new)
    finish(done, JobState.SUCCEEDED, work, present)
    return True


def end_attempt(
    taken: TakenCapture, failed: CaptureFailed | Refused, work: UnitOfWork, present: Present
) -> None:
    """Keep that a page could not be captured: for the next attempt, or for good."""
    job = _still_ours(taken, work)
    if job is None:
        return
    if isinstance(failed, Refused):
        _fail(job, failed, work, present)
    elif failed.fault is CaptureFault.CONNECTION and job.attempts < MOST_ATTEMPTS:
        later = present.now + DELAYS[job.attempts - 1]
        work.jobs.update(replace(_free(job), state=JobState.QUEUED, lease_until=later))
    else:
        _fail(job, Refused(CODES[failed.fault], failed.fault.value), work, present)


def _link(job: Job, work: UnitOfWork) -> Link | Refused:
    """Return what a capture is of, or why it will never be done."""
    if job.attempts >= MOST_ATTEMPTS:
        return Refused(
            RefusalCode.UNAVAILABLE, f"{MOST_ATTEMPTS} attempts did not come to an end; ask again"
        )
    try:
        part = work.jobs.next_part(job.id)
    except SealUnopened:
        part = None
    if part is None:
        return Refused(RefusalCode.UNAVAILABLE, "what was kept of it cannot be read; ask again")
    return Link(**json.loads(part[1]))


def _still_ours(taken: TakenCapture, work: UnitOfWork) -> Job | None:
    """Load the job, unless it was cancelled or another worker has it by now."""
    found = work.jobs.find(taken.job.id, to_change=True)
    if found is None or found.is_finished or found.worker != taken.job.worker:
        return None
    return found


def _free(job: Job) -> Job:
    return replace(job, worker=None, lease_until=None)


def _fail(job: Job, refused: Refused, work: UnitOfWork, present: Present) -> None:
    failed = replace(_free(job), read_count=1, failed_count=1)
    finish(failed, JobState.FAILED, work, present, problem=line_problem(refused))


def _gone() -> Refused:
    return Refused(RefusalCode.INSUFFICIENT_SCOPE, "who asked for it may not send any more")
