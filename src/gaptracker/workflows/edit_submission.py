"""Edit a submission: a merge patch on what its organisation last read becomes a new revision."""

from dataclasses import replace

from gaptracker.custody.canonical import content_digest
from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.principals import Scope
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.submissions import Submission
from gaptracker.domain.workflow import Action, failed_guards, rows_for
from gaptracker.intake.submission_edits import merge_patch
from gaptracker.intake.submission_known import Known
from gaptracker.intake.submission_problems import FieldCode, Problem, SubmissionInvalid
from gaptracker.intake.submissions import is_confidential, validate_submission
from gaptracker.workflows.change_state import invalid_transition
from gaptracker.workflows.create_submissions import (
    content_of,
    no_custodian,
    particulars_of,
    revision_of,
    seal_identities,
)
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.submission_facts import gather_facts
from gaptracker.workflows.submission_sight import Sight, find_seen


def edit_submission(
    submission: str,
    patch: object,
    if_match: str,
    errand: Errand,
    known: Known,
) -> Submission:
    """Apply a merge patch (RFC 7396) to a submission's current revision.

    Args:
        submission: Its id.
        patch: The parsed body.
        if_match: The entity tag that the caller read.
        errand: Who edits, and when.
        known: What content may name.

    Returns:
        The submission at its new revision; unchanged where the patch changes nothing.

    Raises:
        Refused: `not-found`; `precondition-failed` with the current entity tag;
            `invalid-transition` where its state takes no edits.
        SubmissionInvalid: If what the patch makes is not valid.
    """
    principal, work, present = errand.principal, errand.work, errand.present
    found, sight = find_seen(submission, errand, to_change=True)
    if sight is not Sight.OWN:
        raise not_there()
    _check_tag(found, if_match)
    facts = gather_facts(found, errand)
    rows = rows_for(found.state, Action.EDIT, principal.acting_roles(Scope.SUBMISSION_WRITE))
    if not any(not failed_guards(row, facts) for row in rows):
        raise invalid_transition(Action.EDIT, found, facts, principal)
    revision = work.submissions.revision(found.id, found.revision)
    if revision is None:
        raise not_there()
    old = content_of(revision)
    sealed = {each.source_ref for each in work.submissions.identities(found.id) if each.ciphertext}
    draft = validate_submission(merge_patch(old, patch), known, sealed=sealed)
    if draft.client_ref not in {None, found.client_ref}:
        told = "client_ref names a submission for good; leave it out"
        raise SubmissionInvalid(
            [Problem(pointer="#/client_ref", code=FieldCode.MEMBER_READ_ONLY, detail=told)]
        )
    custodians = work.custodians.active()
    if draft.identities and not custodians:
        raise no_custodian()
    digest = content_digest(draft.content)
    if digest == found.content_sha256 and not draft.identities:
        return found
    changed = replace(
        found,
        revision=found.revision + 1,
        content_sha256=digest,
        consent_to_publish=draft.content["consent"]["publish"],
        has_confidential=is_confidential(draft.content),
        changed_at=present.now,
        touched_at=present.now,
        last_action=Action.EDIT,
        last_actor=principal.member,
    )
    work.submissions.add_revision(
        revision_of(changed, draft, principal.member, present),
        seal_identities(found.id, draft.identities, custodians, present),
    )
    work.submissions.update(changed)
    errand.log(
        EntryKind.SUBMISSION_EDITED,
        found.id,
        LogRole.CONTRIBUTOR,
        particulars_of(changed),
        action=Action.EDIT.value,
    )
    return changed


def _check_tag(submission: Submission, if_match: str) -> None:
    """Refuse a change of something that its caller has not read as it is now."""
    given = {tag.strip() for tag in if_match.split(",")}
    if submission.etag not in given and if_match.strip() != "*":
        raise Refused(
            RefusalCode.PRECONDITION_FAILED,
            f"If-Match is {if_match.strip()[:200]}, and the submission is at {submission.etag}; "
            "read it again and apply the change to what is there",
            current_etag=submission.etag,
            current_revision=submission.revision,
        )
