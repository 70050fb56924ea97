"""A machine's proposals go to coders, become statements by their hand alone, and move no score."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gaptracker.domain.errors import Conflict, InvalidValue, UnknownName
from gaptracker.domain.principals import Member, Organisation
from gaptracker.domain.proposals import Decision, Proposal, ProposalState
from gaptracker.domain.records import Opportunity, Statement
from gaptracker.domain.vocabulary import (
    CoderKind,
    ItemKind,
    Mode,
    Office,
    OpportunityOutcome,
    Specificity,
)
from gaptracker.domain.workflow import Role
from gaptracker.intake.connectors.proposing import proposals_in
from gaptracker.intake.connectors.un_general_debate import SOURCE, chance_of, document_of
from gaptracker.intake.speech_finder import packaged_finder
from gaptracker.records.mapping import OPPORTUNITIES, SOURCES, STATEMENTS
from gaptracker.records.proposals_repository import Asked
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.release.checks import INVARIANTS
from gaptracker.release.inputs import describe_inputs
from gaptracker.scoring.run import silence
from gaptracker.workflows.codable_items import Coder, CodingDraft
from gaptracker.workflows.code_items import coding_queue, record_coding
from gaptracker.workflows.cut_release import CutPlan, freeze_run
from gaptracker.workflows.decide_proposals import (
    Reading,
    accept_proposal,
    reject_proposal,
    stamp_of_coder,
)
from gaptracker.workflows.read_documents import ReadDocument, read_document
from tests.cli_world import EVIDENCE, LIST
from tests.migrated_databases import rolled_back
from tests.small_release import SOFTWARE
from tests.submitted_world import METHODOLOGY, load, read

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SYNC = RevisionStamp(recorded_at=NOW, recorded_by="sync:un_general_debate", reason="a sync")
WHY = stamp_of_coder("mem_a", NOW, "It says so in the second sentence.")
LINE = "We gather in this hall once more, and each of us has come with hopes for peace on earth"
SPOKEN = (
    f"{LINE} and for the climate.\n"
    f"{LINE}; a market for cannabis that the law regulates is better than a war on drugs.\n"
    f"{LINE} and nobody should be sentenced to death, whatever they are said to have done.\n"
)
MEXICO = document_of("MEX", 2023)
WANTS = Reading(
    themes=("cannabis",),
    mode=Mode.ADVOCACY,
    paraphrase="Wants a regulated market for cannabis.",
    office=Office.MINISTER,
    excerpt="a market for cannabis that the law regulates is better than a war on drugs",
)


@pytest.fixture
def plain(shared_records: Engine) -> Iterator[Connection]:
    """The small evidence and two coders; what a test does is rolled back."""
    for connection in rolled_back(shared_records):
        load(connection, EVIDENCE)
        with UnitOfWork(connection) as work:
            work.principals.add_organisation(Organisation(id="org_d", name="D", created_at=NOW))
            for name, role in (("a", Role.CODER), ("b", Role.CODER), ("c", Role.REVIEWER)):
                member = Member(
                    id=f"mem_{name}", organisation="org_d", handle=name, roles=frozenset({role})
                )
                work.principals.add_member(member, created_at=NOW)
            work.evidence.record(SOURCES, [replace(LIST, id=SOURCE)], stamp=SYNC)
            work.commit()
        yield connection


@pytest.fixture
def records(plain: Connection) -> Connection:
    """The same after a sync: two proposals of a speech, and what words say of its silences."""
    with UnitOfWork(plain) as work:
        work.proposals.add_new(found(), at=NOW)
        work.evidence.record(OPPORTUNITIES, chances(), stamp=SYNC)
        work.commit()
    return plain


def found() -> list[Proposal]:
    return list(proposals_in(SPOKEN, MEXICO))


def chances() -> list[Opportunity]:
    outcomes = dict.fromkeys(packaged_finder().themes, OpportunityOutcome.FOUND_SILENT)
    outcomes["cannabis"] = OpportunityOutcome.FOUND_TAKEN
    return [chance_of("MEX", 2023, theme, outcome) for theme, outcome in outcomes.items()]


def on_cannabis() -> str:
    return next(each.id for each in found() if "cannabis" in each.themes)


def on_death() -> str:
    return next(each.id for each in found() if "death_penalty" in each.themes)


def accept(
    records: Connection,
    proposal: str | None = None,
    reading: Reading = WANTS,
    stamp: RevisionStamp = WHY,
) -> tuple[Statement, ...]:
    with UnitOfWork(records) as work:
        made = accept_proposal(proposal or on_cannabis(), reading, work, METHODOLOGY, stamp=stamp)
        work.commit()
    return made


def reject(records: Connection, proposal: str, stamp: RevisionStamp = WHY) -> int:
    with UnitOfWork(records) as work:
        taken = reject_proposal(proposal, work, stamp=stamp)
        work.commit()
    return taken


def read_whole(records: Connection, document: str = MEXICO.id) -> ReadDocument:
    with UnitOfWork(records) as work:
        settled = read_document(document, work, METHODOLOGY, stamp=WHY)
        work.commit()
    return settled


def states(records: Connection) -> dict[str, str]:
    with UnitOfWork(records) as work:
        return {each.proposal.id: each.state.value for each in work.proposals.load(Asked())}


def queued(records: Connection, coder: str = "mem_a") -> set[tuple[str, str]]:
    with UnitOfWork(records, read_only=True) as work:
        entries = coding_queue(work, METHODOLOGY, coder=Coder(id=coder), limit=200)
    return {(entry.item.id, entry.item.theme) for entry in entries}


def frozen_bytes(records: Connection) -> dict[str, bytes]:
    """A release of what the records hold, file by file."""
    evidence = read(records)
    plan = CutPlan(checks=INVARIANTS, years=(2022, 2023), software=SOFTWARE)
    inputs = describe_inputs(evidence, METHODOLOGY, years=(2022, 2023), software=SOFTWARE)
    return dict(freeze_run(evidence, METHODOLOGY, inputs, plan).files)


def code(records: Connection, item: str, coder: str) -> None:
    given = CodingDraft(
        item=item,
        item_kind=ItemKind.STATEMENT,
        theme="cannabis",
        rung=3,
        specificity=Specificity.GENERAL,
        rationale="A market that the law regulates.",
    )
    with UnitOfWork(records) as work:
        stamp = replace(WHY, recorded_by=coder)
        record_coding(given, work, methodology=METHODOLOGY, coder=Coder(id=coder), stamp=stamp)
        work.commit()


# What proposals move: nothing


def test_a_release_is_the_same_to_the_byte_with_proposals_and_without(plain: Connection) -> None:
    before = frozen_bytes(plain)
    with UnitOfWork(plain) as work:
        assert work.proposals.add_new(found(), at=NOW) == 2
        assert work.evidence.record(OPPORTUNITIES, chances(), stamp=SYNC).added_count > 5
        work.commit()
    assert frozen_bytes(plain) == before
    reject(plain, on_death())
    assert frozen_bytes(plain) == before


def test_an_accepted_statement_scores_nothing_until_two_people_coded_it(
    records: Connection,
) -> None:
    (statement,) = accept(records)
    item = statement.id
    words = [(each.item, each.theme) for each in read(records).codings]
    assert (item, "cannabis") not in words
    assert {(item, "cannabis")} <= queued(records) & queued(records, "mem_b")
    code(records, item, "mem_a")
    assert (item, "cannabis") not in queued(records)
    assert (item, "cannabis") in queued(records, "mem_b")
    code(records, item, "mem_b")
    assert (item, "cannabis") not in queued(records, "mem_c")
    coded = [each for each in read(records).codings if each.item == item]
    assert {each.coder_kind for each in coded} == {CoderKind.PERSON}
    assert len(coded) == 2


# Decisions


def test_an_accepted_proposal_becomes_a_statement_with_the_words_and_their_place(
    records: Connection,
) -> None:
    (statement,) = accept(records)
    assert (statement.id, statement.document) == (f"{on_cannabis()}-cannabis", "UNGA-GD-2023-MEX")
    assert (statement.act, statement.locator) == ("UNGA-GD-2023-MEX-cannabis", "paragraph 2")
    assert (statement.excerpt, statement.office) == (WANTS.excerpt, Office.MINISTER)
    with UnitOfWork(records) as work:
        kept = work.proposals.find(on_cannabis())
        (revision,) = work.evidence.load_history(STATEMENTS, statement.id)
    assert kept is not None
    assert kept.decision == Decision(
        proposal=on_cannabis(),
        state=ProposalState.ACCEPTED,
        decided_by="mem_a",
        decided_at=NOW,
        why="It says so in the second sentence.",
        statements=(statement.id,),
    )
    assert (revision.stamp.recorded_by, on_cannabis() in revision.stamp.reason) == ("mem_a", True)


def test_each_theme_is_a_statement_of_its_own(records: Connection) -> None:
    made = accept(records, reading=replace(WANTS, themes=("cannabis", "militarisation")))
    assert [each.act for each in made] == [
        "UNGA-GD-2023-MEX-cannabis",
        "UNGA-GD-2023-MEX-militarisation",
    ]


def test_a_rejected_one_takes_back_what_was_made_of_it_and_all_decisions_stay(
    records: Connection,
) -> None:
    (statement,) = accept(records)
    assert reject(records, on_cannabis(), replace(WHY, recorded_by="mem_b")) == 1
    with UnitOfWork(records) as work:
        assert not work.evidence.load_named(STATEMENTS, [statement.id])[0].stands
    assert (statement.id, "cannabis") not in queued(records)
    accept(records)
    assert states(records)[on_cannabis()] == "accepted"
    query = text("SELECT state, decided_by FROM proposal_decision ORDER BY number")
    assert [tuple(row) for row in records.execute(query)] == [
        ("accepted", "mem_a"),
        ("rejected", "mem_b"),
        ("accepted", "mem_a"),
    ]


def test_open_ones_are_found_by_actor_theme_and_document(records: Connection) -> None:
    reject(records, on_death())
    with UnitOfWork(records) as work:
        load_asked = work.proposals.load
        (still_open,) = load_asked(Asked(state=ProposalState.OPEN))
        assert still_open.proposal.id == on_cannabis()
        assert len(load_asked(Asked(actor="MEX"))) == 2
        assert len(load_asked(Asked(document=MEXICO.id))) == 2
        assert load_asked(Asked(actor="CHE")) == load_asked(Asked(theme="funding")) == ()
        assert len(load_asked(Asked(), 1)) == 1


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        pytest.param({"themes": ()}, InvalidValue, "at least one theme", id="no-theme"),
        pytest.param({"themes": ("cannabis", "cannabis")}, InvalidValue, "each once", id="twice"),
        pytest.param({"themes": ("hemp",)}, UnknownName, "no theme", id="unknown-theme"),
        pytest.param({"mode": Mode.VOTE}, InvalidValue, "mode vote", id="vote"),
        pytest.param({"office": None}, InvalidValue, "no office", id="no-office"),
        pytest.param({"paraphrase": " "}, InvalidValue, "paraphrase", id="no-paraphrase"),
        pytest.param({"paraphrase": "a\u202eb"}, InvalidValue, "paraphrase", id="reordering"),
        pytest.param({"excerpt": "a market for opium"}, InvalidValue, "very words", id="not-said"),
        pytest.param({"excerpt": ""}, InvalidValue, "excerpt of 0", id="empty-excerpt"),
    ],
)
def test_a_reading_that_cannot_be_is_refused_and_nothing_is_kept(
    records: Connection, changes: dict[str, object], error: type[Exception], told: str
) -> None:
    # The fields of a reading have types of their own.
    with pytest.raises(error, match=told):
        accept(records, reading=replace(WANTS, **changes))  # type: ignore[arg-type]
    assert set(states(records).values()) == {"open"}


def test_decisions_that_clash_and_people_who_may_not_decide_are_refused(
    records: Connection,
) -> None:
    accept(records)
    with pytest.raises(Conflict, match="was accepted by mem_a"):
        accept(records, stamp=replace(WHY, recorded_by="mem_b"))
    reject(records, on_death())
    with pytest.raises(Conflict, match="was rejected by mem_a"):
        reject(records, on_death())
    with pytest.raises(UnknownName, match="no coder"):
        reject(records, on_cannabis(), replace(WHY, recorded_by="mem_c"))
    with pytest.raises(UnknownName, match="no proposal"):
        reject(records, "prop_none")
    with pytest.raises(InvalidValue, match="why is empty"):
        stamp_of_coder("mem_a", NOW, " ")


def test_a_load_of_the_reference_folder_leaves_decided_statements_alone(
    records: Connection,
) -> None:
    (statement,) = accept(records)
    outcome = load(records, replace(EVIDENCE, opportunities=()))
    assert outcome is not None
    with UnitOfWork(records) as work:
        assert work.evidence.load_named(STATEMENTS, [statement.id])[0].stands


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE proposal SET found_by = 'person'",
        "DELETE FROM proposal_decision",
        "UPDATE proposal_decision SET state = 'rejected'",
        "DELETE FROM coding_request",
    ],
)
def test_the_database_refuses_every_change_of_what_is_kept(
    records: Connection, change: str
) -> None:
    accept(records)
    with pytest.raises(DBAPIError), records.begin_nested():
        records.execute(text(change))


# Silence


def test_what_a_machine_found_is_neither_silence_nor_a_position(records: Connection) -> None:
    with UnitOfWork(records) as work:
        every = work.evidence.load_all(OPPORTUNITIES)
    assert any(each.outcome is OpportunityOutcome.FOUND_SILENT for each in every)
    of_before = EVIDENCE.opportunities
    assert of_before
    assert silence(every, date(2026, 1, 1)) == silence(of_before, date(2026, 1, 1))
    assert read(records).opportunities == of_before


def test_a_speech_that_a_person_read_whole_counts(records: Connection) -> None:
    accept(records)
    reject(records, on_death())
    settled = read_whole(records)
    assert settled.taken == ("cannabis",)
    assert {"death_penalty", "funding"} <= set(settled.silent)
    spoken = [each for each in read(records).opportunities if each.session == "UNGA-GD-2023"]
    outcomes = {each.theme: each.outcome for each in spoken}
    assert outcomes.pop("cannabis") is OpportunityOutcome.TAKEN
    assert set(outcomes.values()) == {OpportunityOutcome.SILENT}
    with UnitOfWork(records) as work:
        (reading,) = work.proposals.load_readings(MEXICO.id)
    assert (reading.read_by, tuple(reading.silent_on)) == ("mem_a", tuple(sorted(settled.silent)))


def test_a_speech_with_open_proposals_cannot_be_called_read(records: Connection) -> None:
    accept(records)
    with pytest.raises(InvalidValue, match="1 of 2 proposals of UNGA-GD-2023-MEX are open"):
        read_whole(records)


@pytest.mark.parametrize("document", ["UNGA-GD-2023-SIN", "UNGA-GD-1999-MEX", "import-1", ""])
def test_a_speech_that_nobody_synced_cannot_be_read(records: Connection, document: str) -> None:
    with pytest.raises(UnknownName, match="no speech"):
        read_whole(records, document)
