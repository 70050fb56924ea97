"""After a load the records say what the reference folder says, no more and no less."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import cast

import pytest
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import IntegrityError

from gaptracker.domain.errors import NothingToScore, ReferenceDataError
from gaptracker.domain.evidence import Evidence
from gaptracker.records.repositories import Progress, no_progress
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.tables import Row
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.load_reference import LoadOutcome, load_reference
from gaptracker.workflows.read_evidence import read_evidence
from tests.migrated_databases import migrated_postgres, migrated_sqlite, rolled_back
from tests.small_evidence import (
    EVIDENCE,
    HELP,
    LATER,
    MANIFEST,
    MEXICO,
    OF_LAW,
    SILENCE,
    SPEECH,
    STAMP,
    VOTE,
)


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
    """A transaction on each database in turn; whatever it did is rolled back."""
    yield from rolled_back(request.getfixturevalue(f"{request.param}_engine"))


def load(
    records: Connection,
    evidence: Evidence,
    *,
    stamp: RevisionStamp = STAMP,
    manifest: str = MANIFEST,
    progress: Progress = no_progress,
) -> LoadOutcome:
    with UnitOfWork(records) as work:
        outcome = load_reference(
            evidence, work, stamp=stamp, manifest_sha256=manifest, progress=progress
        )
        work.commit()
    return outcome


def read(records: Connection) -> Evidence:
    with UnitOfWork(records, read_only=True) as work:
        return read_evidence(work)


def row_counts(records: Connection) -> dict[str, int]:
    return {
        name: records.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in Row.metadata.tables.items()
        # The log begins with its one row in the migration; no load touches it.
        if name != "custody_head"
    }


def as_bytes(evidence: Evidence) -> bytes:
    """All of the evidence in the order in which it stands."""
    return json.dumps(asdict(evidence), default=str, ensure_ascii=False).encode()


def test_what_was_loaded_is_read_back(records: Connection) -> None:
    outcome = load(records, EVIDENCE)

    assert read(records) == EVIDENCE
    assert as_bytes(read(records)) == as_bytes(EVIDENCE)
    assert outcome.changes["statement"].added_count == 2
    assert outcome.written_count == outcome.dataset.written_count == 18
    assert outcome.dataset.revision == 1


def test_a_second_load_writes_nothing(records: Connection) -> None:
    first = load(records, EVIDENCE)
    before = row_counts(records)

    second = load(records, EVIDENCE, stamp=LATER)

    assert second.written_count == 0
    assert second.changes["observation"].unchanged_count == 3
    assert second.dataset == first.dataset
    assert row_counts(records) == before


def test_a_later_folder_changes_adds_and_withdraws(records: Connection) -> None:
    load(records, EVIDENCE)
    mended = replace(SPEECH, paraphrase="Promised to debate possession for personal use.")
    added = replace(VOTE, id="vote-MEX-79-1")
    later = replace(EVIDENCE, as_of=date(2026, 11, 1), statements=(mended, added))

    outcome = load(records, later, stamp=LATER, manifest="b" * 64)

    changes = outcome.changes["statement"]
    assert (changes.added_count, changes.changed_count) == (1, 1)
    assert (changes.withdrawn_count, changes.unchanged_count) == (1, 0)
    assert outcome.written_count == outcome.dataset.written_count == 3
    assert (outcome.dataset.revision, outcome.dataset.stamp) == (2, LATER)
    assert read(records) == later


def test_going_back_to_an_earlier_folder_gives_the_earlier_evidence(records: Connection) -> None:
    load(records, EVIDENCE)
    load(records, replace(EVIDENCE, statements=(VOTE,), codings=(OF_LAW,)), stamp=LATER)

    outcome = load(records, EVIDENCE, stamp=LATER)

    assert as_bytes(read(records)) == as_bytes(EVIDENCE)
    assert outcome.dataset.revision == 3


def test_a_new_manifest_alone_is_a_new_dataset_of_no_revisions(records: Connection) -> None:
    load(records, EVIDENCE)

    outcome = load(records, EVIDENCE, stamp=LATER, manifest="b" * 64)

    assert (outcome.dataset.revision, outcome.written_count) == (2, 0)


def test_the_order_in_which_evidence_came_does_not_matter(records: Connection) -> None:
    load(records, EVIDENCE)
    turned = replace(
        EVIDENCE,
        statements=EVIDENCE.statements[::-1],
        codings=EVIDENCE.codings[::-1],
        actors=dict(reversed(list(EVIDENCE.actors.items()))),
    )

    assert load(records, turned).written_count == 0
    assert as_bytes(read(records)) == as_bytes(EVIDENCE)


def test_a_failure_at_the_very_end_leaves_nothing(records: Connection) -> None:
    bad = replace(SILENCE, id="zzz", session=cast(str, None))

    with pytest.raises(IntegrityError):
        load(records, replace(EVIDENCE, opportunities=(SILENCE, bad)))

    assert set(row_counts(records).values()) == {0}


def test_a_failure_in_a_later_load_leaves_what_was_there(records: Connection) -> None:
    load(records, EVIDENCE)
    before = row_counts(records)
    bad = replace(SILENCE, id="zzz", session=cast(str, None))

    with pytest.raises(IntegrityError):
        load(records, replace(EVIDENCE, statements=(SPEECH,), opportunities=(bad,)), stamp=LATER)

    assert row_counts(records) == before
    assert read(records) == EVIDENCE


def test_names_that_nothing_carries_are_all_listed_and_nothing_is_written(
    records: Connection,
) -> None:
    broken = replace(
        EVIDENCE,
        actors={"MEX": MEXICO},
        statements=(replace(SPEECH, actor="MEXX"), replace(VOTE, source="hearsay")),
        codings=(replace(OF_LAW, item="law-MEX-2"),),
        competences=(replace(EVIDENCE.competences[0], actor="MX-SIN"),),
        flows=(replace(HELP, donor="MX-SIN", recipient=None, source="rumour"),),
    )

    with pytest.raises(ReferenceDataError) as failure:
        load(records, broken)

    assert [problem.split(";")[0] for problem in failure.value.problems] == [
        "flow 'help-MEX-2019': donor 'MX-SIN' is no known actor",
        "competence 'MX-SIN|personal_use|': actor 'MX-SIN' is no known actor",
        "statement 'speech-MEX-2016': actor 'MEXX' is no known actor",
        "statement 'vote-MEX-77-222': source 'hearsay' is no known source",
        "flow 'help-MEX-2019': source 'rumour' is no known source",
        "coding by coder-1 on personal_use: no measure is called 'law-MEX-2'",
    ]
    assert set(row_counts(records).values()) == {0}


def test_an_empty_folder_does_not_withdraw_everything(records: Connection) -> None:
    load(records, EVIDENCE)
    empty = replace(EVIDENCE, statements=(), measures=(), observations=(), codings=())

    with pytest.raises(ReferenceDataError, match="expected at least one"):
        load(records, empty, stamp=LATER)

    assert read(records) == EVIDENCE


def test_nothing_loaded_is_nothing_to_score(records: Connection) -> None:
    with pytest.raises(NothingToScore, match="run `gaptracker load-reference`"):
        read(records)


def test_progress_is_told_for_every_kind_up_to_its_end(records: Connection) -> None:
    told: list[tuple[str, int, int]] = []

    load(records, EVIDENCE, progress=lambda kind, done, total: told.append((kind, done, total)))

    assert ("observation", 0, 3) in told
    assert ("observation", 3, 3) in told
    assert told[-1] == ("flow", 1, 1)


def test_both_databases_give_the_same_bytes(sqlite_engine: Engine, postgres_engine: Engine) -> None:
    texts = set()
    for engine in (sqlite_engine, postgres_engine):
        for connection in rolled_back(engine):
            load(connection, EVIDENCE)
            texts.add(as_bytes(read(connection)))

    assert len(texts) == 1
