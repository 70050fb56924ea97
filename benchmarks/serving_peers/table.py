"""The cells of a release as a table of SQLite, with indexes for what is asked."""

import sqlite3
from pathlib import Path

import polars as pl

INDEXES = (("theme", "year"), ("actor",), ("year",))


def write_table(frame: pl.DataFrame, place: Path) -> None:
    """Write a table `gaps`; days as ISO texts, truth as 0 and 1."""
    columns = ", ".join(f'"{name}" {_kind(kind)}' for name, kind in frame.schema.items())
    marks = ", ".join("?" * frame.width)
    with sqlite3.connect(place) as connection:
        connection.execute(f'CREATE TABLE gaps ({columns}, PRIMARY KEY ("actor", "theme", "year"))')
        plain = frame.with_columns(pl.col(pl.Date).cast(pl.String))
        connection.executemany(f"INSERT INTO gaps VALUES ({marks})", plain.iter_rows())
        for index in INDEXES:
            connection.execute(f"CREATE INDEX by_{'_'.join(index)} ON gaps ({', '.join(index)})")
        connection.execute("ANALYZE")
    connection.close()


def _kind(kind: pl.DataType) -> str:
    if kind.is_float():
        return "REAL"
    return "INTEGER" if kind.is_integer() or kind == pl.Boolean else "TEXT"
