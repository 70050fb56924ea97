"""The states of the United States and their district: names, numbers of the census, residents."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")
_MARKS = "*†‡ "


@dataclass(frozen=True, slots=True, kw_only=True)
class UsState:
    """A state; `fips` is its two digits with the Census Bureau, `persons` are of 2020."""

    code: str
    fips: str
    name: str
    persons: int


@cache
def us_states() -> Mapping[str, UsState]:
    """Return the fifty states and the district, by code."""
    text = (files("gaptracker.intake.connectors") / "us_states.csv").read_text("utf-8")
    return {
        row["code"]: UsState(
            code=row["code"], fips=row["fips"], name=row["name"], persons=int(row["persons"])
        )
        for row in csv.DictReader(text.splitlines())
    }


def us_state_of(said: str) -> str | None:
    """Return the code of a state by its name; None if it is none of them.

    Examples:
        >>> us_state_of("New York"), us_state_of("Guam")
        ('US-NY', None)
    """
    return _by("name").get(_IN_BRACKETS.sub("", said).strip(_MARKS))


def us_state_of_fips(said: str) -> str | None:
    """Return the code of a state by its digits, whose first nought may have been lost.

    Examples:
        >>> us_state_of_fips("6"), us_state_of_fips("06"), us_state_of_fips("72")
        ('US-CA', 'US-CA', None)
    """
    return _by("fips").get(said.strip().zfill(2))


@cache
def _by(field: str) -> Mapping[str, str]:
    return {getattr(state, field): code for code, state in us_states().items()}
