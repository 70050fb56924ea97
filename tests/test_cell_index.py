"""Questions for cells are kept within bounds, however many there are and however few they find."""

import tracemalloc
from pathlib import Path

import pytest

from gaptracker.publish.api import cell_index
from gaptracker.publish.api.cell_index import CellIndex
from gaptracker.publish.api.pages import Order
from gaptracker.publish.api.wanted import Wanted
from gaptracker.publish.frozen import FrozenRelease
from tests.chart_world import cut_release

ORDER = Order.parse("actor", ("actor", "theme", "year"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> FrozenRelease:
    return cut_release(Path(tmp_path_factory.mktemp("index")))


def asked(number: int) -> Wanted:
    """A question of its own that finds nothing."""
    return Wanted.of({"actor": [f"actor {number}"], "label": ["words_ahead", f"{number}"]})


@pytest.mark.hostile(id="many-questions")
def test_questions_that_find_nothing_do_not_fill_the_memory(
    release: FrozenRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_index, "KEPT_PLACES", 40_000)
    index = CellIndex(release.cells_of())
    for number in range(300):
        index.ordered(asked(number), ORDER)
    tracemalloc.start()
    try:
        for number in range(300, 3_300):
            index.ordered(asked(number), ORDER)
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 8 * 40_000 * 2


def test_an_answer_that_was_let_go_is_found_again(
    release: FrozenRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_index, "KEPT_PLACES", 1)
    index = CellIndex(release.cells_of())
    whole = Wanted.of({"actor": ["MEX"]})
    first = index.ordered(whole, ORDER)
    assert len(first)
    index.ordered(asked(1), ORDER)
    again = index.ordered(whole, ORDER)
    assert again is not first
    assert again.tolist() == first.tolist()
    assert index.ordered(whole, ORDER) is again
