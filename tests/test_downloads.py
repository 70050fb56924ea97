"""The files of a release hold the same rows in every form, typed, defined, the same each time."""

import hashlib
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from frictionless import Package, validate

from gaptracker.release.alliance_tables import ALLIANCE_LAYOUTS
from gaptracker.release.download_tables import column_definitions
from gaptracker.release.heading import LICENCE, Heading
from gaptracker.release.table_definitions import DOWNLOADED_LAYOUTS, TABLE_DEFINITIONS
from gaptracker.workflows import workbooks
from gaptracker.workflows.workbooks import WorkbookTask, fitting, write_workbook
from tests.api_world import HOSTILE_NAME, open_store
from tests.cli_world import SPEECH
from tests.download_world import (
    EXCERPT,
    TITLE,
    exported,
    require_same_rows,
    rows_of_csv,
    rows_of_sheet,
)

TABLES = [layout.name for layout in DOWNLOADED_LAYOUTS]
# Those of alliances need other evidence: tests/test_alliance_release.py.
HELD = [layout.name for layout in DOWNLOADED_LAYOUTS if layout not in ALLIANCE_LAYOUTS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="module")
def release(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_bytes())["release"])


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_defined_in_its_order_and_nothing_else(table: str) -> None:
    layout = next(each for each in DOWNLOADED_LAYOUTS if each.name == table)
    defined = TABLE_DEFINITIONS[table]
    assert list(defined.columns) == list(layout.schema)
    assert all(each.text.endswith(".") for each in defined.columns.values())
    assert set(defined.key) <= set(defined.columns)


@pytest.mark.parametrize("table", HELD)
def test_all_forms_hold_the_same_rows(folder: Path, table: str) -> None:
    require_same_rows(folder, table)


def test_names_and_texts_survive_every_form(folder: Path) -> None:
    assert {row["actor_name"] for row in rows_of_csv(folder / "gaps.csv")} >= {
        f"'{HOSTILE_NAME}",
        "إيران, Iran",
    }
    frame = pl.read_parquet(folder / "statements.parquet")
    assert frame.filter(pl.col("id") == SPEECH.id)["excerpt"].item() == EXCERPT
    sheet = {row[0]: row[9] for row in rows_of_sheet(folder / "statements.xlsx")}
    assert sheet[SPEECH.id] == EXCERPT
    assert {row["title"] for row in rows_of_csv(folder / "measures.csv")} == {f"'{TITLE}"}
    assert TITLE in (folder / "measures.ndjson").read_text("utf-8")


def test_a_sheet_runs_no_formula_and_links_nowhere(folder: Path) -> None:
    for path in folder.glob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            assert not [name for name in book.namelist() if "externalLink" in name]
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml"), path.name
            assert b"hyperlink" not in book.read("xl/worksheets/sheet1.xml"), path.name


def test_a_sheet_has_types_a_frozen_header_and_its_definitions(folder: Path, release: str) -> None:
    book = openpyxl.load_workbook(folder / "gaps.xlsx")
    assert book.sheetnames == ["gaps", "definitions"]
    sheet = book["gaps"]
    assert sheet.freeze_panes == "A2"
    columns = {cell.value: cell.column - 1 for cell in sheet[1]}
    assert sheet[1][0].font.bold
    row = next(row for row in sheet.iter_rows(min_row=2) if row[columns["gap"]].value is not None)
    kinds = {name: row[columns[name]].data_type for name in ("actor", "year", "gap", "as_of")}
    assert kinds == {"actor": "s", "year": "n", "gap": "n", "as_of": "d"}
    assert row[columns["law_only"]].data_type == "b"
    assert row[columns["as_of"]].number_format == "yyyy-mm-dd"
    texts = {tuple(row) for row in book["definitions"].iter_rows(values_only=True)}
    assert ("release", release, None, None) in texts
    assert ("licence", LICENCE, None, None) in texts
    gap = TABLE_DEFINITIONS["gaps"].columns["gap"]
    assert ("gap", "number", gap.unit, gap.text) in texts


