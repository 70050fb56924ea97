"""A release whose texts hold what breaks files: commas, quotes, formulas, RTL and CJK letters."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.formula_guard import formula_safe
from gaptracker.workflows.export_release import export_release
from tests.api_world import API_EVIDENCE, open_store
from tests.cli_world import SPEECH, cut

EXCERPT = '=HYPERLINK("x"), 乌拉圭 said: إيران\nand "quoted"'
TITLE = "@list, “公报” \u202eabc"


def hostile_evidence() -> Evidence:
    """The API's evidence, with texts that no format may bend."""
    return replace(
        API_EVIDENCE,
        statements=tuple(
            replace(each, excerpt=EXCERPT) if each.id == SPEECH.id else each
            for each in API_EVIDENCE.statements
        ),
        measures=tuple(replace(each, title=TITLE) for each in API_EVIDENCE.measures),
    )


def exported(folder: Path) -> Path:
    """Cut a release of that evidence in a data folder; return a folder with all its files."""
    cut(folder, evidence=hostile_evidence())
    export_release(open_store(folder), folder / "exported")
    return folder / "exported"


def rows_of_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def rows_of_sheet(path: Path) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def require_same_rows(folder: Path, table: str) -> None:
    """Hold a table's CSV, NDJSON and workbook, where it has one, against its Parquet file."""
    release = json.loads((folder / "manifest.json").read_bytes())
    frame = pl.read_parquet(folder / f"{table}.parquet")
    assert frame.height
    marks = {"release": release["release"], "provisional": release["provisional"]}
    rows = [{**row, **marks} for row in frame.to_dicts()]
    lines = (folder / f"{table}.ndjson").read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == json.loads(json.dumps(rows, default=str))
    if (folder / f"{table}.xlsx").exists():
        require_same_cells(folder / f"{table}.xlsx", rows)
    written = rows_of_csv(folder / f"{table}.csv")
    assert [list(row.values()) for row in written] == [
        [as_csv(value) for value in row.values()] for row in rows
    ]
    assert list(written[0]) == list(rows[0])


def require_same_cells(path: Path, rows: list[dict[str, Any]]) -> None:
    header, *cells = rows_of_sheet(path)
    assert list(header) == list(rows[0])
    # XlsxWriter writes sixteen digits of a number.
    for row, cells_of_row in zip(rows, cells, strict=True):
        found = [without_time(cell) for cell in cells_of_row]
        assert [
            pytest.approx(each, rel=1e-15) if isinstance(each, float) else each
            for each in row.values()
        ] == found


def without_time(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def as_csv(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case str():
            return formula_safe(value)
        case _:
            return str(value)
