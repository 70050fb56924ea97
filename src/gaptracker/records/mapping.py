"""Domain values to columns and back, and the kinds of evidence that are kept.

The plan of each kind is read once from its dataclass: a field added there without a column
here stops the program at import instead of being dropped in silence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy import Table

from gaptracker.domain.actors import Actor, CompetenceEntry, Membership, Population
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import LANGUAGES
from gaptracker.domain.ownership import RESERVED_PREFIXES
from gaptracker.domain.records import Coding, Flow, Measure, Observation, Opportunity, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.records.tables import Row

# A row's columns by name, to write and as read. Their types differ, so none is narrower.
Columns = dict[str, Any]
StoredColumns = Mapping[Any, Any]

Value = TypeVar("Value")

PLAIN_TYPES = (int, bool, date)
PERIOD_COLUMNS = {"existence": "exists", "period": "valid", "in_force": "in_force"}
KEY_SEPARATOR = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlan:
    """How one field of a value becomes columns and returns from them."""

    name: str
    columns: tuple[str, ...]
    encode: Callable[[Any], Columns]
    decode: Callable[[StoredColumns], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Value]):
    """One kind of evidence: its table, its key and the plan of its fields.

    `key` names the fields that make a value the same one from load to load; joined, they are
    the row's `id`. `register` is the table of ids that foreign keys of other kinds rest on.
    """

    name: str
    table: Table
    value_type: Callable[..., Value]
    key: tuple[str, ...]
    plan: tuple[FieldPlan, ...]
    register: Table | None = None

    def sort_key(self, value: Value) -> tuple[str, ...]:
        """Return what puts values in order: their key, by code point, on every database."""
        return tuple(_key_part(getattr(value, field)) for field in self.key)

    def id_of(self, value: Value) -> str:
        """Return the id of a value's row."""
        return KEY_SEPARATOR.join(self.sort_key(value))

    def encode(self, value: Value) -> Columns:
        """Return a value's columns, its id included."""
        columns: Columns = {}
        for field in self.plan:
            columns |= field.encode(getattr(value, field.name))
        columns["id"] = self.id_of(value)
        return columns

    def decode(self, row: StoredColumns) -> Value:
        """Build the value that a row holds; the domain checks it again."""
        return self.value_type(**{field.name: field.decode(row) for field in self.plan})


def of_the_intake(record: str) -> bool:
    """Say whether a record came through the intake: no load of reference data touches it.

    Args:
        record: The id of a row; one part of it is enough, as a coder's in a coding's.

    Examples:
        >>> of_the_intake("law-MEX-1|cannabis|mem_7|measure")
        True
    """
    return any(part.startswith(RESERVED_PREFIXES) for part in record.split(KEY_SEPARATOR))


def kind_of(
    value_type: type[Value],
    name: str,
    *,
    key: tuple[str, ...] = ("id",),
    register: str | None = None,
) -> Kind[Value]:
    """Plan how values of a type are kept in the table of a name.

    Raises:
        TypeError: If a field has no column, or a type that no column holds.
    """
    hints = get_type_hints(value_type)
    named = {"code": "id"} if key == ("code",) else {}
    plan = tuple(
        _plan_field(field.name, named.get(field.name, field.name), hints[field.name])
        for field in fields(value_type)  # type: ignore[arg-type]  # every kind is a dataclass
    )
    table = Row.metadata.tables[name]
    missing = {column for field in plan for column in field.columns} - set(table.columns.keys())
    if missing:
        raise TypeError(f"table {name} lacks {sorted(missing)}, which {value_type.__name__} has")
    return Kind(
        name=name,
        table=table,
        value_type=value_type,
        key=key,
        plan=plan,
        register=Row.metadata.tables[register] if register else None,
    )


