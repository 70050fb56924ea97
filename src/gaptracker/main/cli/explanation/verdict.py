"""Why a cell has its grade and its label: each rule in turn, with what was found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.methodology import GradeRule, LabelRule
from gaptracker.domain.results import Probabilities
from gaptracker.domain.time import add_months
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.main.cli.figures import number, points, probability
from gaptracker.scoring.grading import TOLERANCE, Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement of a rule: in words, with the figure found, and whether it holds."""

    asks: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRule:
    """A grade or label that was tried, with its tests; it is reached if all of them hold."""

    verdict: str
    tests: tuple[Requirement, ...]

    @property
    def reached(self) -> bool:
        """Say whether every test holds."""
        return all(test.holds for test in self.tests)


def tried_grades(
    words: Strength, deeds: Strength, as_of: date, rules: Sequence[GradeRule]
) -> tuple[TriedRule, ...]:
    """Return the grades in the order in which they are tried, the first reached one last.

    Args:
        words: Strength of the words' side.
        deeds: Strength of the deeds' side, law and practice together.
        as_of: The cell's day.
        rules: What each grade asks, the best grade first.

    References:
        Methodology 1.0.0, section 5.
    """
    tried: list[TriedRule] = []
    for rule in rules:
        for way in _ways(rule, words, deeds, as_of):
            tried.append(way)
            if way.reached:
                return tuple(tried)
    return tuple(tried)


def _ways(rule: GradeRule, words: Strength, deeds: Strength, as_of: date) -> Iterator[TriedRule]:
    """Yield the ways in which a grade can be reached: one, and for C a second."""
    yield TriedRule(
        verdict=rule.grade.value,
        tests=(
            *_side_tests(rule, "words", words),
            *_side_tests(rule, "deeds", deeds),
            *_age_tests(rule, deeds, as_of),
        ),
    )
    if rule.grade is Grade.C:
        yield TriedRule(
            verdict=rule.grade.value,
            tests=(
                Requirement(
                    asks="a binding act on the words' side",
                    found="one" if words.binding_act else "none",
                    holds=words.binding_act,
                ),
                Requirement(
                    asks="an official statistic on the deeds' side",
                    found="one" if deeds.official_statistic else "none",
                    holds=deeds.official_statistic,
                ),
                Requirement(
                    asks=f"{rule.groups} source groups on the deeds' side",
                    found=str(deeds.groups),
                    holds=deeds.groups >= rule.groups,
                ),
            ),
        )


def _side_tests(rule: GradeRule, name: str, side: Strength) -> Iterator[Requirement]:
    yield Requirement(
        asks=f"n_eff of {name} ≥ {rule.effective_size:g}",
        found=number(side.effective_size, 2),
        holds=side.effective_size >= rule.effective_size - TOLERANCE,
    )
    strict = rule.grade is Grade.A
    groups = side.groups if strict else side.groups_with_records
    counted = "" if strict else " (one with a record of the act itself counts twice)"
    yield Requirement(
        asks=f"source groups of {name} ≥ {rule.groups}{counted}",
        found=str(groups),
        holds=groups >= rule.groups,
    )


def _age_tests(rule: GradeRule, deeds: Strength, as_of: date) -> Iterator[Requirement]:
    months = rule.newest_deed_months
    if months is not None:
        newest = deeds.newest_on
        yield Requirement(
            asks=f"newest deed at most {months} months old on {as_of}",
            found=str(newest) if newest else "none",
            holds=newest is not None and add_months(newest, months) >= as_of,
        )


def tried_labels(
    grade: Grade, mixed_message: float, odds: Probabilities, rule: LabelRule
) -> tuple[TriedRule, ...]:
    """Return the labels in the order in which they are tried, up to the first that applies.

    Args:
        grade: The cell's grade.
        mixed_message: A, in points.
        odds: Shares of the draws.
        rule: Thresholds.

    References:
        Methodology 1.0.0, section 5.
    """
    if grade is Grade.D:
        test = Requirement(asks="grade below C", found=grade.value, holds=True)
        return (TriedRule(verdict=Label.INSUFFICIENT_EVIDENCE.value, tests=(test,)),)
    limit = number(rule.demonstrable_points, 1)
    ahead = (f"Pr(G > {limit})", odds.words_ahead_demonstrably)
    behind = (f"Pr(G < −{limit})", odds.deeds_ahead_demonstrably)
    close = (f"Pr(|G| ≤ {limit})", odds.close)
    tried = [
        TriedRule(
            verdict=Label.MIXED_MESSAGE.value,
            tests=(
                Requirement(
                    asks=f"A ≥ {rule.mixed_points:g} points",
                    found=points(mixed_message),
                    holds=mixed_message >= rule.mixed_points - TOLERANCE,
                ),
            ),
        ),
        _odds_rule(Label.WORDS_AHEAD, ahead, rule.demonstrated),
        _odds_rule(Label.WORDS_AHEAD_LIKELY, ahead, rule.likely),
        _odds_rule(Label.DEEDS_AHEAD, behind, rule.demonstrated),
        _odds_rule(Label.DEEDS_AHEAD_LIKELY, behind, rule.likely),
        _odds_rule(Label.NO_DEMONSTRABLE_GAP, close, rule.likely),
        TriedRule(verdict=Label.INDETERMINATE.value, tests=()),
    ]
    return tuple(tried[: _first_reached(tried) + 1])


def _odds_rule(label: Label, odds: tuple[str, float], bound: float) -> TriedRule:
    name, found = odds
    test = Requirement(asks=f"{name} ≥ {bound:g}", found=probability(found), holds=found >= bound)
    return TriedRule(verdict=label.value, tests=(test,))


def _first_reached(tried: Sequence[TriedRule]) -> int:
    return next(index for index, rule in enumerate(tried) if rule.reached)
