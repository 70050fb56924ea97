"""Write what a transaction appends to log and outbox, in as few statements as the database takes.

Nobody else can append meanwhile, so every statement under the lock of the head is one that all
others wait for. PostgreSQL takes everything in one; SQLite has no network to save trips on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, TextClause, insert, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from gaptracker.records import custody_tables  # noqa: F401  it declares the tables below
from gaptracker.records.database import POSTGRESQL
from gaptracker.records.tables import Row

HEAD = Row.metadata.tables["custody_head"]
# Leaves before what refers to them.
APPENDED = tuple(
    Row.metadata.tables[name]
    for name in ("log_salt", "log_leaf", "log_detail", "log_node", "outbox_event")
)
POSTGRESQL_TYPES = postgresql.dialect()  # type: ignore[no-untyped-call]
INSERTING = {table.name: insert(table) for table in APPENDED}
MOVE_HEAD = update(HEAD)
# `Any` because a row holds every type that a column can have.
NewRows = Mapping[str, Sequence[Mapping[str, Any]]]
"""For the name of each table its new rows, every one with all of its columns."""


def append(session: Session, rows: NewRows, head: Mapping[str, Any]) -> None:
    """Write the new rows and what the head is after them.

    Args:
        session: Holds the head's lock.
        rows: The new rows; a table that is left out gets none.
        head: The head's columns that change.
    """
    if session.get_bind().dialect.name == POSTGRESQL:
        session.execute(AT_ONCE, {**_columns_of(rows), **head})
        return
    for table in APPENDED:
        if rows.get(table.name):
            session.execute(INSERTING[table.name], rows[table.name])
    session.execute(MOVE_HEAD, head)


def _columns_of(rows: NewRows) -> dict[str, list[Any]]:
    return {
        f"{table.name}_{column.name}": [row[column.name] for row in rows.get(table.name, ())]
        for table in APPENDED
        for column in table.columns
    }


def _inserted(table: Table) -> str:
    """Return the part of the statement that fills one table from an array for each column."""
    names = ", ".join(column.name for column in table.columns)
    arrays = ", ".join(
        f"CAST(:{table.name}_{column.name} AS {column.type.compile(POSTGRESQL_TYPES)}[])"
        for column in table.columns
    )
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608  names and types of our own tables


def _at_once() -> TextClause:
    """Return one statement of the same text for any number of rows, so that it is prepared."""
    parts = ", ".join(f"new_{table.name} AS ({_inserted(table)})" for table in APPENDED)
    changed = ", ".join(
        f"{column.name} = :{column.name}" for column in HEAD.columns if not column.primary_key
    )
    return text(f"WITH {parts} UPDATE {HEAD.name} SET {changed}")  # noqa: S608  as above


AT_ONCE = _at_once()
