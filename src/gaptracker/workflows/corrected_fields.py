"""One correction of one record: whether it fits, and the record as it makes it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gaptracker.domain.corrections import FieldChange
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import Measure, Observation, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import (
    Instrument,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
)
from gaptracker.intake.submission_terms import RecordKind

Record = Source | Statement | Measure | Observation

EXISTENCE = "existence"
PERIOD_ENDS = {"in_force_from": "start", "in_force_to": "end"}
MAY_BE_NOTHING = frozenset(
    {
        *("speaker", "language", "excerpt", "due_on", "withdrawn_on", "series", "locator"),
        *("issuer", "in_force_from", "in_force_to", "territory", "note"),
        *("value", "category", "lower", "upper", "url", "published_on"),
    }
)


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise InvalidValue(f"{text!r}; expected true or false")
    return text == "true"


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidValue(f"{text!r} is no finite number")
    return number


# How a field that is not plain text is read; `kind` is a word of ours for measures alone.
READERS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(
        (
            *("said_on", "due_on", "withdrawn_on", "period", "published_on"),
            *PERIOD_ENDS,
        ),
        PartialDate.parse,
    ),
    **dict.fromkeys(("value", "lower", "upper"), _number),
    **dict.fromkeys(("solicited", "record_of_act"), _flag),
    "mode": Mode,
    "instrument": Instrument,
    "office": Office,
    "layer": Layer,
    "status": ObservationStatus,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownValues:
    """What a corrected record may name: only what the evidence names already.

    A figure's indicator and category are those of figures on record, so that no correction can
    bring in what the methodology does not know.
    """

    actors: frozenset[str]
    sources: frozenset[str]
    categories: Mapping[str, frozenset[str]]
    lowest: Mapping[str, float]


def fits(change: FieldChange, kind: RecordKind, *versions: Record) -> bool:
    """Say whether what a change holds wrong stands in one of the versions of its record.

    Spaces do not count, and numbers are compared as numbers.
    """
    if change.field == EXISTENCE:
        return True
    try:
        wrong = _read(change.field, kind, change.is_wrong)
    except ValueError:
        return False
    return any(_comparable(_field(each, change.field)) == _comparable(wrong) for each in versions)


# `Any`, because each field has a type of its own; `replace` checks the names.
def corrected_record(
    record: Record, kind: RecordKind, changes: tuple[FieldChange, ...], known: KnownValues
) -> Record:
    """Return a record with all its changes made.

    Raises:
        ValueError: If a value is none that the field can have, or names what nobody knows.
    """
    made: dict[str, Any] = {}
    ends: dict[str, Any] = {}
    for change in changes:
        if change.field == EXISTENCE:
            continue
        if change.should_be is None and change.field not in MAY_BE_NOTHING:
            raise InvalidValue(f"{change.field} cannot be empty")
        value = _read(change.field, kind, change.should_be)
        if change.field in PERIOD_ENDS:
            ends[PERIOD_ENDS[change.field]] = value
        else:
            made[change.field] = value
    if ends and isinstance(record, Measure):
        # Both ends at once: one new end beside an old one may be no period.
        made["in_force"] = replace(record.in_force, **ends)
    found = replace(record, **made)
    _check_names(found, known)
    return found


def _check_names(record: Record, known: KnownValues) -> None:
    if isinstance(record, Source):
        return
    if record.actor not in known.actors:
        raise InvalidValue(f"{record.actor!r} is no actor of the evidence")
    if record.source not in known.sources:
        raise InvalidValue(f"{record.source!r} is no source of the evidence")
    if not isinstance(record, Observation):
        return
    if record.indicator not in known.categories:
        raise InvalidValue(f"{record.indicator!r} is no indicator of the evidence")
    if record.category is not None and record.category not in known.categories[record.indicator]:
        raise InvalidValue(f"{record.category!r} is no category of {record.indicator}")
    given = [each for each in (record.lower, record.value, record.upper) if each is not None]
    if given != sorted(given):
        raise InvalidValue(f"lower, value and upper are {given}; expected them in this order")
    if given and given[0] < min(0.0, known.lowest[record.indicator]):
        raise InvalidValue(f"{given[0]:g} is below what {record.indicator} can be")


def _read(field: str, kind: RecordKind, text: str | None) -> object:
    if text is None:
        return None
    plain = " ".join(text.split())
    if field == "kind" and kind is RecordKind.MEASURE:
        return MeasureKind(plain)
    return READERS[field](plain) if field in READERS else plain


def _field(record: Record, field: str) -> object:
    if field in PERIOD_ENDS:
        return getattr(record.in_force, PERIOD_ENDS[field]) if isinstance(record, Measure) else None
    return getattr(record, field)


def _comparable(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value
