"""Rows as CSV and JSON: every column, unrounded, as the API gives them."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import polars as pl

from gaptracker.release.columns import Layout
from gaptracker.release.csv_text import write_csv
from gaptracker.release.documents import plain

# Rows of any one table; `Any`, because they share no type.
Rows = Sequence[Any]


def write_json_rows(rows: Rows) -> None:
    """Write rows to standard output as a JSON list of objects."""
    write_json([plain(row) for row in rows])


# `Any`, because each layout is read from values of its own type.
def write_csv_rows(rows: Rows, layout: Layout[Any]) -> None:
    """Write rows to standard output as CSV that spreadsheets, pandas and R open as it is.

    Args:
        rows: The rows.
        layout: The table they are from, which names the columns where there is no row.
    """
    write_csv_frame(pl.DataFrame([asdict(row) for row in rows], schema=layout.schema))


def write_json(value: object) -> None:
    """Write a value to standard output as JSON with all digits."""
    sys.stdout.write(json.dumps(plain(value), indent=2, ensure_ascii=False) + "\n")


# `Any`, because a class of records has no narrower type.
def write_csv_records(records: Sequence[Any], kind: type[Any]) -> None:
    """Write records of one flat class to standard output as CSV.

    Args:
        records: The records.
        kind: Their class, which names the columns where there is no record.
    """
    heads = [each.name for each in fields(kind)]
    flat = [plain(record) for record in records]
    write_csv_frame(
        pl.DataFrame(flat, infer_schema_length=None)
        if flat
        else pl.DataFrame(schema=dict.fromkeys(heads, pl.String))
    )


def write_csv_frame(frame: pl.DataFrame) -> None:
    """Write a table to standard output as CSV."""
    # Bytes, since a text stream may write other line ends than RFC 4180's.
    sys.stdout.flush()
    sys.stdout.buffer.write(write_csv(frame))
    sys.stdout.buffer.flush()
