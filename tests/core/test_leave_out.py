"""A cell without each of its source groups in turn."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.analysis import LeaveOut
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.vocabulary import Grade, Instrument, Label, Reason
from gaptracker.scoring.leave_out import leave_out_groups
from gaptracker.scoring.run import score_year
from tests.core.builders import ACTOR, AS_OF, evidence, observation, source
from tests.core.choice_builders import YEAR, dossier_of, said
from tests.core.rules import RULES, THEME
from tests.core.strategies import YEARS, worlds


def left_out(known: Evidence, year: int = YEAR) -> LeaveOut | None:
    return leave_out_groups(dossier_of(known), year, data_as_of=AS_OF, methodology=RULES)


def without(known: Evidence, group: str) -> Evidence:
    """Evidence of which one group said nothing, made by hand."""
    gone = {name for name, entry in known.sources.items() if entry.group == group}
    return replace(
        known,
        statements=tuple(item for item in known.statements if item.source not in gone),
        measures=tuple(item for item in known.measures if item.source not in gone),
        observations=tuple(item for item in known.observations if item.source not in gone),
    )


@given(worlds(), st.sampled_from(YEARS))
def test_leaving_a_group_out_is_as_if_it_had_never_said_anything(
    known: Evidence, year: int
) -> None:
    found = left_out(known, year)
    if found is None:
        return
    for part in found.without:
        anew = score_year(dossier_of(without(known, part.group)), year, AS_OF, RULES)
        assert part.gap_points == anew.gap_points
        assert (part.label, part.grade) == (anew.label, anew.grade)
        if anew.gap_points is None:
            assert part.gap_reason is anew.gap_reason is not None
            assert part.move_points is None
        else:
            assert part.move_points == anew.gap_points - found.gap_points


def test_what_is_left_out_is_told_of_one_cell() -> None:
    found = left_out(torn_deeds())
    assert found is not None
    assert (found.actor, found.theme, found.year) == (ACTOR, THEME, YEAR)


def torn_deeds() -> Evidence:
    """Words from two origins; two others differ on the deeds, one of them weighing double."""
    return evidence(
        coded=[(said("vote"), 4), (said("speech"), 4)],
        observations=[
            observation("a figure", 0.0, source="two"),
            observation("another", 100.0, indicator="beta", source="one"),
        ],
    )


def test_the_largest_move_names_its_group() -> None:
    found = left_out(torn_deeds())

    assert found is not None
    # P is (0 x 1 + 100 x 0.5) / 1.5; without the lighter it is 0, without the other 100.
    assert found.gap_points == pytest.approx(100 - 100 / 3)
    assert found.largest_move is not None
    assert found.largest_move.group == "two"
    assert found.largest_move.move_points == pytest.approx(-200 / 3)


def test_a_group_that_carries_a_side_is_indispensable() -> None:
    known = evidence(
        coded=[(said("speech"), 4)],
        observations=[observation("a figure", 0.0, source="yearbook")],
    )

    found = left_out(known)

    assert found is not None
    assert found.indispensable == ("speech", "yearbook")
    assert found.largest_move is None
    assert [part.gap_reason for part in found.without] == [Reason.NO_STATEMENT, Reason.NO_DATA]


def test_what_a_group_hid_comes_to_light() -> None:
    known = evidence(
        coded=[(said("speech"), 4)],
        observations=[
            observation("old", 60.0, "2020", source="yearbook"),
            observation("new", 20.0, "2022", source="press"),
        ],
    )

    found = left_out(known)

    assert found is not None
    parts = {part.group: part.gap_points for part in found.without}
    assert parts == {"press": 40.0, "speech": None}


def test_a_verdict_that_hangs_on_one_group_says_so() -> None:
    known = evidence(
        coded=[(said(name, instrument=Instrument.BINDING_ACT), 4) for name in ("act", "treaty")],
        observations=[
            observation("a figure", 0.0, source="one"),
            observation("no deaths", 0.0, indicator="killings", source="two"),
            observation("another", 100.0, indicator="beta", source="three"),
        ],
        sources=[source(name, record=True) for name in ("act", "treaty", "one", "two", "three")],
    )

    found = left_out(known)

    assert found is not None
    # P is (0 + 100 + 50) / 2.5 with the figure, 100 without it.
    assert found.gap_points == pytest.approx(40.0)
    assert found.label in {Label.WORDS_AHEAD, Label.WORDS_AHEAD_LIKELY}
    assert "one" in found.changes_verdict
    assert "act" not in found.changes_verdict


def test_falling_short_of_evidence_is_no_other_verdict() -> None:
    known = evidence(
        coded=[(said("vote"), 4), (said("speech"), 4)],
        observations=[
            observation("a figure", 0.0, source="one"),
            observation("deaths", 100.0, indicator="killings", source="two"),
        ],
        sources=[source("one", record=True), source("vote", record=True)],
    )

    found = left_out(known)

    assert found is not None
    assert found.grade is Grade.C
    assert found.changes_label == ("one", "speech", "two", "vote")
    assert found.changes_verdict == ()


def test_without_a_gap_there_is_nothing_to_leave_out() -> None:
    assert left_out(evidence(coded=[(said("speech"), 4)])) is None
