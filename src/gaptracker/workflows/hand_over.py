"""Hand new drafts over in sets: what `change_state` does for one, for a whole part of a batch."""

from collections.abc import Sequence
from dataclasses import replace

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.submissions import Submission
from gaptracker.domain.workflow import Action, Facts, State, failed_guards, rows_for
from gaptracker.workflows.change_state import acting_roles, invalid_transition
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.state_effects import columns_of, tell
from gaptracker.workflows.submission_facts import TransitionRequest

SUBMIT = TransitionRequest(action=Action.SUBMIT)


def hand_over(drafts: Sequence[Submission], errand: Errand) -> list[Submission]:
    """Submit drafts that this very transaction created and that were found complete.

    Nothing can have been attached to them or said of them yet, so the facts that guards ask
    about are known without being read.

    Raises:
        Refused: `invalid-transition`, if the caller may not.
    """
    changed = [_handed_over(draft, errand) for draft in drafts]
    errand.work.submissions.hand_over(changed, at=errand.present.now)
    return changed


def _handed_over(draft: Submission, errand: Errand) -> Submission:
    principal, present = errand.principal, errand.present
    facts = Facts(
        state=State.DRAFT,
        caller=principal.member,
        caller_organisation=principal.organisation,
        organisation=draft.organisation,
        complete=True,
        manifest_whole=True,
        consent_to_review=True,
    )
    for row in rows_for(draft.state, Action.SUBMIT, acting_roles(principal)):
        if not failed_guards(row, facts):
            changed = replace(
                draft,
                state=row.target,
                changed_at=present.now,
                last_action=Action.SUBMIT,
                last_actor=principal.member,
                **columns_of(row, draft, SUBMIT, errand),
            )
            errand.log(
                EntryKind.SUBMISSION_TRANSITION,
                changed.id,
                LogRole(row.role.value),
                particulars_of(changed),
                action=row.action.value,
            )
            tell(row, changed, errand.work, present)
            return changed
    raise invalid_transition(Action.SUBMIT, draft, facts, principal)
