"""Do a batch: one part in one transaction, so that a killed worker leaves off between two lines.

The row of the job is locked from the first look at it to the commit. That lock is the lease: it
ends with the worker that holds it, however that ends, and no clock has to be right for it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gaptracker.domain.delivery import EventType
from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.jobs import Job, JobKind, JobMode, JobState, outcome_of
from gaptracker.domain.principals import Principal, Scope
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.domain.workflow import Role
from gaptracker.records.custody_repository import OutboxEvent
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.batch_lines import BatchLine, lines_of
from gaptracker.workflows.create_submissions import Creation, create_prepared
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.hand_over import hand_over
from gaptracker.workflows.line_problems import LineProblem, line_problem
from gaptracker.workflows.present import Present

Outcome = Creation | LineProblem


class AtomicBatchFailed(GapTrackerError):
    """A line of an atomic batch failed; the transaction is to be rolled back."""

    def __init__(self, job: str, line: BatchLine, problem: LineProblem) -> None:
        """Name the line, and say why."""
        super().__init__(f"line {line.number} of {job} failed")
        self.job, self.line, self.problem = job, line, problem


def run_next_part(work: UnitOfWork, present: Present) -> bool:
    """Do the next part of the oldest batch, or the whole of it if it is atomic.

    Returns:
        Whether there was anything to do.

    Raises:
        AtomicBatchFailed: If the whole is to be rolled back; pass it to `fail_atomic`.
    """
    job = work.jobs.take(JobKind.BATCH, present.now)
    if job is None:
        return False
    principal = sender_of(job, frozenset({Scope.SUBMISSION_WRITE}), work, present)
    if principal is None:
        gone = Refused(RefusalCode.INSUFFICIENT_SCOPE, "who sent it may not send any more")
        finish(job, JobState.FAILED, work, present, problem=line_problem(gone))
        return True
    errand = Errand(principal=principal, work=work, present=present)
    started = replace(job, state=JobState.RUNNING, started_at=job.started_at or present.now)
    done = _part(started, errand)
    while started.mode is JobMode.ATOMIC and not done.is_finished:
        done = _part(done, errand)
    return True


def fail_atomic(failed: AtomicBatchFailed, work: UnitOfWork, present: Present) -> None:
    """Keep why an atomic batch failed; of the batch itself nothing is kept."""
    job = work.jobs.find(failed.job, to_change=True)
    if job is None or job.is_finished:
        return
    line = failed.line
    work.jobs.add_results(job.id, {line.number: _result(line, failed.problem)})
    counted = replace(
        job, read_count=line.number, failed_count=1, started_at=job.started_at or present.now
    )
    finish(counted, JobState.FAILED, work, present)


def give_up(work: UnitOfWork, present: Present) -> None:
    """End the oldest batch, whose next part cannot be done however often it is tried."""
    job = work.jobs.take(JobKind.BATCH, present.now)
    if job is not None:
        broken = Refused(
            RefusalCode.UNAVAILABLE,
            "what was kept of it cannot be read here; what is done stays: send the rest again",
        )
        finish(job, JobState.FAILED, work, present, problem=line_problem(broken))


def finish(
    job: Job,
    state: JobState,
    work: UnitOfWork,
    present: Present,
    *,
    problem: LineProblem | None = None,
) -> Job:
    """End a job: its input is erased, its organisation told."""
    ended = replace(
        job,
        state=state,
        finished_at=present.now,
        problem=None if problem is None else json.dumps(dict(problem)),
    )
    work.jobs.update(ended)
    work.jobs.drop_parts(job.id)
    work.custody.tell(
        OutboxEvent(
            id=present.new_id("evt"),
            type=EventType.JOB_FINISHED,
            organisation=job.organisation,
            data={"id": job.id, "links": {"self": f"/v1/jobs/{job.id}"}},
            at=present.now,
        )
    )
    return ended


def _part(job: Job, errand: Errand) -> Job:
    """Do one part; returns the job as it is then."""
    work = errand.work
    found = work.jobs.next_part(job.id)
    if found is None:
        return finish(job, _ended(job), work, errand.present)
    number, text = found
    lines = lines_of(text, sealed_at=job.created_at)
    outcomes = _outcomes(lines, errand)
    if job.mode is JobMode.ATOMIC:
        _refuse_failures(job, lines, outcomes)
    work.jobs.add_results(
        job.id, {line.number: _result(line, outcomes[line.number]) for line in lines}
    )
    work.jobs.drop_part(job.id, number)
    counted = _counted(job, outcomes)
    if work.jobs.next_part_number(job.id) is None:
        return finish(counted, _ended(counted), work, errand.present)
    work.jobs.update(counted)
    return counted


def _outcomes(lines: Sequence[BatchLine], errand: Errand) -> dict[int, Outcome]:
    """Create what can be created, hand over what asks for it; by the lines' numbers."""
    drafts = [(line, line.draft) for line in lines if line.draft is not None]
    created = create_prepared([draft for _, draft in drafts], errand)
    outcomes: dict[int, Outcome] = {
        line.number: line.problem for line in lines if line.problem is not None
    }
    moving: list[tuple[int, Creation]] = []
    for (line, _), outcome in zip(drafts, created, strict=True):
        if isinstance(outcome, Refused):
            outcomes[line.number] = line_problem(outcome)
            continue
        outcomes[line.number] = outcome
        if line.submit and outcome.created:
            moving.append((line.number, outcome))
    moved = hand_over([outcome.submission for _, outcome in moving], errand)
    for (number, _), submission in zip(moving, moved, strict=True):
        outcomes[number] = Creation(submission=submission, created=True)
    return outcomes


def _refuse_failures(job: Job, lines: Sequence[BatchLine], outcomes: Mapping[int, Outcome]) -> None:
    for line in lines:
        outcome = outcomes[line.number]
        if not isinstance(outcome, Creation):
            raise AtomicBatchFailed(job.id, line, outcome)


def _result(line: BatchLine, outcome: Outcome) -> str:
    """Write what became of a line; the status follows from it when it is shown."""
    found: dict[str, object] = {"line": line.number}
    if line.client_ref is not None:
        found["client_ref"] = line.client_ref
    if isinstance(outcome, Creation):
        found |= {
            "created": outcome.created,
            "id": outcome.submission.id,
            "etag": outcome.submission.etag,
            "state": outcome.submission.state.value,
        }
    else:
        found["problem"] = dict(outcome)
    return json.dumps(found, ensure_ascii=False)


def _counted(job: Job, outcomes: Mapping[int, Outcome]) -> Job:
    kept = [each for each in outcomes.values() if isinstance(each, Creation)]
    created = sum(each.created for each in kept)
    return replace(
        job,
        read_count=job.read_count + len(outcomes),
        created_count=job.created_count + created,
        unchanged_count=job.unchanged_count + len(kept) - created,
        failed_count=job.failed_count + len(outcomes) - len(kept),
    )


def _ended(job: Job) -> JobState:
    return outcome_of(failed=job.failed_count, kept=job.created_count + job.unchanged_count)


def sender_of(
    job: Job, scopes: frozenset[Scope], work: UnitOfWork, present: Present
) -> Principal | None:
    """Return who asked for a job, as long as they still may; their key may have expired since."""
    member = work.principals.find_member(job.member)
    if member is None or member.disabled or Role.CONTRIBUTOR not in member.roles:
        return None
    return Principal(
        member=member.id,
        organisation=member.organisation,
        organisation_name="",
        handle=member.handle,
        roles=member.roles,
        scopes=scopes,
        key=job.id,
        key_expires_at=present.now,
    )
