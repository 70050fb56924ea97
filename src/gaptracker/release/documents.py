"""JSON that is the same bytes for the same values: sorted keys, no clock, one form for a date."""

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.time import PartialDate, Period

ACTORS_FILE = "actors.json"
METHODOLOGY_FILE = "methodology.json"
MANIFEST_FILE = "manifest.json"
INFINITY = "infinity"

_ENCODER = msgspec.json.Encoder(order="sorted")


def write_json(value: object) -> bytes:
    """Write a value as indented JSON with sorted keys and a line end.

    Numbers keep all their digits (the shortest text that reads back as the same number).
    """
    return msgspec.json.format(_ENCODER.encode(value), indent=2) + b"\n"


def write_line(value: object) -> bytes:
    """Write a value as JSON with sorted keys on one line, without a line end."""
    return _ENCODER.encode(value)


def plain(value: object) -> Any:  # noqa: ANN401  a JSON value has no narrower type
    """Return a domain value as JSON's objects, arrays, texts and numbers.

    Dates become their text, sets are sorted, and infinity, which JSON has not, is a text.

    Raises:
        TypeError: If a value, or a mapping's key, has no place in a document.
    """
    if isinstance(value, StrEnum | PartialDate | date):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return INFINITY if value == math.inf else value
    if isinstance(value, Mapping):
        return {_key(key): plain(part) for key, part in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(plain(part) for part in value)
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a document")


def write_methodology(methodology: Methodology) -> bytes:
    """Write all the rules of a release, so that it can be read without the program."""
    codebook = methodology.codebook
    # Rules for recommendations have keys of two parts, which JSON has not; each rule holds both.
    recommendations = [rule for _, rule in sorted(codebook.recommendations.items())]
    return write_json(
        {
            **{
                each.name: plain(getattr(methodology, each.name))
                for each in fields(methodology)
                if each.name != "codebook"
            },
            "codebook": {
                "roll_calls": plain(codebook.roll_calls),
                "joint_statements": plain(codebook.joint_statements),
                "recommendations": plain(recommendations),
                "not_coded": plain(codebook.not_coded),
            },
        }
    )


def _key(key: object) -> str:
    if not isinstance(key, str | int):
        raise TypeError(f"{key!r} cannot be a key in a document; expected a text or a number")
    return str(key)


def write_actors(evidence: Evidence) -> bytes:
    """Write who is assessed, with memberships and competences, in order of their codes."""
    return write_json(
        {
            "actors": [
                {
                    "code": actor.code,
                    "kind": actor.kind.value,
                    "names": dict(actor.names),
                    "parent": actor.parent,
                    **_period(actor.existence, "exists"),
                    "memberships": sorted(
                        (
                            {"group": entry.group, **_period(entry.period, "valid")}
                            for entry in evidence.memberships
                            if entry.member == code
                        ),
                        key=write_line,
                    ),
                    "competences": sorted(
                        (
                            {
                                "theme": entry.theme,
                                "level": entry.level.value,
                                "enforced": entry.enforced,
                                "basis": entry.basis,
                                **_period(entry.period, "valid"),
                            }
                            for entry in evidence.competences
                            if entry.actor == code
                        ),
                        key=write_line,
                    ),
                }
                for code, actor in sorted(evidence.actors.items())
            ]
        }
    )


def _period(period: Period, name: str) -> dict[str, str | None]:
    return {
        f"{name}_from": str(period.start) if period.start else None,
        f"{name}_to": str(period.end) if period.end else None,
    }
