"""The arithmetic of one reading, section 4."""

import math

import pytest

from gaptracker.scoring.readings import effective_size, summarise


def test_a_reading_is_the_weighted_mean() -> None:
    summary = summarise([1, 0.8, 0.8, 0.6], [75, 100, 75, 75])
    assert summary is not None
    assert summary.mean == 81.25
    # (75 - 81.25)^2 counts 2.4 of 3.2 parts, (100 - 81.25)^2 the other 0.8.
    assert summary.spread == pytest.approx(math.sqrt((2.4 * 6.25**2 + 0.8 * 18.75**2) / 3.2))
    assert summary.effective_size == pytest.approx(3.2**2 / 2.64)
    assert summary.items == 4


def test_without_items_there_is_no_reading() -> None:
    assert summarise([], []) is None
    assert effective_size([]) == 0


def test_a_mean_never_leaves_the_ladder_by_rounding() -> None:
    for weight in (0.1, 0.3, 0.72, 0.576, 1 / 3):
        summary = summarise([weight] * 3, [100.0] * 3)
        assert summary is not None
        assert summary.mean == 100
        assert summary.spread == 0


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_the_effective_size_is_free_of_scale(scale: float) -> None:
    weights = [1, 0.8, 0.8, 0.6]
    assert effective_size([scale * weight for weight in weights]) == pytest.approx(3.2**2 / 2.64)


def test_weights_and_points_belong_together() -> None:
    with pytest.raises(ValueError, match="zip"):
        summarise([1, 2], [50])
