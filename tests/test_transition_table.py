"""Every state, action and role: possible exactly where the table has a row and its guards hold."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from gaptracker.custody.content_box import KEY_BYTES, ContentBox
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.domain.submissions import Attachment, AttachmentState, Decision
from gaptracker.domain.workflow import (
    APPEAL_DAYS,
    EXPIRY_DAYS,
    TRANSITIONS,
    Action,
    Guard,
    Role,
    State,
    failed_guards,
    rows_for,
)
from gaptracker.intake.submission_problems import SubmissionInvalid
from gaptracker.workflows.submission_facts import TransitionRequest, gather_facts
from tests.intake_world import Cast, Document, at, document, fill
from tests.migrated_databases import migrated_postgres, migrated_sqlite, rolled_back
from tests.submission_life import WELL_GIVEN, Life

# Who stands for a role, as the person of that role who could go on with the submission.
STANDS_FOR = {
    Role.CONTRIBUTOR: "sender",
    Role.ORG_ADMIN: "sender_admin",
    Role.REVIEWER: "reviewer",
    Role.EDITOR: "editor",
    Role.CODER: "coder",
    Role.CUSTODIAN: "custodian",
    Role.AUDITOR: "auditor",
    Role.OPERATOR: "operator",
    Role.SERVICE: "service",
}
REVIEWED = frozenset(State) - {State.DRAFT, State.WITHDRAWN, State.EXPIRED}
SEEN = {
    Role.CONTRIBUTOR: frozenset(State),
    Role.REVIEWER: REVIEWED,
    Role.EDITOR: REVIEWED - {State.SUBMITTED, State.IN_REVIEW, State.NEEDS_INFO, State.REJECTED},
}
# What the very person has just done: done again it changes nothing (200).
DONE_ALREADY = {
    (State.IN_REVIEW, Action.CLAIM, Role.REVIEWER),
    (State.ACCEPTED, Action.ACCEPT, Role.REVIEWER),
    (State.RETRACTED, Action.RETRACT, Role.EDITOR),
}


@pytest.fixture(scope="module")
def sqlite_cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    with migrated_sqlite(tmp_path_factory.mktemp("table")) as engine:
        yield fill(engine, box(), at())


@pytest.fixture(scope="module")
def postgres_cast(postgres_server_url: str) -> Iterator[Cast]:
    with migrated_postgres(postgres_server_url) as engine:
        yield fill(engine, box(), at())


@pytest.fixture(params=["sqlite", "postgres"])
def life(request: pytest.FixtureRequest) -> Iterator[Life]:
    """Everybody on each database; what a test did is rolled back."""
    cast: Cast = request.getfixturevalue(f"{request.param}_cast")
    assert isinstance(cast.bind, Engine)
    for connection in rolled_back(cast.bind):
        yield life_on(cast, connection)


def box() -> ContentBox:
    return ContentBox(secrets.token_bytes(KEY_BYTES), secrets.token_bytes)


def life_on(cast: Cast, connection: Connection) -> Life:
    return Life(cast=replace(cast, bind=connection))


def ready(life: Life, state: State) -> str:
    """A submission in a state in which nothing is missing that any row of it needs."""
    if state is State.EXPIRED:
        submission = life.create()
        life.change(submission, lambda found: replace(found, state=State.EXPIRED))
        return submission
    submission = life.in_state(state)
    if state in {State.NEEDS_INFO, State.REJECTED}:
        life.edit("colleague", submission, {"note": "changed"})
    if state is State.PUBLISHED:
        life.opinion("second_reviewer", Decision.VERIFY, submission)
    if state in {State.PUBLISHED, State.SUPERSEDED}:
        life.do("colleague", Action.WITHDRAW, submission)
    return submission


def outcome(life: Life, state: State, action: Action, role: Role, submission: str) -> object:
    """What becomes of a well-given action: the state it leads to, or the refusal."""
    given = dict(WELL_GIVEN)
    if action is Action.SUPERSEDE and state is State.PUBLISHED:
        given["successor"] = life.in_state(State.ACCEPTED)
    before = life.found(submission)
    try:
        after = life.attempt(STANDS_FOR[role], action, submission, **given)
    except Refused as refused:
        return refused.code, refused.members.get("allowed_actions")
    return "unchanged" if after == before else after.state


def expected(state: State, action: Action, role: Role) -> object:
    if (state, action, role) in DONE_ALREADY:
        return "unchanged"
    # Content is edited at an address of its own, which is there for its organisation alone.
    hidden = action is Action.EDIT and role is not Role.CONTRIBUTOR
    if hidden or state not in SEEN.get(role, frozenset()):
        return RefusalCode.NOT_FOUND, None
    rows = [row for row in TRANSITIONS if row.source is state and row.role is role]
    for row in rows:
        if row.action is action:
            return row.target
    allowed = list(dict.fromkeys(row.action.value for row in rows))
    return RefusalCode.INVALID_TRANSITION, allowed


@pytest.mark.parametrize("state", State)
def test_every_action_of_every_role_is_possible_exactly_where_the_table_says(
    life: Life, state: State
) -> None:
    submission = ready(life, state)

    wrong = [
        f"{state} {action} {role}: {found}, expected {wanted}"
        for role in STANDS_FOR
        for action in Action
        if (found := outcome(life, state, action, role, submission))
        != (wanted := expected(state, action, role))
    ]

    assert wrong == []


def test_an_edit_is_no_transition_that_could_be_asked_for_again(life: Life) -> None:
    submission = life.create()
    life.edit("sender", submission, {"note": "edited"})

    with pytest.raises(Refused) as failure:
        life.do("sender", Action.EDIT, submission)

    assert failure.value.code is RefusalCode.INVALID_TRANSITION
    assert failure.value.members["allowed_actions"] == ["edit", "submit", "withdraw"]


def test_every_row_of_the_table_was_possible_for_somebody() -> None:
    """The clock's row is nobody's whom a key could speak for."""
    rows = {(row.source, row.action, row.role) for row in TRANSITIONS}
    driven = {(state, action, role) for state in State for action in Action for role in STANDS_FOR}

    assert rows - driven == {(State.DRAFT, Action.EXPIRE, Role.CLOCK)}


# Each guard by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One guard that does not hold while all others do, and what the caller is told."""

    guard: Guard
    make: Callable[[Life], str]
    handle: str
    action: Action
    code: RefusalCode = RefusalCode.INVALID_TRANSITION
    without: str | None = None
    given: dict[str, Any] | None = None