def test_parquet_says_what_it_is(folder: Path, release: str) -> None:
    metadata = pl.read_parquet_metadata(folder / "gaps.parquet")
    assert metadata["gaptracker:release"] == release
    assert metadata["gaptracker:licence"] == LICENCE
    assert metadata["gaptracker:provisional"] == "true"
    columns = json.loads(metadata["gaptracker:columns"])
    assert columns["gap"]["unit"].startswith("points, -100 to 100")
    assert set(columns) == set(pl.read_parquet(folder / "gaps.parquet").columns)


def test_the_data_package_is_valid(folder: Path, release: str) -> None:
    report = validate((folder / "datapackage.json").as_posix())
    assert report.valid, report.flatten(["type", "title", "message"])
    assert report.stats["warnings"] == 0
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert package["version"] == release
    assert [each["name"] for each in package["resources"]] == [*TABLES, "definitions"]
    gaps = Package((folder / "datapackage.json").as_posix()).get_resource("gaps")
    assert [each.name for each in gaps.schema.fields][:4] == [
        "actor",
        "actor_name",
        "theme",
        "year",
    ]


def test_a_changed_row_makes_the_package_invalid(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = (tmp_path / "gaps.csv").read_bytes().replace(b",C,", b",Z,", 1)
    (tmp_path / "gaps.csv").write_bytes(changed)
    report = validate((tmp_path / "datapackage.json").as_posix())
    assert {kind for (kind,) in report.flatten(["type"])} >= {"hash-count", "constraint-error"}


def test_the_archive_is_a_valid_package_with_no_time_in_it(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(folder / "release.zip") as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {"methodology.json", "actors.json", "manifest.json"} <= set(archive.namelist())
        archive.extractall(tmp_path)
    assert validate((tmp_path / "datapackage.json").as_posix()).valid
    check_sums(tmp_path)


def test_the_list_names_every_byte(folder: Path) -> None:
    listed = check_sums(folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    frozen = {*manifest["files"], "manifest.json"}
    assert listed | frozen == {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
    # What is in both is the same file.
    assert listed & frozen == {f"{table}.parquet" for table in TABLES}


def check_sums(folder: Path) -> set[str]:
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    named = {name: digest for digest, name in (line.split("  ") for line in lines)}
    for name, digest in named.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    return set(named)


def test_two_cuts_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = exported(tmp_path)
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }
    store = open_store(tmp_path)
    listing = hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    assert store.find().downloads_sha256 == listing


def test_definitions_name_every_column_and_the_units_of_indicators(folder: Path) -> None:
    rows = rows_of_csv(folder / "definitions.csv")
    named = {(row["table"], row["column"]) for row in rows}
    for layout in DOWNLOADED_LAYOUTS:
        assert {(layout.name, column) for column in column_definitions(layout)} <= named
    units = {row["column"]: row["unit"] for row in rows if row["table"] == "indicators"}
    assert units["armed_forces_rate"] == "persons per 1,000 people"


def test_a_table_larger_than_a_sheet_goes_on_in_the_next(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "SHEET_ROWS", 10)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    heading = Heading(
        release="r",
        methodology="1",
        as_of=date.fromisoformat(manifest["as_of"]),
        provisional=False,
        notice="n",
    )
    target = tmp_path / "gaps.xlsx"
    write_workbook(
        WorkbookTask(table="gaps", heading=heading, parquet=folder / "gaps.parquet", target=target)
    )
    book = openpyxl.load_workbook(target)
    rows = pl.read_parquet(folder / "gaps.parquet").height
    assert book.sheetnames[:2] == ["gaps", "gaps (2)"]
    assert sum(sheet.max_row - 1 for sheet in book.worksheets[:-1]) == rows
    assert all(sheet.freeze_panes == "A2" for sheet in book.worksheets[:-1])


def test_a_text_longer_than_a_cell_is_cut_with_a_sign() -> None:
    assert fitting("x" * 32_767) == "x" * 32_767
    assert fitting("x" * 32_768) == "x" * 32_766 + "…"
    cut = fitting("𠀀" * 20_000)
    assert cut.endswith("𠀀…")
    assert len(cut.encode("utf-16-le")) <= 2 * 32_767
