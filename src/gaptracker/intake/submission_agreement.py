"""Checks that the members of one item, or of the event, agree with each other."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Layer
from gaptracker.intake.submission_faults import Path
from gaptracker.intake.submission_fields import read_figure
from gaptracker.intake.submission_known import Known
from gaptracker.intake.submission_problems import FieldCode, Problem, pointer_to
from gaptracker.intake.submission_terms import CORRECTABLE, FORMS, LegalForm

Found = tuple[Path, Problem]
Object = Mapping[str, object]
# What of a record lies in the past, and what happened then.
PAST_FIELDS: Mapping[str, str] = {"said_on": "was said", "period": "was seen"}
MOST_NORTH, MOST_EAST = Decimal(90), Decimal(180)


def disagreements(path: Path, item: Object, known: Known) -> Iterator[Found]:
    """Yield what does not agree inside one item, by its kind."""
    kind = item.get("kind")
    if kind == "statement":
        yield from _order(path, item, "said_on", "due_on")
        yield from _ahead(
            (*path, "said_on"), item.get("said_on"), PAST_FIELDS["said_on"], known.today
        )
    elif kind == "measure":
        yield from _order(path, item, "in_force_from", "in_force_to")
        yield from _form(path, item)
    elif kind == "observation":
        yield from _ahead((*path, "period"), item.get("period"), PAST_FIELDS["period"], known.today)
        yield from _figure(path, item, known)
    elif kind == "correction":
        yield from _corrected_fields(path, item, known)


def event_disagreements(event: Object) -> Iterator[Found]:
    """Yield what does not agree inside the event."""
    if event.get("on") is not None and event.get("at") is not None:
        yield _found(("event", "at"), FieldCode.VALUE_CONFLICT, "expected `on` or `at`, not both")
    place = event.get("place")
    if not isinstance(place, dict):
        return
    latitude, longitude = place.get("latitude"), place.get("longitude")
    if (latitude is None) != (longitude is None):
        yield _found(
            ("event", "place"), FieldCode.VALUE_CONFLICT, "expected latitude and longitude, or none"
        )
    for name, most in (("latitude", MOST_NORTH), ("longitude", MOST_EAST)):
        number = _figure_of(place.get(name))
        if number is not None and abs(number) > most:
            yield _found(
                ("event", "place", name), FieldCode.NUMBER_RANGE, f"expected -{most} to {most}"
            )


def _order(path: Path, item: Object, first: str, last: str) -> Iterator[Found]:
    start, end = _date_of(item.get(first)), _date_of(item.get(last))
    if start and end and end.latest() < start.earliest():
        yield _found(
            (*path, last), FieldCode.DATE_ORDER, f"this lies before `{first}`; correct one"
        )


def _ahead(path: Path, came: object, done: str, today: date) -> Iterator[Found]:
    """Tell of something past that would lie in the future; a law may, and so is not held to this.

    The year or month that runs now has begun, so it may be given.
    """
    found = _date_of(came)
    if found and found.earliest() > today:
        yield _found(
            path,
            FieldCode.DATE_ORDER,
            f"this lies after today, {today}; expected the day on which it {done}, or the month "
            "or year: what is yet to come is no evidence",
        )


def _form(path: Path, item: Object) -> Iterator[Found]:
    layer, form = item.get("layer"), item.get("instrument")
    if not (isinstance(layer, str) and isinstance(form, str)):
        return
    if layer not in set(Layer) or form not in set(LegalForm):
        return
    layers = FORMS[LegalForm(form)][1]
    if layer not in layers:
        yield _found(
            (*path, "layer"),
            FieldCode.VALUE_CONFLICT,
            f"a {form} is not of this layer; expected {' or '.join(sorted(layers))}",
        )


def _figure(path: Path, item: Object, known: Known) -> Iterator[Found]:
    given = [name for name in ("value", "category") if item.get(name) is not None]
    secret = item.get("status") == "opaque"
    if len(given) != (0 if secret else 1):
        expected = (
            "neither `value` nor `category`, since the figure is kept secret"
            if secret
            else "exactly one of `value` and `category`"
        )
        yield _found(path, FieldCode.VALUE_CONFLICT, f"expected {expected}")
    yield from _bounds(path, item)
    name = item.get("indicator")
    indicator = known.indicators.get(name) if isinstance(name, str) else None
    if indicator is None or secret:
        return
    category, value = item.get("category"), _figure_of(item.get("value"))
    if indicator.categories is not None:
        listed = ", ".join(sorted(indicator.categories))
        if value is not None:
            yield _found(
                (*path, "value"),
                FieldCode.VALUE_CONFLICT,
                f"this indicator has categories; expected `category`: {listed}",
            )
        elif isinstance(category, str) and category not in indicator.categories:
            yield _found((*path, "category"), FieldCode.CATEGORY_UNKNOWN, f"expected {listed}")
    elif category is not None:
        yield _found(
            (*path, "category"),
            FieldCode.VALUE_CONFLICT,
            "this indicator has numbers; give `value`",
        )
    if value is not None and indicator.lowest is not None and value < Decimal(indicator.lowest):
        yield _found(
            (*path, "value"), FieldCode.NUMBER_RANGE, f"expected at least {indicator.lowest:g}"
        )


def _bounds(path: Path, item: Object) -> Iterator[Found]:
    low, value, high = (_figure_of(item.get(name)) for name in ("lower", "value", "upper"))
    numbers = [each for each in (low, value, high) if each is not None]
    if numbers != sorted(numbers):
        yield _found(path, FieldCode.VALUE_CONFLICT, "expected `lower` ≤ `value` ≤ `upper`")


def _corrected_fields(path: Path, item: Object, known: Known) -> Iterator[Found]:
    record, changes = item.get("record"), item.get("changes")
    kind = known.records.get(record) if isinstance(record, str) else None
    if kind is None or not isinstance(changes, list):
        return
    for number, change in enumerate(changes):
        if not isinstance(change, dict):
            continue
        field = change.get("field")
        if isinstance(field, str) and field in PAST_FIELDS:
            place = (*path, "changes", number, "should_be")
            yield from _ahead(place, change.get("should_be"), PAST_FIELDS[field], known.today)
        if isinstance(field, str) and field not in CORRECTABLE[kind]:
            yield _found(
                (*path, "changes", number, "field"),
                FieldCode.RECORD_FIELD_UNKNOWN,
                f"a {kind} has no such field; expected {', '.join(sorted(CORRECTABLE[kind]))}",
            )


def _date_of(came: object) -> PartialDate | None:
    """Return a date that can be read; what cannot, its own field tells."""
    text = came.get("date") if isinstance(came, dict) else came
    try:
        return PartialDate.parse(text) if isinstance(text, str) else None
    except InvalidValue:
        return None


def _figure_of(came: object) -> Decimal | None:
    if isinstance(came, bool) or not isinstance(came, int | Decimal | str):
        return None
    try:
        found = read_figure(came)
    except ValueError:
        return None
    return Decimal(found)


def _found(path: Path, code: FieldCode, detail: str) -> Found:
    return path, Problem(pointer=pointer_to(path), code=code, detail=detail)
