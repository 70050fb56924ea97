"""What the records hold beside a sync: the same by somebody else, and newer releases than came."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.syncing import RunState, Snapshot, SourceId
from gaptracker.intake.connectors.base import Arrived, Known
from gaptracker.records.mapping import ACTORS, OBSERVATIONS, SOURCES
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.sync_guards import older_releases
from tests.publisher_world import Given, publishing
from tests.sync_world import NOON, Syncs, issues, newest_rules, open_syncs
from tests.test_sync import (
    FORCES,
    PEOPLE,
    SPENDING,
    STATES,
    YEARS,
    FewStates,
    Rows,
    body,
    serve_all,
    serve_spending,
    url_of,
)


@pytest.fixture
def states() -> list[str]:
    return ["AND", "ARG", "AUS", "BOL", "BRA", "CAN", "CHL", "COL", "DEU", "ESP", "FRA", "MEX"]


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path, states: list[str]) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        serve_all(found, states)
        yield found


def test_what_the_reference_data_said_too_is_the_publishers_from_then_on(
    syncs: Syncs, states: list[str]
) -> None:
    first = syncs.sync(FewStates(), dry=True)
    record_as_read(syncs, by="load-reference")
    run = syncs.sync(FewStates())
    assert (run.counts.added, run.counts.changed) == (0, 0)
    assert run.counts.taken_over == run.counts.unchanged == first.counts.added
    again = syncs.sync(FewStates(), again=True)
    assert (again.counts.taken_over, again.counts.unchanged) == (0, first.counts.added)
    serve_spending(syncs, [code for code in states if code != "AND"], 1.5)
    gone = syncs.sync(FewStates())
    assert gone.state is RunState.APPLIED, gone.issues
    assert gone.counts.withdrawn == len(YEARS)
    with UnitOfWork(syncs.records) as work:
        history = work.evidence.load_history(OBSERVATIONS, "military_spending.AND.2020")
    assert [(each.stamp.recorded_by, each.status.value) for each in history] == [
        ("load-reference", "recorded"),
        ("sync:world_bank", "recorded"),
        ("sync:world_bank", "withdrawn"),
    ]
    assert history[1].stamp.reason.endswith("the publisher says the same")
    assert {each.value.value for each in history} == {1.5}
    serve_spending(syncs, states[: STATES // 2], 1.5)
    stopped = syncs.sync(FewStates())
    assert stopped.state is RunState.STOPPED
    assert "records that are held did not come" in issues(stopped, "guard_breached")[0].detail


def record_as_read(syncs: Syncs, *, by: str) -> None:
    """Record what the publisher says as somebody else's, to the letter."""
    series = {SPENDING: url_of(SPENDING), FORCES: url_of(FORCES), PEOPLE: url_of(PEOPLE)}
    arrived = []
    for name, url in series.items():
        given = syncs.publishers.answers[url.partition("://")[2]]
        assert isinstance(given, Given)
        path = syncs.folder / f"{name}.json"
        path.write_bytes(given.body)
        snapshot = Snapshot(
            source=SourceId.WORLD_BANK, resource=name, url=url, sha256="0" * 64,
            size_bytes=len(given.body), fetched_at=NOON,
        )  # fmt: skip
        arrived.append(Arrived(snapshot=snapshot, path=path))
    with UnitOfWork(syncs.records) as work:
        actors = {actor.code: actor for actor in work.evidence.load_all(ACTORS)}
        known = Known(methodology=newest_rules(), actors=actors, today=NOON.date())
        staging = FewStates().read(arrived, known)
        stamp = RevisionStamp(recorded_at=NOON, recorded_by=by, reason="the same")
        work.evidence.record(SOURCES, tuple(staging.sources.values()), stamp=stamp)
        work.evidence.record(OBSERVATIONS, tuple(staging.observations.values()), stamp=stamp)
        work.commit()


@pytest.mark.hostile
def test_an_older_release_is_refused_unless_it_is_meant(
    syncs: Syncs, states: list[str], tmp_path: Path
) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    folder = tmp_path / "old"
    folder.mkdir()
    rows: Rows = [(code, year, 1.4) for code in states for year in YEARS]
    for code in (SPENDING, FORCES, PEOPLE):
        (folder / f"{code}.json").write_bytes(body(rows, "2025-12-31"))
    run = syncs.sync(FewStates(), offline=folder)
    assert run.state is RunState.STOPPED
    told = issues(run, "guard_breached")[0]
    assert "release 2025-12-31 came, and 2026-07-13 was applied before" in told.detail
    assert told.where == f"world_bank/{SPENDING}"
    assert syncs.content() == before
    meant = syncs.sync(FewStates(), offline=folder, allow_older=True, accept_changes=True)
    assert meant.state is RunState.APPLIED, meant.issues
    # The way back is no older release.
    assert syncs.sync(FewStates(), accept_changes=True).state is RunState.APPLIED


@pytest.mark.parametrize(
    ("before", "now", "is_older"),
    [
        ("2026.Q1.G.02", "2026.Q1.G.01", True),
        ("2026.Q1.G.02", "2026.Q2.G.01", False),
        ("1949-2025_v1.2", "1949-2024", True),
        ("1949-2025_v1.2", "1949-2025", False),
        ("1949-2025_v1.10", "1949-2025_v1.9", True),
        ("GAM_2026_en", "GAM_2025_en", True),
        ("2026-07-13", "2026-07-13", False),
        (None, "2026-07-13", False),
    ],
)
def test_stamps_of_releases_are_compared_number_by_number(
    before: str | None, now: str, is_older: bool
) -> None:
    found = list(older_releases("x", {"table": before}, {"table": now}))
    assert bool(found) is is_older
