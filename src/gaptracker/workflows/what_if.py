"""One cell under other choices than the methodology's: read as people write them, then scored."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gaptracker.domain.analysis import PointsRange
from gaptracker.domain.choices import MOST_MULTIPLIER, Aggregation, check_multiplier
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.scoring.cell import Silence
from gaptracker.scoring.choices import (
    Choices,
    published_choices,
    unknown_weight,
    weight_names,
)
from gaptracker.scoring.dossier import Dossier, build_dossiers
from gaptracker.scoring.rungs import Confusion
from gaptracker.scoring.what_if import what_if

NEVER: Final = "never"
HALF_LIFE_FORM = f"years above 0, or {NEVER}"
MULTIPLIER_FORM = f"a number from 0 to {MOST_MULTIPLIER:,}"
WEIGHT_FORM = "NAME=NUMBER, as instrument.vote=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherChoices:
    """Choices as they are echoed: a half-life of infinity is `never`; weights left out are 1."""

    half_life_years: float
    aggregation: Aggregation
    spacing: str
    solicited: bool
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCell:
    """A cell under other choices, never official, and how far weights alone could move its gap."""

    cell: CellScore
    all_weights: PointsRange | None
    bounded_weights: PointsRange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellAsked:
    """Which cell, and the chances to speak that it counts."""

    actor: str
    theme: str
    year: int
    opportunities: int
    silent: int


def methodology_choices(methodology: Methodology) -> OtherChoices:
    """Return the choices that the methodology itself makes."""
    given = published_choices(methodology)
    return OtherChoices(
        half_life_years=given.half_life_years,
        aggregation=given.aggregation,
        spacing=given.spacing.name,
        solicited=given.solicited,
        weights=dict(given.multipliers),
    )


def spacing_names(methodology: Methodology) -> tuple[str, ...]:
    """Return the names of the spacings that may be chosen."""
    return tuple(each.name for each in methodology.choices.space.spacings)


def read_half_life(text: str) -> float:
    """Read a half-life as people write it.

    Raises:
        InvalidValue: If it is neither years above 0 nor `never`.

    Examples:
        >>> read_half_life("Never")
        inf
    """
    if text.strip().lower() == NEVER:
        return math.inf
    years = _number(text, HALF_LIFE_FORM)
    if not 0 < years < math.inf:
        raise InvalidValue(f"{text!r}; expected {HALF_LIFE_FORM}")
    return years


def read_weight(text: str, methodology: Methodology) -> tuple[str, float]:
    """Read `NAME=NUMBER`: a weight and what it is multiplied by.

    Raises:
        InvalidValue: If it has another form, or the number is out of bounds.
        UnknownName: If there is no such weight; it names the nearest.
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise InvalidValue(f"{text!r}; expected {WEIGHT_FORM}")
    known = weight_names(methodology)
    if name not in known:
        raise unknown_weight(name, known)
    try:
        number = _number(value, MULTIPLIER_FORM)
        check_multiplier(name, number)
    except InvalidValue as error:
        raise InvalidValue(f"{name}: {value!r}; expected {MULTIPLIER_FORM}") from error
    return name, number


def read_weights(texts: Sequence[str], methodology: Methodology) -> dict[str, float]:
    """Read weights, each once.

    Raises:
        InvalidValue: If one cannot be read, or came twice.
        UnknownName: If there is no such weight; it names the nearest.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, number = read_weight(text, methodology)
        if name in found:
            raise InvalidValue(f"{name} came twice; give it once")
        found[name] = number
    return found


def score_under(
    asked: CellAsked,
    evidence: Evidence,
    methodology: Methodology,
    choices: OtherChoices,
    confusions: Mapping[str, Confusion] | None = None,
) -> OtherCell:
    """Score one cell under other choices.

    Args:
        asked: The cell; chances to speak that `evidence` does not hold are counted here.
        evidence: All that the actor's cells are computed from.
        methodology: The rules, as published.
        choices: The choices instead.
        confusions: What is known of coders' errors; the methodology's default where nothing is.

    Raises:
        InvalidValue: If the choices leave nothing that weighs anything.
        UnknownName: If a weight or spacing is unknown.
    """
    spacings = {each.name: each for each in methodology.choices.space.spacings}
    if choices.spacing not in spacings:
        raise UnknownName("spacing", choices.spacing, tuple(spacings))
    dossiers = build_dossiers(evidence, methodology, confusions)
    key = (asked.actor, asked.theme)
    found = what_if(
        dossiers.get(key) or Dossier(actor=asked.actor, theme=asked.theme),
        asked.year,
        data_as_of=evidence.as_of,
        methodology=methodology,
        choices=Choices(
            half_life_years=choices.half_life_years,
            aggregation=choices.aggregation,
            spacing=spacings[choices.spacing],
            solicited=choices.solicited,
            multipliers=choices.weights,
        ),
        weight_spread=methodology.choices.weight_spread,
        silence=Silence(opportunities=asked.opportunities, silent=asked.silent),
    )
    return OtherCell(
        cell=found.cell,
        all_weights=found.gap_over_all_weights,
        bounded_weights=found.gap_over_bounded_weights,
    )


def _number(text: str, expected: str) -> float:
    # Python takes more for a number than people write: `1_0`, and other scripts' digits.
    if text.isascii() and "_" not in text:
        try:
            return float(text)
        except ValueError:
            pass
    raise InvalidValue(f"{text!r}; expected {expected}")
