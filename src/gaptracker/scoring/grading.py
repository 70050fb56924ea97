"""Grade and label: how strong the evidence is, and what may be said of the gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.methodology import GradeRule, LabelRule, Methodology
from gaptracker.domain.results import Probabilities
from gaptracker.domain.time import add_months
from gaptracker.domain.vocabulary import Grade, ItemKind, Label
from gaptracker.scoring.items import Item
from gaptracker.scoring.readings import effective_size

# Two items of equal weight have an effective size of 2, which floats may miss by a hair.
TOLERANCE = 1e-9
RECORD_GROUPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The evidence on one side of a cell, as the grades see it."""

    items: int
    effective_size: float
    groups: int
    groups_with_records: int
    binding_act: bool
    official_statistic: bool
    machine_coded: bool
    newest_on: date | None


def strength(items: Sequence[Item]) -> Strength:
    """Return the strength of one side's evidence.

    Args:
        items: The side's items of weight above zero, of all layers together.

    Returns:
        Effective size, number of independent source groups, the same with a record of the
        act itself counting as two, and what else the grades ask for.

    References:
        Methodology 1.0.0, section 5.
    """
    recorded = {item.source.group for item in items if item.source.record_of_act}
    groups = {item.source.group for item in items}
    return Strength(
        items=len(items),
        effective_size=effective_size([item.weight for item in items]),
        groups=len(groups),
        groups_with_records=len(groups) + (RECORD_GROUPS - 1) * len(recorded),
        binding_act=any(item.binding for item in items),
        official_statistic=any(
            item.kind is ItemKind.OBSERVATION and item.source.record_of_act for item in items
        ),
        machine_coded=any(item.machine_coded for item in items),
        newest_on=max((item.seen_on for item in items), default=None),
    )


def grade_cell(words: Strength, deeds: Strength, as_of: date, methodology: Methodology) -> Grade:
    """Return the grade that both sides reach, A to D.

    A cell in which a machine's coding carries weight is held to the methodology's ceiling.

    Args:
        words: Strength of the words' side.
        deeds: Strength of the deeds' side, law and practice together.
        as_of: The cell's day, against which the newest deed's age is held.
        methodology: The rules.

    References:
        Methodology 1.0.0, section 5.
    """
    reached = Grade.D
    for rule in methodology.grades:
        if _reaches(rule, words, deeds, as_of):
            reached = rule.grade
            break
    if words.machine_coded or deeds.machine_coded:
        return max(reached, methodology.machine_ceiling)
    return reached


def _reaches(rule: GradeRule, words: Strength, deeds: Strength, as_of: date) -> bool:
    if rule.newest_deed_months is not None and (
        deeds.newest_on is None or add_months(deeds.newest_on, rule.newest_deed_months) < as_of
    ):
        return False
    if _side_reaches(rule, words) and _side_reaches(rule, deeds):
        return True
    # The second way to C: a binding act, against an official statistic and one source more.
    return (
        rule.grade is Grade.C
        and words.binding_act
        and deeds.official_statistic
        and deeds.groups >= rule.groups
    )


def _side_reaches(rule: GradeRule, side: Strength) -> bool:
    groups = side.groups if rule.grade is Grade.A else side.groups_with_records
    return side.effective_size >= rule.effective_size - TOLERANCE and groups >= rule.groups


def label_gap(
    grade: Grade, mixed_message: float, probabilities: Probabilities, rule: LabelRule
) -> Label:
    """Return the first label that applies to a gap.

    Args:
        grade: The cell's grade; below C nothing is claimed.
        mixed_message: A, the spread of the words in points.
        probabilities: Shares of the draws.
        rule: Thresholds.

    References:
        Methodology 1.0.0, section 5.
    """
    if grade is Grade.D:
        return Label.INSUFFICIENT_EVIDENCE
    ahead = probabilities.words_ahead_demonstrably
    behind = probabilities.deeds_ahead_demonstrably
    tried = (
        (Label.MIXED_MESSAGE, mixed_message >= rule.mixed_points - TOLERANCE),
        (Label.WORDS_AHEAD, ahead >= rule.demonstrated),
        (Label.WORDS_AHEAD_LIKELY, ahead >= rule.likely),
        (Label.DEEDS_AHEAD, behind >= rule.demonstrated),
        (Label.DEEDS_AHEAD_LIKELY, behind >= rule.likely),
        (Label.NO_DEMONSTRABLE_GAP, probabilities.close >= rule.likely),
    )
    return next((label for label, applies in tried if applies), Label.INDETERMINATE)
