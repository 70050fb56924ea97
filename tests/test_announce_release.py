"""A cut tells which scores submissions moved: once, thinly, and never what did not move."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from gaptracker.domain.principals import Member, Organisation
from gaptracker.domain.workflow import Role
from gaptracker.main.cli.announcing import announce as announce_cut
from gaptracker.records.custody_repository import EVENT
from gaptracker.records.dirty_scores_repository import DirtyMark
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.announce_release import Cell, announce_release
from tests.desk_world import NOW, desk_world, envelope, the_present
from tests.migrated_databases import migrated_postgres, migrated_sqlite, rolled_back
from tests.small_release import VALUE, cut, small_evidence

FIRST, SECOND = "2026-11-25-aaaaaaaa", "2026-11-26-bbbbbbbb"
MOVED = (("MEX", "cannabis"), ("MEX", "personal_use"), ("PER", "cannabis"))


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
    """A database with one submission; what a test did is rolled back."""
    for connection in rolled_back(request.getfixturevalue(f"{request.param}_engine")):
        with UnitOfWork(connection) as work:
            work.principals.add_organisation(Organisation(id="org_ngo", name="ngo", created_at=NOW))
            member = Member(
                id="mem_a", organisation="org_ngo", handle="a", roles=frozenset({Role.CONTRIBUTOR})
            )
            work.principals.add_member(member, created_at=NOW)
            work.submissions.add([envelope("sub_a", "org_ngo", "mem_a")], [])
            work.commit()
        yield connection


def mark(records: Connection, *cells: Cell) -> tuple[DirtyMark, ...]:
    with UnitOfWork(records) as work:
        present = the_present()
        work.dirty_scores.mark("sub_a", cells, at=NOW, new_id=lambda: present.new_id("dty"))
        work.commit()
        return work.dirty_scores.pending()


def announce(
    records: Connection, marks: Sequence[DirtyMark], release: str = FIRST
) -> tuple[Cell, ...]:
    with UnitOfWork(records) as work:
        told = announce_release(release, marks, MOVED, work, the_present())
        work.commit()
    return told


def events(records: Connection) -> list[dict[str, object]]:
    rows = records.execute(select(EVENT.c.type, EVENT.c.organisation, EVENT.c.data)).mappings()
    return [dict(row) for row in rows]


def test_each_marked_cell_that_moved_is_told_to_everybody_without_a_figure(
    records: Connection,
) -> None:
    marks = mark(records, ("MEX", "cannabis"), ("MEX", "death_penalty"))
    assert announce(records, marks) == (("MEX", "cannabis"),)
    (event,) = events(records)
    assert (event["type"], event["organisation"]) == ("score.changed", None)
    assert event["data"] == f'{{"actor":"MEX","release":"{FIRST}","theme":"cannabis"}}'


def test_a_mark_on_every_theme_covers_all_of_its_actor(records: Connection) -> None:
    told = announce(records, mark(records, ("MEX", "*")))
    assert told == (("MEX", "cannabis"), ("MEX", "personal_use"))


def test_the_same_again_tells_nothing(records: Connection) -> None:
    marks = mark(records, ("MEX", "*"))
    announce(records, marks)
    assert announce(records, marks) == ()
    assert announce(records, mark(records, ("MEX", "cannabis"))) == ()
    assert len(events(records)) == 2
    with UnitOfWork(records, read_only=True) as work:
        assert work.dirty_scores.pending() == ()


def test_what_was_marked_after_the_evidence_was_read_waits_for_the_next_release(
    records: Connection,
) -> None:
    known = mark(records, ("MEX", "cannabis"))
    later = mark(records, ("PER", "cannabis"))
    assert announce(records, known) == (("MEX", "cannabis"),)
    assert announce(records, later, SECOND) == (("PER", "cannabis"),)


def test_a_cut_tells_what_differs_from_the_release_before_also_when_cut_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'gaptracker.sqlite3'}"
    store = ReleaseStore((tmp_path / "releases").as_posix())
    monkeypatch.setenv("GAPTRACKER_DATA_DIR", str(tmp_path))
    known = small_evidence()
    mended = tuple(
        replace(each, value=90.0, lower=None, upper=None) if each.id == VALUE.id else each
        for each in known.observations
    )
    before = cut(store, known).entry.id
    outcome = cut(store, replace(known, observations=mended))
    with desk_world(url, tmp_path) as world:
        with world.open() as work:
            work.submissions.add(
                [envelope("sub_a", organisation_of(work), world.members["sender"])], []
            )
            cells = [(VALUE.actor, "*"), ("PER", "*")]
            work.dirty_scores.mark(
                "sub_a", cells, at=NOW, new_id=lambda: the_present().new_id("dty")
            )
            work.commit()
            marks = work.dirty_scores.pending()
        # As after a crash between publishing and telling: current before and after are the same.
        announce_cut(outcome, outcome.entry.id, marks, store)
        announce_cut(outcome, before, marks, store)
        with world.open() as work:
            assert work.custody.event_count() == 1
            assert work.dirty_scores.pending() == ()


def organisation_of(work: UnitOfWork) -> str:
    return work.principals.organisations()[0].id
