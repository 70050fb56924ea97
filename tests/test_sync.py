"""A sync applies all of a source or nothing, once, and says what it met: over real HTTP."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from gaptracker.domain.syncing import IssueKind, RunState, SourceId
from gaptracker.intake.connectors.world_bank import API, SERIES, WorldBank
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.records.mapping import OBSERVATIONS
from gaptracker.records.revisions import RevisionStamp, RevisionStatus
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.known_errors import KnownError
from gaptracker.workflows.load_reference import load_reference
from tests.migrated_databases import at_schema
from tests.publisher_world import Given, publishing
from tests.sync_world import (
    NOON,
    Syncs,
    issues,
    newest_rules,
    open_syncs,
    record_actors,
    reference_actors,
)

SPENDING, FORCES, PEOPLE = "MS.MIL.XPND.GD.ZS", "MS.MIL.TOTL.P1", "SP.POP.TOTL"
YEARS = range(2016, 2022)
STATES = 12


class FewStates(WorldBank):
    """The connector of all series, guarded for a small world; its own floors are asked below."""

    about = replace(
        WorldBank.about, guard=replace(WorldBank.about.guard, rows=3 * STATES, actors=STATES - 1)
    )

    def __init__(self) -> None:
        super().__init__(SERIES)


Rows = list[tuple[str, int, float | None]]


def url_of(code: str) -> str:
    return f"{API}/{code}?format=json&source=2&per_page=32500"


def body(rows: Rows, stamp: str = "2026-07-13") -> bytes:
    """An answer of the true shape, regions among the economies."""
    meta = {
        "page": 1,
        "pages": 1,
        "per_page": 32500,
        "total": len(rows),
        "sourceid": "2",
        "lastupdated": stamp,
    }
    listed = [
        {
            "indicator": {"id": "X", "value": "X"},
            "country": {"id": code[:2], "value": code},
            "countryiso3code": code,
            "date": str(year),
            "value": value,
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for code, year, value in rows
    ]
    return json.dumps([meta, listed]).encode()


@pytest.fixture(scope="module")
def states() -> list[str]:
    found = sorted(actor.code for actor in reference_actors() if actor.kind == "state")
    return [*found[: STATES - 1], "MEX"]


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path, states: list[str]) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        serve_all(found, states)
        yield found


@pytest.fixture
def committed(database_url: str, tmp_path: Path, states: list[str]) -> Iterator[Syncs]:
    """Records of one test: what is loaded is committed, so that a database can plan for it."""
    at_schema(database_url)
    engine = open_database(database_url)
    record_actors(engine)
    try:
        with publishing() as publishers, open_syncs(engine, tmp_path, publishers) as found:
            serve_all(found, states)
            yield found
    finally:
        engine.dispose()


def serve_all(syncs: Syncs, states: list[str]) -> None:
    """Let the publisher say the same of every state and of three that are none."""
    codes = [*states, "WLD", "ARB", ""]
    for code, value in ((SPENDING, 1.5), (FORCES, 50_000.0), (PEOPLE, 1e7)):
        syncs.publishers.serve(url_of(code), body([(c, y, value) for c in codes for y in YEARS]))


def serve_spending(syncs: Syncs, states: list[str], value: float, **one: float) -> None:
    rows: Rows = [(c, y, one.get(c, value)) for c in states for y in YEARS]
    syncs.publishers.serve(url_of(SPENDING), body(rows))


def test_a_sync_reads_what_the_publisher_says(syncs: Syncs, states: list[str]) -> None:
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = syncs.observations("military_spending")
    assert len(found) == len(states) * len(YEARS)
    mexico = found["military_spending.MEX.2020"]
    assert (mexico.value, mexico.source) == (1.5, "sipri-via-wdi")
    forces = syncs.observations("armed_forces_rate")["armed_forces_rate.MEX.2020"]
    assert forces.value == 5.0
    assert {each.release for each in run.snapshots if each.resource != PEOPLE} == {"2026-07-13"}
    counts = run.counts
    assert counts.rows_read == 3 * (len(states) + 3) * len(YEARS)
    assert counts.rows_refused == 0
    assert counts.added == counts.staged == 2 * len(states) * len(YEARS) + len(SERIES)


def test_a_second_sync_asks_conditionally_and_applies_nothing(syncs: Syncs) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    second = syncs.sync(FewStates())
    assert second.state is RunState.UNCHANGED
    assert syncs.publishers.statuses == [200] * 3 + [304] * 3
    again = syncs.sync(FewStates(), again=True)
    assert (again.state, again.counts.added, again.counts.changed) == (RunState.APPLIED, 0, 0)
    assert syncs.content() == before


def test_another_version_of_the_program_reads_the_kept_bytes_again(syncs: Syncs) -> None:
    syncs.sync(FewStates())
    run = syncs.sync(FewStates(), program="newer")
    assert run.state is RunState.APPLIED
    assert syncs.publishers.statuses[3:] == [304] * 3
    assert run.counts.added == run.counts.changed == 0


def test_a_changed_value_is_a_revision_and_a_vanished_one_is_withdrawn(
    syncs: Syncs, states: list[str]
) -> None:
    syncs.sync(FewStates())
    serve_spending(syncs, [code for code in states if code != "AND"], 1.5, MEX=0.7)
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert (run.counts.changed, run.counts.withdrawn) == (len(YEARS), len(YEARS))
    with UnitOfWork(syncs.records) as work:
        history = work.evidence.load_history(OBSERVATIONS, "military_spending.MEX.2020")
        gone = work.evidence.load_history(OBSERVATIONS, "military_spending.AND.2020")
    assert [each.value.value for each in history] == [1.5, 0.7]
    assert [each.status for each in gone] == [RevisionStatus.RECORDED, RevisionStatus.WITHDRAWN]


def test_a_dry_run_tells_and_applies_nothing(syncs: Syncs) -> None:
    run = syncs.sync(FewStates(), dry=True)
    assert run.state is RunState.DRY
    assert run.counts.added > 0
    assert syncs.content() == []
    assert syncs.sync(FewStates()).state is RunState.APPLIED


def test_reference_data_leave_alone_what_a_sync_recorded(
    committed: Syncs, states: list[str]
) -> None:
    reference = load_reference_files(packaged_reference(), newest_rules())

    def load() -> None:
        stamp = RevisionStamp(recorded_at=NOON, recorded_by="load-reference", reason="reference")
        with UnitOfWork(committed.records) as work:
            load_reference(
                reference.evidence, work, stamp=stamp, manifest_sha256=reference.manifest_sha256
            )
            work.commit()

    load()
    committed.sync(FewStates())
    assert committed.observations("military_spending")["military_spending.MEX.2020"].value == 1.5
    load()
    assert committed.observations("military_spending")["military_spending.MEX.2020"].value == 1.5
    # What the publisher took back stays taken back.
    serve_spending(committed, [code for code in states if code != "MEX"], 1.5)
    assert committed.sync(FewStates()).counts.withdrawn == len(YEARS)
    load()
    assert "military_spending.MEX.2020" not in committed.observations("military_spending")


def test_downloaded_files_are_read_in_the_publishers_place(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    for code in (SPENDING, FORCES, PEOPLE):
        answer = syncs.publishers.answers[url_of(code).partition("://")[2]]
        assert isinstance(answer, Given)
        (folder / f"API_{code}_2026.json").write_bytes(answer.body)
    run = syncs.sync(FewStates(), offline=folder)
    assert (run.state, run.offline) == (RunState.APPLIED, True)
    assert syncs.publishers.asked == []
    (folder / f"API_{PEOPLE}_2026.json").unlink()
    missing = syncs.sync(FewStates(), offline=folder)
    assert missing.state is RunState.FAILED
    assert missing.issues[0].kind is IssueKind.FILE_MISSING
    assert "*SP.POP.TOTL*.json" in missing.issues[0].detail


# What may go wrong. Each leaves the old values as they are.


def broken(syncs: Syncs, answer: Any) -> Any:  # noqa: ANN401  a run
    """Sync once as it should be, then with another answer for one series."""
    syncs.sync(FewStates())
    before = syncs.content()
    syncs.publishers.answers[url_of(SPENDING).partition("://")[2]] = answer
    run = syncs.sync(FewStates())
    assert syncs.content() == before
    return run


ERROR = b'[{"message":[{"id":"120","key":"Invalid value","value":"not valid"}]}]'


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("answer", "state", "kind"),
    [
        pytest.param(Given(body=ERROR), "failed", "publisher_error", id="error-with-status-200"),
        pytest.param(
            Given(body=b"<html><body>Down for maintenance</body></html>"),
            "failed",
            "shape_unknown",
            id="html-for-json",
        ),
        pytest.param(
            Given(body=b'[{"page":0,"total":0},null]'), "failed", "empty_answer", id="no-data"
        ),
        pytest.param(Given(body=b""), "failed", "empty_answer", id="empty-body"),
        pytest.param(Given(body=b"[" + b"\x00" * 64), "failed", "shape_unknown", id="nul-padding"),
        pytest.param(Given(status=404), "failed", "not_reached", id="gone"),
        pytest.param(Given(status=500), "failed", "not_reached", id="always-500"),
        pytest.param(
            Given(status=302, headers={"Location": "http://169.254.169.254/latest/"}),
            "failed",
            "not_reached",
            id="redirect-inside",
        ),
        pytest.param(
            Given(status=429, headers={"Retry-After": "3600"}),
            "failed",
            "not_reached",
            id="wait-an-hour",
        ),
        pytest.param(
            Given(body=body([("MEX", 2020, 1.5)])), "stopped", "guard_breached", id="one-row-only"
        ),
        pytest.param(
            Given(body=b'[{"page":1,"pages":2},[{"countryiso3code":"MEX"}]]'),
            "failed",
            "shape_unknown",
            id="more-pages",
        ),
        pytest.param(
            Given(body=b'[{"page":1,"pages":1},[{"iso3":"MEX","date":"2020","value":1}]]'),
            "failed",
            "column_missing",
            id="renamed-column",
        ),
        pytest.param(
            Given(body=b"\x1f\x8b\x08\x00broken", headers={"Content-Encoding": "gzip"}),
            "failed",
            "not_reached",
            id="damaged-gzip",
        ),
        pytest.param(Given(body=b"[" + b" " * 10_000, sent=500), "failed", "not_reached", id="cut"),
    ],
)
def test_what_is_no_answer_changes_nothing(
    syncs: Syncs, answer: Given, state: str, kind: str
) -> None:
    run = broken(syncs, answer)
    assert run.state == state, run.issues
    assert kind in {issue.kind for issue in run.issues}
    with UnitOfWork(syncs.records) as work:
        kept = work.syncs.last(SourceId.WORLD_BANK)
    assert kept is not None
    assert kept.issues == tuple(run.issues)


@pytest.mark.hostile
def test_a_unit_that_moved_is_stopped_until_somebody_looked(
    syncs: Syncs, states: list[str]
) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    rows: Rows = [(c, y, 60_000.0) for c in states for y in YEARS]
    syncs.publishers.serve(url_of(FORCES), body(rows))
    serve_spending(syncs, states, 15.0)
    stopped = syncs.sync(FewStates())
    assert stopped.state is RunState.STOPPED
    assert "--accept-changes" in issues(stopped, "guard_breached")[0].detail
    assert syncs.content() == before
    assert syncs.sync(FewStates(), accept_changes=True).state is RunState.APPLIED
    assert syncs.content() != before


@pytest.mark.hostile
@pytest.mark.parametrize("value", [-1.5, 151.0, 1e300])
def test_a_value_that_cannot_be_is_refused_alone(
    syncs: Syncs, states: list[str], value: float
) -> None:
    serve_spending(syncs, states, 1.5, MEX=value)
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED
    assert run.counts.rows_refused == len(YEARS)
    (*_, last) = issues(run, "value_out_of_range")
    assert sum(issue.count for issue in issues(run, "value_out_of_range")) == len(YEARS)
    assert "expected 0 to 150" in last.detail
    found = syncs.observations("military_spending")
    assert "military_spending.MEX.2020" not in found
    assert len(found) == (len(states) - 1) * len(YEARS)


@pytest.mark.hostile
def test_what_mends_itself_is_asked_again(syncs: Syncs) -> None:
    address = url_of(SPENDING).partition("://")[2]
    whole = syncs.publishers.answers[address]
    assert isinstance(whole, Given)
    syncs.publishers.first[address] = [
        Given(status=400, body=b"throttled"),
        Given(status=429, headers={"Retry-After": "7"}),
        Given(body=whole.body, sent=1000),
    ]
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert 7.0 in syncs.waited
    assert syncs.publishers.statuses.count(429) == 1


@pytest.mark.hostile
def test_the_floors_of_the_source_itself_stop_a_small_answer(syncs: Syncs) -> None:
    run = syncs.sync(WorldBank())
    assert run.state is RunState.STOPPED
    details = [issue.detail for issue in issues(run, "guard_breached")]
    assert "expected at least 8,000" in details[0]
    assert "expected at least 120" in details[1]


def test_what_may_not_be_shown_again_is_not_read(syncs: Syncs) -> None:
    syncs.sync(WorldBank())
    assert syncs.publishers.asked == [url_of(SPENDING).partition("://")[2]]
    assert "armed_forces_rate" not in WorldBank.about.indicators


@pytest.mark.hostile
def test_a_byte_order_mark_is_no_error(syncs: Syncs) -> None:
    address = url_of(SPENDING).partition("://")[2]
    whole = syncs.publishers.answers[address]
    assert isinstance(whole, Given)
    syncs.publishers.serve(url_of(SPENDING), b"\xef\xbb\xbf" + whole.body)
    assert syncs.sync(FewStates()).state is RunState.APPLIED


def test_a_known_error_is_mended_and_complains_when_the_publisher_mends_it(syncs: Syncs) -> None:
    error = KnownError(
        source=SourceId.WORLD_BANK,
        observation="military_spending.MEX.2020",
        is_wrong=1.5,
        should_be=0.7,
        found_on=date(2026, 11, 26),
        reason="the publisher's own table says so",
    )
    gone = KnownError(
        source=SourceId.WORLD_BANK,
        observation="military_spending.MEX.2021",
        is_wrong=9.9,
        should_be=None,
        found_on=date(2026, 11, 26),
        reason="a slip of a decimal",
    )
    run = syncs.sync(FewStates(), known_errors=(error, gone))
    assert syncs.observations("military_spending")["military_spending.MEX.2020"].value == 0.7
    assert len(issues(run, "corrected")) == 1
    assert issues(run, "correction_outdated")[0].where == "military_spending.MEX.2021"
