"""What each factor of an item's weight stands for, in words."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from gaptracker.domain.methodology import WordFactors
from gaptracker.domain.records import Statement
from gaptracker.domain.time import years_between
from gaptracker.domain.vocabulary import Specificity
from gaptracker.main.cli.explanation.derivation import FactorNote
from gaptracker.main.cli.figures import count, in_words, number, short
from gaptracker.publish.rows import FrozenContribution
from gaptracker.scoring.words import due_date

REPEAT = "repeat"


def factors_of_words(
    factors: Sequence[tuple[str, float]],
    statement: Statement,
    as_of: date,
    *,
    rules: WordFactors,
    specificities: Sequence[Specificity],
    reasons: Mapping[str, str],
) -> tuple[FactorNote, ...]:
    """Explain the factors of a statement's weight.

    Args:
        factors: Name and value of each factor, as frozen.
        statement: The statement.
        as_of: The day from which is looked back.
        rules: The methodology's factors.
        specificities: How specific each coder found it; the least specific counts.
        reasons: What further factors stand for, by their names.
    """
    specific = min(specificities, key=lambda given: rules.specificity[given], default=None)
    known = {
        "instrument": in_words(statement.instrument),
        "office": in_words(statement.office),
        "specificity": in_words(specific) if specific else "as coded",
        "decay": _decay(statement, as_of, rules),
        **reasons,
    }
    return tuple(
        FactorNote(name=name, value=value, why=known.get(name, "")) for name, value in factors
    )


def repeat_reasons(
    repeats: Sequence[tuple[str, str | None, FrozenContribution]], share: float
) -> dict[str, str]:
    """Write out how much each repeat of a text is held to.

    All repeats of one position have one factor: `share` of the weightiest's weight, over the
    sum of the weights that the repeats would have by themselves.

    Args:
        repeats: Id, series and contribution of each statement of the cell.
        share: What all repeats together may add, as a part of the weightiest.

    Returns:
        A sum for each statement that has a factor `repeat`, by its id.
    """
    groups: dict[tuple[str | None, float], list[tuple[str, float]]] = defaultdict(list)
    for name, series, part in repeats:
        factors = dict(part.factors)
        if REPEAT in factors and part.weight > 0:
            own = factors.pop(REPEAT)
            groups[series, own].append((name, math.prod(factors.values())))
    reasons = {}
    for (series, factor), members in groups.items():
        total = math.fsum(weight for _, weight in members)
        weightiest = factor * total / share
        why = (
            f"{short(share)}×{number(weightiest, 5)}/{number(total, 5)}, the weightiest of the "
            f"series {series} over its {count(len(members), 'repeat')}, without this factor"
        )
        reasons.update(dict.fromkeys((name for name, _ in members), why))
    return reasons


def factors_of_deeds(
    factors: Sequence[tuple[str, float]], grade: int, note: str | None
) -> tuple[FactorNote, ...]:
    """Explain the factors of a deed's weight.

    Args:
        factors: Name and value of each factor, as frozen.
        grade: The source's grade, 1 the best.
        note: Why the deed counts nothing, if so.
    """
    reasons = {
        "source": f"grade {grade}",
        "indicator": "the indicator's weight in the theme",
        "measure": "a measure's weight",
        "days": "share of the year's days in force",
        "counted": note or "does not count",
    }
    return tuple(
        FactorNote(name=name, value=value, why=reasons.get(name, "")) for name, value in factors
    )


def _decay(statement: Statement, as_of: date, rules: WordFactors) -> str:
    if statement.instrument in rules.instruments_without_decay:
        return "does not fade until denounced"
    due = due_date(statement, rules)
    since = due or statement.said_on.latest()
    half_life = short(rules.half_life_years)
    if due is not None and due >= as_of:
        return f"a pledge does not fade before it falls due, {due}"
    age = number(years_between(since, as_of), 4)
    return f"2^(−{age}/{half_life}), {age} years after {'it fell due on ' if due else ''}{since}"
