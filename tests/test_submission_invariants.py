"""The ten invariants of a submission's life (intake, section 1.2), whatever people do in any order.

Each example lives in a database where a submission came somewhere already, in an outer transaction
that is rolled back at its end, so that five hundred of them take half a minute and not an hour;
every step is a transaction of its own inside it. What stands in no relation to a step, and did not
change by it, is not read again until the end.
"""

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gaptracker.custody.canonical import canonical_bytes, content_digest
from gaptracker.custody.commitments import commitment, entry_salt
from gaptracker.custody.content_box import KEY_BYTES, ContentBox
from gaptracker.custody.log_entries import parse_entry
from gaptracker.custody.tree import leaf_hash, root_of
from gaptracker.domain.refusals import Refused
from gaptracker.domain.submissions import Decision, Submission
from gaptracker.domain.workflow import TRANSITIONS, Action, Role, State
from gaptracker.intake.submission_problems import SubmissionInvalid
from gaptracker.records.database import empty_journal
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.create_submissions import content_of
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.look_up_submissions import messages_seen, view_submission
from tests.intake_world import PEOPLE, at, fill
from tests.invariants_world import (
    NOWHERE,
    OF_ONE,
    Beginnings,
    beginning,
    body_of,
    sizes_of,
    submissions_in,
    what_scores_are_made_of_is_what_everybody_sees,
    what_was_superseded_leads_to_an_end,
)
from tests.migrated_databases import migrated_sqlite
from tests.submission_life import WELL_GIVEN, Life

EXAMPLES, STEPS = 500, 8
ROLES = {handle: roles for handle, _, roles in PEOPLE}
ORGANISATIONS = {handle: organisation for handle, organisation, _ in PEOPLE}
WORKING = ("sender", "colleague", "stranger", "reviewer", "second_reviewer", "editor", "everything")
# Where people stand in for one another, each row of the table is somebody's turn.
TURNS: dict[Role, tuple[str, ...]] = {
    Role.CONTRIBUTOR: ("sender", "colleague", "everything"),
    Role.REVIEWER: ("reviewer", "second_reviewer", "everything"),
    Role.EDITOR: ("editor", "second_editor", "everything"),
}
SHOWN = frozenset({State.PUBLISHED, State.SUPERSEDED, State.RETRACTED, State.WITHDRAWN})
ARRIVING = st.sampled_from([state for state in State if state is not State.EXPIRED])
MOSTLY = st.sampled_from([True, True, True, False])
SHARED: list[Beginnings] = []


@pytest.fixture(scope="module", autouse=True)
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("invariants")
    with migrated_sqlite(folder) as engine:
        box = ContentBox(secrets.token_bytes(KEY_BYTES), secrets.token_bytes)
        made = Beginnings(folder=folder, cast=fill(engine, box, at()))
        empty_journal(engine)
    SHARED.append(made)
    yield
    SHARED.clear()
    made.close()


