"""Read submissions: what each caller may see of one, of many, and of its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from gaptracker.custody.log_entries import EntryKind, parse_entry
from gaptracker.domain.principals import Scope
from gaptracker.domain.refusals import not_there
from gaptracker.domain.submissions import (
    Attachment,
    Message,
    Submission,
    SubmissionRevision,
    Visibility,
)
from gaptracker.domain.workflow import Action, Facts, State, allowed_actions
from gaptracker.intake.level_view import level_view, with_sealed
from gaptracker.intake.submission_edits import Difference, difference
from gaptracker.intake.submission_terms import Confidentiality
from gaptracker.intake.submissions import Content
from gaptracker.records.custody_repository import LoggedEntry
from gaptracker.workflows.change_state import acting_roles
from gaptracker.workflows.create_submissions import content_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.read_log import midnight
from gaptracker.workflows.submission_facts import gather_facts
from gaptracker.workflows.submission_sight import Sight, files_seen, find_seen, note_reading

LEVELS: Mapping[Sight, frozenset[Confidentiality]] = {
    Sight.OWN: frozenset(
        {Confidentiality.PUBLIC, Confidentiality.ORGANISATION, Confidentiality.RESTRICTED}
    ),
    Sight.ASSIGNED: frozenset(
        {Confidentiality.PUBLIC, Confidentiality.ORGANISATION, Confidentiality.RESTRICTED}
    ),
    Sight.EDITING: frozenset({Confidentiality.PUBLIC, Confidentiality.RESTRICTED}),
    Sight.QUEUED: frozenset({Confidentiality.PUBLIC}),
}
UNSEALING = frozenset({EntryKind.IDENTITY_REQUESTED, EntryKind.IDENTITY_UNSEALED})
UNSEALING_TOLD_AFTER = timedelta(days=30)
SEEING_ALL = frozenset({Sight.OWN, Sight.ASSIGNED})
# In these its organisation edits, so that the newest revision is not handed over yet.
EDITED = frozenset({State.NEEDS_INFO, State.REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """A submission as one caller sees it; no content where it was withdrawn or erased."""

    submission: Submission
    sight: Sight
    content: Content | None
    allowed: tuple[Action, ...]
    attachments: tuple[Attachment, ...]

    @property
    def sees_all(self) -> bool:
        """Say whether the caller sees everything that is not sealed."""
        return self.sight in SEEING_ALL


def view_submission(submission: str, errand: Errand) -> SubmissionView:
    """Show a submission to a caller; reading what is confidential is logged.

    Raises:
        Refused: `not-found`.
    """
    found, sight = find_seen(submission, errand)
    note_reading(found, sight, errand)
    return view_of(found, sight, errand)


def view_of(found: Submission, sight: Sight, errand: Errand) -> SubmissionView:
    """Return what a caller sees of a submission that was loaded for them."""
    facts = gather_facts(found, errand)
    shown = found if sight is Sight.OWN else _as_handed_over(found, errand)
    return SubmissionView(
        submission=shown,
        sight=sight,
        content=seen_content(found, shown.revision, sight, errand),
        allowed=allowed_actions(facts, acting_roles(errand.principal)),
        attachments=files_seen(found, sight, errand.work.attachments.of(found.id))
        if sight is not Sight.QUEUED
        else (),
    )


def view_of_new(submission: Submission, content: Content, errand: Errand) -> SubmissionView:
    """Return what a caller sees of a draft they have just created, without reading it back."""
    facts = Facts(
        state=submission.state,
        caller=errand.principal.member,
        caller_organisation=errand.principal.organisation,
        organisation=submission.organisation,
    )
    return SubmissionView(
        submission=submission,
        sight=Sight.OWN,
        content=content,
        allowed=allowed_actions(facts, acting_roles(errand.principal)),
        attachments=(),
    )


def seen_content(
    submission: Submission, number: int, sight: Sight, errand: Errand
) -> Content | None:
    """Return what a caller sees of one revision's content.

    Others than its organisation see what was handed over, and no draft before or after it; of
    earlier revisions those who review it see what the organisation has not sealed since.

    Raises:
        Refused: `not-found`, if there is no such revision for the caller.
    """
    revision = errand.work.submissions.revision(submission.id, number)
    if revision is None or not _is_seen(revision, submission, sight, errand):
        raise not_there()
    # Withdrawn content is nobody's to read from that moment on, though it is erased later.
    if revision.content is None or submission.state in {State.WITHDRAWN, State.EXPIRED}:
        return None
    content = content_of(revision)
    if sight is Sight.OWN:
        return content
    current = errand.work.submissions.revision(submission.id, submission.revision)
    if current is not None and current.content is not None and current.number != number:
        content = with_sealed(content, content_of(current))
    return level_view(content, LEVELS[sight])


def revision_seen(
    submission: str, number: int, errand: Errand
) -> tuple[str | None, Content | None]:
    """Return a revision's digest and what the caller sees of its content.

    Raises:
        Refused: `not-found`, if submission or revision are not there.
    """
    found, sight = find_seen(submission, errand)
    note_reading(found, sight, errand)
    content = seen_content(found, number, sight, errand)
    revision = errand.work.submissions.revision(found.id, number)
    if revision is None:
        raise not_there()
    return revision.content_sha256 if sight in SEEING_ALL else None, content


def revisions_seen(submission: str, errand: Errand) -> list[dict[str, Any]]:
    """List the revisions that the caller sees: number, digest, time and whether it is frozen.

    To others than its organisation the time is that of the day's beginning (intake, rule 4).
    """
    found, sight = find_seen(submission, errand)
    own = sight is Sight.OWN
    return [
        {
            "revision": each.number,
            "content_sha256": each.content_sha256 if sight in SEEING_ALL else None,
            "created_at": each.created_at if own else midnight(each.created_at),
            "frozen": each.frozen_at is not None,
            "erased": each.content is None,
        }
        for each in errand.work.submissions.revisions(found.id)
        if _is_seen(each, found, sight, errand)
    ]


def difference_seen(
    submission: str, earlier: int, later: int, errand: Errand
) -> tuple[Difference, ...]:
    """Return what differs between two revisions, in the parts that the caller sees.

    Raises:
        Refused: `not-found`, if a revision is not there.
    """
    found, sight = find_seen(submission, errand)
    note_reading(found, sight, errand)
    old, new = (seen_content(found, number, sight, errand) for number in (earlier, later))
    if old is None or new is None:
        raise not_there()
    return difference(old, new)


def messages_seen(submission: str, errand: Errand) -> tuple[Message, ...]:
    """Return the messages of a submission that the caller may read."""
    found, sight = find_seen(submission, errand)
    if sight is Sight.QUEUED or found.state is State.WITHDRAWN:
        return ()
    return tuple(
        each
        for each in errand.work.submissions.messages(found.id)
        if sight is not Sight.OWN or each.visibility is Visibility.SUBMITTER
    )


def entries_seen(submission: str, errand: Errand) -> Sequence[LoggedEntry]:
    """Return the log's entries about a submission, for those who see it or audit the log.

    Its organisation sees that custodians asked for an identity, and were given it, 30 days later
    and not while a legal hold is in force; why something was unpublished in haste may be about
    somebody's safety, so that entry is the auditors' alone.

    Raises:
        Refused: `not-found`, whether it is not there or not theirs.
    """
    work, now = errand.work, errand.present.now
    if errand.principal.may(Scope.LOG_READ):
        entries = work.custody.entries_of([submission])
        if not entries:
            raise not_there()
        return entries
    found, sight = find_seen(submission, errand)
    return [
        each
        for each in work.custody.entries_of([found.id])
        if each.action != Action.UNPUBLISH.value and _is_shown(each, found, sight, now)
    ]


def _is_shown(entry: LoggedEntry, found: Submission, sight: Sight, now: datetime) -> bool:
    """Say whether an entry is for somebody who stands to the submission like this."""
    parsed = parse_entry(entry.entry.encode())
    if parsed.kind not in UNSEALING:
        return True
    if sight is not Sight.OWN or found.legal_hold:
        return False
    since = entry.happened_at or datetime.combine(parsed.day, time.max, UTC)
    return now >= since + UNSEALING_TOLD_AFTER


def _as_handed_over(found: Submission, errand: Errand) -> Submission:
    """Return a submission as it was last handed over, whatever its organisation writes since."""
    if found.state not in EDITED:
        return found
    handed = [each for each in errand.work.submissions.revisions(found.id) if each.frozen_at]
    if not handed:
        return found
    return replace(found, revision=handed[-1].number, content_sha256=handed[-1].content_sha256)


def _is_seen(revision: SubmissionRevision, found: Submission, sight: Sight, errand: Errand) -> bool:
    """Say whether a revision is there for the caller."""
    if sight is Sight.OWN:
        return True
    if sight is Sight.ASSIGNED:
        return revision.frozen_at is not None
    return revision.number == _as_handed_over(found, errand).revision