def in_state(state: State, **change: Any) -> Callable[[Life], str]:  # noqa: ANN401  JSON
    def make(life: Life) -> str:
        return life.in_state(state, document(lambda content: content.update(change)))

    return make


def one_source(content: Document) -> None:
    content["items"][0]["sources"] = ["s1"]
    del content["sources"][1]


def own_submission(life: Life) -> str:
    submission = life.create("everything")
    life.do("everything", Action.SUBMIT, submission)
    return submission


def rejected_and_appealed(life: Life) -> str:
    submission = life.in_state(State.REJECTED)
    life.edit("sender", submission, {"note": "better"})
    life.do("sender", Action.APPEAL, submission)
    return submission


def rejected_twice(life: Life) -> str:
    submission = rejected_and_appealed(life)
    life.do("second_reviewer", Action.CLAIM, submission)
    life.do("second_reviewer", Action.REJECT, submission, **WELL_GIVEN)
    return submission


def rejected_long_ago(life: Life) -> str:
    submission = life.in_state(State.REJECTED)
    life.edit("sender", submission, {"note": "better"})
    life.days = APPEAL_DAYS + 1
    return submission


def accepted_by_everything(life: Life) -> str:
    submission = life.in_state(State.SUBMITTED)
    life.do("everything", Action.CLAIM, submission)
    life.do("everything", Action.ACCEPT, submission, **WELL_GIVEN)
    return submission


