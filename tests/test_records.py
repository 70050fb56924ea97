"""The records keep every value as it came, every revision of it, and nothing half done."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import Observation
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate
from gaptracker.records.database import make_engine
from gaptracker.records.mapping import (
    ACTORS,
    KINDS,
    OBSERVATIONS,
    SOURCES,
    STATEMENTS,
    Kind,
    kind_of,
)
from gaptracker.records.revisions import RevisionStamp, content_sha256
from gaptracker.records.tables import Row
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.load_reference import load_reference
from tests.migrated_databases import at_schema
from tests.small_evidence import (
    CATEGORY,
    ENCYCLOPEDIA,
    EVIDENCE,
    LATER,
    MANIFEST,
    PRISONERS,
    SPEECH,
    STAMP,
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database of each kind, empty."""
    at_schema(database_url)
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def loaded(engine: Engine) -> Engine:
    """A database that holds the small evidence."""
    with UnitOfWork(engine) as work:
        load_reference(EVIDENCE, work, stamp=STAMP, manifest_sha256=MANIFEST)
        work.commit()
    return engine


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        rows = connection.execute(select(func.count()).select_from(Row.metadata.tables[table]))
        return int(rows.scalar_one())


def replace_sources(work: UnitOfWork, *sources: Source, stamp: RevisionStamp = STAMP) -> None:
    work.evidence.replace_all(SOURCES, sources, stamp=stamp)


# Values and columns


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_small_evidence_sets_every_field_somewhere(kind: Kind[Any]) -> None:
    """Otherwise a column could be dropped and no test would see it."""
    empty = {
        field.name
        for field in fields(kind.value_type)  # type: ignore[arg-type]  # every kind is a dataclass
        if all(getattr(value, field.name) is None for value in values_of(kind))
    }

    assert empty == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_comes_back_from_its_columns(kind: Kind[Any]) -> None:
    assert [kind.decode(kind.encode(value)) for value in values_of(kind)] == values_of(kind)


def values_of(kind: Kind[Any]) -> list[Any]:
    """The small evidence's values of one kind."""
    for field in fields(EVIDENCE):
        values = getattr(EVIDENCE, field.name)
        listed = list(values.values()) if isinstance(values, dict) else values
        if isinstance(listed, list | tuple) and isinstance(listed[0], kind.value_type):  # type: ignore[arg-type]  # a class
            return list(listed)
    raise AssertionError(kind.name)


@given(
    value=st.floats(allow_nan=False, allow_infinity=False),
    period=st.dates().flatmap(
        lambda day: st.sampled_from([day.isoformat()[:length] for length in (4, 7, 10)])
    ),
)
def test_numbers_and_partial_dates_survive_exactly(value: float, period: str) -> None:
    observation = replace(PRISONERS, value=value, period=PartialDate.parse(period))

    assert OBSERVATIONS.decode(OBSERVATIONS.encode(observation)) == observation


def test_zero_has_no_sign_and_a_whole_number_is_a_number_with_a_point() -> None:
    """SQLite keeps no sign of zero; 5 and 5.0 are one value and need one hash."""
    hashes = {
        content_sha256("observation", OBSERVATIONS.encode(replace(PRISONERS, lower=lower)))
        for lower in (0, 0.0, -0.0)
    }

    assert len(hashes) == 1


def test_a_field_without_a_column_stops_the_program() -> None:
    with pytest.raises(TypeError, match=r"table actor lacks .*'indicator'"):
        kind_of(Observation, "actor")


# Revisions


def test_what_is_written_is_read_back_in_order_of_code_points(engine: Engine) -> None:
    """PostgreSQL would sort by the server's language, SQLite by bytes."""
    ids = ["B", "a", "É", "e", "ñ", "Z", "_"]
    with UnitOfWork(engine) as work:
        replace_sources(work, *(replace(ENCYCLOPEDIA, id=name) for name in ids))
        work.commit()

    with UnitOfWork(engine, read_only=True) as work:
        assert [source.id for source in work.evidence.load_all(SOURCES)] == sorted(ids)


def test_a_change_is_a_new_revision_and_the_old_one_stays(engine: Engine) -> None:
    changed = replace(ENCYCLOPEDIA, grade=3)
    with UnitOfWork(engine) as work:
        replace_sources(work, ENCYCLOPEDIA)
        replace_sources(work, changed, stamp=LATER)
        work.commit()

    with UnitOfWork(engine, read_only=True) as work:
        assert work.evidence.load_all(SOURCES) == (changed,)
        first, second = work.evidence.load_history(SOURCES, "encyclopedia")
    assert (first.number, first.value, first.stamp) == (1, ENCYCLOPEDIA, STAMP)
    assert (second.number, second.value, second.stamp) == (2, changed, LATER)
    assert first.content_sha256 != second.content_sha256


