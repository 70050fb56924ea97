"""One cell: from weighted items to says, law, does, the gap, its grade and its label."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from gaptracker.domain.methodology import LabelRule, Methodology
from gaptracker.domain.results import (
    CellScore,
    Contribution,
    Coverage,
    Interval,
    Probabilities,
    ReadingScore,
)
from gaptracker.domain.vocabulary import Grade, Label, Layer, Reason, Side
from gaptracker.scoring.grading import Strength, grade_cell, label_gap, strength
from gaptracker.scoring.items import Item, counting
from gaptracker.scoring.readings import summarise
from gaptracker.scoring.seeds import CellKey, stream
from gaptracker.scoring.uncertainty import Floats, draw_reading, interval, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How often an actor had the chance to speak, and let it pass."""

    opportunities: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellInput:
    """All that a cell is computed from."""

    key: CellKey
    as_of: date
    words: tuple[Item, ...]
    deeds: tuple[Item, ...]
    silence: Silence = Silence()
    opaque: bool = False
    capped: bool = False
    indicator_coverage_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A reading with the draws behind it, and the share of its items' points that counts."""

    score: ReadingScore
    spread: float
    draws: Floats
    scale: float


def score_cell(
    given: CellInput, methodology: Methodology, *, with_contributions: bool = True
) -> CellScore:
    """Compute one cell.

    R, L and F are weighted means of the statements, the law and the practice; P is F, or L
    where only law is known; G = R - P. With both layers G = (R - L) + (L - F) exactly.

    Args:
        given: The cell's items and what is known of silence and secrecy.
        methodology: The rules.
        with_contributions: Whether the items' parts in G are wanted, which take a tenth of the
            time.

    Returns:
        The cell; each missing number is None and has its reason.

    References:
        Methodology 1.0.0, sections 4, 5 and 7.
    """
    words, deeds = counting(given.words), counting(given.deeds)
    law_items = tuple(item for item in deeds if item.layer is Layer.LAW)
    practice_items = tuple(item for item in deeds if item.layer is Layer.PRACTICE)
    cap = methodology.deeds.critical_cap_points if given.capped else None
    says = _read(words, given.key, "says", methodology)
    law = _read(law_items, given.key, "law", methodology)
    does = _read(practice_items, given.key, "does", methodology, cap)
    practice = does or law
    word_strength, deed_strength = strength(words), strength(deeds)
    gap = says.score.points - practice.score.points if says and practice else None
    draws = says.draws - practice.draws if says and practice else None
    probabilities = _probabilities(draws, methodology.labels) if draws is not None else None
    grade = Grade.D
    label = Label.INSUFFICIENT_EVIDENCE
    if says and probabilities:
        grade = grade_cell(word_strength, deed_strength, given.as_of, methodology)
        label = label_gap(grade, says.spread, probabilities, methodology.labels)
    reasons = _reasons(given, says is not None, law is not None, does is not None)
    split = bool(says and law and does)
    contributions: tuple[Contribution, ...] = ()
    if with_contributions:
        contributions = (
            *_contributions(given.words, words, says),
            *_contributions(given.deeds, practice_items if does else law_items, practice),
        )
    return CellScore(
        actor=given.key.actor,
        theme=given.key.theme,
        year=given.key.year,
        as_of=given.as_of,
        says=says.score if says else None,
        law=law.score if law else None,
        does=does.score if does else None,
        practice=practice.score if practice else None,
        gap_points=gap,
        gap_interval=interval(draws, methodology.draws) if draws is not None else None,
        gap_bounds=_bounds(says, practice),
        legislative_points=says.score.points - law.score.points if split and says and law else None,
        implementation_points=(
            law.score.points - does.score.points if split and law and does else None
        ),
        probabilities=probabilities,
        mixed_message_points=says.spread if says else None,
        law_only=does is None and law is not None,
        capped=does is not None and does.scale < 1,
        coverage=_coverage(given, word_strength, deed_strength),
        grade=grade,
        label=label,
        says_reason=reasons[0],
        law_reason=reasons[1],
        does_reason=reasons[2],
        gap_reason=reasons[3],
        contributions=contributions,
    )