def verified_with_one_source(life: Life) -> str:
    submission = life.in_state(State.PUBLISHED, document(one_source))
    life.opinion("second_reviewer", Decision.VERIFY, submission)
    return submission


def on_hold(life: Life) -> str:
    submission = life.in_state(State.ACCEPTED)
    life.change(submission, lambda found: replace(found, legal_hold=True))
    return submission


def erased(life: Life) -> str:
    submission = life.in_state(State.ACCEPTED)
    with life.cast.work() as work:
        work.submissions.erase_content(submission)
        work.commit()
    return submission


def with_attachment(state: AttachmentState) -> Callable[[Life], str]:
    def make(life: Life) -> str:
        submission = life.in_state(State.ACCEPTED)
        found = life.found(submission)
        with life.cast.work() as work:
            work.attachments.add(
                Attachment(
                    id="att_1",
                    submission=submission,
                    ref="a1",
                    filename=None,
                    sha256="ab" * 32,
                    blob="ab" * 32,
                    size_bytes=3,
                    media_type_declared="text/plain",
                    media_type_detected="text/plain",
                    state=AttachmentState(state),
                    problem=None,
                    created_at=found.created_at,
                    created_by=found.created_by,
                )
            )
            work.commit()
        return submission

    return make


MISSING_FILE = {
    "ref": "a1",
    "filename": "a.pdf",
    "media_type": "application/pdf",
    "size": 3,
    "sha256": "ab" * 32,
}
RESTRICTED = {"event": {"on": "2026-03-01"}}
NOT_THEIRS, SELF = RefusalCode.NOT_FOUND, RefusalCode.SELF_REVIEW
S, A, G = State, Action, Guard
# fmt: off
# Erased content has no consent in it either; of a file in quarantine no copy is made.
NOT_ALONE = {G.PROJECTION_CLEAN, G.NOT_QUARANTINED}
CASES = (
    Case(guard=G.SAME_ORGANISATION, make=in_state(S.DRAFT), handle="stranger", action=A.SUBMIT, code=NOT_THEIRS),
    Case(guard=G.OTHER_ORGANISATION, make=own_submission, handle="everything", action=A.CLAIM, code=SELF),
    Case(guard=G.NO_CONFLICT, make=in_state(S.SUBMITTED), handle="reviewer", action=A.CLAIM, code=SELF, given={"conflict": True}),
    Case(guard=G.ASSIGNED, make=in_state(S.IN_REVIEW), handle="second_reviewer", action=A.ACCEPT),
    Case(guard=G.NOT_REJECTER, make=rejected_and_appealed, handle="reviewer", action=A.CLAIM, code=SELF),
    Case(guard=G.COMPLETE, make=in_state(S.DRAFT, items=[{**document()["items"][0], "sources": []}]), handle="sender", action=A.SUBMIT, code=RefusalCode.VALIDATION_FAILED),
    Case(guard=G.MANIFEST_WHOLE, make=in_state(S.DRAFT, attachments_expected=[MISSING_FILE]), handle="sender", action=A.SUBMIT, code=RefusalCode.ATTACHMENTS_INCOMPLETE),
    Case(guard=G.CONSENT_TO_REVIEW, make=in_state(S.DRAFT, consent={"publish": True}), handle="sender", action=A.SUBMIT),
    Case(guard=G.CONSENT_TO_PUBLISH, make=in_state(S.ACCEPTED, consent={"review": True}), handle="editor", action=A.PUBLISH),
    Case(guard=G.COMMENT, make=in_state(S.IN_REVIEW), handle="reviewer", action=A.REQUEST_INFO, without="comment"),
    Case(guard=G.REASON, make=in_state(S.IN_REVIEW), handle="reviewer", action=A.REJECT, without="reason_code"),
    Case(guard=G.REASON, make=in_state(S.PUBLISHED), handle="editor", action=A.RETRACT, without="public_reason"),
    Case(guard=G.REASON, make=in_state(S.PUBLISHED), handle="editor", action=A.UNPUBLISH, without="reason_code"),
    Case(guard=G.CHANGED_OR_REPLIED, make=in_state(S.NEEDS_INFO), handle="sender", action=A.RESUBMIT),
    Case(guard=G.CHANGED, make=in_state(S.REJECTED), handle="sender", action=A.APPEAL),
    Case(guard=G.RUBRIC, make=in_state(S.IN_REVIEW), handle="reviewer", action=A.ACCEPT, without="rubric"),
    Case(guard=G.SECOND_REVIEWER, make=in_state(S.IN_REVIEW, **RESTRICTED), handle="reviewer", action=A.ACCEPT),
    Case(guard=G.APPEAL_OPEN, make=rejected_long_ago, handle="sender", action=A.APPEAL),
    Case(guard=G.APPEAL_OPEN, make=rejected_twice, handle="sender", action=A.EDIT),
    Case(guard=G.THREE_PEOPLE, make=accepted_by_everything, handle="everything", action=A.PUBLISH, code=SELF),
    Case(guard=G.NOT_QUARANTINED, make=with_attachment(AttachmentState.QUARANTINED), handle="editor", action=A.PUBLISH),
    Case(guard=G.NO_LEGAL_HOLD, make=on_hold, handle="editor", action=A.PUBLISH),
    Case(guard=G.COPIES_READY, make=with_attachment(AttachmentState.SCANNING), handle="editor", action=A.PUBLISH),
    Case(guard=G.PROJECTION_CLEAN, make=erased, handle="editor", action=A.PUBLISH),
    Case(guard=G.SECOND_EDITOR, make=in_state(S.PUBLISHED), handle="editor", action=A.VERIFY),
    Case(guard=G.TWO_SOURCES, make=verified_with_one_source, handle="editor", action=A.VERIFY),
    Case(guard=G.SUCCESSOR, make=in_state(S.PUBLISHED), handle="editor", action=A.SUPERSEDE),
    Case(guard=G.WITHDRAWAL_ASKED, make=in_state(S.PUBLISHED), handle="editor", action=A.WITHDRAW),
)
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.action}-{case.guard.name}")
def test_each_guard_refuses_by_itself(life: Life, case: Case) -> None:
    submission = case.make(life)
    given = {**WELL_GIVEN, **(case.given or {})}
    given.pop(case.without or "", None)

    with pytest.raises((Refused, SubmissionInvalid)) as failure:
        life.attempt(case.handle, case.action, submission, **given)

    error = failure.value
    code = error.code if isinstance(error, Refused) else RefusalCode.VALIDATION_FAILED
    assert code is case.code, error
    if code is RefusalCode.INVALID_TRANSITION and case.action is not Action.EDIT:
        assert isinstance(error, Refused)
        needs = error.members["needs"]
        assert isinstance(needs, list)
        assert needs == [case.guard.value] or case.guard in NOT_ALONE, needs
        assert case.guard.value in needs


def test_the_clock_may_end_a_draft_only_when_nobody_touched_it_for_ninety_days(
    life: Life,
) -> None:
    submission = life.create()
    (row,) = rows_for(State.DRAFT, Action.EXPIRE, [Role.CLOCK])

    failed = {}
    for days in (EXPIRY_DAYS - 1, EXPIRY_DAYS):
        with life.cast.work(read_only=True) as work:
            found = work.submissions.find(submission)
            assert found is not None
            errand = replace(life.cast.errand("sender", work, at()), present=at(days))
            facts = gather_facts(found, errand, TransitionRequest(action=Action.EXPIRE))
            failed[days] = failed_guards(row, facts)

    assert failed == {EXPIRY_DAYS - 1: (Guard.UNTOUCHED,), EXPIRY_DAYS: ()}


def test_every_guard_of_the_table_has_a_case() -> None:
    guards = {guard for row in TRANSITIONS for guard in row.guards}

    assert {case.guard for case in CASES} | {Guard.UNTOUCHED} == guards == set(Guard)
