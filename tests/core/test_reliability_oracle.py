"""Alpha against another program's: the package `krippendorff`, used nowhere but here."""

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gaptracker.scoring.reliability import Metric, alpha
from gaptracker.scoring.uncertainty import Floats

codes = arrays.arrays(
    np.float64,
    st.tuples(st.integers(2, 6), st.integers(2, 30)),
    elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, np.nan]),
)


@given(codes, st.sampled_from(Metric))
def test_alpha_is_that_of_another_program(codings: Floats, metric: Metric) -> None:
    found = alpha(codings, metric)
    # The other program refuses or divides by zero where nothing varies.
    assume(found is not None)

    expected = krippendorff.alpha(reliability_data=codings, level_of_measurement=metric.value)

    assert found == pytest.approx(float(expected), abs=1e-9)
