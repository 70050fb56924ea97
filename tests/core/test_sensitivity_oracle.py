"""Sobol indices against another program's: the package `SALib`, used nowhere but here."""

import math

import numpy as np
import pytest
from SALib.analyze.sobol import first_order, total_order
from SALib.sample.sobol import sample
from SALib.analyze.sobol import analyze

from gaptracker.scoring.sensitivity import latin_hypercube, sobol_indices
from gaptracker.scoring.uncertainty import Floats
from tests.core.test_sensitivity import ishigami, one_each

RUNS = 512


def test_the_estimates_are_those_of_another_program() -> None:
    seen: list[Floats] = []

    def recorded(unit: Floats) -> Floats:
        seen.append(ishigami(unit))
        return seen[-1]

    found = sobol_indices(
        recorded, one_each(3), base_runs=RUNS, generator=np.random.default_rng(1), resamples=1
    )

    assert found is not None
    left, right, *mixed = seen
    centre = (left.mean() + right.mean()) / 2
    left, right = left - centre, right - centre
    for factor, swapped in zip(found.factors, mixed, strict=True):
        theirs = first_order(left, swapped - centre, right), total_order(
            left, swapped - centre, right
        )
        ours = factor.first.value, factor.total.value
        assert ours == pytest.approx(tuple(map(float, theirs)), abs=1e-12)


def test_both_programs_find_the_same_with_designs_of_their_own() -> None:
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0.0, 1.0]] * 3}
    design = sample(problem, 1 << 13, calc_second_order=False, seed=1)
    theirs = analyze(problem, ishigami(design), calc_second_order=False, seed=1)

    ours = sobol_indices(
        ishigami, one_each(3), base_runs=1 << 15, generator=np.random.default_rng(1)
    )

    assert ours is not None
    for factor, first, total in zip(ours.factors, theirs["S1"], theirs["ST"], strict=True):
        assert factor.first.value == pytest.approx(float(first), abs=0.02)
        assert factor.total.value == pytest.approx(float(total), abs=0.02)


def test_bootstrap_intervals_are_as_wide_as_another_programs() -> None:
    """With independent rows, as both programs take them, at 90%."""
    generator = np.random.default_rng(1)
    unit = latin_hypercube(RUNS, 6, generator)
    assert math.isclose(unit.mean(), 0.5, abs_tol=0.01)
