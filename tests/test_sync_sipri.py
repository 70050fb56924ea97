"""SIPRI's workbook over real HTTP: found by its page, wide by year, with SIPRI's own marks."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import Connection

from gaptracker.domain.syncing import RunState
from gaptracker.intake.connectors.sipri import HOME, PAGE, Sipri
from gaptracker.intake.connectors.world_bank import PUBLISHABLE, WorldBank
from tests.publisher_world import Given, publishing
from tests.sync_world import Syncs, issues, open_syncs
from tests.test_sync import SPENDING, body, url_of

FILES = f"{HOME}/sites/default/files"
CURRENT = f"{FILES}/SIPRI-Milex-data-1949-2025_v1.2.xlsx"
YEARS = tuple(range(1949, 2026))
READ_YEARS = 31
STATES = ("Mexico", "Colombia", "Korea, South", "Türkiye", "Congo, DR", "Cote d'Ivoire", "Taiwan")
CODES = {"MEX", "COL", "KOR", "TUR", "COD", "CIV", "TWN"}

Cells = Mapping[tuple[str, int], object]


class FewStates(Sipri):
    """The connector with a guard for a small world."""

    about = replace(Sipri.about, guard=replace(Sipri.about.guard, rows=300, actors=5))


class FewEconomies(WorldBank):
    """The bank's connector with a guard for a small world."""

    about = replace(WorldBank.about, guard=replace(WorldBank.about.guard, rows=5, actors=3))


