"""The coding desk: blind, one coding a person, and nothing said of what others see."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest
from sqlalchemy import Connection, Engine

from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.vocabulary import ItemKind, Specificity
from gaptracker.records.mapping import CODINGS
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.codable_items import CodableItem, Coder, CodingDraft, codable_items
from gaptracker.workflows.code_items import QueueEntry, coding_queue
from tests.migrated_databases import migrated_postgres, migrated_sqlite, rolled_back
from tests.small_evidence import BY_MACHINE, BY_PERSON, EVIDENCE, SPEECH, STATUTE, VOTE
from tests.submitted_world import (
    METHODOLOGY,
    SUBMISSION,
    THEME,
    code,
    draft,
    load,
    publish,
    read,
    submitted,
)

DECREE, WORDS = f"{SUBMISSION}-m1", f"{SUBMISSION}-st1"
PENDING = codable_items(submitted(), {DECREE: THEME, WORDS: THEME})


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
    """Reference items by a machine alone, on each database; what a test did is rolled back."""
    for connection in rolled_back(request.getfixturevalue(f"{request.param}_engine")):
        law = replace(BY_MACHINE, item=STATUTE.id, item_kind=ItemKind.MEASURE, rung=0)
        load(connection, replace(EVIDENCE, codings=(BY_MACHINE, law)))
        yield connection


def queue(
    records: Connection,
    coder: str = "mem_a",
    *,
    pending: tuple[CodableItem, ...] = PENDING,
    barred: tuple[str, ...] = (),
    limit: int = 20,
) -> tuple[QueueEntry, ...]:
    with UnitOfWork(records, read_only=True) as work:
        return coding_queue(
            work,
            METHODOLOGY,
            coder=Coder(id=coder, barred=frozenset(barred)),
            submitted=pending,
            limit=limit,
        )


def asked(entries: tuple[QueueEntry, ...]) -> list[tuple[str, int]]:
    return [(entry.item.id, entry.needed) for entry in entries]


# The queue


def test_submissions_come_first_then_what_a_machine_alone_coded(records: Connection) -> None:
    assert asked(queue(records)) == [(DECREE, 2), (WORDS, 2), (STATUTE.id, 2), (SPEECH.id, 2)]


def test_what_is_nearest_to_completion_comes_first(records: Connection) -> None:
    code(records, "mem_b", draft(SPEECH.id))
    assert asked(queue(records))[0] == (SPEECH.id, 1)
    code(records, "mem_c", draft(SPEECH.id, 4))
    assert asked(queue(records))[0] == (SPEECH.id, 1)


def test_nobody_is_asked_again_or_about_what_is_settled(records: Connection) -> None:
    code(records, "mem_a", pending=PENDING)
    assert DECREE not in dict(asked(queue(records)))
    assert DECREE in dict(asked(queue(records, "mem_b")))
    code(records, "mem_b", pending=PENDING)
    assert DECREE not in dict(asked(queue(records, "mem_c")))


def test_an_organisation_does_not_code_what_it_sent(records: Connection) -> None:
    entries = queue(records, barred=(SUBMISSION,))
    assert [entry.item.id for entry in entries] == [STATUTE.id, SPEECH.id]
    with pytest.raises(UnknownName) as refused:
        code(records, "mem_a", barred=(SUBMISSION,), pending=PENDING)
    with pytest.raises(UnknownName) as absent:
        code(records, "mem_a", draft("sub_01JABD-m1"))
    assert str(refused.value).replace(DECREE, "") == str(absent.value).replace("sub_01JABD-m1", "")


def test_an_entry_is_blind(records: Connection) -> None:
    code(records, "mem_b", replace(draft(SPEECH.id, 3), rationale="Seen by nobody."))
    (entry,) = (each for each in queue(records) if each.item.id == SPEECH.id)
    shown = json.dumps(asdict(entry.item), default=str, ensure_ascii=False)
    assert SPEECH.paraphrase in shown
    assert str(SPEECH.excerpt) in shown
    for hidden in ("mem_b", "Seen by nobody", BY_MACHINE.coder, BY_MACHINE.rationale, "478"):
        assert hidden not in shown
    assert [rung.rung for rung in entry.ladder] == [0, 1, 2, 3, 4]
    assert {"en", "es", "pt"} <= set(entry.ladder[0].title)


def test_the_limit_is_kept(records: Connection) -> None:
    assert len(queue(records, limit=1)) == 1
    for limit in (0, -1, 201):
        with pytest.raises(InvalidValue, match="expected 1 to 200"):
            queue(records, limit=limit)


# Codings


def test_an_accepted_item_is_coded_before_it_is_published(records: Connection) -> None:
    code(records, "mem_a", pending=PENDING)
    code(records, "mem_b", pending=PENDING)
    assert all(coding.item != DECREE for coding in read(records).codings)
    publish(records)
    assert sum(coding.item == DECREE for coding in read(records).codings) == 2


def test_ones_own_coding_again_is_a_new_revision(records: Connection) -> None:
    publish(records)
    assert code(records, "mem_a", draft(rung=1)).revision == 1
    assert code(records, "mem_a", draft(rung=1)).revision == 1
    again = code(records, "mem_a", draft(rung=3))
    assert (again.revision, again.coding.rung) == (2, 3)
    with UnitOfWork(records, read_only=True) as work:
        history = work.evidence.load_history(CODINGS, CODINGS.id_of(again.coding))
    assert [revision.value.rung for revision in history] == [1, 3]


def test_a_settled_item_takes_no_third_coding_but_a_revision(records: Connection) -> None:
    publish(records)
    code(records, "mem_a", draft(rung=2))
    code(records, "mem_b", draft(rung=2))
    with pytest.raises(InvalidValue, match="people have settled"):
        code(records, "mem_c", draft(rung=2))
    assert code(records, "mem_a", draft(rung=3)).revision == 2


def test_a_person_of_the_reference_data_is_one_of_the_two(records: Connection) -> None:
    load(records, EVIDENCE)
    assert (SPEECH.id, 1) in asked(queue(records))
    code(records, "mem_a", draft(SPEECH.id, BY_PERSON.rung))
    assert {each.coder for each in read(records).codings if each.item == SPEECH.id} == {
        BY_PERSON.coder,
        BY_MACHINE.coder,
        "mem_a",
    }


def test_what_a_rule_places_is_not_coded(records: Connection) -> None:
    vote = replace(draft(VOTE.id, theme="death_penalty"), item_kind=ItemKind.STATEMENT)
    with pytest.raises(InvalidValue, match="the codebook places it"):
        code(records, "mem_a", vote)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(replace(draft(), rung=-1), "expected 0 to 4", id="H-COD-01"),
        pytest.param(replace(draft(), rung=5), "expected 0 to 4", id="H-COD-02"),
        pytest.param(replace(draft(), rung=True), "expected 0 to 4", id="H-COD-03"),
        pytest.param(replace(draft(), rationale=" \n"), "expected 1 to 2,000", id="H-COD-04"),
        pytest.param(replace(draft(), rationale="a" * 2001), "expected 1 to 2,000", id="H-COD-05"),
        pytest.param(replace(draft(), rationale="a\x00b"), "no text", id="H-COD-06"),
        pytest.param(replace(draft(), rationale="a\ud800b"), "no text", id="H-COD-07"),
        pytest.param(replace(draft(), rationale="a\u202eb"), "no text", id="H-COD-08"),
        pytest.param(replace(draft(), specificity=Specificity.VOTE), "by rule", id="H-COD-09"),
        pytest.param(replace(draft(), theme="treaty_regime"), "no deeds", id="H-COD-10"),
        pytest.param(replace(draft(), item_kind=ItemKind.OBSERVATION), "goalposts", id="H-COD-11"),
    ],
)
def test_a_coding_that_cannot_be_right_is_refused(
    records: Connection, given: CodingDraft, told: str
) -> None:
    publish(records)
    with pytest.raises(InvalidValue, match=told):
        code(records, "mem_a", given)


@pytest.mark.parametrize("name", ["", "ana", "sub_1", "mem_a|mem_b", "mem_\n"])
def test_a_coder_is_a_member(name: str) -> None:
    with pytest.raises(InvalidValue, match="begins with mem_"):
        Coder(id=name)


def test_an_unknown_theme_is_named(records: Connection) -> None:
    publish(records)
    with pytest.raises(UnknownName, match="one of death_penalty"):
        code(records, "mem_a", draft(theme="weather"))
