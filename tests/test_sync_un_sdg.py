"""UN SDG series by POST, padded with NUL bytes: headlines only, and gaps of UNODC's file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.records import Observation
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import RunState
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.un_sdg import API, UnSdg
from gaptracker.records.mapping import OBSERVATIONS, SOURCES
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from tests.publisher_world import Given, publishing
from tests.sync_world import Syncs, issues, open_syncs

UNSENTENCED = f"{API}/DataCSV?seriesCodes=VC_PRS_UNSNT"
TREATED = f"{API}/DataCSV?seriesCodes=SH_SUD_TREAT"
RELEASES = f"{API}/List"
NUMBERS = {"MEX": 484, "COL": 170, "BRA": 76, "FRA": 250, "THA": 764, "AFG": 4}
WORLD = 1
COMMON = (
    "Goal,Target,Indicator,SeriesCode,SeriesDescription,GeoAreaCode,GeoAreaName,TimePeriod,Value,"
    "Time_Detail,TimeCoverage,UpperBound,LowerBound,BasePeriod,Source,GeoInfoUrl,FootNote"
)
YEARS = range(2015, 2022)


class FewStates(UnSdg):
    """The connector with a guard for a small world."""

    about = replace(UnSdg.about, guard=replace(UnSdg.about.guard, rows=60, actors=5))


def line(code: str, area: int | str, year: int | str, value: str, breakdown: str) -> str:
    """One row; the description has a comma and a quotation, as real ones do."""
    goal = "16,16.3,16.3.2" if code.startswith("VC") else "3,3.5,3.5.1"
    what = '"Held ""unsentenced"", by sex"'
    beside = f"{year},,,,,UNODC-CTS,,"
    return f'{goal},{code},{what},{area},"Area, the",{year},{value},{beside},{breakdown}'


def unsentenced(
    *more: str, header: str = f"{COMMON},[Nature],[Reporting Type],[Sex],[Units]", **one: str
) -> bytes:
    rows = [
        line(
            "VC_PRS_UNSNT", area, f"{year}.0", one.get(f"{code}{year}", value), f"C,G,{sex},PERCENT"
        )
        for code, area in (*NUMBERS.items(), ("WORLD", WORLD))
        for year in YEARS
        for sex, value in (("BOTHSEX", "40.25"), ("FEMALE", "77"))
    ]
    return "\n".join([header, *rows, *more]).encode() + bytes(4096)


def treated(*rows: str) -> bytes:
    header = f"{COMMON},[Nature],[Reporting Type],[Substance use disorders],[Units]"
    usual = (
        line("SH_SUD_TREAT", NUMBERS["MEX"], 2017, "12.5", "E,G,OPIOIDS,PERCENT"),
        line("SH_SUD_TREAT", NUMBERS["MEX"], 2017, "9.75", "E,G,TOTAL,PERCENT"),
        line("SH_SUD_TREAT", NUMBERS["MEX"], 2018, "11", "E,G,OPIOIDS,PERCENT"),
        line("SH_SUD_TREAT", NUMBERS["MEX"], 2018, "3", "E,G,COCAINE,PERCENT"),
        line("SH_SUD_TREAT", NUMBERS["MEX"], 2016, "NaN", "E,G,TOTAL,PERCENT"),
    )
    return "\n".join([header, *(rows or usual)]).encode() + bytes(100)


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        listed = [
            {"code": code, "release": "2026.Q1.G.02", "description": ""}
            for code in ("SH_SUD_TREAT", "VC_PRS_UNSNT")
        ]
        publishers.serve(RELEASES, json.dumps(listed).encode())
        publishers.serve(UNSENTENCED, unsentenced())
        publishers.serve(TREATED, treated())
        yield found


def values(syncs: Syncs, indicator: str) -> Mapping[str, float | None]:
    return {name: each.value for name, each in syncs.observations(indicator).items()}


def record_of_unodc(syncs: Syncs, state: str, year: int) -> None:
    """Let UNODC's own file have a figure."""
    source = Source(
        id="unodc-cts-2026",
        title="Prisons",
        publisher="UNODC",
        group="unodc",
        grade=2,
        record_of_act=True,
        kind="statistic",
        licence="UNODC terms",
        citation="UNODC",
        retrieved_on=date(2026, 11, 26),
    )
    figure = Observation(
        id=f"unsentenced_share.{state}.{year}",
        actor=state,
        indicator="unsentenced_share",
        period=PartialDate.parse(str(year)),
        value=40.3,
        source=source.id,
    )
    stamp = RevisionStamp(
        recorded_at=datetime(2026, 11, 1, tzinfo=UTC), recorded_by="sync:unodc", reason="test"
    )
    with UnitOfWork(syncs.records) as work:
        work.evidence.record(SOURCES, (source,), stamp=stamp)
        work.evidence.record(OBSERVATIONS, (figure,), stamp=stamp)
        work.commit()


def test_headlines_are_read_and_breakdowns_left(syncs: Syncs) -> None:
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = syncs.observations("unsentenced_share")
    assert len(found) == len(NUMBERS) * len(YEARS)
    mexico = found["unsentenced_share.MEX.2020"]
    assert (mexico.value, mexico.source) == (40.25, "un-sdg-16-3-2")
    assert values(syncs, "treatment_coverage_sud") == {
        "treatment_coverage_sud.MEX.2017": 9.75,
        "treatment_coverage_sud.MEX.2018": 11.0,
    }
    notes = [each.note for each in syncs.observations("treatment_coverage_sud").values()]
    assert notes == ["all drugs", "opioids only"]
    assert [each.release for each in run.snapshots] == [None, "2026.Q1.G.02", "2026.Q1.G.02"]
    counts = run.counts
    assert (counts.rows_read, counts.rows_refused) == (7 * 2 * 7 + 5, 0)
    # The world, the female half, two kinds of drug, and one without a value.
    assert counts.rows_left_over == 7 + 7 * 7 + 3