def milex(
    changes: Cells | None = None,
    *,
    states: Sequence[str] = STATES,
    years: Sequence[object] = YEARS,
    sheet: str = "Share of GDP",
    unit: float = 1.0,
) -> bytes:
    """The workbook: banner, header, headings of regions, marks in cells, a footnote below."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Front page").write(0, 0, "SIPRI Military Expenditure Database")
    book.add_worksheet("Constant (2024) US$").write_row(5, 0, ["Country", *YEARS])
    table = book.add_worksheet(sheet)
    table.write(0, 0, "Military expenditure by country as percentage of gross domestic product")
    table.write_row(5, 0, ["Country", "Notes", *years])
    table.write(6, 0, "Americas")
    names = (*states, "USSR", "Yemen, North")
    for number, name in enumerate(names, start=7):
        usual = {year: (year - 1949) / 2_000 * unit if year >= 1960 else "xxx" for year in YEARS}
        cells = [(changes or {}).get((name, year), said) for year, said in usual.items()]
        table.write_row(number, 0, [name, "3", *cells])
    table.write(len(names) + 8, 0, "Figures in blue are SIPRI estimates.")
    book.close()
    return out.getvalue()


def linking(*names: str) -> bytes:
    links = "".join(f'<a href="/sites/default/files/{name}">Data</a>' for name in names)
    return f"<!DOCTYPE html><html><body>{links}</body></html>".encode()


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        publishers.serve(
            PAGE,
            linking(
                "SIPRI-Milex-data-1949-2024_2.xlsx",
                "SIPRI-Milex-data-1949-2025.xlsx",
                "SIPRI-Milex-data-1949-2025_v1.2.xlsx",
                "SIPRI-Top-100-2002-2024.xlsx",
            ),
        )
        publishers.serve(CURRENT, milex({("Mexico", 2001): "...", ("Colombia", 2001): ". ."}))
        yield found


def values(syncs: Syncs) -> dict[str, float | None]:
    return {name: each.value for name, each in syncs.observations("military_spending").items()}


def test_shares_are_read_as_per_cent_from_the_newest_issue(syncs: Syncs) -> None:
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    found = syncs.observations("military_spending")
    assert {each.actor for each in found.values()} == CODES
    mexico = found["military_spending.MEX.2025"]
    assert (mexico.value, mexico.source) == (3.8, "sipri-milex-2025")
    assert "military_spending.MEX.2001" not in found
    assert "military_spending.COL.2001" not in found
    assert len(found) == len(CODES) * READ_YEARS - 2
    kept = next(each for each in run.snapshots if each.resource == "milex")
    assert (kept.url, kept.release) == (CURRENT, "1949-2025_v1.2")
    counts = run.counts
    # Nine rows of states by 77 years, a heading, a footnote.
    assert (counts.rows_read, counts.rows_refused) == (9 * len(YEARS) + 2, 0)
    assert counts.rows_left_over + counts.staged - 1 == counts.rows_read


def test_a_second_sync_applies_nothing(syncs: Syncs) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    assert syncs.sync(FewStates()).state is RunState.UNCHANGED
    again = syncs.sync(FewStates(), again=True)
    assert (again.counts.added, again.counts.changed, again.counts.withdrawn) == (0, 0, 0)
    assert syncs.content() == before


def test_a_page_that_differs_each_time_and_leads_to_the_same_file_is_nothing_new(
    syncs: Syncs,
) -> None:
    syncs.sync(FewStates())
    name = "SIPRI-Milex-data-1949-2025_v1.2.xlsx"
    syncs.publishers.serve(PAGE, linking(name) + b"<!-- another token -->")
    assert syncs.sync(FewStates()).state is RunState.UNCHANGED
    assert syncs.publishers.statuses[-2:] == [200, 304]
    later = "SIPRI-Milex-data-1949-2025_v1.3.xlsx"
    syncs.publishers.serve(PAGE, linking(name, later))
    syncs.publishers.serve(f"{FILES}/{later}", milex({("Mexico", 2020): 0.007}))
    run = syncs.sync(FewStates())
    assert (run.state, run.counts.changed) == (RunState.APPLIED, 1)


def test_a_download_is_read_without_the_page(syncs: Syncs, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "SIPRI-Milex-data-1949-2024.xlsx").write_bytes(b"the year before")
    (folder / "SIPRI-Milex-data-1949-2025_v1.2.xlsx").write_bytes(milex())
    run = syncs.sync(FewStates(), offline=folder)
    assert run.state is RunState.APPLIED, run.issues
    assert (run.snapshots[0].release, syncs.publishers.asked) == ("1949-2025", [])


def test_the_world_bank_stands_back_where_sipri_speaks(syncs: Syncs) -> None:
    bank = FewEconomies(tuple(each for each in PUBLISHABLE if each.code == SPENDING))
    rows: list[tuple[str, int, float | None]] = [
        (code, year, value)
        for code, year, value in (
            *(("MEX", 2020, 2.5), ("COL", 2020, 2.5), ("BRA", 2020, 2.5)),
            *(("MEX", 2001, 1.5), ("BRA", 2001, 1.5)),
        )
    ]
    syncs.publishers.serve(url_of(SPENDING), body(rows))
    assert syncs.sync(bank).counts.added == 6
    syncs.sync(FewStates())
    found = syncs.observations("military_spending")
    assert found["military_spending.MEX.2020"].source == "sipri-milex-2025"
    again = syncs.sync(bank, again=True)
    assert again.state is RunState.APPLIED, again.issues
    assert (again.counts.changed, again.counts.withdrawn) == (0, 0)
    assert [each.count for each in again.issues if "SIPRI's own file" in each.detail] == [2]
    found = syncs.observations("military_spending")
    assert found["military_spending.MEX.2020"].value == 3.55
    # Of 2001 SIPRI says that it does not know, and nothing of Brazil.
    assert found["military_spending.MEX.2001"].value == 1.5
    assert found["military_spending.BRA.2020"].value == 2.5


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        pytest.param("<0.01", "value_censored", id="bound"),
        pytest.param("[0.012]", "row_refused", id="bracket"),
        pytest.param("0,012", "row_refused", id="decimal-comma"),
        pytest.param(-0.01, "value_out_of_range", id="negative"),
        pytest.param(2.4, "value_out_of_range", id="share-in-per-cent"),
        pytest.param("n.a.", "row_refused", id="other-mark"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_alone(syncs: Syncs, cell: object, kind: str) -> None:
    syncs.publishers.serve(CURRENT, milex({("Mexico", 2020): cell}))
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert (run.counts.rows_refused, len(issues(run, kind))) == (1, 1)
    assert "military_spending.MEX.2020" not in values(syncs)
    assert "MEX 2020" in issues(run, kind)[0].where
    assert "military_spending.MEX.2019" in values(syncs)


@pytest.mark.hostile
def test_a_name_that_nobody_knows_is_refused_with_its_cells(syncs: Syncs) -> None:
    syncs.publishers.serve(CURRENT, milex(states=(*STATES, "Atlantis", "Mexico")))
    run = syncs.sync(FewStates())
    assert run.state is RunState.APPLIED, run.issues
    assert run.counts.rows_refused == len(YEARS)
    assert "Atlantis" in issues(run, "actor_unknown")[0].detail


MOVED = (YEARS[1], YEARS[0], *YEARS[2:])


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(Given(status=404), "not_reached", id="gone"),
        pytest.param(Given(body=b"<html>"), "shape_unknown", id="html"),
        pytest.param(Given(body=milex()[:4_000]), "shape_unknown", id="cut-file"),
        pytest.param(Given(body=milex(unit=1.01), sent=900), "not_reached", id="cut-line"),
        pytest.param(Given(body=milex(sheet="Share of GNI")), "column_missing", id="sheet"),
        # Every value stands under the year before: all of them change at once.
        pytest.param(
            Given(body=milex(years=("Code", *YEARS))), "guard_breached", id="moved-by-a-column"
        ),
        pytest.param(
            Given(body=milex(years=(*YEARS[:-1], YEARS[0]))), "column_moved", id="year-twice"
        ),
        pytest.param(
            Given(body=milex(years=[f"FY{year}" for year in YEARS])), "column_missing", id="years"
        ),
        pytest.param(
            Given(body=milex(years=[year + 2 for year in YEARS])),
            "value_out_of_range",
            id="years-to-come",
        ),
        pytest.param(Given(body=milex(unit=20.0)), "value_out_of_range", id="unit"),
        pytest.param(Given(body=milex(states=STATES[:2])), "guard_breached", id="few-states"),
    ],
)
def test_what_is_no_such_workbook_changes_nothing(syncs: Syncs, given: Given, kind: str) -> None:
    syncs.sync(FewStates())
    before = syncs.content()
    syncs.publishers.answers[CURRENT.partition("://")[2]] = given
    run = syncs.sync(FewStates())
    assert run.state in {RunState.FAILED, RunState.STOPPED}, run.issues
    assert kind in {issue.kind for issue in run.issues}
    assert syncs.content() == before


@pytest.mark.hostile
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(linking("SIPRI-Arms-2025.xlsx"), id="no-link"),
        pytest.param(
            b'<a href="https://10.0.0.1/x/SIPRI-Milex-data-1949-2025.xlsx">', id="leads-away"
        ),
    ],
)
def test_a_page_that_leads_to_no_workbook_of_sipri_ends_the_run(syncs: Syncs, page: bytes) -> None:
    syncs.publishers.serve(PAGE, page)
    run = syncs.sync(FewStates())
    assert (run.state, run.issues[0].kind) == (RunState.FAILED, "shape_unknown")
