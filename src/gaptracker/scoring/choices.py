"""The choices a method makes, as values: what a cell would be under other ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from gaptracker.domain.choices import (
    EQUAL_SPACING,
    Aggregation,
    Spacing,
    check_half_life,
    check_multiplier,
)
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import ItemKind, Side
from gaptracker.scoring.cell import CellInput
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.items import Item, counting
from gaptracker.scoring.run import InputsOverTime
from gaptracker.scoring.words import WordsOverTime

MEASURE_KEY = "measure"
NEAREST = 3
WEIGHT_FAMILIES = (
    "instrument.NAME, office.NAME, specificity.NAME, source_grade.NUMBER, indicator.NAME or "
    "measure, as instrument.vote"
)

ItemName = tuple[ItemKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """One set of choices, beside those of the methodology.

    `multipliers` scale weights by name (see `weight_names`); one left out is 1. They scale what
    an item weighs once the methodology has said which items count, which supersede and how
    far repeats are held down: those are rules, and stay. A multiplier of 0 leaves a weight out,
    the greatest is `MOST_MULTIPLIER`; multipliers that leave nothing on a side are refused where
    the cell is known.
    """

    half_life_years: float
    aggregation: Aggregation = Aggregation.ARITHMETIC
    spacing: Spacing = EQUAL_SPACING
    solicited: bool = True
    multipliers: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse numbers under which nothing could be weighed."""
        check_half_life("half_life_years", self.half_life_years)
        for name, value in self.multipliers.items():
            check_multiplier(f"multipliers[{name!r}]", value)


def published_choices(methodology: Methodology) -> Choices:
    """Return the choices that the methodology itself makes."""
    return Choices(half_life_years=methodology.words.half_life_years)


def weight_names(methodology: Methodology) -> tuple[str, ...]:
    """Return the names of all weights a choice may scale, sorted.

    Examples of names: `instrument.vote`, `office.minister`, `specificity.general`,
    `source_grade.2`, `indicator.homicide_rate`, and `measure`.
    """
    words = methodology.words
    return tuple(
        sorted(
            (
                *(f"instrument.{name}" for name in words.instrument),
                *(f"office.{name}" for name in words.office),
                *(f"specificity.{name}" for name in words.specificity),
                *(f"source_grade.{grade}" for grade in methodology.deeds.source_grade_weights),
                *(f"indicator.{name}" for name in methodology.indicators),
                MEASURE_KEY,
            )
        )
    )


def check_multiplier_names(choices: Choices, methodology: Methodology) -> None:
    """Refuse multipliers of weights that the methodology does not have.

    Raises:
        UnknownName: With the nearest names it has.
    """
    known = weight_names(methodology)
    for name in choices.multipliers:
        if name not in known:
            raise unknown_weight(name, known)


def unknown_weight(name: str, known: Sequence[str]) -> UnknownName:
    """Return the error of a weight that there is not.

    Args:
        name: What came.
        known: The weights there are, by their whole names (see `weight_names`).

    Examples:
        >>> str(unknown_weight("vote", ["instrument.vote", "measure", "office.vote"]))
        "no weight is called 'vote'; did you mean instrument.vote or office.vote?"
    """
    spellings: dict[str, list[str]] = {}
    for weight in known:
        for spelling in dict.fromkeys((weight, weight.rpartition(".")[2])):
            spellings.setdefault(spelling, []).append(weight)
    alike = get_close_matches(name.lower(), spellings)
    found = dict.fromkeys(weight for spelling in alike for weight in spellings[spelling])
    nearest = tuple(found)[:NEAREST]
    return UnknownName("weight", name, nearest, expected=WEIGHT_FAMILIES)


def weights_of_items(dossier: Dossier) -> dict[ItemName, tuple[str, ...]]:
    """Return which weights each item of a dossier is made of, by the item's kind and id."""
    names: dict[ItemName, tuple[str, ...]] = {
        (ItemKind.STATEMENT, placed.statement.id): (
            f"instrument.{placed.statement.instrument}",
            f"office.{placed.statement.office}",
            f"specificity.{placed.specificity}",
        )
        for placed in dossier.statements
    }
    for placed in dossier.measures:
        names[ItemKind.MEASURE, placed.measure.id] = (
            f"source_grade.{placed.source.grade}",
            MEASURE_KEY,
        )
    for indicator, series in dossier.observations.items():
        for sourced in series:
            names[ItemKind.OBSERVATION, sourced.observation.id] = (
                f"source_grade.{sourced.source.grade}",
                f"indicator.{indicator}",
            )
    return names


def chosen_words(
    dossier: Dossier, methodology: Methodology, *, half_life_years: float, solicited: bool
) -> WordsOverTime:
    """Return the words under another half-life, or without solicited statements."""
    said = [p for p in dossier.statements if solicited or not p.statement.solicited]
    return WordsOverTime(said, replace(methodology.words, half_life_years=half_life_years))


def chosen_rules(methodology: Methodology, choices: Choices) -> Methodology:
    """Return the methodology by which a cell under other choices is scored."""
    cap = choices.spacing.place(methodology.deeds.critical_cap_points)
    return replace(
        methodology,
        words=replace(methodology.words, half_life_years=choices.half_life_years),
        deeds=replace(methodology.deeds, critical_cap_points=cap),
    )


def chosen_input(
    dossier: Dossier,
    year: int,
    *,
    data_as_of: date,
    methodology: Methodology,
    choices: Choices,
) -> CellInput:
    """Return what one cell is computed from under other choices; the evidence stays as it is.

    Under the methodology's own choices this is exactly what the published cell is made of.

    Args:
        dossier: The evidence on the actor and theme.
        year: The cell's year.
        data_as_of: The day up to which the data speak.
        methodology: The rules, as published.
        choices: The choices instead; the aggregation is not in the items.

    Returns:
        The input for `score_cell`, to be scored by `chosen_rules`.

    Raises:
        InvalidValue: If no item of one side weighs anything any more.
        UnknownName: If a multiplier names no weight.
    """
    check_multiplier_names(choices, methodology)
    words = replace(methodology.words, half_life_years=choices.half_life_years)
    said = [p for p in dossier.statements if choices.solicited or not p.statement.solicited]
    # Whether a critical floor holds is asked here, before the rungs are moved: it is a rung, not
    # a number of points.
    plain = InputsOverTime(
        replace(dossier, statements=said), data_as_of, replace(methodology, words=words)
    ).of(year)
    names = weights_of_items(dossier)
    given = replace(
        plain,
        words=tuple(_under(item, names, choices) for item in plain.words),
        deeds=tuple(_under(item, names, choices) for item in plain.deeds),
    )
    for side, before, after in (
        (Side.WORDS, plain.words, given.words),
        (Side.DEEDS, plain.deeds, given.deeds),
    ):
        if counting(before) and not counting(after):
            raise InvalidValue(
                f"{dossier.actor} {dossier.theme} {year}: the multipliers leave no weight on the "
                f"{side}; expected at least one item above 0"
            )
    return given


def _under(item: Item, names: Mapping[ItemName, tuple[str, ...]], choices: Choices) -> Item:
    """Return an item with its weight multiplied and its places moved."""
    factors = tuple(
        (f"{name}, multiplied", choices.multipliers[name])
        for name in names[item.kind, item.id]
        if name in choices.multipliers
    )
    spaced = tuple(choices.spacing.place(points) for points in item.placement.points)
    return replace(
        item,
        factors=(*item.factors, *factors),
        placement=replace(item.placement, points=spaced),
    )
