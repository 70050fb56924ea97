"""Turns what the models refuse into problems with our codes, and quotes nothing confidential."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from gaptracker.intake.strict_json import echo
from gaptracker.intake.submission_fields import PATTERNS
from gaptracker.intake.submission_models import SERVER_FIELDS
from gaptracker.intake.submission_problems import FieldCode, Problem, pointer_to

Path = tuple[str | int, ...]
OPEN_LEVELS = frozenset({"public", "organisation"})
# Levels that hold where none is given, as the models have them.
USUAL_LEVEL = {"items": "public", "sources": "restricted", "event": "restricted"}
NEVER_ECHOED = frozenset({"identity", "note"})
OWN_CODES = frozenset(FieldCode)

CODES: Mapping[str, FieldCode] = {
    "missing": FieldCode.MEMBER_MISSING,
    "string_type": FieldCode.STRING_TYPE,
    "string_unicode": FieldCode.STRING_CONTROL_CHARACTER,
    "string_too_short": FieldCode.STRING_LENGTH,
    "string_too_long": FieldCode.STRING_LENGTH,
    "string_pattern_mismatch": FieldCode.STRING_PATTERN,
    "int_type": FieldCode.INTEGER_TYPE,
    "bool_type": FieldCode.BOOLEAN_TYPE,
    "list_type": FieldCode.ARRAY_TYPE,
    "too_short": FieldCode.ARRAY_LENGTH,
    "too_long": FieldCode.ARRAY_LENGTH,
    "model_type": FieldCode.OBJECT_TYPE,
    "model_attributes_type": FieldCode.OBJECT_TYPE,
    "dict_type": FieldCode.OBJECT_TYPE,
    "greater_than_equal": FieldCode.NUMBER_RANGE,
    "less_than_equal": FieldCode.NUMBER_RANGE,
    "enum": FieldCode.VALUE_NOT_LISTED,
    "literal_error": FieldCode.VALUE_NOT_LISTED,
    "union_tag_invalid": FieldCode.VALUE_NOT_LISTED,
    "union_tag_not_found": FieldCode.MEMBER_MISSING,
}
DETAILS: Mapping[str, str] = {
    "missing": "this member has to be there; add it",
    "string_type": "expected a text in quotes",
    "string_unicode": "half of a surrogate pair came; expected text: repair it",
    "string_too_short": "expected at least {min_length} character",
    "string_too_long": "expected at most {max_length} characters",
    "int_type": "expected a whole number without quotes",
    "bool_type": "expected true or false without quotes",
    "list_type": "expected an array",
    "too_short": "expected at least {min_length} element",
    "too_long": "expected at most {max_length} elements",
    "model_type": "expected an object",
    "model_attributes_type": "expected an object",
    "dict_type": "expected an object",
    "greater_than_equal": "expected at least {ge}",
    "less_than_equal": "expected at most {le}",
    "enum": "expected {expected}",
    "literal_error": "expected {expected}",
    "union_tag_invalid": "expected {expected_tags}",
    "union_tag_not_found": "this member has to be there; add it",
}


def may_echo(document: object, path: Sequence[str | int]) -> bool:
    """Say whether what stands at a path may be quoted.

    Nothing may that is, or might be meant to be, restricted or sealed; nor anything private.
    """
    if not NEVER_ECHOED.isdisjoint(path) or not isinstance(document, dict) or not path:
        return False
    usual = USUAL_LEVEL.get(str(path[0]))
    if usual is None:
        return True
    part: object = document.get(path[0])
    if isinstance(part, list) and len(path) > 1 and isinstance(path[1], int):
        part = part[path[1]] if path[1] < len(part) else None
    if not isinstance(part, dict):
        return False
    level = part.get("confidentiality", usual)
    return isinstance(level, str) and level in OPEN_LEVELS


def faults_of(error: ValidationError, document: object) -> Iterator[tuple[Path, Problem]]:
    """Yield each refusal of the models as a problem, with the path it is at."""
    # `Any`: Pydantic's own description of an error.
    found: list[Any] = error.errors(include_url=False, include_input=False)
    for each in found:
        yield _fault(each["type"], _path(each["loc"]), each.get("ctx", {}), document)


def _path(where: Sequence[str | int]) -> Path:
    # The model names the kind of item it tried; a JSON pointer has no such step.
    steps = tuple(where)
    tagged = len(steps) > 2 and steps[0] == "items"  # noqa: PLR2004 (items, number, kind)
    return steps[:2] + steps[3:] if tagged else steps


def _fault(
    kind: str, path: Path, limits: Mapping[str, object], document: object
) -> tuple[Path, Problem]:
    if kind == "extra_forbidden":
        return _unknown_member(path, document)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        path = (*path, "kind")
    if kind in OWN_CODES:
        code, detail = FieldCode(kind), str(limits["detail"])
    else:
        code = CODES.get(kind, FieldCode.VALUE_INVALID)
        detail = _detail(kind, limits)
    return path, Problem(pointer=pointer_to(path), code=code, detail=detail)


def _detail(kind: str, limits: Mapping[str, object]) -> str:
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(str(limits["pattern"]), "expected another form")
    told = DETAILS.get(kind)
    return told.format_map(limits) if told else "expected another value; see the schema"


def _unknown_member(path: Path, document: object) -> tuple[Path, Problem]:
    if len(path) == 1 and path[0] in SERVER_FIELDS:
        return path, Problem(
            pointer=pointer_to(path),
            code=FieldCode.MEMBER_READ_ONLY,
            detail="this member is set by the server; leave it out",
        )
    # A member's name can be as confidential as its value: {"identity": {"<a name>": …}}.
    parent = path[:-1]
    shown = (*parent, echo(str(path[-1]))) if len(path) == 1 or may_echo(document, path) else parent
    detail = (
        "this member is not known; see the schema"
        if shown != parent
        else ("an unknown member is inside; see the schema")
    )
    return shown, Problem(pointer=pointer_to(shown), code=FieldCode.MEMBER_UNKNOWN, detail=detail)
