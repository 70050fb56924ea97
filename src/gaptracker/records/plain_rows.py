"""Frozen values of the intake to rows and back: the same names on both sides, checked at import.

Evidence has kinds and revisions (`mapping`); what stands here are values whose fields are their
table's columns one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from types import NoneType
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from sqlalchemy import Insert, Table, insert
from sqlalchemy.orm import Session

from gaptracker.records.tables import Row

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PlainTable(Generic[Value]):
    """A table whose rows are values of one dataclass; `words` are its closed vocabularies.

    `inserting` is the statement that adds a row, made once.
    """

    value_type: type[Value]
    table: Table
    names: Sequence[str]
    words: Mapping[str, type[StrEnum]]
    inserting: Insert

    # `Any` because a row holds every type that a column can have.
    def decode(self, row: Mapping[Any, Any]) -> Value:
        """Build the value that a row holds."""
        columns = {name: row[name] for name in self.names}
        for name, kind in self.words.items():
            if columns[name] is not None:
                columns[name] = kind(columns[name])
        return self.value_type(**columns)

    def encode(self, value: Value) -> dict[str, Any]:
        """Return a value's columns."""
        columns = {name: getattr(value, name) for name in self.names}
        for name in self.words:
            columns[name] = None if columns[name] is None else str(columns[name])
        return columns

    def add(self, session: Session, values: Iterable[Value]) -> None:
        """Insert values in one statement."""
        rows = [self.encode(value) for value in values]
        if rows:
            session.execute(self.inserting, rows)


def plain_table(value_type: type[Value], name: str) -> PlainTable[Value]:
    """Join a dataclass to the table of a name.

    Raises:
        TypeError: If their fields and columns are not the same.
    """
    table = Row.metadata.tables[name]
    names = _field_names(value_type)
    if set(names) != set(table.columns.keys()):
        differ = sorted(set(names) ^ set(table.columns.keys()))
        raise TypeError(f"{value_type.__name__} and table {name} differ in {differ}")
    hints = get_type_hints(value_type)
    words = {each: kind for each in names if (kind := _word_type(hints[each])) is not None}
    return PlainTable(
        value_type=value_type, table=table, names=names, words=words, inserting=insert(table)
    )


# `Any` because a type hint is a type, a union or an alias.
def _word_type(hint: Any) -> type[StrEnum] | None:  # noqa: ANN401
    for choice in get_args(hint) or (hint,):
        if choice is not NoneType and isinstance(choice, type) and issubclass(choice, StrEnum):
            return choice
    return None


def _field_names(value_type: type[Any]) -> Sequence[str]:
    return [field.name for field in fields(value_type)]
