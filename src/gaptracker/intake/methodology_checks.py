"""Checks that bind several methodology files, or several tables of one."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from gaptracker.intake.methodology_numbers import NumbersFile
from gaptracker.intake.methodology_problems import problem, unknown
from gaptracker.intake.methodology_shapes import (
    CodebookFile,
    IndicatorsFile,
    ReferencesFile,
    ThemeFile,
)

NUMBERS, INDICATORS = "methodology.toml", "indicators.toml"
CODEBOOK, REFERENCES = "codebook.toml", "references.toml"
THEMES = "themes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The files as far as they could be read; None for one that could not.

    `theme_ids` are the names of all theme files, readable or not, so that a fault in one
    ladder does not make every mention of its theme look unknown.
    """

    theme_ids: frozenset[str]
    themes: Mapping[str, ThemeFile]
    numbers: NumbersFile | None = None
    indicators: IndicatorsFile | None = None
    references: ReferencesFile | None = None
    codebook: CodebookFile | None = None


def cross_problems(draft: Draft) -> Iterator[str]:
    """Yield what is wrong between the files of a draft, and between tables of one file."""
    yield from _theme_problems(draft)
    if draft.numbers is not None:
        yield from _weight_problems(draft.theme_ids, draft.numbers)
    if draft.references is not None:
        keys = [reference.key for reference in draft.references.reference]
        yield from _repeats(REFERENCES, "reference.key", keys)
        yield from _reference_problems(draft, frozenset(keys))
    if draft.indicators is not None:
        yield from _indicator_problems(draft, draft.indicators)
    if draft.codebook is not None:
        yield from _codebook_problems(draft.theme_ids, draft.codebook)


def theme_file(theme: str) -> str:
    """Return the name of a theme's file inside the folder."""
    return f"{THEMES}/{theme}.toml"


def _repeats(file: str, key: str, given: Collection[object]) -> Iterator[str]:
    for value, count in Counter(given).items():
        if count > 1:
            yield problem(file, key, f"{value} came {count} times", "expected once: drop the rest")


def _theme_problems(draft: Draft) -> Iterator[str]:
    for stem, theme in draft.themes.items():
        if theme.id != stem:
            came = f"came {theme.id!r} in the file of {stem!r}"
            yield problem(theme_file(stem), "id", came, "expected the file's name: correct either")
    orders = Counter(theme.order for theme in draft.themes.values())
    for stem, theme in draft.themes.items():
        if orders[theme.order] > 1:
            came = f"{theme.order} came {orders[theme.order]} times"
            yield problem(theme_file(stem), "order", came, "expected a place of its own: renumber")


def _weight_problems(theme_ids: frozenset[str], numbers: NumbersFile) -> Iterator[str]:
    """Yield themes without a weight among alliances, and weights without a theme."""
    key = "alliances.theme_weights"
    given = frozenset(numbers.alliances.theme_weights)
    for name in sorted(theme_ids - given):
        yield problem(NUMBERS, key, f"{name} is missing", "give it a weight")
    for name in sorted(given - theme_ids):
        yield problem(NUMBERS, key, unknown("theme", name, theme_ids), "correct the name")


def _reference_problems(draft: Draft, keys: frozenset[str]) -> Iterator[str]:
    """Yield references that the bibliography does not hold."""
    cited = [
        (theme_file(stem), "references", name)
        for stem, theme in draft.themes.items()
        for name in theme.references
    ]
    if draft.indicators is not None:
        cited += [
            (INDICATORS, f"{indicator.id}.references", name)
            for indicator in draft.indicators.indicator
            for name in indicator.references
        ]
    for file, key, name in cited:
        if name not in keys:
            yield problem(file, key, unknown("reference", name, keys), f"see {REFERENCES}")


def _indicator_problems(draft: Draft, indicators: IndicatorsFile) -> Iterator[str]:
    yield from _repeats(
        INDICATORS, "indicator.id", [indicator.id for indicator in indicators.indicator]
    )
    without_deeds = {stem for stem, theme in draft.themes.items() if not theme.has_deeds}
    totals: dict[str, float] = {}
    for indicator in indicators.indicator:
        key = f"{indicator.id}.themes"
        if not indicator.themes:
            came = "the indicator bears on no theme"
            yield problem(INDICATORS, key, came, "expected one or more: add one or drop it")
        for theme, use in indicator.themes.items():
            totals[theme] = totals.get(theme, 0.0) + use.weight
            if theme not in draft.theme_ids:
                came = unknown("theme", theme, draft.theme_ids)
                yield problem(INDICATORS, key, came, "correct the name or add the theme's file")
            elif theme in without_deeds:
                came = f"{theme} has no deeds"
                yield problem(INDICATORS, key, came, "expected a theme with has_deeds = true")
    for theme, total in totals.items():
        if total <= 0:
            came = f"the weights of theme {theme} sum to {total}"
            yield problem(INDICATORS, f"themes.{theme}.weight", came, "expected more than 0")


def _codebook_problems(theme_ids: frozenset[str], codebook: CodebookFile) -> Iterator[str]:
    roll_calls = [(name, rule.theme) for rule in codebook.roll_call for name in rule.ids]
    statements = [(rule.id, rule.theme) for rule in codebook.joint_statement]
    asks = [(rule.ask, rule.theme) for rule in codebook.recommendation]
    yield from _repeats(CODEBOOK, "roll_call.ids", [" on ".join(pair) for pair in roll_calls])
    yield from _repeats(CODEBOOK, "joint_statement.id", [" on ".join(pair) for pair in statements])
    yield from _repeats(CODEBOOK, "recommendation.ask", [ask for ask, _ in asks])
    for kind, rules in (
        ("roll_call", roll_calls),
        ("joint_statement", statements),
        ("recommendation", asks),
    ):
        for name, theme in rules:
            if theme not in theme_ids:
                came = unknown("theme", theme, theme_ids)
                yield problem(CODEBOOK, f"{kind} {name}", came, "correct the name")
    coded = {name for name, _ in (*roll_calls, *statements, *asks)}
    for name in sorted(coded & set(codebook.not_coded)):
        came = "the name is both coded and not coded"
        yield problem(
            CODEBOOK, f"not_coded.{name}", came, "expected one of the two: drop the other"
        )
    kinds = Counter(
        name for group in (roll_calls, statements, asks) for name in {name for name, _ in group}
    )
    for name, count in kinds.items():
        if count > 1:
            came = f"{name} names {count} kinds of rule"
            yield problem(CODEBOOK, name, came, "expected one kind: rename")
