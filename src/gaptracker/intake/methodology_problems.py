"""What is wrong with a methodology file, in sentences: file, key, what came, what to do."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

LONGEST_QUOTE = 60
NOT_AN_INPUT = "Input should be "
LABELS = ("id", "ids", "key", "ask")


def problem(file: str, key: str, came: str, advice: str) -> str:
    """Write one problem.

    Examples:
        >>> problem("labels.toml", "likely", "came 2", "expected 0 to 1")
        'labels.toml: likely: came 2; expected 0 to 1'
    """
    return f"{file}: {key}: {came}; {advice}"


def unknown(kind: str, given: str, known: Iterable[str]) -> str:
    """Say that a name is not known, and the nearest known ones.

    Examples:
        >>> unknown("theme", "canabis", ["cannabis", "funding"])
        "no theme is called 'canabis', did you mean cannabis?"
    """
    names = sorted(known)
    nearest = get_close_matches(given, names)
    hint = f"did you mean {' or '.join(nearest)}?" if nearest else f"known: {', '.join(names)}"
    return f"no {kind} is called {given!r}, {hint}"


def shape_problems(file: str, content: object, error: ValidationError) -> list[str]:
    """Turn every mismatch between a file's content and its shape into a sentence."""
    return [_sentence(file, content, detail) for detail in error.errors(include_url=False)]


def _sentence(file: str, content: object, detail: ErrorDetails) -> str:
    key = _key(content, detail["loc"])
    message = detail["msg"]
    match detail["type"]:
        case "missing":
            return problem(file, key, "the key is missing", "expected a value here: add it")
        case "extra_forbidden":
            came = f"came {_quote(detail['input'])} under an unknown key"
            return problem(file, key, came, "remove the key or correct its name")
        case _ if "problem" in detail.get("ctx", {}):
            return f"{file}: {key}: {message}"
        case _:
            expected = message.removeprefix(NOT_AN_INPUT)
            came = f"came {_quote(detail['input'])}"
            return problem(file, key, came, f"expected {expected}: correct the value")


def _key(content: object, location: Sequence[int | str]) -> str:
    """Write a place in a file as TOML would, rows of a table by their name if they have one."""
    key, at = "", content
    for part in location:
        at = _inside(at, part)
        if isinstance(part, int):
            key += f"[{_label(at) or part}]"
        elif part != "[key]":
            key += f".{part}" if key else part
    return key or "the whole file"


def _inside(value: object, part: int | str) -> object:
    """Return what a place holds, None where it holds nothing."""
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _label(row: object) -> str | None:
    """Return the name of a row, the first of several."""
    if not isinstance(row, Mapping):
        return None
    given = next((row[name] for name in LABELS if name in row), None)
    if isinstance(given, list):
        given = given[0] if given else None
    return given if isinstance(given, str) else None


def _quote(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}..."