def _plan_field(name: str, column: str, hint: Any) -> FieldPlan:  # noqa: ANN401  a type hint
    """Choose the columns of one field by its type."""
    choices = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    (kind,) = (choice for choice in choices if choice is not NoneType)
    if kind is Period:
        return _plan_period(name, PERIOD_COLUMNS[name])
    if get_origin(kind) is Mapping:
        return _plan_names(name)
    encode, decode = _codec(name, kind)
    return FieldPlan(
        name=name,
        columns=(column,),
        encode=lambda value: {column: None if value is None else encode(value)},
        decode=lambda row: None if row[column] is None else decode(row[column]),
    )


def _codec(name: str, kind: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:  # noqa: ANN401
    """Return how one given value of a type is written and read."""
    if kind is float:
        return _plain_number, float
    if kind is PartialDate:
        return str, _partial_date
    if kind is str:
        # A word of a closed vocabulary may stand for the text; only the text is kept.
        return str, _as_it_is
    if kind in PLAIN_TYPES:
        return _as_it_is, _as_it_is
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return str, kind
    raise TypeError(f"field {name} is {kind}, a type that no column holds")


def _plan_period(name: str, stem: str) -> FieldPlan:
    """Keep a period as its two ends."""
    start, end = f"{stem}_from", f"{stem}_to"
    return FieldPlan(
        name=name,
        columns=(start, end),
        encode=lambda period: {start: _text(period.start), end: _text(period.end)},
        decode=lambda row: Period(start=_date_or_none(row[start]), end=_date_or_none(row[end])),
    )


def _plan_names(name: str) -> FieldPlan:
    """Keep names in a column for each language the project speaks."""
    columns = {language: f"name_{language}" for language in LANGUAGES}

    def encode(names: Mapping[str, str]) -> Columns:
        unknown = sorted(set(names) - set(columns))
        if unknown:
            raise InvalidValue(f"names in {unknown}; expected languages among {LANGUAGES}")
        return {column: names.get(language) for language, column in columns.items()}

    return FieldPlan(
        name=name,
        columns=tuple(columns.values()),
        encode=encode,
        decode=lambda row: {
            language: row[column] for language, column in columns.items() if row[column] is not None
        },
    )


def _plain_number(value: float) -> float:
    """Write a number as a float without a sign on zero, which SQLite would not keep."""
    return float(value) + 0.0


def _as_it_is(value: Any) -> Any:  # noqa: ANN401  whatever the column holds
    """Leave what the database keeps as it came."""
    return value


@lru_cache(maxsize=65536)
def _partial_date(text: str) -> PartialDate:
    """Read a date; the same few thousand texts come back in every row."""
    return PartialDate.parse(text)


def _date_or_none(text: str | None) -> PartialDate | None:
    """Read a date that may be missing."""
    return None if text is None else _partial_date(text)


def _text(value: PartialDate | None) -> str | None:
    """Write a date that may be missing."""
    return None if value is None else str(value)


def _key_part(value: object) -> str:
    """Write one field of a key; a period is told apart by its start."""
    return (_text(value.start) or "") if isinstance(value, Period) else str(value)


SOURCES = kind_of(Source, "source", register="source_register")
ACTORS = kind_of(Actor, "actor", key=("code",), register="actor_register")
MEMBERSHIPS = kind_of(Membership, "membership", key=("member", "group", "period"))
COMPETENCES = kind_of(CompetenceEntry, "competence", key=("actor", "theme", "period"))
POPULATIONS = kind_of(Population, "population", key=("actor", "year"))
STATEMENTS = kind_of(Statement, "statement")
MEASURES = kind_of(Measure, "measure")
OBSERVATIONS = kind_of(Observation, "observation")
CODINGS = kind_of(Coding, "coding", key=("item", "theme", "coder", "item_kind"))
OPPORTUNITIES = kind_of(Opportunity, "opportunity")
FLOWS = kind_of(Flow, "flow")

# In the order in which foreign keys let them be written.
KINDS: tuple[Kind[Any], ...] = (
    SOURCES,
    ACTORS,
    MEMBERSHIPS,
    COMPETENCES,
    POPULATIONS,
    STATEMENTS,
    MEASURES,
    OBSERVATIONS,
    CODINGS,
    OPPORTUNITIES,
    FLOWS,
)
