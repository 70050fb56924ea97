"""Evidence of submissions: beside the reference data, taken back whole, never in its way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, Engine

from gaptracker.domain.errors import InvalidValue, ReferenceDataError
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Coding, Measure
from gaptracker.domain.time import Period
from gaptracker.records.mapping import CODINGS, MEASURES, SOURCES
from gaptracker.records.revisions import RevisionStatus
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.submitted_evidence import record_evidence, withdraw_evidence
from tests.migrated_databases import migrated_postgres, migrated_sqlite, rolled_back
from tests.small_evidence import BY_PERSON, ENCYCLOPEDIA, EVIDENCE, MEXICO, SPEECH, STAMP, STATUTE
from tests.submitted_world import (
    PUBLISHED,
    RETRACTED,
    SUBMISSION,
    Submitted,
    code,
    draft,
    load,
    publish,
    read,
    retract,
    submitted,
)

DECREE = f"{SUBMISSION}-m1"


@pytest.fixture(scope="module")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An SQLite database, migrated and empty."""
    with migrated_sqlite(tmp_path_factory.mktemp("shared")) as engine:
        yield engine


@pytest.fixture(scope="module")
def postgres_engine(postgres_server_url: str) -> Iterator[Engine]:
    """A PostgreSQL database, migrated and empty."""
    with migrated_postgres(postgres_server_url) as engine:
        yield engine


