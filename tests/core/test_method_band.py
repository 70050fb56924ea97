"""The method band beside the measurement band."""

from dataclasses import replace

import pytest
from hypothesis import given

from gaptracker.domain.analysis import MethodBand
from gaptracker.domain.choices import ChoiceSpace
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.vocabulary import CoderKind
from gaptracker.scoring.method_band import method_band
from gaptracker.scoring.run import score_year
from tests.core.builders import ACTOR, AS_OF, OTHER, coding, evidence, observation
from tests.core.choice_builders import (
    NOTHING_OPEN,
    SPACE,
    YEAR,
    certain_table,
    dossier_of,
    said,
    table_of,
    two_sided,
)
from tests.core.rules import RULES
from tests.core.strategies import worlds

MANY = replace(RULES.draws, draws=20_000)


def band(known: Evidence, space: ChoiceSpace = SPACE) -> MethodBand:
    return method_band(certain_table(known, space), MANY)


@given(worlds())
def test_with_nothing_open_both_bands_are_the_same(known: Evidence) -> None:
    table = table_of(known, NOTHING_OPEN)
    cell = score_year(dossier_of(known), YEAR, AS_OF, RULES)
    if table is None or cell.probabilities is None:
        assert table is None
        assert cell.gap_points is None
        return

    found = method_band(table, RULES.draws)

    assert cell.says is not None
    assert cell.practice is not None
    assert cell.gap_interval is not None
    for band_of, published in (
        (found.says, cell.says.interval),
        (found.practice, cell.practice.interval),
        (found.gap, cell.gap_interval),
    ):
        assert band_of.low == pytest.approx(published.low, abs=1e-6)
        assert band_of.high == pytest.approx(published.high, abs=1e-6)
    assert found.words_ahead == cell.probabilities.words_ahead


def test_the_same_cell_draws_the_same_band() -> None:
    assert band(two_sided()) == band(two_sided())


def test_the_band_is_the_cells_own_whoever_else_is_scored() -> None:
    known = two_sided()
    more = replace(
        known,
        statements=(*known.statements, replace(said("theirs"), actor=OTHER)),
        sources={**known.sources, "theirs": known.sources["new words"]},
        codings=(*known.codings, coding(said("theirs"), 0)),
    )

    assert more.statements[-1].actor != ACTOR
    assert band(more) == band(known)


def test_choices_that_move_the_gap_widen_the_band() -> None:
    known = two_sided()
    measured, method = band(known, NOTHING_OPEN).gap, band(known).gap

    assert method.high - method.low > measured.high - measured.low + 1


def test_choices_that_move_nothing_leave_the_band_as_it_is() -> None:
    known = evidence(coded=[(said("words"), 4)], observations=[observation("a figure", 0.0)])
    measured, method = band(known, NOTHING_OPEN).gap, band(known).gap

    # One item a side, at the ends of the scale: no weight, spacing or aggregation moves it.
    assert method.low == pytest.approx(measured.low, abs=1e-9)
    assert method.high == pytest.approx(measured.high, abs=1e-9)


def test_an_uncertain_item_is_drawn_place_by_place() -> None:
    words = said("words")
    known = evidence(
        coded=[(words, 2)],
        codings=[coding(words, 2, coder="someone", coder_kind=CoderKind.PERSON)],
        observations=[observation("a figure", 50.0)],
    )
    certain = evidence(coded=[(words, 2)], observations=[observation("a figure", 50.0)])

    unsure, sure = band(known, NOTHING_OPEN).says, band(certain, NOTHING_OPEN).says

    assert unsure.high - unsure.low > sure.high - sure.low


def test_a_cell_that_rests_on_answers_says_which_choice_was_not_open() -> None:
    known = evidence(
        coded=[(said("an answer", solicited=True), 3)], observations=[observation("a figure", 20.0)]
    )

    assert band(known).held == ("solicited",)
    assert band(two_sided()).held == ()


def test_without_a_gap_there_is_nothing_to_vary() -> None:
    assert table_of(evidence(coded=[(said("words"), 3)])) is None
    assert table_of(evidence(observations=[observation("a figure", 20.0)])) is None
