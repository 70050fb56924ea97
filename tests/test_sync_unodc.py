"""UNODC's prisons workbook, over real HTTP: found, read by name, and turned into indicators."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gaptracker.domain.syncing import RunState, SyncRun
from gaptracker.intake.connectors.unodc import Unodc
from gaptracker.intake.connectors.unodc_files import BASE_NAME, INDEX, PAGE
from gaptracker.intake.connectors.unodc_rows import COLUMNS
from tests.publisher_world import Given, publishing
from tests.sync_world import Syncs, issues, open_syncs
from tests.unodc_world import (
    CAPACITY,
    CURRENT,
    DRUGS,
    FILES,
    HELD,
    POSSESSION,
    RATE,
    TRAFFICKING,
    UNSENTENCED,
    Cells,
    edited,
    index_of,
    line,
    page_of,
    serve_portal,
    usual_lines,
    workbook,
)

STATES = ("MEX", "COL", "BRA", "FRA", "THA", "KEN")
YEARS = (2019, 2020, 2021)


class FewStates(Unodc):
    """The connector with a guard for a small world."""

    about = replace(Unodc.about, guard=replace(Unodc.about.guard, rows=50, actors=4))


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        yield found


def synced(syncs: Syncs, more: list[Cells] | None = None, *, instead: bool = False) -> SyncRun:
    lines = more or []
    if not instead:
        lines = [*lines, *usual_lines(STATES, YEARS)]
    serve_portal(syncs.publishers, workbook(lines))
    return syncs.sync(FewStates())


def values(syncs: Syncs, indicator: str, actor: str) -> dict[str, float | None]:
    found = syncs.observations(indicator).values()
    return {str(each.period): each.value for each in found if each.actor == actor}


def test_rates_shares_and_occupancy_are_computed_from_totals(syncs: Syncs) -> None:
    run = synced(syncs)
    assert run.state is RunState.APPLIED, run.issues
    assert values(syncs, "prison_rate", "MEX") == {
        "2019": 200.123,
        "2020": 200.123,
        "2021": 200.123,
    }
    assert values(syncs, "unsentenced_share", "MEX")["2020"] == 25.0
    assert values(syncs, "occupancy", "MEX")["2020"] == 125.0
    assert values(syncs, "drug_prisoner_share", "MEX")["2020"] == 30.0
    assert values(syncs, "possession_prisoner_share", "MEX")["2020"] == 5.0
    held = syncs.observations("prison_rate")["prison_rate.MEX.2020"]
    assert held.source == "unodc-cts-2026"
    workbook_kept = next(each for each in run.snapshots if each.resource == "prisons")
    assert (workbook_kept.release, workbook_kept.url) == ("2026-05-12", CURRENT)
    counts = run.counts
    assert counts.rows_read == len(STATES) * len(YEARS) * 13
    assert (counts.rows_refused, counts.rows_left_over) == (0, len(STATES) * len(YEARS) * 6)
    # Colombia's possession of 2019 and 2020 is known to count another offence.
    assert set(values(syncs, "possession_prisoner_share", "COL")) == {"2021"}


def test_a_second_sync_asks_conditionally_and_applies_nothing(syncs: Syncs) -> None:
    synced(syncs)
    before = syncs.content()
    assert syncs.sync(FewStates()).state is RunState.UNCHANGED
    assert syncs.publishers.statuses == [200, 200, 304, 304]
    again = syncs.sync(FewStates(), again=True)
    assert (again.counts.added, again.counts.changed) == (0, 0)
    assert syncs.content() == before


def test_figures_from_elsewhere_have_a_source_of_their_own(syncs: Syncs) -> None:
    lines = [
        line("MEX", HELD, 1000, year=2015, source="CTS"),
        line("MEX", UNSENTENCED, 100, year=2015, source="WPB-ICPR/CTS"),
        line("MEX", CAPACITY, 1000, year=2015, source="CTS/MoJ"),
    ]
    synced(syncs, lines)
    found = syncs.observations("unsentenced_share")["unsentenced_share.MEX.2015"]
    assert (found.value, found.source) == (10.0, "unodc-cts-2026-gap-filled")
    assert syncs.observations("occupancy")["occupancy.MEX.2015"].source == "unodc-cts-2026"


def test_a_state_that_reports_by_parts_is_their_sum_if_all_answered(syncs: Syncs) -> None:
    parts = {"GBR_E_W": (800, 100.0), "GBR_NI": (100, 50.0), "GBR_S": (100, 200.0)}
    lines = []
    for code, (held, rate) in parts.items():
        lines += [line(code, HELD, held), line(code, HELD, rate, unit=RATE)]
        lines += [line(code, UNSENTENCED, held / 10), line(code, CAPACITY, held)]
    lines.append(line("GBR_S", HELD, 100, year=2018))
    synced(syncs, lines)
    # 1,000 held among 800,000 + 200,000 + 50,000 people.
    assert values(syncs, "prison_rate", "GBR") == {"2020": 95.238}
    assert values(syncs, "unsentenced_share", "GBR") == {"2020": 10.0}
    assert values(syncs, "occupancy", "GBR") == {"2020": 100.0}


def test_drug_shares_below_one_per_cent_are_answers_that_were_not_given(syncs: Syncs) -> None:
    lines = [
        line("THA", HELD, 1000, year=2016),
        line("THA", DRUGS, 9, year=2016),
        line("THA", POSSESSION, 120, year=2016),
        line("THA", TRAFFICKING, 330, year=2016),
        line("THA", HELD, 1000, year=2017),
        line("THA", DRUGS, 0, year=2017),
        line("THA", POSSESSION, 120, year=2017),
        line("THA", TRAFFICKING, 3, year=2017),
    ]
    synced(syncs, lines)
    shares = values(syncs, "drug_prisoner_share", "THA")
    assert shares["2016"] == 45.0
    assert "2017" not in shares
    assert values(syncs, "possession_prisoner_share", "THA")["2017"] == 12.0


def test_a_downloaded_workbook_is_read_without_an_index(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / f"{BASE_NAME} (1).xlsx").write_bytes(workbook(usual_lines(STATES, YEARS)))
    run = syncs.sync(FewStates(), offline=folder)
    assert run.state is RunState.APPLIED, run.issues
    assert syncs.publishers.asked == []


def test_without_an_index_the_page_is_read_and_stale_links_are_passed_over(syncs: Syncs) -> None:
    content = workbook(usual_lines(STATES, YEARS))
    older, newer = (f"{FILES}/{month}/{BASE_NAME}.xlsx" for month in ("2025-06", "2026-05"))
    syncs.publishers.serve(INDEX, index_of())
    syncs.publishers.serve(PAGE, page_of(older, newer.removeprefix("https://data.unodc.org")))
    syncs.publishers.serve(newer, b"<html>moved</html>")
    syncs.publishers.serve(older, content)
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert "through the page" in issues(run, "not_reached")[0].detail
    tried = [each.rpartition("/files/")[2] for each in syncs.publishers.asked if "/files/" in each]
    assert tried == [
        f"2026-05/{BASE_NAME}_0.xlsx",
        f"2026-05/{BASE_NAME}.xlsx",
        f"2025-06/{BASE_NAME}_0.xlsx",
        f"2025-06/{BASE_NAME}.xlsx",
    ]


def test_columns_are_read_by_name_and_dates_as_numbers(syncs: Syncs) -> None:
    moved = ("Source", "VALUE", "Note", *COLUMNS[:11])
    content = workbook(usual_lines(STATES, YEARS), columns=moved, banner=("UNODC", 46154.0, ""))
    serve_portal(syncs.publishers, content)
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert len(issues(run, "column_moved")) == 1
    assert values(syncs, "prison_rate", "MEX")["2020"] == 200.123
    assert {each.release for each in run.snapshots} == {None, "2026-05-12"}


# What may go wrong.


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        pytest.param(line("MEX", HELD, "<5", year=2011), "value_censored", id="below-five"),
        pytest.param(line("MEX", HELD, "972+", year=2011), "value_censored", id="at-least"),
        pytest.param(line("MEX", HELD, "…", year=2011), "value_censored", id="ellipsis"),
        pytest.param(line("MEX", HELD, "12,5", year=2011), "row_refused", id="decimal-comma"),
        pytest.param(line("MEX", HELD, "#REF!", year=2011), "row_refused", id="error-cell"),
        pytest.param(line("MEX", HELD, -4, year=2011), "value_out_of_range", id="negative"),
        pytest.param(line("MEX", HELD, "1e999", year=2011), "value_out_of_range", id="no-end"),
        pytest.param(line("MEX", HELD, 9, year=1013), "value_out_of_range", id="year-1013"),
        pytest.param(line("MEX", HELD, 9, year=2031), "value_out_of_range", id="year-to-come"),
        pytest.param(line("GBR_X", HELD, 9, year=2011), "actor_unknown", id="new-part"),
        pytest.param(line("MEX", HELD, 900, year=2020), "duplicate", id="twice"),
    ],
)
def test_a_row_that_cannot_be_is_refused_alone(syncs: Syncs, cells: Cells, kind: str) -> None:
    lines = [*usual_lines(STATES, YEARS), cells]
    run = synced(syncs, lines, instead=True)
    assert run.state is RunState.APPLIED, run.issues
    assert run.counts.rows_refused == 1
    (found,) = issues(run, kind)
    assert found.where == f"unodc/prisons row {len(lines) + 3}"
    assert values(syncs, "unsentenced_share", "MEX")["2020"] == 25.0
    assert "2011" not in values(syncs, "prison_rate", "MEX")


@pytest.mark.hostile
def test_thousands_may_be_parted_by_commas(syncs: Syncs) -> None:
    lines = [line("MEX", HELD, "200,000", year=2011), line("MEX", CAPACITY, "100,000", year=2011)]
    synced(syncs, lines)
    assert values(syncs, "occupancy", "MEX")["2011"] == 200.0


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("labels", "value", "indicator"),
    [
        pytest.param(CAPACITY, 100, "occupancy", id="occupancy-1000"),
        pytest.param(CAPACITY, 100_000, "occupancy", id="occupancy-1"),
        pytest.param(UNSENTENCED, 1001, "unsentenced_share", id="share-above-100"),
        pytest.param(DRUGS, 1500, "drug_prisoner_share", id="drugs-above-100"),
    ],
)
def test_what_is_computed_has_to_be_possible(
    syncs: Syncs, labels: tuple[str, str, str], value: int, indicator: str
) -> None:
    run = synced(syncs, [line("MEX", HELD, 1000, year=2011), line("MEX", labels, value, year=2011)])
    assert run.state is RunState.APPLIED, run.issues
    assert "2011" not in values(syncs, indicator, "MEX")
    assert any(f"{indicator} " in each.detail for each in issues(run, "value_out_of_range"))


USUAL = usual_lines(STATES, YEARS)
SHEET = "xl/worksheets/sheet2.xml"
BOMB = '<!DOCTYPE worksheet [<!ENTITY a "ha">]><worksheet '


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"", "empty_answer", id="empty-body"),
        pytest.param(b"<html>Access denied</html>", "shape_unknown", id="html-for-workbook"),
        pytest.param(workbook(USUAL)[:-900], "shape_unknown", id="cut"),
        pytest.param(b"PK\x03\x04" + bytes(2000), "shape_unknown", id="damaged-zip"),
        pytest.param(edited(workbook(USUAL), "<worksheet ", BOMB), "shape_unknown", id="entities"),
        pytest.param(
            edited(workbook(USUAL), "</sheetData>", "</sheet>"), "shape_unknown", id="broken-xml"
        ),
        pytest.param(
            edited(workbook(USUAL), '<c r="A4" t="s"><v>', '<c r="A4" t="s"><v>9'),
            "shape_unknown",
            id="no-such-text",
        ),
        pytest.param(workbook(USUAL, banner=("UNODC",)), "shape_unknown", id="no-release-date"),
        pytest.param(
            workbook(USUAL, columns=[n for n in COLUMNS if n != "Sex"]),
            "column_missing",
            id="missing-column",
        ),
        pytest.param(
            workbook(USUAL, columns=["iso3" if n == "Iso3_code" else n for n in COLUMNS]),
            "column_missing",
            id="renamed-column",
        ),
        pytest.param(
            workbook([(*c[:4], str(c[4]).replace("Persons", "People"), *c[5:]) for c in USUAL]),
            "category_unknown",
            id="renamed-indicator",
        ),
        pytest.param(
            workbook([c for c in USUAL if c[6] != "Drug possession"]),
            "category_unknown",
            id="category-gone",
        ),
        pytest.param(workbook(USUAL[:40]), "guard_breached", id="cut-short"),
    ],
)
def test_what_is_no_such_workbook_changes_nothing(syncs: Syncs, content: bytes, kind: str) -> None:
    synced(syncs)
    before = syncs.content()
    syncs.publishers.serve(CURRENT, content)
    syncs.publishers.serve(PAGE, page_of(CURRENT))
    run = syncs.sync(FewStates())
    assert run.state in {RunState.FAILED, RunState.STOPPED}, run.issues
    assert kind in {issue.kind for issue in run.issues}
    assert syncs.content() == before


@pytest.mark.hostile
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Given(body=b'{"data": [{"id": 1}]}'), id="index-without-attributes"),
        pytest.param(Given(body=b'{"data": []}'), id="index-without-files"),
        pytest.param(
            Given(body=index_of((f"{BASE_NAME}.xlsx", "2026", "https://10.0.0.1/x.xlsx"))),
            id="index-leads-inside",
        ),
        pytest.param(Given(body=b"<html>blocked</html>"), id="html-for-index"),
        pytest.param(Given(status=403), id="index-forbidden"),
    ],
)
def test_an_index_that_leads_nowhere_and_a_page_without_links_are_told(
    syncs: Syncs, answer: Given
) -> None:
    syncs.publishers.answers[INDEX.partition("://")[2]] = answer
    syncs.publishers.serve(PAGE, b"<html>Under construction</html>")
    run = syncs.sync(FewStates())
    assert run.state is RunState.FAILED
    assert "see whether UNODC renamed the file" in run.issues[0].detail


@pytest.mark.hostile
def test_the_floors_of_the_source_itself_stop_a_small_workbook(syncs: Syncs) -> None:
    serve_portal(syncs.publishers, workbook(USUAL))
    run = syncs.sync(Unodc())
    assert run.state is RunState.STOPPED
    assert "expected at least 100,000" in issues(run, "guard_breached")[0].detail
