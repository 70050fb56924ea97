"""Draws of places: as often as their probabilities say, and summed as each item by itself."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.scoring.items import Item, Placement
from gaptracker.scoring.places import draw_levels, draw_places
from tests.core.builders import word

DRAWS = 50
ALL_NUMBERS = 1 << 16


def placed(name: str, places: int, document: str | None = None) -> Item:
    """An item on one of so many places, each as likely."""
    points = {25.0 * place: 1 / places for place in range(places)}
    return word(name, points, document=document or name)


def generator() -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(1))


def moments(items: Sequence[Item], weights: Sequence[float]) -> list[complex]:
    parts = list(draw_places(items, weights, DRAWS, generator()))
    return [complex(number) for number in np.add.reduce(parts)]


class EveryNumber:
    """A generator that draws each of the 65,536 numbers once, in every row."""

    def integers(
        self, low: int, high: int, shape: tuple[int, int], dtype: type[np.uint16]
    ) -> object:
        rows, draws = shape
        assert (low, high, draws) == (0, ALL_NUMBERS, ALL_NUMBERS)
        return np.tile(np.arange(ALL_NUMBERS, dtype=dtype), (rows, 1))


def counts(*probabilities: float) -> list[int]:
    """How many of all random numbers fall on each place."""
    points = tuple(25.0 * place for place in range(len(probabilities)))
    item = word("item", 0.0, placement=Placement(points=points, probabilities=probabilities))
    # The core asks a generator for whole numbers and for nothing else here.
    every = cast(np.random.Generator, EveryNumber())
    levels = draw_levels([item], ALL_NUMBERS, every)
    return [int(number) for number in np.bincount(levels[0], minlength=len(probabilities))]


@given(
    st.lists(
        st.tuples(st.integers(2, 5), st.sampled_from("abcdefghij"), st.floats(0.01, 1)),
        min_size=1,
        max_size=14,
    )
)
def test_many_items_together_are_the_sum_of_each_by_itself(
    given_items: list[tuple[int, str, float]],
) -> None:
    items = [placed(f"{n:02}", places, doc) for n, (places, doc, _) in enumerate(given_items)]
    weights = [weight for _, _, weight in given_items]
    levels = draw_levels(items, DRAWS, generator())
    for draw, found in enumerate(moments(items, weights)):
        stands_on = [item.placement.points[levels[row, draw]] for row, item in enumerate(items)]
        mean = sum(w * points for w, points in zip(weights, stands_on, strict=True))
        square = sum(w * points**2 for w, points in zip(weights, stands_on, strict=True))
        assert (found.real, found.imag) == pytest.approx((mean, square))


@pytest.mark.parametrize(
    ("places", "items", "groups"),
    [(3, 5, 1), (3, 6, 2), (3, 10, 2), (3, 11, 3), (2, 8, 1), (2, 9, 2), (4, 4, 1), (4, 5, 2)],
)
def test_a_group_holds_as_many_items_as_a_byte_can_name_combinations(
    places: int, items: int, groups: int
) -> None:
    many = [placed(f"{number:02}", places) for number in range(items)]
    assert len(list(draw_places(many, [1.0] * items, DRAWS, generator()))) == groups


def test_a_place_is_drawn_as_often_as_its_probability_says() -> None:
    assert counts(0.25, 0.75) == [16_384, 49_152]
    assert counts(0.1, 0.8, 0.1) == [6_554, 52_428, 6_554]
    assert counts(0.5, 0.25, 0.125, 0.0625, 0.0625) == [32_768, 16_384, 8_192, 4_096, 4_096]


def test_a_place_that_is_hardly_possible_is_drawn_all_the_same() -> None:
    assert counts(1e-9, 1 - 1e-9) == [1, 65_535]
    assert counts(1 - 1e-9, 1e-9) == [65_535, 1]


def test_items_of_one_document_stand_on_like_places() -> None:
    together = [placed("a", 3, "paper"), placed("b", 3, "other paper"), placed("c", 3, "paper")]
    levels = draw_levels(together, 1_000, generator())
    assert (levels[0] == levels[2]).all()
    assert (levels[0] != levels[1]).any()


def test_an_item_with_fewer_places_never_leaves_them() -> None:
    mixed = [placed("few", 2), placed("many", 5)]
    levels = draw_levels(mixed, 10_000, generator())
    assert levels.max(axis=1).tolist() == [1, 4]
    assert levels.min(axis=1).tolist() == [0, 0]
