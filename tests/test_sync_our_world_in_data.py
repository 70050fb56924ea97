"""V-Dem's human rights index from Our World in Data, over real HTTP: columns by metadata."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.syncing import RunState
from gaptracker.intake.connectors.our_world_in_data import (
    CHART,
    QUERY,
    SLUG,
    OurWorldInData,
)
from tests.publisher_world import Given, publishing
from tests.sync_world import Syncs, issues, open_syncs

TABLE, METADATA = f"{CHART}.csv?{QUERY}", f"{CHART}.metadata.json?{QUERY}"
BEST, LOW = "civ_libs_vdem__estimate_best", "civ_libs_vdem__estimate_low"
STATES = ("MEX", "COL", "BRA", "FRA", "THA", "OWID_KOS")
YEARS = range(1990, 2026)


class FewStates(OurWorldInData):
    """The connector with a guard for a small world."""

    about = replace(
        OurWorldInData.about, guard=replace(OurWorldInData.about.guard, rows=100, actors=5)
    )


def metadata_of(names: Sequence[str] = (BEST, LOW), version: str = "v16") -> bytes:
    columns = {
        f"Civil liberties index ({name})": {
            "titleShort": "Civil liberties index",
            "unit": "",
            "timespan": "1789-2025",
            "type": "Numeric",
            "owidVariableId": 1015632,
            "shortName": name,
            "lastUpdated": "2026-03-17",
            "citationShort": "V-Dem (2026) – processed by Our World in Data",
            "citationLong": f"V-Dem (2026) – processed by Our World in Data. “Civil liberties "
            f"index” [dataset]. V-Dem, “Democracy report {version}” [original data].",
        }
        for name in names
    }
    chart = {"title": "Human rights index", "citation": "V-Dem (2026)"}
    return json.dumps({"chart": chart, "columns": columns}, ensure_ascii=False).encode()


def table_of(
    header: str = f"Entity,Code,Year,{BEST},{LOW}", end: str = ",0.1", **one: str
) -> bytes:
    rows = [
        f'"{code}, the",{code},{year},{one.get(f"{code}{year}", "0.625")}{end}'
        for code in (*STATES, "OWID_WRL", "OWID_YGS", "ABW", "")
        for year in YEARS
    ]
    return "\n".join([header, *rows, ""]).encode()


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        publishers.serve(METADATA, metadata_of())
        publishers.serve(TABLE, table_of())
        yield found


def values(syncs: Syncs) -> Mapping[str, float | None]:
    return {name: each.value for name, each in syncs.observations("human_rights_vdem").items()}


def test_the_index_is_read_by_the_columns_short_name(syncs: Syncs) -> None:
    syncs.publishers.serve(TABLE, table_of(MEX2020="0.711"))
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = syncs.observations("human_rights_vdem")
    assert len(found) == len(STATES) * 31
    assert found["human_rights_vdem.MEX.2020"].value == 0.711
    assert found["human_rights_vdem.XKX.1995"].value == 0.625
    assert {each.source for each in found.values()} == {"vdem-16"}
    assert {each.release for each in run.snapshots} == {"2026-03-17"}
    counts = run.counts
    assert (counts.rows_read, counts.rows_refused) == (10 * 36, 0)
    assert counts.rows_left_over == 4 * 36 + 6 * 5


def test_a_second_sync_applies_nothing_and_a_new_version_is_a_source_of_its_own(
    syncs: Syncs,
) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    assert syncs.sync(FewStates()).state is RunState.UNCHANGED
    assert syncs.publishers.statuses == [200, 200, 304, 304]
    assert syncs.content() == before
    syncs.publishers.serve(METADATA, metadata_of(version="v17"))
    assert syncs.sync(FewStates()).state is RunState.APPLIED
    assert syncs.observations("human_rights_vdem")["human_rights_vdem.MEX.2020"].source == "vdem-17"


def test_columns_may_move_and_be_named_by_their_titles(syncs: Syncs) -> None:
    title = f"Civil liberties index ({BEST})"
    rows = [f"{code},0.1,{year},{code},0.5" for code in STATES for year in YEARS]
    table = "\r\n".join([f"Entity,{LOW},Year,Code,{title}", *rows]).encode()
    syncs.publishers.serve(TABLE, b"\xef\xbb\xbf" + table)
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert set(values(syncs).values()) == {0.5}


def test_downloaded_files_are_read_in_the_publishers_place(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / f"{SLUG}.metadata.json").write_bytes(metadata_of())
    (folder / f"{SLUG}.csv").write_bytes(table_of())
    run = syncs.sync(FewStates(), offline=folder)
    assert run.state is RunState.APPLIED, run.issues
    assert syncs.publishers.asked == []


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        pytest.param("-0.2", "value_out_of_range", id="negative"),
        pytest.param("62.5", "value_out_of_range", id="other-unit"),
        pytest.param("<0.1", "value_censored", id="censored"),
        pytest.param('"0,62"', "row_refused", id="decimal-comma"),
        pytest.param("0.6,0.7", "row_refused", id="cell-too-many"),
        pytest.param("high", "row_refused", id="a-word"),
    ],
)
def test_a_row_that_cannot_be_is_refused_alone(syncs: Syncs, said: str, kind: str) -> None:
    syncs.publishers.serve(TABLE, table_of(MEX2020=said))
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert run.counts.rows_refused == 1
    assert len(issues(run, kind)) == 1
    assert "human_rights_vdem.MEX.2020" not in values(syncs)
    assert len(values(syncs)) == len(STATES) * 31 - 1


FORBIDDEN = b'{"status": 403, "message": "data is non-redistributable"}'


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("url", "answer", "kind"),
    [
        pytest.param(TABLE, Given(body=b""), "empty_answer", id="empty-table"),
        pytest.param(TABLE, Given(body=b"<html>moved</html>"), "shape_unknown", id="html"),
        pytest.param(TABLE, Given(status=403, body=FORBIDDEN), "not_reached", id="forbidden"),
        pytest.param(TABLE, Given(status=404), "not_reached", id="unknown-slug"),
        pytest.param(TABLE, Given(body=table_of()[:400]), "guard_breached", id="cut-short"),
        pytest.param(
            TABLE, Given(body=table_of(MEX2020="0.7"), sent=2000), "not_reached", id="cut"
        ),
        pytest.param(
            TABLE, Given(body=table_of("Entity,Code,Day,x,y")), "column_missing", id="days"
        ),
        pytest.param(TABLE, Given(body=table_of() + b"\xe9\n"), "shape_unknown", id="latin-1"),
        pytest.param(METADATA, Given(body=b"{}"), "shape_unknown", id="no-columns"),
        pytest.param(METADATA, Given(body=b"<html>"), "shape_unknown", id="html-for-metadata"),
        pytest.param(METADATA, Given(body=metadata_of([LOW])), "column_missing", id="renamed"),
        pytest.param(
            METADATA,
            Given(body=metadata_of().replace(b"(2026)", b"").replace(b"v16", b"")),
            "shape_unknown",
            id="no-version",
        ),
    ],
)
def test_what_is_no_such_chart_changes_nothing(
    syncs: Syncs, url: str, answer: Given, kind: str
) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    syncs.publishers.answers[url.partition("://")[2]] = answer
    run = syncs.sync(FewStates())
    assert run.state in {RunState.FAILED, RunState.STOPPED}, run.issues
    assert kind in {issue.kind for issue in run.issues}
    assert syncs.content() == before
