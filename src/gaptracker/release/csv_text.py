"""Tables as CSV that pandas, R and a spreadsheet open as it is (RFC 4180)."""

import polars as pl

from gaptracker.domain.formula_guard import formula_safe


def write_csv(frame: pl.DataFrame) -> bytes:
    """Write a table with one header line, CRLF line ends and no comments.

    Args:
        frame: A table without nested columns.

    Returns:
        UTF-8 without a byte order mark. Missing values are empty, truth is `true` or `false`,
        numbers are unrounded, and no text begins a formula.
    """
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = frame.with_columns(_formula_safe_column(frame[name]) for name in texts)
    return safe.write_csv(line_terminator="\r\n").encode("utf-8")


def _formula_safe_column(column: pl.Series) -> pl.Series:
    """Return a column of texts made safe; few differ, so each is looked at once."""
    safe = {
        text: formula_safe(text)
        for text in column.unique().drop_nulls()
        if formula_safe(text) != text
    }
    return column.replace(safe) if safe else column