def test_what_is_gone_is_withdrawn_and_may_come_back(engine: Engine) -> None:
    other = replace(ENCYCLOPEDIA, id="other")
    with UnitOfWork(engine) as work:
        replace_sources(work, ENCYCLOPEDIA, other)
        replace_sources(work, other, stamp=LATER)
        assert work.evidence.load_all(SOURCES) == (other,)
        replace_sources(work, other, stamp=LATER)
        replace_sources(work, ENCYCLOPEDIA, other, stamp=LATER)
        work.commit()

    with UnitOfWork(engine, read_only=True) as work:
        assert work.evidence.load_all(SOURCES) == (ENCYCLOPEDIA, other)
        history = work.evidence.load_history(SOURCES, "encyclopedia")
    assert [revision.status.value for revision in history] == [
        "recorded",
        "withdrawn",
        "recorded",
    ]
    assert [revision.value for revision in history] == [ENCYCLOPEDIA] * 3
    assert [revision.stamp for revision in history] == [STAMP, LATER, LATER]


def test_two_values_of_one_id_are_refused(engine: Engine) -> None:
    with (
        UnitOfWork(engine) as work,
        pytest.raises(InvalidValue, match="source 'encyclopedia' came twice"),
    ):
        replace_sources(work, ENCYCLOPEDIA, replace(ENCYCLOPEDIA, grade=2))


def test_coders_stand_side_by_side(loaded: Engine) -> None:
    assert count(loaded, "coding") == len(EVIDENCE.codings)


def test_a_stamp_needs_a_utc_time_a_name_and_a_reason() -> None:
    mexico = timezone(timedelta(hours=-6))
    for moment in (datetime(2026, 11, 23), datetime(2026, 11, 23, tzinfo=mexico)):  # noqa: DTZ001
        with pytest.raises(InvalidValue, match="not in UTC"):
            RevisionStamp(recorded_at=moment, recorded_by="loader", reason="load")
    for by, reason in (("", "load"), ("loader", " ")):
        with pytest.raises(InvalidValue, match="is empty"):
            RevisionStamp(
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC), recorded_by=by, reason=reason
            )


# The unit of work


def test_a_new_sqlite_database_and_its_journals_are_their_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE salt (name TEXT)")
        found = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert set(found) >= {"records.sqlite3", "records.sqlite3-wal"}
    assert set(found.values()) == {0o600}
    engine.dispose()


def test_sqlite_is_durable_and_holds_its_keys(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'records.sqlite3'}")

    with engine.connect() as connection:
        set_to = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    engine.dispose()
    assert set_to == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_nothing_is_kept_without_a_commit(engine: Engine) -> None:
    with UnitOfWork(engine) as work:
        replace_sources(work, ENCYCLOPEDIA)

    assert count(engine, "source") == 0


def test_an_error_keeps_nothing(engine: Engine) -> None:
    def fail_half_way() -> None:
        with UnitOfWork(engine) as work:
            replace_sources(work, ENCYCLOPEDIA)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()

    assert count(engine, "source") == count(engine, "source_register") == 0


def test_what_is_committed_is_kept_when_a_later_step_fails(engine: Engine) -> None:
    def fail_later() -> None:
        with UnitOfWork(engine) as work:
            replace_sources(work, ENCYCLOPEDIA)
            work.commit()
            raise RuntimeError("later")

    with pytest.raises(RuntimeError, match="later"):
        fail_later()

    assert count(engine, "source") == 1


def test_a_unit_that_reads_cannot_write(engine: Engine) -> None:
    with (
        UnitOfWork(engine, read_only=True) as work,
        pytest.raises(DBAPIError, match=r"read-?only"),
    ):
        replace_sources(work, ENCYCLOPEDIA)

    with UnitOfWork(engine) as work:
        replace_sources(work, ENCYCLOPEDIA)
        work.commit()
    assert count(engine, "source") == 1


def test_a_reader_sees_one_state_while_another_writes(loaded: Engine) -> None:
    with UnitOfWork(loaded, read_only=True) as reader:
        assert len(reader.evidence.load_all(ACTORS)) == 2
        with UnitOfWork(loaded) as writer:
            writer.evidence.replace_all(STATEMENTS, (SPEECH,), stamp=LATER)
            writer.evidence.replace_all(OBSERVATIONS, (CATEGORY,), stamp=LATER)
            writer.commit()
        assert reader.evidence.load_all(STATEMENTS) == EVIDENCE.statements
        assert reader.evidence.load_all(OBSERVATIONS) == EVIDENCE.observations

    with UnitOfWork(loaded, read_only=True) as reader:
        assert reader.evidence.load_all(STATEMENTS) == (SPEECH,)


def test_a_second_load_waits_for_the_first(postgres_url: str) -> None:
    at_schema(postgres_url)
    engine = make_engine(postgres_url)

    with UnitOfWork(engine) as first:
        first.take_loading_lock()
        with engine.begin() as connection, UnitOfWork(connection) as second:
            connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(DBAPIError, match="lock timeout"):
                second.take_loading_lock()
    with UnitOfWork(engine) as third:
        third.take_loading_lock()

    engine.dispose()


def test_a_unit_inside_an_outer_transaction_leaves_it_to_its_owner(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin() as outer:
        with UnitOfWork(connection) as work:
            replace_sources(work, ENCYCLOPEDIA)
            work.commit()
        outer.rollback()

    assert count(engine, "source") == 0
