"""One way to write a JSON value as bytes: RFC 8785 for values without floating-point numbers.

Two programs that hold the same value must hash the same bytes, so nothing is left to choose: no
white space, members in RFC 8785's order, the shortest escapes, UTF-8. Numbers are whole. A decimal
is passed as text, because its digits after a trip through binary are not those that were sent.
"""

import json
from collections.abc import Mapping
from hashlib import sha256

from gaptracker.domain.errors import InvalidValue

MOST_INTEGER = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3)."""

MOST_DEPTH = 200
"""Lists and objects inside each other; no honest value comes near, and recursion needs an end."""

# Where in the value something stands, for the message; values themselves may be confidential.
_Place = tuple[str | int, ...]


def canonical_bytes(content: object) -> bytes:
    """Write a JSON value in its canonical form, which is RFC 8785's.

    Members are ordered by the UTF-16 code units of their names, as RFC 8785 demands. That is the
    order of code points but for names that hold characters beyond U+FFFF, which come before
    U+E000 to U+FFFF. Text is not normalised: two spellings of one letter are two texts.

    Args:
        content: Text, whole numbers, booleans, None, and lists, tuples and mappings of them.

    Raises:
        TypeError: If a float or something else that JSON does not know came, or a name of a
            member is no text.
        InvalidValue: If a whole number is beyond ±(2^53 - 1), text holds a lone surrogate, or
            values are nested deeper than `MOST_DEPTH`.

    References:
        RFC 8785, JSON Canonicalization Scheme, section 3.2.

    Examples:
        >>> canonical_bytes({"b": [1, True, None], "a": "é"}).decode()
        '{"a":"é","b":[1,true,null]}'
    """
    ordered = _ordered(content, ())
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()


def content_digest(content: object) -> str:
    """Return the SHA-256 of a value's canonical form, as 64 lower-case hexadecimal digits.

    Raises:
        TypeError: As `canonical_bytes`.
        InvalidValue: As `canonical_bytes`.
    """
    return sha256(canonical_bytes(content)).hexdigest()


def _ordered(value: object, place: _Place) -> object:
    """Return a value with its members in order, once it is known to have a canonical form."""
    if isinstance(value, str):
        # Most text is ASCII, which Python knows without looking at it.
        return value if value.isascii() else _whole_text(value, place)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _exact_integer(value, place)
    if len(place) >= MOST_DEPTH:
        msg = f"a value is nested deeper than {MOST_DEPTH} levels; pass a flatter one"
        raise InvalidValue(msg)
    if isinstance(value, Mapping):
        return {name: _ordered(value[name], (*place, name)) for name in _member_names(value, place)}
    if isinstance(value, (list, tuple)):
        return [_ordered(each, (*place, index)) for index, each in enumerate(value)]
    raise TypeError(_no_canonical_form(value, place))


def _whole_text(text: str, place: _Place) -> str:
    """Return the text, once it is known to be encodable."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        msg = (
            f"the text at {_pointer(place)} holds half a character (a lone surrogate) at "
            f"position {error.start}; pass whole characters"
        )
        raise InvalidValue(msg) from None
    return text


def _exact_integer(number: int, place: _Place) -> int:
    """Return the number, once it is known to be one that every reader keeps."""
    if abs(number) > MOST_INTEGER:
        msg = (
            f"the whole number at {_pointer(place)} is beyond ±(2^53 - 1), which not every "
            "reader of JSON keeps exactly; pass it as text"
        )
        raise InvalidValue(msg)
    return number


def _member_names(members: Mapping[object, object], place: _Place) -> list[str]:
    """Return the names of an object's members in RFC 8785's order."""
    names: list[str] = []
    for name in members:
        if not isinstance(name, str):
            msg = (
                f"a member of the object at {_pointer(place)} is named by "
                f"{type(name).__name__}; JSON names members by text"
            )
            raise TypeError(msg)
        names.append(name)
    if "".join(names).isascii():
        return sorted(names)
    names = [_whole_text(name, place) for name in names]
    return sorted(names, key=lambda name: name.encode("utf-16-be"))


def _no_canonical_form(value: object, place: _Place) -> str:
    """Say that a value has no canonical form, and what to pass in its stead."""
    if isinstance(value, float):
        return (
            f"a floating-point number stands at {_pointer(place)}; pass decimals as text, so that "
            "their digits stay those that were sent"
        )
    return (
        f"a {type(value).__name__} stands at {_pointer(place)}; pass text, whole numbers, "
        "booleans, None, lists or mappings"
    )


def _pointer(place: _Place) -> str:
    """Write a place as a JSON pointer fragment, free of what a terminal would obey."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in place)
    return ascii("#" + "".join(f"/{step}" for step in steps))
