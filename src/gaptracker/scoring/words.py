"""The words' side of a cell: which statements count on a day, and how much."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations

from gaptracker.domain.methodology import WordFactors
from gaptracker.domain.records import Statement
from gaptracker.domain.time import add_months, years_between
from gaptracker.domain.vocabulary import Instrument, ItemKind, Mode, Side
from gaptracker.scoring.dossier import PlacedStatement
from gaptracker.scoring.items import Item

NOT_COUNTED = 0.0


def word_items(
    statements: Sequence[PlacedStatement], as_of: date, factors: WordFactors
) -> tuple[Item, ...]:
    """Return the statements made up to a day as weighted items.

    The weight is instrument times office times specificity times 2^(-age / half-life).
    Of several reports of one act one counts. In a series of texts, a newer position of
    equal or higher authority supersedes a different older one (weight 0 from then on); equal
    ones are repeats, of which the weightiest counts in full and all others together at most half of
    it. A withdrawn pledge weighs nothing from its withdrawal.

    Args:
        statements: Statements of one actor on one theme, in the order they were said.
        as_of: The day from which is looked back.
        factors: The methodology's factors.

    Returns:
        One item for each statement made up to `as_of`; those that count nothing say why.

    References:
        Methodology 1.0.0, section 4.
    """
    made = [placed for placed in statements if placed.said_on <= as_of]
    notes = {
        **_repeated_reports(made, as_of, factors),
        **_superseded(made, factors),
        **_withdrawn(made, as_of),
    }
    shares = _repeat_shares([p for p in made if p.statement.id not in notes], as_of, factors)
    return tuple(
        _item(placed, as_of, factors, shares.get(placed.statement.id, 1.0), notes)
        for placed in made
    )


def due_date(statement: Statement, factors: WordFactors) -> date | None:
    """Return the day a pledge falls due, assumed where none was named; None if no pledge."""
    if statement.mode is not Mode.PLEDGE:
        return None
    if statement.due_on is not None:
        return statement.due_on.latest()
    return add_months(statement.said_on.latest(), factors.pledge_due_months)


def _decay(statement: Statement, as_of: date, factors: WordFactors) -> float:
    """Return 2^(-age / half-life); 1 for binding acts, and for pledges not yet due."""
    if statement.instrument in factors.instruments_without_decay:
        return 1.0
    since = due_date(statement, factors) or statement.said_on.latest()
    age = max(years_between(since, as_of), 0.0)
    return float(2.0 ** (-age / factors.half_life_years))


def _factors(
    placed: PlacedStatement, as_of: date, factors: WordFactors
) -> tuple[tuple[str, float], ...]:
    """Return f, v, c and the decay, each with its name."""
    statement = placed.statement
    return (
        ("instrument", factors.instrument[statement.instrument]),
        ("office", factors.office[statement.office]),
        ("specificity", factors.specificity[placed.specificity]),
        ("decay", _decay(statement, as_of, factors)),
    )


def _base_weight(placed: PlacedStatement, as_of: date, factors: WordFactors) -> float:
    return math.prod(value for _, value in _factors(placed, as_of, factors))


def _repeated_reports(
    made: Sequence[PlacedStatement], as_of: date, factors: WordFactors
) -> dict[str, str]:
    """Return the statements that report an act already counted on the same rung."""
    acts: dict[tuple[str, float], list[PlacedStatement]] = defaultdict(list)
    for placed in made:
        acts[placed.statement.act, placed.placement.likeliest].append(placed)
    notes = {}
    for reports in acts.values():
        ranked = sorted(reports, key=lambda p: (-_base_weight(p, as_of, factors), p.statement.id))
        for placed in ranked[1:]:
            notes[placed.statement.id] = f"the same act as {ranked[0].statement.id}"
    return notes


def supersedes(later: PlacedStatement, earlier: PlacedStatement, factors: WordFactors) -> bool:
    """Say whether a statement puts another position in the place of an earlier one.

    It does if both belong to one series, it was made on a later day, stands on another rung
    and has equal or higher authority.
    """
    if earlier.statement.series is None or later.statement.series != earlier.statement.series:
        return False
    authority = factors.instrument[later.statement.instrument]
    return (
        later.said_on > earlier.said_on
        and later.placement.likeliest != earlier.placement.likeliest
        and authority >= factors.instrument[earlier.statement.instrument]
    )


def _superseded(made: Sequence[PlacedStatement], factors: WordFactors) -> dict[str, str]:
    """Return the statements that a later position superseded, also if a still later one returned.

    `made` is in the order in which it was said, so the note names the first that did.
    """
    series: dict[str, list[PlacedStatement]] = defaultdict(list)
    for placed in made:
        if placed.statement.series is not None:
            series[placed.statement.series].append(placed)
    notes: dict[str, str] = {}
    for texts in series.values():
        for earlier, later in combinations(texts, 2):
            if supersedes(later, earlier, factors):
                notes.setdefault(earlier.statement.id, f"superseded by {later.statement.id}")
    return notes


def _withdrawn(made: Sequence[PlacedStatement], as_of: date) -> dict[str, str]:
    return {
        placed.statement.id: f"withdrawn on {placed.statement.withdrawn_on}"
        for placed in made
        if placed.statement.withdrawn_on and placed.statement.withdrawn_on.latest() <= as_of
    }


def _repeat_shares(
    made: Sequence[PlacedStatement], as_of: date, factors: WordFactors
) -> dict[str, float]:
    """Return the factor that holds repeats of a position to their share of the weightiest."""
    positions: dict[tuple[str, float], list[PlacedStatement]] = defaultdict(list)
    for placed in made:
        if placed.statement.series is not None:
            positions[placed.statement.series, placed.placement.likeliest].append(placed)
    shares = {}
    for repeats in positions.values():
        weighed = sorted(
            ((_base_weight(p, as_of, factors), p.statement.id) for p in repeats), reverse=True
        )
        others = sum(weight for weight, _ in weighed[1:])
        if others > 0:
            share = min(1.0, factors.repeats_share * weighed[0][0] / others)
            shares.update({name: share for _, name in weighed[1:]})
    return shares


def _item(
    placed: PlacedStatement,
    as_of: date,
    factors: WordFactors,
    repeat_share: float,
    notes: Mapping[str, str],
) -> Item:
    statement = placed.statement
    note = notes.get(statement.id)
    parts = list(_factors(placed, as_of, factors))
    if repeat_share < 1:
        parts.append(("repeat", repeat_share))
    if note is not None:
        parts.append(("counted", NOT_COUNTED))
    return Item(
        id=statement.id,
        kind=ItemKind.STATEMENT,
        side=Side.WORDS,
        layer=None,
        source=placed.source,
        document=statement.document,
        placement=placed.placement,
        factors=tuple(parts),
        seen_on=placed.said_on,
        age_years=years_between(placed.said_on, as_of),
        machine_coded=placed.machine_coded,
        binding=statement.instrument is Instrument.BINDING_ACT,
        note=note,
    )
