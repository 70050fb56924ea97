"""From a JSON object to a typed row; members that are new are kept aside, missing ones refused."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from gaptracker.client.errors import Document, UnexpectedAnswer
from gaptracker.client.rows import Row

Kind = TypeVar("Kind", bound=Row)
MORE = "more"
# Found once for each kind of row, since types are slow to look up.
_MEMBERS: dict[type[Row], Mapping[str, object]] = {}


def read_row(kind: type[Kind], document: Document) -> Kind:
    """Read a row.

    Args:
        kind: What it has to be.
        document: As the API gave it.

    Raises:
        UnexpectedAnswer: If a member is missing or of another type.

    Examples:
        >>> from gaptracker.client.rows import Names
        >>> found = read_row(Names, {"en": "Mexico", "es": None, "pt": None, "fr": "Mexique"})
        >>> found.en, dict(found.more)
        ('Mexico', {'fr': 'Mexique'})
    """
    try:
        return msgspec.convert(_set_apart(kind, document), type=kind)
    except msgspec.ValidationError as error:
        msg = f"a row is no {kind.__name__} ({error}); is this another API? Update the client"
        raise UnexpectedAnswer(msg) from error


def members_of(kind: type[Row]) -> Mapping[str, object]:
    """Return a row's members in their order, `more` left out, with their types."""
    if kind not in _MEMBERS:
        hints = get_type_hints(kind)
        _MEMBERS[kind] = {each.name: hints[each.name] for each in fields(kind) if each.name != MORE}
    return _MEMBERS[kind]


def row_inside(hint: object) -> type[Row] | None:
    """Return the kind of row that a member is, None for a member that is none.

    Examples:
        >>> from gaptracker.client.rows import Did
        >>> row_inside(Did | None).__name__, row_inside(float | None)
        ('Did', None)
    """
    candidates = (hint, *get_args(hint))
    return next(
        (each for each in candidates if isinstance(each, type) and issubclass(each, Row)), None
    )


def _set_apart(kind: type[Row], document: object) -> object:
    """Return an object, or each of a list, with the members that are not known under `more`."""
    if isinstance(document, list):
        return [_set_apart(kind, each) for each in document]
    if not isinstance(document, Mapping):
        return document
    known = members_of(kind)
    found: dict[str, Any] = {  # `Any`: JSON
        name: _set_apart(inner, document[name]) if (inner := row_inside(hint)) else document[name]
        for name, hint in known.items()
        if name in document
    }
    found[MORE] = {name: value for name, value in document.items() if name not in known}
    return found
