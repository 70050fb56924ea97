"""Join the workflow to the evidence: publishing adds it, everything after takes it back."""

from collections.abc import Iterable
from datetime import datetime

from gaptracker.custody.canonical import content_digest
from gaptracker.domain.corrections import PublishedCorrection
from gaptracker.domain.ownership import submission_of
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.domain.submissions import Submission
from gaptracker.domain.workflow import Action
from gaptracker.intake.public_view import public_view
from gaptracker.intake.submission_evidence import Publication, evidence_of
from gaptracker.intake.submission_origins import Submitter, origins_of
from gaptracker.intake.submissions import Content
from gaptracker.records.mapping import SOURCES
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.present import Present
from gaptracker.workflows.record_corrections import cells_corrected, record_corrections
from gaptracker.workflows.submission_facts import current_content
from gaptracker.workflows.submitted_evidence import record_evidence, withdraw_evidence

# What stands in the history for ever, and so names nobody.
RECORDER = "intake"


def publish_evidence(submission: Submission, work: UnitOfWork, present: Present) -> str:
    """Make the public part of a submission evidence, and mark the scores it bears on.

    Returns:
        The digest of what the public now sees.

    Raises:
        Refused: `validation-failed`, if nothing of it can become evidence.
    """
    content = current_content(submission, work)
    if content is None:
        raise Refused(RefusalCode.WITHDRAWN, "the content was erased")
    own_sources = (
        each for each in work.evidence.load_all(SOURCES) if submission_of(each.id) is None
    )
    found = evidence_of(
        content,
        Publication(
            submission_id=submission.id,
            revision=submission.revision,
            published_on=present.now.date(),
            # The group is public for ever: an opaque id, which names the organisation to nobody.
            submitter=Submitter(group=submission.organisation),
            origins=origins_of(own_sources),
        ),
    )
    if not (found.statements or found.measures or found.observations or found.corrections):
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            "nothing of it would become public: each item needs a public source",
        )
    stamp = _stamp(submission, "published", present.now)
    record_evidence(found, work, submission=submission.id, stamp=stamp)
    corrections = tuple(
        PublishedCorrection(
            id=each.id,
            submission=submission.id,
            record=each.record_id,
            changes=each.changes,
            published_at=present.now,
        )
        for each in found.corrections
    )
    record_corrections(submission.id, corrections, work, stamp=stamp)
    cells = {*_cells_of(content), *cells_corrected(corrections, work)}
    _mark(submission, cells, work, present)
    return content_digest(public_view(content).projection)


def take_evidence_back(
    submission: Submission, action: Action, work: UnitOfWork, present: Present
) -> None:
    """Take the evidence of a submission back; its tombstone stays at its public address."""
    stamp = _stamp(submission, action.value, present.now)
    withdraw_evidence(submission.id, work, stamp=stamp)
    record_corrections(submission.id, (), work, stamp=stamp)
    _mark(submission, work.dirty_scores.cells_of(submission.id), work, present)


def _mark(
    submission: Submission,
    cells: Iterable[tuple[str, str]],
    work: UnitOfWork,
    present: Present,
) -> None:
    work.dirty_scores.mark(
        submission.id, cells, at=present.now, new_id=lambda: present.new_id("dty")
    )


def _cells_of(content: Content) -> Iterable[tuple[str, str]]:
    """Yield the actor and theme of each item; an observation counts wherever it is used."""
    for item in content["items"]:
        if "actor" in item:
            yield item["actor"], item.get("theme") or "*"


def _stamp(submission: Submission, what: str, now: datetime) -> RevisionStamp:
    return RevisionStamp(
        recorded_at=now, recorded_by=RECORDER, reason=f"submission {submission.id}: {what}"
    )
