"""What each factor of an item's weight stands for, in words."""

from collections.abc import Sequence
from datetime import date

from gaptracker.domain.methodology import WordFactors
from gaptracker.domain.records import Statement
from gaptracker.domain.time import years_between
from gaptracker.domain.vocabulary import Specificity
from gaptracker.main.cli.derivation import FactorNote
from gaptracker.main.cli.figures import number, short
from gaptracker.scoring.words import due_date


def factors_of_words(
    factors: Sequence[tuple[str, float]],
    statement: Statement,
    as_of: date,
    *,
    rules: WordFactors,
    specificities: Sequence[Specificity],
    note: str | None,
) -> tuple[FactorNote, ...]:
    """Explain the factors of a statement's weight.

    Args:
        factors: Name and value of each factor, as frozen.
        statement: The statement.
        as_of: The day from which is looked back.
        rules: The methodology's factors.
        specificities: How specific each coder found it; the least specific counts.
        note: Why it counts nothing, if so.
    """
    specific = min(specificities, key=lambda given: rules.specificity[given], default=None)
    reasons = {
        "instrument": _words(statement.instrument),
        "office": _words(statement.office),
        "specificity": _words(specific) if specific else "as coded",
        "decay": _decay(statement, as_of, rules),
        "repeat": f"a repeat in the series {statement.series}: all repeats together count "
        f"{short(rules.repeats_share)} of the weightiest",
        "counted": note or "does not count",
    }
    return tuple(
        FactorNote(name=name, value=value, why=reasons.get(name, "")) for name, value in factors
    )


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


def _words(value: str) -> str:
    return value.replace("_", " ")
