"""The choices that tests try, and one actor's evidence as tables of them.

The numbers are typed here on purpose: see `rules.py`.
"""

from dataclasses import replace
from datetime import date

from gaptracker.domain.choices import EQUAL_SPACING, Aggregation, ChoiceSpace
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Statement
from gaptracker.scoring.choice_tables import CellTable, tabulate
from gaptracker.scoring.choices import Choices, published_choices
from gaptracker.scoring.dossier import Dossier, build_dossiers
from tests.core.builders import ACTOR, AS_OF, evidence, measure, observation, source, statement
from tests.core.rules import CHOICES, RULES, THEME

YEAR = AS_OF.year

SPACE = CHOICES.space
_, WIDE_BELOW, WIDE_ABOVE = SPACE.spacings

NOTHING_OPEN = ChoiceSpace(
    multiplier_spread=0.0,
    half_lives_years=(4.0,),
    aggregations=(Aggregation.ARITHMETIC,),
    spacings=(EQUAL_SPACING,),
    solicited=(True,),
)
PUBLISHED = published_choices(RULES)


def chosen(**changes: object) -> Choices:
    """The published choices with some changed."""
    # mypy cannot check a field's type through `**`; the dataclass itself takes any.
    return replace(PUBLISHED, **changes)  # type: ignore[arg-type]


def dossier_of(known: Evidence, rules: Methodology = RULES) -> Dossier:
    return build_dossiers(known, rules).get((ACTOR, THEME), Dossier(actor=ACTOR, theme=THEME))


def said(name: str, said_on: str = "2022-12-31", **changes: object) -> Statement:
    return statement(name, said_on, **{"source": name, **changes})


def two_sided() -> Evidence:
    """Old and new words, one solicited, against law and practice from several origins."""
    return evidence(
        coded=[
            (said("old words", "2014"), 1),
            (said("new words", "2021"), 4),
            (said("an answer", "2022-06-30", solicited=True), 3),
            (measure("a law", source="gazette"), 2),
        ],
        observations=[
            observation("a figure", 20.0, source="yearbook"),
            observation("another figure", 40.0, indicator="beta", source="journal"),
        ],
        sources=[source("journal", grade=3), source("yearbook", grade=2)],
    )


def table_of(
    known: Evidence,
    space: ChoiceSpace = SPACE,
    *,
    rules: Methodology = RULES,
    year: int = YEAR,
    data_as_of: date = AS_OF,
) -> CellTable | None:
    return tabulate(
        dossier_of(known, rules), year, data_as_of=data_as_of, methodology=rules, space=space
    )


def certain_table(known: Evidence, space: ChoiceSpace = SPACE) -> CellTable:
    """The table of evidence that is known to have a gap."""
    table = table_of(known, space)
    assert table is not None
    return table
