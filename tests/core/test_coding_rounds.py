"""Two people who agree settle an item; the order in which they came does not matter."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import Coding
from gaptracker.domain.vocabulary import CoderKind, ItemKind, Specificity
from gaptracker.scoring.coding_rounds import (
    Disputed,
    Round,
    Settled,
    Waiting,
    counting_codings,
    round_state,
    shown_codings,
)
from gaptracker.scoring.rungs import default_confusion, place

SUBMITTED, REFERENCE = "sub_01JABC-m1", "law-MEX-1"
CONFUSION = default_confusion(0.8)
RUNGS_GIVEN = st.lists(st.integers(0, 4), max_size=7)


def coding(rung: int, coder: str = "mem_a", item: str = SUBMITTED) -> Coding:
    machine = coder.startswith("machine")
    return Coding(
        item=item,
        item_kind=ItemKind.MEASURE,
        theme="death_penalty",
        coder=coder,
        coder_kind=CoderKind.MACHINE if machine else CoderKind.PERSON,
        rung=rung,
        specificity=Specificity.SPECIFIC,
        rationale="As the text says.",
    )


def by_people(*rungs: int, item: str = SUBMITTED) -> list[Coding]:
    return [coding(rung, f"mem_{place}", item) for place, rung in enumerate(rungs)]


def used(state: Round) -> list[int]:
    assert isinstance(state, Settled)
    return [each.rung for each in state.used]


@pytest.mark.parametrize(("rungs", "needed"), [((), 2), ((3,), 1)])
def test_an_item_waits_for_two_people(rungs: tuple[int, ...], needed: int) -> None:
    assert round_state(by_people(*rungs)) == Waiting(needed=needed)


def test_a_machine_is_no_person() -> None:
    assert round_state([coding(1), coding(1, "machine-2026-11")]) == Waiting(needed=1)


@pytest.mark.parametrize(
    ("rungs", "agreed"),
    [
        ((2, 2), [2, 2]),
        ((2, 3), [2, 3]),
        ((0, 3, 4), [3, 4]),
        ((0, 3, 1), [0, 1]),
        ((0, 2, 2), [2, 2]),
        ((1, 3, 2), [1, 3, 2]),
        ((0, 2, 4, 4), [4, 4]),
        ((0, 2, 4, 3), [2, 4, 3]),
        ((1, 1, 3, 3, 2), [1, 1, 3, 3, 2]),
    ],
)
def test_those_within_one_rung_settle_it(rungs: tuple[int, ...], agreed: list[int]) -> None:
    assert used(round_state(by_people(*rungs))) == agreed


@pytest.mark.parametrize("rungs", [(0, 2), (1, 4), (0, 2, 4), (0, 0, 2, 2), (0, 1, 3, 4)])
def test_people_divided_ask_one_more(rungs: tuple[int, ...]) -> None:
    state = round_state(by_people(*rungs))
    assert isinstance(state, Disputed)
    assert state.needed == 1
    assert len(state.codings) == len(rungs)


def test_the_outvoted_is_kept_and_not_used() -> None:
    state = round_state(by_people(0, 4, 4))
    assert isinstance(state, Settled)
    assert [each.rung for each in state.outvoted] == [0]


def test_one_person_twice_is_refused() -> None:
    with pytest.raises(InvalidValue, match="mem_a coded it twice"):
        round_state([coding(1), coding(2)])


# Laws


@given(RUNGS_GIVEN, st.randoms())
def test_the_order_of_codings_does_not_matter(rungs: list[int], chance: Random) -> None:
    codings = by_people(*rungs)
    shuffled = list(codings)
    chance.shuffle(shuffled)
    assert round_state(shuffled) == round_state(codings)


@given(RUNGS_GIVEN)
def test_a_ladder_turned_round_gives_the_same_state(rungs: list[int]) -> None:
    up, down = round_state(by_people(*rungs)), round_state(by_people(*(4 - r for r in rungs)))
    assert type(up) is type(down)
    assert up.needed == down.needed
    if isinstance(up, Settled):
        assert used(down) == [4 - rung for rung in used(up)]


@given(RUNGS_GIVEN, st.integers(0, 4))
def test_a_coding_that_agrees_with_all_used_never_unsettles(rungs: list[int], more: int) -> None:
    codings = by_people(*rungs)
    state = round_state(codings)
    if isinstance(state, Settled) and all(abs(more - rung) <= 1 for rung in used(state)):
        after = round_state([*codings, coding(more, "mem_z")])
        assert more in used(after)


@given(RUNGS_GIVEN)
def test_every_coding_is_in_one_place(rungs: list[int]) -> None:
    codings = by_people(*rungs)
    state = round_state(codings)
    if isinstance(state, Settled):
        assert sorted(each.coder for each in (*state.used, *state.outvoted)) == [
            each.coder for each in codings
        ]
        assert len(state.used) >= 2


@given(RUNGS_GIVEN)
def test_what_is_used_always_has_a_place_on_the_ladder(rungs: list[int]) -> None:
    """Two people three rungs apart once stopped a whole run here."""
    codings = by_people(*rungs)
    if codings and (counted := counting_codings(codings)):
        place(counted, {each.coder: CONFUSION for each in codings})


# What counts


def test_an_item_of_a_submission_counts_for_nothing_before_it_is_settled() -> None:
    for codings in (by_people(2), by_people(0, 3), [coding(2, "machine-2026-11")]):
        assert counting_codings(codings) == ()


def test_people_who_agree_take_the_place_of_the_machine() -> None:
    machine = coding(0, "machine-2026-11", REFERENCE)
    people = by_people(3, 4, item=REFERENCE)
    assert counting_codings([machine, *people]) == tuple(people)
    assert counting_codings([machine, people[0]]) == (machine,)
    assert counting_codings([machine, *by_people(1, 4, item=REFERENCE)]) == (machine,)


def test_a_person_of_the_reference_data_counts_as_before() -> None:
    alone = coding(2, "an-analyst", REFERENCE)
    assert counting_codings([alone]) == (alone,)


def test_people_of_the_reference_data_count_while_a_rung_is_next_to_all_of_theirs() -> None:
    machine = coding(0, "machine-2026-11", REFERENCE)
    apart = [coding(1, "analyst 1", REFERENCE), coding(3, "analyst 2", REFERENCE)]
    assert counting_codings(apart) == tuple(apart)
    too_far = [coding(0, "analyst 1", REFERENCE), coding(3, "analyst 2", REFERENCE)]
    assert counting_codings([machine, *too_far]) == (machine,)
    assert counting_codings(too_far) == ()


def test_a_rule_leaves_no_question() -> None:
    rule = replace(coding(1, "codebook"), coder_kind=CoderKind.RULE)
    assert counting_codings([rule]) == (rule,)


def test_nobody_sees_a_coding_of_the_desk_before_the_item_is_settled() -> None:
    machine = coding(0, "machine-2026-11", REFERENCE)
    assert shown_codings([machine, *by_people(1, 4, item=REFERENCE)]) == (machine,)
    settled = [machine, *by_people(1, 4, 4, item=REFERENCE)]
    assert shown_codings(settled) == tuple(settled)
