"""Workbooks of UNODC's true shape: banner, header, long rows, a false dimension."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence

import xlsxwriter

from gaptracker.intake.connectors.unodc_files import BASE_NAME, INDEX, PORTAL
from gaptracker.intake.connectors.unodc_rows import COLUMNS
from tests.publisher_world import Publishers

FILES = f"{PORTAL}/sites/dataportal.unodc.org/files"
CURRENT = f"{FILES}/2026-05/{BASE_NAME}_0.xlsx"
COUNTS, RATE = "Counts", "Rate per 100,000 population"
HELD = ("Persons held", "Total", "Total")
UNSENTENCED = ("Persons held", "by status", "Unsentenced")
CAPACITY = ("Prisons facilities and capacity", "Total", "Official prison capacity")
DRUGS = (
    "Persons held",
    "by type of criminal acts",
    "Acts involving controlled psycho-active substances",
)
POSSESSION = ("Persons held", "by selected crime", "Drug possession")
TRAFFICKING = ("Persons held", "by selected crime", "Drug trafficking")
USUAL = {HELD: 1000, UNSENTENCED: 250, CAPACITY: 800, DRUGS: 300, POSSESSION: 50, TRAFFICKING: 200}

Cells = tuple[str | float, ...]


def line(  # noqa: PLR0913  a row's columns
    code: str,
    labels: Sequence[str],
    value: str | float,
    *,
    year: int | str = 2020,
    unit: str = COUNTS,
    sex: str = "Total",
    source: str = "CTS",
) -> Cells:
    """One row below the header."""
    place = (code, f"Name of {code}", "Region", "Subregion")
    return (*place, *labels, sex, "Total", year, unit, value, source)


def usual_lines(states: Iterable[str], years: Iterable[int]) -> list[Cells]:
    """What states answer usually: every count, the rate, and rows by sex that must not count."""
    found = []
    for code in states:
        for year in years:
            for labels, value in USUAL.items():
                found.append(line(code, labels, value, year=year))
                found.append(line(code, labels, value - 1, year=year, sex="Male"))
            found.append(line(code, HELD, 200.1234, year=year, unit=RATE))
    return found


def workbook(
    lines: Iterable[Cells],
    *,
    banner: Sequence[str | float] = ("UNODC", "12/05/2026"),
    columns: Sequence[str] = COLUMNS,
) -> bytes:
    """A workbook of one sheet behind one of notes, which declares a dimension that is false."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Notes").write(0, 0, "Read me first")
    sheet = book.add_worksheet("data")
    for number, text in enumerate(banner):
        sheet.write(number, 0, text)
    order = [COLUMNS.index(name) if name in COLUMNS else None for name in columns]
    sheet.write_row(len(banner), 0, columns)
    for number, cells in enumerate(lines, start=len(banner) + 1):
        row = ["" if place is None else cells[place] for place in order]
        sheet.write_row(number, 0, row)
    book.close()
    return edited(out.getvalue(), r'<dimension ref="[^"]*"/>', '<dimension ref="A1:A1"/>')


def edited(content: bytes, pattern: str, by: str, part: str = "xl/worksheets/sheet2.xml") -> bytes:
    """A workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                changed = re.sub(pattern, by, text.decode())
                assert changed != text.decode()
                text = changed.encode()
            new.writestr(name, text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def index_of(*files: tuple[str, str, str]) -> bytes:
    """What the portal's index of files answers: name, time of change, address of each."""
    listed = [
        {
            "type": "file--file",
            "attributes": {"filename": name, "changed": changed, "uri": {"url": url}},
        }
        for name, changed, url in files
    ]
    return json.dumps({"jsonapi": {"version": "1.0"}, "data": listed}).encode()


def serve_portal(publishers: Publishers, content: bytes) -> None:
    """Serve a workbook as the newest of those that the index names."""
    path = CURRENT.removeprefix(PORTAL)
    publishers.serve(
        INDEX,
        index_of(
            (f"{BASE_NAME}.xlsx", "2025-06-01T08:00:00+00:00", path.replace("2026-05", "2025-06")),
            (f"{BASE_NAME}.xlsx", "2026-05-12T08:00:00+00:00", path),
            (f"old_{BASE_NAME}.xlsx", "2026-09-01T08:00:00+00:00", "/elsewhere.xlsx"),
        ),
    )
    publishers.serve(CURRENT, content)


def page_of(*links: str) -> bytes:
    """The page that links to the workbook."""
    return b"<!DOCTYPE html><html>" + b"".join(
        f'<a class="x" href="{link}">Download</a>'.encode() for link in links
    )