def test_a_second_sync_applies_nothing(syncs: Syncs) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    assert syncs.sync(FewStates()).state is RunState.UNCHANGED
    again = syncs.sync(FewStates(), again=True)
    assert (again.state, again.counts.added, again.counts.changed) == (RunState.APPLIED, 0, 0)
    assert syncs.content() == before


def test_a_copy_stands_back_where_unodc_itself_speaks(syncs: Syncs) -> None:
    record_of_unodc(syncs, "MEX", 2020)
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = syncs.observations("unsentenced_share")
    assert found["unsentenced_share.MEX.2020"].value == 40.3
    assert found["unsentenced_share.MEX.2021"].value == 40.25
    # UNODC may fill a gap later: that is no figure that vanished.
    record_of_unodc(syncs, "MEX", 2021)
    again = syncs.sync(FewStates(), again=True)
    assert (again.counts.changed, again.counts.withdrawn) == (0, 0)
    assert syncs.observations("unsentenced_share")["unsentenced_share.MEX.2021"].value == 40.3


def test_downloaded_files_are_read_without_a_list_of_releases(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "VC_PRS_UNSNT-2026.csv").write_bytes(unsentenced())
    (folder / "SH_SUD_TREAT-2026.csv").write_bytes(treated())
    run = syncs.sync(FewStates(), offline=folder)
    assert run.state is RunState.APPLIED, run.issues
    assert issues(run, "not_reached")[0].severity == "note"
    assert syncs.publishers.asked == []


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("row", "kind"),
    [
        pytest.param(
            line("VC_PRS_UNSNT", 484, 2010, "131.4", "C,G,BOTHSEX,PERCENT"),
            "value_out_of_range",
            id="share-above-100",
        ),
        pytest.param(
            line("VC_PRS_UNSNT", 484, 2010, "-1", "C,G,BOTHSEX,PERCENT"),
            "value_out_of_range",
            id="negative",
        ),
        pytest.param(
            line("VC_PRS_UNSNT", 484, 2010, "<5", "C,G,BOTHSEX,PERCENT"),
            "value_censored",
            id="censored",
        ),
        pytest.param(
            line("VC_PRS_UNSNT", 484, 2010, "0.4", "C,G,BOTHSEX,RATIO"),
            "category_unknown",
            id="other-unit",
        ),
        pytest.param(
            line("VC_PRS_UNSNT", 484, 1013, "4", "C,G,BOTHSEX,PERCENT"),
            "value_out_of_range",
            id="year-1013",
        ),
        pytest.param(
            line("VC_PRS_UNSNT", "MEX", 2010, "4", "C,G,BOTHSEX,PERCENT"), "row_refused", id="iso"
        ),
        pytest.param(
            line("VC_PRS_UNSNT", 484, 2020, "41", "C,G,BOTHSEX,PERCENT"), "duplicate", id="twice"
        ),
        pytest.param("16,16.3,16.3.2,VC_PRS_UN", "row_refused", id="cut-row"),
    ],
)
def test_a_row_that_cannot_be_is_refused_alone(syncs: Syncs, row: str, kind: str) -> None:
    syncs.publishers.serve(UNSENTENCED, unsentenced(row))
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert run.counts.rows_refused == 1
    assert len(issues(run, kind)) == 1
    found = values(syncs, "unsentenced_share")
    assert found["unsentenced_share.MEX.2020"] == 40.25
    assert len(found) == len(NUMBERS) * len(YEARS)


RENAMED = f"{COMMON},[Nature],[Reporting Type],[Sexes],[Units]"
MALES = unsentenced().replace(b"BOTHSEX", b"MALE")


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(Given(body=b""), "empty_answer", id="empty-body"),
        pytest.param(Given(body=bytes(4096)), "shape_unknown", id="only-padding"),
        pytest.param(Given(body=b"<html>Error</html>"), "shape_unknown", id="html"),
        pytest.param(Given(body=treated()), "shape_unknown", id="another-series"),
        pytest.param(Given(body=MALES), "category_unknown", id="no-headline"),
        pytest.param(
            Given(body=unsentenced().replace(b"TimePeriod", b"Period")),
            "column_missing",
            id="renamed-column",
        ),
        pytest.param(Given(body=unsentenced()[:1200]), "guard_breached", id="cut-short"),
        pytest.param(
            Given(body=unsentenced(MEX2020="41"), sent=2000), "not_reached", id="cut-line"
        ),
        pytest.param(Given(status=500), "not_reached", id="always-500"),
        pytest.param(
            Given(body=unsentenced(header=RENAMED)), "category_unknown", id="renamed-breakdown"
        ),
    ],
)
def test_what_is_no_such_series_changes_nothing(syncs: Syncs, answer: Given, kind: str) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    syncs.publishers.answers[UNSENTENCED.partition("://")[2]] = answer
    run = syncs.sync(FewStates())
    assert run.state in {RunState.FAILED, RunState.STOPPED}, run.issues
    assert kind in {issue.kind for issue in run.issues}
    assert syncs.content() == before
