"""Published evidence as everybody sees it: the public projection, and the tombstones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gaptracker.custody.canonical import content_digest
from gaptracker.domain.ownership import items_prefix, submission_of
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.submissions import Submission
from gaptracker.domain.workflow import State, Verification
from gaptracker.intake.public_view import public_view
from gaptracker.intake.submissions import Content
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import content_of
from gaptracker.workflows.public_files import SHOWN, withheld_files


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEvidence:
    """One published submission, as everybody sees it.

    Attributes:
        id: The submission's, which is all that joins it to anything that is not public.
        superseded_by: Its successor, unless that was unpublished: then it is not there for anybody.
        content_sha256: Of the projection, so that a reader can check what was cited.
        published_on: The day; never finer.
        evidence: The ids that its items have in releases, by their reference.
        withheld_files: How many of its files are not public, as a range. Not part of the
            projection, whose digest stays when a redaction is published later.
    """

    id: str
    state: State
    verification: Verification
    superseded_by: str | None
    published_on: date
    content_sha256: str
    evidence: dict[str, str]
    withheld_files: str
    projection: Content


def show_evidence(submission: str, work: UnitOfWork) -> PublicEvidence:
    """Show one published submission.

    Raises:
        Refused: `not-found` if nothing published has this id; `retracted` or `withdrawn`, with
            the day, the public reason and the last digest, if something had.
    """
    found = work.submissions.find(submission)
    if found is None:
        raise _no_page_of_its_own(submission, work)
    if found.published_at is None:
        raise not_there()
    if found.state in SHOWN:
        return _shown(found, work)
    if found.state in {State.RETRACTED, State.WITHDRAWN}:
        raise _tombstone(found)
    raise not_there()


def list_evidence(work: UnitOfWork, *, after: str | None, limit: int) -> tuple[PublicEvidence, ...]:
    """List what is published now, by id, at most `limit` after an id."""
    found = work.submissions.published(after=after, limit=limit)
    return tuple(_shown(each, work) for each in found)


def all_evidence(work: UnitOfWork, *, batch: int = 200) -> Iterator[PublicEvidence]:
    """Yield everything that is published now, by id."""
    after: str | None = None
    while page := list_evidence(work, after=after, limit=batch):
        yield from page
        after = page[-1].id


def _shown(submission: Submission, work: UnitOfWork) -> PublicEvidence:
    number = submission.published_revision or submission.revision
    revision = work.submissions.revision(submission.id, number)
    if revision is None or submission.published_at is None:
        raise not_there()
    projection = public_view(content_of(revision)).projection
    return PublicEvidence(
        id=submission.id,
        state=submission.state,
        verification=submission.verification,
        superseded_by=_successor(submission, work),
        published_on=submission.published_at.date(),
        content_sha256=content_digest(projection),
        evidence={
            item["ref"]: f"{items_prefix(submission.id)}{item['ref']}"
            for item in projection["items"]
        },
        withheld_files=withheld_files(submission.id, work),
        projection=projection,
    )


def _no_page_of_its_own(name: str, work: UnitOfWork) -> Refused:
    """Return the refusal of an unknown id; one that could be a published item's says where to ask.

    The words are the same whether there is such an item: some are not public.
    """
    owner = submission_of(name)
    found = None if owner in {None, name} else work.submissions.find(owner or "")
    refused = not_there()
    if found is not None and found.published_at is not None and found.state in SHOWN:
        refused.detail = (
            "an item has no address of its own; what its submission holds is at "
            f"/v1/evidence/{found.id}"
        )
    return refused


def _successor(submission: Submission, work: UnitOfWork) -> str | None:
    """Return the successor, if it has a page or a tombstone."""
    if submission.superseded_by is None:
        return None
    found = work.submissions.find(submission.superseded_by)
    return None if found is None or found.published_at is None else found.id


def _tombstone(submission: Submission) -> Refused:
    retracted = submission.state is State.RETRACTED
    day = None if submission.ended_at is None else submission.ended_at.date().isoformat()
    reason = submission.public_reason or "no public reason was given"
    return Refused(
        RefusalCode.RETRACTED if retracted else RefusalCode.WITHDRAWN,
        f"{'retracted' if retracted else 'withdrawn'} on {day}: {reason}",
        ended_on=day,
        reason=submission.public_reason,
        last_content_sha256=submission.published_sha256,
    )
