"""Other choices: one path from evidence to a cell, and many choices at once that agree with it."""

import math
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.results import CellScore
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.scoring.cell import score_cell
from gaptracker.scoring.choice_draws import ChoiceDesign, only, same_choices
from gaptracker.scoring.choice_tables import gap_runs
from gaptracker.scoring.choices import (
    Aggregation,
    Choices,
    ChoiceSpace,
    Spacing,
    chosen_input,
    chosen_rules,
    weight_names,
)
from gaptracker.scoring.run import score_year
from tests.core.builders import AS_OF, evidence, measure, observation
from tests.core.choice_builders import (
    PUBLISHED,
    SPACE,
    WIDE_ABOVE,
    WIDE_BELOW,
    YEAR,
    certain_table,
    chosen,
    dossier_of,
    said,
    table_of,
    two_sided,
)
from tests.core.rules import RULES
from tests.core.strategies import YEARS, points, worlds

multipliers = st.dictionaries(
    st.sampled_from(weight_names(RULES)), st.floats(0.5, 1.5), max_size=8
)
choices = st.builds(
    Choices,
    half_life_years=st.sampled_from(SPACE.half_lives_years),
    aggregation=st.just(Aggregation.ARITHMETIC),
    spacing=st.sampled_from(SPACE.spacings),
    solicited=st.booleans(),
    multipliers=multipliers,
)


def cell_under(known: Evidence, made: Choices, year: int = YEAR) -> CellScore:
    given_input = chosen_input(
        dossier_of(known), year, data_as_of=AS_OF, methodology=RULES, choices=made
    )
    return score_cell(given_input, chosen_rules(RULES, made))


@given(worlds(), st.sampled_from(YEARS))
def test_the_published_choices_give_the_published_cell(known: Evidence, year: int) -> None:
    published = score_year(dossier_of(known), year, AS_OF, RULES)

    assert cell_under(known, PUBLISHED, year) == published


@given(worlds(), choices)
def test_many_choices_at_once_agree_with_one_cell_scored_anew(
    known: Evidence, made: Choices
) -> None:
    table = table_of(known, only(made))
    cell = cell_under(known, made)
    assert (table is None) == (cell.gap_points is None)
    assume(table is not None and cell.gap_points is not None)
    assert table is not None

    runs = gap_runs(table, same_choices(made, table.names, 3))

    assert runs == pytest.approx([cell.gap_points] * 3, abs=1e-9)


@given(worlds())
def test_geometric_lies_between_minimum_and_arithmetic(known: Evidence) -> None:
    def says(aggregation: Aggregation) -> float | None:
        made = chosen(aggregation=aggregation)
        table = table_of(known, only(made))
        if table is None:
            return None
        above = replace(table, deeds={layer: _nothing(t) for layer, t in table.deeds.items()})
        return float(gap_runs(above, same_choices(made, table.names, 1))[0])

    def _nothing(reading: object) -> object:
        return replace(reading, caps=np.array([0.0]))  # type: ignore[type-var]

    least, middle, most = (
        says(aggregation)
        for aggregation in (Aggregation.MINIMUM, Aggregation.GEOMETRIC, Aggregation.ARITHMETIC)
    )
    assume(least is not None and middle is not None and most is not None)
    assert least is not None
    assert middle is not None
    assert most is not None

    assert least <= middle + 1e-9
    assert middle <= most + 1e-9


@pytest.mark.parametrize(
    ("aggregation", "says", "practice"),
    [
        (Aggregation.ARITHMETIC, 50.0, 50.0),
        (Aggregation.GEOMETRIC, math.sqrt(1 * 101) - 1, math.sqrt(26 * 76) - 1),
        (Aggregation.MINIMUM, 0.0, 25.0),
    ],
)
def test_each_aggregation_by_hand(
    aggregation: Aggregation, says: float, practice: float
) -> None:
    known = evidence(
        coded=[(said("one"), 0), (said("two"), 4), (measure("law", source="gazette"), 2)],
        observations=[
            observation("low", 25.0),
            observation("high", 75.0, indicator="statute_book"),
        ],
    )
    # One layer only: the law's two items, 50 from the measure and 75 from the indicator.
    known = replace(
        known,
        measures=(replace(known.measures[0], id="law"),),
        observations=(
            observation("low", 25.0),
            replace(observation("high", 75.0), indicator="killings"),
        ),
    )
    made = chosen(aggregation=aggregation, multipliers={"indicator.killings": 1.0})
    table = certain_table(known, only(made))

    gap = gap_runs(table, same_choices(made, table.names, 1))[0]

    # `killings` has its worst end at 100: 75 of them are 25 points.
    practice = {Aggregation.ARITHMETIC: 25.0}.get(aggregation, 25.0)
    assert gap == pytest.approx(says - practice)


def test_evidence_is_left_as_it_is() -> None:
    dossier = dossier_of(two_sided())
    before = deepcopy(dossier)

    for made in (chosen(solicited=False), chosen(spacing=WIDE_BELOW, half_life_years=2.0)):
        chosen_input(dossier, YEAR, data_as_of=AS_OF, methodology=RULES, choices=made)

    assert dossier == before