@pytest.fixture(params=["sqlite", "postgres"])
def records(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """The small evidence on each database in turn; whatever a test did is rolled back."""
    for connection in rolled_back(request.getfixturevalue(f"{request.param}_engine")):
        load(connection)
        yield connection


def codings_of(records: Connection, item: str) -> list[Coding]:
    return [coding for coding in read(records).codings if coding.item == item]


# Publishing and taking back


def test_what_is_published_stands_beside_the_reference_data(records: Connection) -> None:
    change = publish(records)
    evidence, sent = read(records), submitted()
    assert change.recorded_count == 4
    assert set(evidence.statements) == {*EVIDENCE.statements, *sent.statements}
    assert set(evidence.measures) == {*EVIDENCE.measures, *sent.measures}
    assert set(evidence.observations) == {*EVIDENCE.observations, *sent.observations}
    assert f"{SUBMISSION}-s1" in evidence.sources


def test_publishing_again_writes_nothing(records: Connection) -> None:
    publish(records)
    assert publish(records).recorded_count == 0


def test_a_load_of_the_reference_data_leaves_submissions_alone(records: Connection) -> None:
    publish(records)
    code(records, "mem_a")
    code(records, "mem_b")
    before = read(records)
    outcome = load(records)
    assert outcome.written_count == 0
    assert read(records) == before


def test_what_is_retracted_is_gone_and_its_history_stays(records: Connection) -> None:
    before = read(records)
    publish(records)
    change = retract(records)
    with UnitOfWork(records, read_only=True) as work:
        history = work.evidence.load_history(MEASURES, DECREE)
    assert change.withdrawn_count == 4
    assert read(records) == before
    assert [revision.status for revision in history] == [
        RevisionStatus.RECORDED,
        RevisionStatus.WITHDRAWN,
    ]
    assert history[-1].stamp == RETRACTED
    assert retract(records).withdrawn_count == 0


def test_a_submission_is_not_taken_back_with_one_whose_id_begins_alike(
    records: Connection,
) -> None:
    for name in ("sub_1", "sub_12", "subX1", "SUB_1"):
        if name.startswith("sub_"):
            publish(records, submitted(name), name)
    publish(records, submitted("sub_1a"), "sub_1a")
    publish(records, submitted("sub_1A"), "sub_1A")
    retract(records, "sub_1")
    retract(records, "sub_1a")
    left = {m.id for m in read(records).measures} - {STATUTE.id}
    assert left == {"sub_12-m1", "sub_1A-m1"}


def test_a_successor_takes_the_place_in_the_same_transaction(records: Connection) -> None:
    publish(records)
    with UnitOfWork(records) as work:
        withdraw_evidence(SUBMISSION, work, stamp=RETRACTED)
        record_evidence(submitted("sub_2"), work, submission="sub_2", stamp=PUBLISHED)
        work.commit()
    assert {m.id for m in read(records).measures} == {STATUTE.id, "sub_2-m1"}


def test_what_a_new_revision_no_longer_holds_is_withdrawn(records: Connection) -> None:
    publish(records)
    change = publish(records, replace(submitted(), measures=()))
    assert (change.recorded_count, change.withdrawn_count) == (0, 1)
    assert read(records).measures == EVIDENCE.measures


SENT = submitted().measures[0]


@pytest.mark.parametrize(
    ("submission", "measure", "told"),
    [
        ("sub_2", SENT, "expected an id as sub_2-"),
        ("law-MEX-1", SENT, "begins with sub_"),
        ("sub_01JABC-x", SENT, "holds no hyphen"),
        (SUBMISSION, replace(SENT, actor="XXX"), "'XXX' is no actor"),
        (SUBMISSION, replace(SENT, source="encyclopedia"), "none of the submission's"),
    ],
)
def test_what_is_not_the_submissions_own_is_refused(
    records: Connection, submission: str, measure: Measure, told: str
) -> None:
    sent = Submitted(sources=submitted().sources, measures=(measure,))
    with UnitOfWork(records) as work, pytest.raises(InvalidValue, match=told):
        record_evidence(sent, work, submission=submission, stamp=PUBLISHED)


# Reserved names


@pytest.mark.parametrize(
    "taken",
    [
        replace(EVIDENCE, measures=(replace(STATUTE, id="sub_1-m1"),), codings=()),
        replace(EVIDENCE, codings=(replace(BY_PERSON, coder="mem_a"),)),
    ],
)
def test_a_reference_folder_may_not_use_names_of_the_intake(
    records: Connection, taken: Evidence
) -> None:
    with pytest.raises(ReferenceDataError, match="kept for submissions and members"):
        load(records, taken)


def test_the_records_themselves_refuse_such_a_name(records: Connection) -> None:
    with UnitOfWork(records) as work, pytest.raises(InvalidValue, match="rename it"):
        work.evidence.replace_all(SOURCES, [replace(ENCYCLOPEDIA, id="sub_1-s1")], stamp=STAMP)


def test_an_actor_that_a_submission_needs_cannot_be_removed(records: Connection) -> None:
    publish(records)
    without = replace(
        EVIDENCE,
        actors={code: actor for code, actor in EVIDENCE.actors.items() if code != MEXICO.code},
        statements=(),
        measures=(),
        codings=(),
        opportunities=(),
        memberships=(),
        competences=(),
        populations=(),
        flows=(),
        observations=tuple(replace(each, actor="MX-SIN") for each in EVIDENCE.observations),
    )
    without = replace(without, actors={"MX-SIN": replace(EVIDENCE.actors["MX-SIN"], parent=None)})
    with pytest.raises(ReferenceDataError, match="retract the submission first"):
        load(records, without)
    retract(records)
    load(records, without)


# The day of the evidence


def test_old_evidence_moves_no_day(records: Connection) -> None:
    publish(records)
    code(records, "mem_a")
    code(records, "mem_b")
    assert read(records).as_of == EVIDENCE.as_of


@pytest.mark.parametrize(
    ("since", "day"),
    [
        ("2026-10-05", date(2026, 10, 5)),
        ("2026-11", EVIDENCE.as_of),  # the month was not over on the day of publication
        ("2030", EVIDENCE.as_of),
    ],
)
def test_a_settled_measure_moves_the_day_to_its_own_and_never_ahead(
    records: Connection, since: str, day: date
) -> None:
    publish(records, submitted(since=since))
    assert read(records).as_of == EVIDENCE.as_of
    code(records, "mem_a")
    assert read(records).as_of == EVIDENCE.as_of
    code(records, "mem_b")
    assert read(records).as_of == day
    retract(records)
    assert read(records).as_of == EVIDENCE.as_of


@pytest.mark.parametrize(
    ("period", "day"),
    [("2026-09", date(2026, 9, 30)), ("2026", EVIDENCE.as_of), ("2031", EVIDENCE.as_of)],
)
def test_an_observation_moves_the_day_to_the_end_of_its_period(
    records: Connection, period: str, day: date
) -> None:
    publish(records, submitted(figure_of=period))
    assert read(records).as_of == day


def test_a_measure_without_a_beginning_moves_no_day(records: Connection) -> None:
    sent = submitted()
    publish(records, replace(sent, measures=(replace(sent.measures[0], in_force=Period()),)))
    code(records, "mem_a")
    code(records, "mem_b")
    assert read(records).as_of == EVIDENCE.as_of


# Codings


def test_codings_are_evidence_once_two_people_agree(records: Connection) -> None:
    publish(records)
    code(records, "mem_a", draft(rung=1))
    assert codings_of(records, DECREE) == []
    code(records, "mem_b", draft(rung=4))
    assert codings_of(records, DECREE) == []
    code(records, "mem_c", draft(rung=3))
    assert {each.rung for each in codings_of(records, DECREE)} == {1, 3, 4}


def test_codings_of_words_that_changed_are_taken_back(records: Connection) -> None:
    publish(records)
    code(records, "mem_a")
    code(records, "mem_b")
    sent = submitted()
    publish(records, replace(sent, measures=(replace(sent.measures[0], locator="p. 3"),)))
    assert len(codings_of(records, DECREE)) == 2
    other = replace(sent, measures=(replace(sent.measures[0], title="Decree 13"),))
    assert publish(records, other).voided_codings_count == 2
    assert codings_of(records, DECREE) == []
    with UnitOfWork(records, read_only=True) as work:
        kept = work.evidence.load_beginning(CODINGS, "mem_", column="coder")
    assert [each.stands for each in kept] == [False, False]


def test_the_same_words_published_again_need_no_new_coding(records: Connection) -> None:
    publish(records)
    code(records, "mem_a")
    code(records, "mem_b")
    retract(records)
    assert codings_of(records, DECREE) == []
    publish(records)
    assert len(codings_of(records, DECREE)) == 2


@pytest.mark.parametrize(("paraphrase", "left"), [("Promised nothing.", 0), (None, 1)])
def test_a_members_coding_of_a_reference_item_lasts_as_long_as_its_words(
    records: Connection, paraphrase: str | None, left: int
) -> None:
    code(records, "mem_a", draft(SPEECH.id, 3))
    changed = replace(SPEECH, paraphrase=paraphrase or SPEECH.paraphrase, locator="p. 7")
    load(records, replace(EVIDENCE, statements=(changed, *EVIDENCE.statements[1:])))
    by_members = [each for each in codings_of(records, SPEECH.id) if each.coder == "mem_a"]
    assert len(by_members) == left


def test_an_empty_submission_is_nothing(records: Connection) -> None:
    assert publish(records, Submitted()).recorded_count == 0