class SubmissionLife(RuleBasedStateMachine):
    """People act on a few submissions; after each act all ten invariants hold."""

    def __init__(self) -> None:
        super().__init__()
        (self.beginnings,) = SHARED
        self.submissions: list[str] = []
        self.frozen: dict[tuple[str, int], str] = {}
        self.last: tuple[str, Action, str, dict[str, Any]] | None = None
        self.leaves: list[bytes] = []
        self.checked: tuple[int, int] | None = None

    @initialize(state=ARRIVING, restricted=st.booleans())
    def the_first_is_there(self, state: State, restricted: bool) -> None:
        begun = self.beginnings.of(state, restricted)
        self.connection = begun.engine.connect()
        self.outer = self.connection.begin()
        cast = replace(begun.cast, bind=self.connection)
        self.people = begun.people
        self.life = Life(cast=cast, people=begun.people, known=begun.known)
        self.handles = {who.member: handle for handle, who in self.people.items()}
        self.submissions = list(begun.submissions)
        self.begun, self.public = begun.sizes, dict(begun.public)
        self.log_size = begun.sizes[0]
        self.check_what_is_not_there()

    def teardown(self) -> None:
        if not self.submissions:
            return  # what went wrong at the beginning is told already
        try:
            if self.sizes() != self.begun:
                self.read_all_again()
        finally:
            self.outer.rollback()
            self.connection.close()

    def read_all_again(self) -> None:
        """What was read before is read once more, since nothing may have changed in it."""
        self.leaves, self.checked = [], None
        self.all_of_it_holds()
        with self.work() as work:
            self.what_is_scored_is_what_is_served(work)

    def work(self) -> UnitOfWork:
        return self.life.cast.work(read_only=True)

    # What people do

    @precondition(lambda self: len(self.submissions) < 3)
    @rule(state=ARRIVING, restricted=st.booleans())
    def another_comes(self, state: State, restricted: bool) -> None:
        """A submission comes to a state by the shortest way; I5: alone it changes nothing seen."""
        before = self.public
        name = self.life.in_state(state, beginning(restricted, state))
        self.look_again()
        if self.life.found(name).published_at is None:
            assert {each: self.public[each] for each in before} == before

    def look_again(self) -> None:
        """Note what there is now, whoever made it."""
        with self.work() as work:
            self.log_size = work.custody.size()
            self.submissions = submissions_in(work)
        self.public = self.public_bytes()
        self.check_what_is_not_there()

    @rule(data=st.data(), handle=st.sampled_from(WORKING), action=st.sampled_from(Action))
    def somebody_tries(self, data: st.DataObject, handle: str, action: Action) -> None:
        """Anybody tries anything."""
        self.attempt(handle, action, self.one(data), self.given(data, action))

    @rule(data=st.data())
    def somebody_whose_turn_it_is_goes_on(self, data: st.DataObject) -> None:
        """Somebody does what the table has for the state."""
        submission = self.one(data)
        state = self.life.found(submission).state
        rows = [row for row in TRANSITIONS if row.source is state and row.role in TURNS]
        if not rows:
            return
        row = data.draw(st.sampled_from(rows))
        handle = data.draw(st.sampled_from(TURNS[row.role]))
        self.attempt(handle, row.action, submission, self.given(data, row.action))

    @rule(
        data=st.data(),
        handle=st.sampled_from(WORKING),
        decision=st.sampled_from([Decision.JOIN, Decision.SECOND, Decision.VERIFY]),
    )
    def somebody_gives_an_opinion(
        self, data: st.DataObject, handle: str, decision: Decision
    ) -> None:
        with contextlib.suppress(Refused):
            self.life.opinion(handle, decision, self.one(data))
            self.log_size += 1

    @rule(data=st.data(), handle=st.sampled_from(WORKING))
    def somebody_writes(self, data: st.DataObject, handle: str) -> None:
        with contextlib.suppress(Refused):
            self.life.write(handle, self.one(data))
            self.log_size += 1

    @rule(data=st.data(), handle=st.sampled_from(WORKING))
    def somebody_reads(self, data: st.DataObject, handle: str) -> None:
        """Reading what is confidential is one entry of the log; other reading is none."""
        submission = self.one(data)
        found = self.life.found(submission)
        with self.life.cast.work() as work:
            errand = self.life.errand(handle, work)
            try:
                view = view_submission(submission, errand)
            except Refused:
                return
            work.commit()
        outside = self.people[handle].organisation != found.organisation
        if outside and found.has_confidential and view.sight != "queued":
            self.log_size += 1

    @rule()
    def somebody_repeats_the_last_act(self) -> None:
        """I10: what was done already is not done again."""
        if self.last is None:
            return
        handle, action, submission, given = self.last
        before, sizes = self.life.found(submission), self.sizes()

        with contextlib.suppress(Refused, SubmissionInvalid):
            self.life.do(handle, action, submission, **given)

        assert self.life.found(submission) == before
        assert self.sizes() == sizes

    @rule(days=st.sampled_from([1, 30, 61]))
    def time_goes_by(self, days: int) -> None:
        self.life.days += days
        # Keys end after ninety days, and people get new ones, which is another story.
        self.life.days = min(self.life.days, 89.0)

    # How

    def one(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.submissions))

    def given(self, data: st.DataObject, action: Action) -> dict[str, Any]:
        given = dict(WELL_GIVEN) if data.draw(MOSTLY) else {}
        if action is Action.SUPERSEDE:
            given["successor"] = self.one(data)
        return given

    def attempt(self, handle: str, action: Action, submission: str, given: dict[str, Any]) -> None:
        before = self.found()
        sizes = self.sizes()
        try:
            if action is Action.EDIT:
                self.life.edit(handle, submission, {"note": secrets.token_hex(4)})
            else:
                self.life.do(handle, action, submission, **given)
        except (Refused, SubmissionInvalid):
            assert self.sizes() == sizes
            return
        after = self.found()
        changed = [each for each in self.submissions if before[each] != after[each]]
        if not changed:
            assert self.sizes() == sizes
            return
        self.log_size += len(changed)
        assert submission in changed
        self.check_rows(handle, action, before, after, changed)
        if action is not Action.EDIT:
            self.last = (handle, action, submission, given)

    def check_rows(
        self,
        handle: str,
        action: Action,
        before: dict[str, Submission],
        after: dict[str, Submission],
        changed: list[str],
    ) -> None:
        """I1: each state that changed did so by a row of the table; I5: nothing else is seen."""
        for each in changed:
            done = action
            if action is Action.SUPERSEDE and after[each].state is State.PUBLISHED:
                done = Action.PUBLISH
            assert any(
                (row.source, row.action, row.target)
                == (before[each].state, done, after[each].state)
                and row.role in ROLES[handle]
                for row in TRANSITIONS
            ), (handle, action, before[each].state, after[each].state)
        public = self.public_bytes()
        hidden = all(
            submission.published_at is None or submission.state not in SHOWN
            for each in changed
            for submission in (before[each], after[each])
        )
        if hidden:
            assert public == self.public
        elif public != self.public:
            self.public = public
            with self.work() as work:
                self.what_is_scored_is_what_is_served(work)
        self.check_what_is_not_there()

    def check_what_is_not_there(self) -> None:
        """I5: what was never published is answered as what was never made."""
        for each, submission in self.found().items():
            if submission.published_at is None:
                for path in OF_ONE:
                    here, nowhere = (
                        self.public[path.format(submission_id=name)] for name in (each, NOWHERE)
                    )
                    assert here == nowhere

    def found(self) -> dict[str, Submission]:
        with self.work() as work:
            return {each: found_in(work, each) for each in self.submissions}

    def sizes(self) -> tuple[int, int]:
        with self.work() as work:
            return sizes_of(work)

    def public_bytes(self) -> dict[str, bytes]:
        """Everything that everybody is served, of every submission there is."""
        return self.beginnings.served.seen(self.submissions, self.connection)

    # What always holds

    @invariant()
    def all_of_it_holds(self) -> None:
        with self.work() as work:
            sizes = sizes_of(work)
            assert sizes[0] == self.log_size  # I2
            if sizes == self.checked:
                return
            self.checked = sizes
            found = {each: found_in(work, each) for each in self.submissions}
            self.the_log_is_whole(work)
            self.what_is_published_was_so_by_three_people(found)
            what_was_superseded_leads_to_an_end(found, self.public)
            self.what_was_handed_over_never_changes(work)
            self.what_was_withdrawn_is_nobodys_to_read_and_still_proved(found, work)

    def the_log_is_whole(self, work: UnitOfWork) -> None:
        """I2: what was added fits on what was read before."""
        entries = work.custody.entries_from(len(self.leaves), self.log_size)
        assert all(leaf_hash(each.entry.encode()) == each.leaf_hash for each in entries)
        self.leaves += [each.leaf_hash for each in entries]
        assert len(self.leaves) == self.log_size
        assert root_of(self.leaves) == work.custody.frontier().root()

    def what_is_scored_is_what_is_served(self, work: UnitOfWork) -> None:
        """I9."""
        found = {each: found_in(work, each) for each in self.submissions}
        pages = body_of(self.public["/v1/evidence?limit=200"])["data"]
        what_scores_are_made_of_is_what_everybody_sees(pages, found, work)

    def what_is_published_was_so_by_three_people(self, found: Mapping[str, Submission]) -> None:
        """I3, I6."""
        for each in found.values():
            if each.state is State.PUBLISHED:
                assert each.published_revision == each.revision
                people = [each.submitter, each.accepted_by, each.published_by]
                handles = [self.handles[str(person)] for person in people]
                assert len(set(handles)) == 3
                sent, accepted, published = (ORGANISATIONS[handle] for handle in handles)
                assert sent not in {accepted, published}

    def what_was_handed_over_never_changes(self, work: UnitOfWork) -> None:
        """I7."""
        for each in self.submissions:
            for revision in work.submissions.revisions(each):
                place = (each, revision.number)
                if revision.frozen_at is not None and revision.content is not None:
                    digest = content_digest(content_of(revision))
                    assert self.frozen.setdefault(place, digest) == digest
                if place in self.frozen:
                    assert revision.content_sha256 == self.frozen[place]

    def what_was_withdrawn_is_nobodys_to_read_and_still_proved(
        self, found: Mapping[str, Submission], work: UnitOfWork
    ) -> None:
        """I8."""
        for each in found.values():
            if each.state is not State.WITHDRAWN:
                continue
            for who in self.people.values():
                errand = Errand(principal=who, work=work, present=at(self.life.days))
                with contextlib.suppress(Refused):
                    assert view_submission(each.id, errand).content is None
                    assert messages_seen(each.id, errand) == ()
            last, salt = work.custody.entries_of([each.id])[-1], work.custody.salt_of(each.id)
            assert last.particulars is not None
            assert salt is not None
            assert last.particulars["content_sha256"] == each.content_sha256
            assert (
                commitment(entry_salt(salt, last.entry_id), canonical_bytes(last.particulars))
                == parse_entry(last.entry.encode()).commitment
            )


def found_in(work: UnitOfWork, submission: str) -> Submission:
    found = work.submissions.find(submission)
    assert found is not None
    return found


# Public, as pytest finds a state machine by its test case.
TestSubmissionLife = SubmissionLife.TestCase
TestSubmissionLife.settings = hypothesis.settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