def _coverage(given: CellInput, words: Strength, deeds: Strength) -> Coverage:
    """Return how much evidence stands under a cell."""
    return Coverage(
        statements=words.items,
        deeds=deeds.items,
        effective_statements=words.effective_size,
        effective_deeds=deeds.effective_size,
        statement_groups=words.groups,
        deed_groups=deeds.groups,
        indicator_coverage_share=given.indicator_coverage_share,
        opportunities=given.silence.opportunities,
        silent=given.silence.silent,
        silence_rate_share=_rate(given.silence),
        machine_coded=words.machine_coded or deeds.machine_coded,
        newest_deed_on=deeds.newest_on,
    )


def _read(
    items: Sequence[Item],
    key: CellKey,
    reading: str,
    methodology: Methodology,
    cap: float | None = None,
) -> _Reading | None:
    """Average the items of one reading and draw its uncertainty; None without items."""
    summary = summarise(
        [item.weight for item in items], [item.placement.expected for item in items]
    )
    if summary is None:
        return None
    draws = draw_reading(items, methodology.draws, stream(key, reading), cap)
    held = cap is not None and summary.mean > cap
    points = cap if held and cap is not None else summary.mean
    return _Reading(
        score=ReadingScore(
            points=points,
            interval=interval(draws, methodology.draws),
            effective_size=summary.effective_size,
            items=summary.items,
        ),
        spread=summary.spread,
        draws=draws,
        scale=points / summary.mean if held else 1.0,
    )


def _probabilities(draws: Floats, rule: LabelRule) -> Probabilities:
    limit = rule.demonstrable_points
    return Probabilities(
        words_ahead=share(draws > 0),
        words_ahead_demonstrably=share(draws > limit),
        deeds_ahead_demonstrably=share(draws < -limit),
        close=share(np.abs(draws) <= limit),
    )


def _bounds(says: _Reading | None, practice: _Reading | None) -> Interval | None:
    """Return the widest the gap could be where no deed is known: [R - 100, R]."""
    if says is None or practice is not None:
        return None
    return Interval(low=says.score.points - 100.0, high=says.score.points)


def _rate(silence: Silence) -> float | None:
    return silence.silent / silence.opportunities if silence.opportunities else None


def _reasons(
    given: CellInput, says: bool, law: bool, does: bool
) -> tuple[Reason | None, Reason | None, Reason | None, Reason | None]:
    """Return why R, L, F and G are missing, None where they are not."""
    unsaid = Reason.SILENT if given.silence.silent else Reason.NO_STATEMENT
    undone = Reason.OPAQUE if given.opaque else Reason.NO_DATA
    # That a figure is withheld is said also where a law is known.
    unpractised = Reason.NO_PRACTICE_DATA if law and not given.opaque else undone
    known = law or does
    gap: Reason | None = None
    if not says and not known:
        gap = unsaid if unsaid is Reason.SILENT else Reason.NO_STATEMENT_AND_NO_DATA
    elif not says:
        gap = unsaid
    elif not known:
        gap = undone
    return (
        None if says else unsaid,
        None if law else (Reason.NO_LAW_DATA if does else undone),
        None if does else unpractised,
        gap,
    )


def _contributions(
    given: Sequence[Item], used: Sequence[Item], reading: _Reading | None
) -> tuple[Contribution, ...]:
    """Return each item's part in G; items that do not enter the reading have share 0."""
    total = math.fsum([item.weight for item in used])
    counted = {item.id for item in used}
    parts = []
    for item in sorted(given, key=lambda item: item.id):
        portion = item.weight / total if item.id in counted else 0.0
        sign = 1.0 if item.side is Side.WORDS else -1.0
        scale = reading.scale if reading else 1.0
        note = item.note
        if note is None and item.id not in counted and item.layer is Layer.LAW:
            note = "law; practice is known and counts"
        parts.append(
            Contribution(
                item=item.id,
                item_kind=item.kind,
                side=item.side,
                layer=item.layer,
                source=item.source.id,
                source_group=item.source.group,
                factors=item.factors,
                weight=item.weight,
                share=portion,
                points=item.placement.expected,
                contribution_points=sign * portion * item.placement.expected * scale,
                machine_coded=item.machine_coded,
                age_years=item.age_years,
                flagged_old=item.flagged_old,
                note=note,
            )
        )
    return tuple(parts)
