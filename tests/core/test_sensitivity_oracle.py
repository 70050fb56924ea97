"""Sobol indices against another program's: the package `SALib`, used nowhere but here."""

import numpy as np
import pytest
from SALib.analyze.sobol import analyze, first_order, total_order
from SALib.sample.sobol import sample

from gaptracker.scoring.sensitivity import sobol_indices
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
        theirs = (
            first_order(left, swapped - centre, right),
            total_order(left, swapped - centre, right),
        )
        ours = factor.first.value, factor.total.value
        assert ours == pytest.approx(tuple(map(float, theirs)), abs=1e-12)


def test_both_programs_find_the_same_with_designs_of_their_own() -> None:
    runs = 1 << 13
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0.0, 1.0]] * 3}
    design = sample(problem, runs, calc_second_order=False, seed=1)
    theirs = analyze(problem, ishigami(design), calc_second_order=False, conf_level=0.9, seed=1)

    ours = sobol_indices(ishigami, one_each(3), base_runs=runs, generator=np.random.default_rng(1))

    assert ours is not None
    for place, factor in enumerate(ours.factors):
        for index, estimate in (("S1", factor.first), ("ST", factor.total)):
            assert estimate.value == pytest.approx(float(theirs[index][place]), abs=0.03)
            half = (estimate.high - estimate.low) / 2
            assert half == pytest.approx(float(theirs[f"{index}_conf"][place]), rel=0.2)
