"""From a frozen release to the derivation of one cell."""

import math
from collections.abc import Sequence

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import Probabilities
from gaptracker.domain.vocabulary import Grade, ItemKind, Layer, Side
from gaptracker.main.cli.explanation.derivation import (
    Derivation,
    DerivedGap,
    DerivedItem,
    DerivedReading,
    DerivedSilence,
    DerivedVerdict,
)
from gaptracker.main.cli.explanation.firmness import derive_firmness
from gaptracker.main.cli.explanation.items import derive_items
from gaptracker.main.cli.explanation.verdict import TriedRule, tried_grades, tried_labels
from gaptracker.main.cli.worksheet import Line, Prior, Worksheet, prior_of, worksheet
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.scoring.grading import RECORD_GROUPS, Strength
from gaptracker.scoring.readings import effective_size


def derive(release: FrozenRelease, cell: FrozenCell) -> Derivation:
    """Take one cell of a release apart.

    Args:
        release: The release.
        cell: One of its cells.

    Returns:
        Every figure of the cell with what it was made of; nothing is scored anew.
    """
    rules = release.methodology
    theme = rules.themes[cell.theme]
    items = derive_items(release, cell)
    says, law, does = _readings(cell, items, rules)
    return Derivation(
        release=release.id,
        provisional=release.manifest.provisional,
        notice=release.manifest.notice,
        methodology=rules.version,
        actor=cell.actor,
        actor_name=cell.actor_name,
        theme=theme.id,
        theme_name=theme.name["en"],
        question=theme.question["en"],
        year=cell.year,
        as_of=cell.as_of,
        says=says,
        law=law,
        does=does,
        gap=_gap(cell, items, rules),
        verdict=_verdict(cell, items, rules),
        firmness=derive_firmness(release, cell),
        silence=_silence(cell),
        prior=prior_of(rules.draws),
        federation=release.across.federation(cell.actor, cell.theme, cell.year),
    )


def _readings(
    cell: FrozenCell, items: Sequence[DerivedItem], rules: Methodology
) -> tuple[DerivedReading, DerivedReading, DerivedReading]:
    """Return says, law and does with their items and sums."""
    says = tuple(item for item in items if item.side == Side.WORDS)
    law = tuple(item for item in items if item.layer == Layer.LAW)
    does = tuple(item for item in items if item.layer == Layer.PRACTICE)
    prior = prior_of(rules.draws)
    return (
        DerivedReading(
            name="says",
            letter="R",
            points=cell.says,
            low=cell.says_low,
            high=cell.says_high,
            reason=cell.says_reason,
            cap_points=None,
            items=says,
            sums=_sums("R", says, prior),
        ),
        DerivedReading(
            name="law",
            letter="L",
            points=cell.law,
            low=cell.law_low,
            high=cell.law_high,
            reason=cell.law_reason,
            cap_points=None,
            items=law,
            sums=_sums("L", law, prior),
        ),
        DerivedReading(
            name="does",
            letter="F",
            points=cell.does,
            low=cell.does_low,
            high=cell.does_high,
            reason=cell.does_reason,
            cap_points=rules.deeds.critical_cap_points if cell.capped else None,
            items=does,
            sums=_sums("F", does, prior),
        ),
    )


def _sums(letter: str, items: Sequence[DerivedItem], prior: Prior) -> Worksheet | None:
    lines = [
        Line(mark=item.mark, weight=item.weight, points=item.points)
        for item in items
        if item.weight > 0
    ]
    return worksheet(letter, lines, prior) if lines else None


def _gap(cell: FrozenCell, items: Sequence[DerivedItem], rules: Methodology) -> DerivedGap:
    source = None
    if cell.practice is not None:
        source = "law" if cell.law_only else "does"
    return DerivedGap(
        practice=cell.practice,
        practice_from=source,
        points=cell.gap,
        low=cell.gap_low,
        high=cell.gap_high,
        reason=cell.reason,
        bound_low=cell.gap_bound_low,
        bound_high=cell.gap_bound_high,
        legislative_points=cell.legislative_points,
        implementation_points=cell.implementation_points,
        probabilities=_odds(cell),
        contributions_sum_points=math.fsum(item.contribution_points for item in items),
        draws=rules.draws.draws,
    )


def _odds(cell: FrozenCell) -> Probabilities | None:
    if (
        cell.p_gap_positive is None
        or cell.p_words_ahead is None
        or cell.p_deeds_ahead is None
        or cell.p_close is None
    ):
        return None
    return Probabilities(
        words_ahead=cell.p_gap_positive,
        words_ahead_demonstrably=cell.p_words_ahead,
        deeds_ahead_demonstrably=cell.p_deeds_ahead,
        close=cell.p_close,
    )


def _verdict(cell: FrozenCell, items: Sequence[DerivedItem], rules: Methodology) -> DerivedVerdict:
    words = _strength(items, Side.WORDS, cell)
    deeds = _strength(items, Side.DEEDS, cell)
    odds = _odds(cell)
    grades: tuple[TriedRule, ...] = ()
    labels: tuple[TriedRule, ...] = ()
    if odds is not None:
        grades = tried_grades(words, deeds, cell.as_of, rules.grades)
        labels = tried_labels(cell.grade, cell.mixed_message_points or 0.0, odds, rules.labels)
    by_rules = grades[-1].verdict if grades and grades[-1].reached else Grade.D.value
    return DerivedVerdict(
        grade=cell.grade.value,
        label=cell.label.value,
        words=words,
        deeds=deeds,
        grades_tried=grades,
        ceiling=rules.machine_ceiling.value if cell.grade.value != by_rules else None,
        labels_tried=labels,
    )


def _strength(items: Sequence[DerivedItem], side: Side, cell: FrozenCell) -> Strength:
    """Return one side's strength, from the items of weight above zero."""
    own = [item for item in items if item.weight > 0 and item.side == side]
    recorded = {item.source.group for item in own if item.source.record_of_act}
    groups = {item.source.group for item in own}
    return Strength(
        items=len(own),
        effective_size=effective_size([item.weight for item in own]),
        groups=len(groups),
        groups_with_records=len(groups) + (RECORD_GROUPS - 1) * len(recorded),
        binding_act=any(item.binding for item in own),
        official_statistic=any(
            item.kind == ItemKind.OBSERVATION and item.source.record_of_act for item in own
        ),
        machine_coded=any(item.machine_coded for item in own),
        newest_on=cell.newest_deed_on if side is Side.DEEDS else None,
    )


def _silence(cell: FrozenCell) -> DerivedSilence:
    rate, opportunities = cell.silence_rate, cell.n_opportunities
    return DerivedSilence(
        opportunities=opportunities,
        silent=round(rate * opportunities) if rate is not None else 0,
        rate_share=rate,
    )


def sums_of(derivation: Derivation) -> dict[str, Worksheet]:
    """Return the sums of each reading that has any, by the reading's letter."""
    readings = (derivation.says, derivation.law, derivation.does)
    return {reading.letter: reading.sums for reading in readings if reading.sums is not None}
