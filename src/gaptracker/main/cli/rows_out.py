"""Rows as CSV and JSON: every column, unrounded, as the API gives them."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from gaptracker.release.columns import Layout
from gaptracker.release.csv_text import write_csv
from gaptracker.release.documents import plain

# Rows of any one table; `Any`, because they share no type.
Rows = Sequence[Any]


def write_json(document: object) -> None:
    """Write a document of JSON's own types to standard output."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


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
    frame = pl.DataFrame([asdict(row) for row in rows], schema=layout.schema)
    # Bytes, since a text stream may write other line ends than RFC 4180's.
    sys.stdout.flush()
    sys.stdout.buffer.write(write_csv(frame))
    sys.stdout.buffer.flush()
