"""A submission's life in words of the workflow: who does what, when; each step a transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gaptracker.domain.principals import Principal
from gaptracker.domain.refusals import Refused
from gaptracker.domain.submissions import Decision, Submission, Visibility
from gaptracker.domain.workflow import Action, State
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.intake.strict_json import parse_json
from gaptracker.intake.submission_known import Known
from gaptracker.intake.submissions import validate_submission
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.release.documents import write_line
from gaptracker.workflows.change_state import change_state
from gaptracker.workflows.create_submissions import create_submissions
from gaptracker.workflows.edit_submission import edit_submission
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.known_names import read_known
from gaptracker.workflows.review_submission import give_opinion, post_message
from gaptracker.workflows.submission_facts import TransitionRequest
from tests.intake_world import RUBRIC, Cast, Document, at, document

METHODOLOGY = shipped_methodology(shipped_versions()[-1])
# Everything that any action may need; what an action does not need does not hurt it.
WELL_GIVEN: dict[str, Any] = {
    "comment": "Please read this.",
    "reason_code": "not_verifiable",
    "public_reason": "The gazette was forged.",
    "rubric": RUBRIC,
}


@dataclass(slots=True, kw_only=True)
class Life:
    """Steps in one database; `days` is where its clock stands, counted from the beginning.

    `people` are those whom nobody has to look up anew by their keys, which is slow.
    """

    cast: Cast
    days: float = 0.0
    known: Known | None = None
    people: Mapping[str, Principal] = field(default_factory=dict)

    def errand(self, handle: str, work: UnitOfWork) -> Errand:
        """An errand of a member, now."""
        present = at(self.days)
        if handle in self.people:
            return Errand(principal=self.people[handle], work=work, present=present)
        return self.cast.errand(handle, work, present)

    def create(self, handle: str = "sender", content: Document | None = None) -> str:
        """Create a draft; its id."""
        with self.cast.work() as work:
            errand = self.errand(handle, work)
            known = self.names(work)
            draft = validate_submission(content or document(), known)
            (outcome,) = create_submissions([draft], errand)
            if isinstance(outcome, Refused):
                raise outcome
            work.commit()
        return outcome.submission.id

    def edit(self, handle: str, submission: str, patch: Document) -> Submission:
        """Edit as somebody who has read what is there."""
        with self.cast.work() as work:
            errand = self.errand(handle, work)
            known = self.names(work)
            # Decimals, as over the wire.
            came = parse_json(write_line(patch))
            changed = edit_submission(submission, came, "*", errand, known)
            work.commit()
        return changed

    def do(self, handle: str, action: Action, submission: str, **given: Any) -> Submission:  # noqa: ANN401  what came with it
        """Do an action, with nothing but what is given."""
        with self.cast.work() as work:
            errand = self.errand(handle, work)
            changed = change_state(submission, TransitionRequest(action=action, **given), errand)
            work.commit()
        return changed

    def attempt(self, handle: str, action: Action, submission: str, **given: Any) -> Submission:  # noqa: ANN401  what came with it
        """Do an action or an edit, and keep nothing of it."""
        with self.cast.work() as work:
            errand = self.errand(handle, work)
            if action is Action.EDIT:
                known = self.names(work)
                return edit_submission(submission, {"note": "edited"}, "*", errand, known)
            return change_state(submission, TransitionRequest(action=action, **given), errand)

    def opinion(self, handle: str, decision: Decision, submission: str) -> None:
        """Join a review, agree to it, or confirm a verification."""
        with self.cast.work() as work:
            give_opinion(submission, decision, None, self.errand(handle, work))
            work.commit()

    def write(self, handle: str, submission: str, text: str = "Here it is.") -> None:
        """Write a message to the other side."""
        with self.cast.work() as work:
            errand = self.errand(handle, work)
            post_message(submission, text, Visibility.SUBMITTER, errand)
            work.commit()

    def change(self, submission: str, change: Callable[[Submission], Submission]) -> None:
        """Put an envelope into a state that only a later day or another machine brings about."""
        with self.cast.work() as work:
            work.submissions.update(change(self.found(submission)))
            work.commit()

    def names(self, work: UnitOfWork) -> Known:
        """What content may name; nothing in these lives adds to it."""
        if self.known is None:
            self.known = read_known(work, METHODOLOGY, at(self.days).now)
        return self.known

    def found(self, submission: str) -> Submission:
        """The submission as it is kept."""
        with self.cast.work(read_only=True) as work:
            found = work.submissions.find(submission)
        assert found is not None
        return found

    def in_state(self, state: State, content: Document | None = None) -> str:
        """A submission that came to a state by the shortest way."""
        submission = self.create(content=content)
        if state is State.DRAFT:
            return submission
        if state is State.WITHDRAWN:
            self.do("colleague", Action.WITHDRAW, submission)
            return submission
        self.do("colleague", Action.SUBMIT, submission)
        for handle, action in WAYS[state]:
            self.do(handle, action, submission, **WELL_GIVEN)
        if state is State.SUPERSEDED:
            successor = self.in_state(State.ACCEPTED)
            self.do("editor", Action.SUPERSEDE, submission, successor=successor)
        return submission


CLAIMED = (("reviewer", Action.CLAIM),)
ACCEPTED = (*CLAIMED, ("reviewer", Action.ACCEPT))
PUBLISHED = (*ACCEPTED, ("editor", Action.PUBLISH))
WAYS: dict[State, tuple[tuple[str, Action], ...]] = {
    State.SUBMITTED: (),
    State.IN_REVIEW: CLAIMED,
    State.NEEDS_INFO: (*CLAIMED, ("reviewer", Action.REQUEST_INFO)),
    State.ACCEPTED: ACCEPTED,
    State.REJECTED: (*CLAIMED, ("reviewer", Action.REJECT)),
    State.PUBLISHED: PUBLISHED,
    State.SUPERSEDED: PUBLISHED,
    State.RETRACTED: (*PUBLISHED, ("editor", Action.RETRACT)),
}
