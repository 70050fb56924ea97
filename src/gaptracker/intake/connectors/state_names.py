"""The names and codes under which publishers list states, read as ours."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

# Members of the United Nations that are no more, by the codes and names that publishers use.
FORMER_STATES = frozenset({"CSK", "DDR", "SCG", "SUN", "YUG", "YMD", "YAR", "ZAN", "TAN"})
_FORMER_NAMES = (
    "Czechoslovakia",
    "German Democratic Republic",
    "German DR",
    "Serbia and Montenegro",
    "Soviet Union",
    "Tanganyika",
    "USSR",
    "Union of Soviet Socialist Republics",
    "Yemen, North",
    "Yemen Arab Republic",
    "Yemen People's Republic",
    "Democratic Yemen",
    "Yugoslavia",
    "Zanzibar",
)
_NOT_LETTERS = re.compile(r"[^a-z]+")
_SAINT = re.compile(r"\bst\b")
_LITTLE_WORDS = frozenset({"the", "of", "and"})


def code_of_name(name: str) -> str | None:
    """Return the code of a state by its English name; None if it is not known.

    Case, accents, punctuation, articles and the order of "Republic of" do not count.

    Examples:
        >>> code_of_name("Cote d'Ivoire"), code_of_name("St Kitts & Nevis")
        ('CIV', 'KNA')
        >>> code_of_name("Atlantis") is None
        True
    """
    return _by_name().get(_folded(name))


def is_former_state(code_or_name: str) -> bool:
    """Say whether this is a state that is no more.

    Examples:
        >>> is_former_state("CSK"), is_former_state("Yugoslavia"), is_former_state("Serbia")
        (True, True, False)
    """
    return code_or_name in FORMER_STATES or _folded(code_or_name) in _former_names()


def code_of_iso2(iso2: str) -> str | None:
    """Return the code of a state by its two letters; None if they are not known.

    Examples:
        >>> code_of_iso2("NA")
        'NAM'
    """
    return _by_iso2().get(iso2)


def _folded(name: str) -> str:
    name = name.replace("'", "").replace("\u2019", "")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _NOT_LETTERS.sub(" ", _SAINT.sub("saint", plain)).split()
    return " ".join(sorted(word for word in words if word not in _LITTLE_WORDS))


@cache
def _former_names() -> frozenset[str]:
    return frozenset(map(_folded, _FORMER_NAMES))


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    text = (files("gaptracker.intake.connectors") / "state_names.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def _by_name() -> dict[str, str]:
    return {_folded(name): row["code"] for row in _rows() for name in row["names"].split("|")}


@cache
def _by_iso2() -> dict[str, str]:
    return {row["iso2"]: row["code"] for row in _rows() if row["iso2"]}
