"""Workbooks as different programs write them, and files that only look like one."""

import zipfile
from pathlib import Path

import pytest

from gaptracker.intake import workbook_rows
from gaptracker.intake.workbook_rows import Row, Workbook, WorkbookUnreadable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Notes" sheetId="7" r:id="rId9"/><sheet name="Data" sheetId="2" r:id="rId1"/>'
    "</sheets></workbook>"
)
LINKS = (
    '<Relationships><Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/>'
    '<Relationship Id="rId9" Target="worksheets/sheet2.xml"/></Relationships>'
)
SHARED = (
    f'<sst xmlns="{MAIN}"><si><t>Persons</t></si>'
    "<si><r><t>two </t></r><r><rPr/><t>runs</t></r><rPh><t>aloud</t></rPh></si></sst>"
)


def sheet(rows: str, prefix: str = "") -> str:
    p = prefix
    return (
        f'<{p}worksheet xmlns{":" + p[:-1] if p else ""}="{MAIN}"><{p}dimension ref="A1:A1"/>'
        f"<{p}sheetData>{rows}</{p}sheetData></{p}worksheet>"
    )


def read(folder: Path, text: str, **parts: str) -> list[tuple[int, Row]]:
    path = folder / "book.xlsx"
    named = {
        "xl/workbook.xml": parts.get("book", BOOK),
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/sharedStrings.xml": parts.get("shared", SHARED),
        "xl/worksheets/sheet1.xml": text,
        "xl/worksheets/sheet2.xml": sheet(""),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in named.items():
            packed.writestr(name, content)
    with Workbook(path) as book:
        assert list(book.sheets) == ["Notes", "Data"]
        return list(book.rows("Data"))


def test_cells_are_placed_by_their_addresses_and_gaps_are_empty(tmp_path: Path) -> None:
    rows = (
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="D3"><v>1.5E-2</v></c></row>'
        '<row r="5"/><row r="9"><c r="AB9" t="s"><v>1</v></c></row>'
    )
    assert read(tmp_path, sheet(rows)) == [
        (3, ["Persons", "", "", "1.5E-2"]),
        (9, [*[""] * 27, "two runs"]),
    ]


def test_other_writers_ways_are_understood(tmp_path: Path) -> None:
    rows = (
        "<x:row>\n <x:c><x:v>7</x:v></x:c>\n"
        ' <x:c t="inlineStr"><x:is><x:t>in </x:t><x:t>place</x:t></x:is></x:c>\n'
        ' <x:c t="str"><x:f>A1&amp;"x"</x:f><x:v>made</x:v></x:c></x:row>'
        '<x:row><x:c t="e"><x:v>#REF!</x:v></x:c></x:row>'
    )
    assert read(tmp_path, sheet(rows, "x:")) == [(1, ["7", "in place", "made"]), (2, ["#REF!"])]


CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("<html><body/></html>", "expected a worksheet", id="html"),
        pytest.param(f'<!DOCTYPE w [<!ENTITY a "b">]>{sheet(CELL)}', "document type", id="entity"),
        pytest.param(sheet(CELL)[:-20], "no whole XML", id="cut"),
        pytest.param(sheet(CELL.replace("A1", "ZZZZZ1")), "columns", id="far-column"),
        pytest.param(sheet(CELL.replace("A1", "1")), "no column", id="no-column"),
        pytest.param(sheet(CELL.replace("A1", "é1")), "such as AB", id="no-letter"),
        pytest.param(sheet(CELL.replace('r="1"', 'r="one"')), "damaged", id="row-in-words"),
        pytest.param(
            sheet(CELL.replace('r="A1"', 'r="A1" t="s"').replace(">1<", ">-1<")),
            "shared text",
            id="negative-text",
        ),
    ],
)
def test_a_sheet_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WorkbookUnreadable, match=said):
        read(tmp_path, text)


@pytest.mark.hostile
def test_a_part_that_unpacks_to_more_than_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_rows, "MOST_SHEET_BYTES", 1_000)
    with pytest.raises(WorkbookUnreadable, match="at most 1,000"):
        read(tmp_path, sheet(CELL) + " " * 2_000)


@pytest.mark.hostile
def test_a_workbook_without_its_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
    with pytest.raises(WorkbookUnreadable, match="no part"):
        Workbook(path)
    path.write_bytes(b"PK but no archive")
    with pytest.raises(WorkbookUnreadable, match="no workbook"):
        Workbook(path)
