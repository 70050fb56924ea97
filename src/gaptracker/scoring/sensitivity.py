"""What drives a result: first-order and total Sobol indices of any vectorised model."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gaptracker.domain.analysis import Estimate, FactorSensitivity, Sensitivity
from gaptracker.domain.errors import InvalidValue
from gaptracker.scoring.uncertainty import Floats

FEWEST_RUNS = 2
RESAMPLES = 1000
INTERVAL = (0.05, 0.95)


def sobol_indices(
    model: Callable[[Floats], Floats],
    factors: Mapping[str, Sequence[int]],
    *,
    base_runs: int,
    generator: np.random.Generator,
    resamples: int = RESAMPLES,
    interval: tuple[float, float] = INTERVAL,
) -> Sensitivity | None:
    """Estimate first-order and total Sobol indices of factors, with bootstrap intervals.

    Two matrices of base runs, A and B, are drawn as one Latin hypercube; AB_i is A with the
    columns of factor i from B. The variance explained by i alone is estimated as
    mean(f(B) (f(AB_i) - f(A))) (Saltelli and others 2010), the total as
    mean((f(A) - f(AB_i))^2) / 2 (Jansen 1999), both over the variance of f(A) and f(B). A
    factor may have many columns, which are then drawn together. Of a model with many results
    the variances are summed over the results before they are divided (Lamboni and others
    2011): a result counts by how much it varies.

    Args:
        model: From runs, shape (runs, columns), each in [0, 1), to results of shape (runs,)
            or (runs, results).
        factors: Columns of each factor; every column belongs to exactly one.
        base_runs: Rows of A and of B; the model runs (factors + 2) times as often.
        generator: The random stream of the design and of the bootstrap.
        resamples: Bootstrap samples of the base runs, for intervals.
        interval: Lower and upper quantile of the bootstrap, by default of a 90% interval.

    Returns:
        The indices, in the order of the factors; None if no result varies.

    Raises:
        InvalidValue: If columns are missing or shared, there are too few runs, or the model's
            results are not finite numbers.

    References:
        Methodology 1.0.0, section 5. Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola
        (2010), Variance based sensitivity analysis of model output, Computer Physics
        Communications 181, 259-270. Jansen (1999), Computer Physics Communications 117, 35-43.
        Lamboni, Monod and Makowski (2011), Reliability Engineering and System Safety 96,
        450-459.

    Examples:
        >>> found = sobol_indices(lambda runs: runs[:, 0] + 0 * runs[:, 1],
        ...     {"first": [0], "second": [1]}, base_runs=4096,
        ...     generator=np.random.default_rng(1))
        >>> [round(abs(factor.total.value), 1) for factor in found.factors]
        [1.0, 0.0]
    """
    columns = _check_design(factors, base_runs, resamples)
    unit = latin_hypercube(base_runs, 2 * columns, generator)
    left, right = unit[:, :columns], unit[:, columns:]
    result, other = _results(model, left), _results(model, right)
    centre = (result.mean(axis=0) + other.mean(axis=0)) / 2
    result, other = result - centre, other - centre
    # One row for each base run; its columns are the variance, then the parts of each factor.
    parts = [np.sum(result**2 + other**2, axis=1) / 2]
    for chosen in factors.values():
        mixed = left.copy()
        mixed[:, chosen] = right[:, chosen]
        swapped = _results(model, mixed) - centre
        parts.append(np.sum(other * (swapped - result), axis=1))
        parts.append(np.sum((result - swapped) ** 2, axis=1) / 2)
    by_run = np.column_stack(parts)
    means = by_run.mean(axis=0)
    outputs = result.shape[1]
    if means[0] <= np.finfo(np.float64).eps * max(1.0, float(np.max(centre**2))):
        return None
    drawn = _bootstrap(by_run, resamples, generator)
    shares, low, high = means[1:] / means[0], *np.quantile(drawn, interval, axis=0)
    estimates = [
        Estimate(value=float(shares[place]), low=float(low[place]), high=float(high[place]))
        for place in range(2 * len(factors))
    ]
    return Sensitivity(
        factors=tuple(
            FactorSensitivity(factor=name, first=first, total=total)
            for name, first, total in zip(factors, estimates[::2], estimates[1::2], strict=True)
        ),
        variance=float(means[0]) / outputs,
        outputs=outputs,
        runs=base_runs * (len(factors) + 2),
    )


def latin_hypercube(runs: int, columns: int, generator: np.random.Generator) -> Floats:
    """Return points in the unit cube, each column spread evenly over as many parts as runs.

    Args:
        runs: Number of points.
        columns: Number of dimensions.
        generator: The random stream.

    Returns:
        Shape (runs, columns), each in [0, 1).

    Examples:
        >>> points = latin_hypercube(4, 1, np.random.default_rng(1))
        >>> sorted(int(4 * point) for point in points[:, 0])
        [0, 1, 2, 3]
    """
    parts = np.tile(np.arange(runs, dtype=np.float64), (columns, 1))
    shuffled = generator.permuted(parts, axis=1)
    # A number just below 1 may be rounded up to the next part, and the last of those is 1.
    spread = (shuffled + generator.random((columns, runs))) / runs
    return np.minimum(spread, math.nextafter(1.0, 0.0)).T


def _check_design(factors: Mapping[str, Sequence[int]], base_runs: int, resamples: int) -> int:
    """Return the number of columns."""
    given = sorted(column for columns in factors.values() for column in columns)
    if not given or given != list(range(len(given))):
        raise InvalidValue(
            f"factors: columns {given}; expected each from 0 on, in exactly one factor"
        )
    if base_runs < FEWEST_RUNS:
        raise InvalidValue(f"base_runs: {base_runs}; expected {FEWEST_RUNS} or more")
    if resamples < 1:
        raise InvalidValue(f"resamples: {resamples}; expected 1 or more")
    return len(given)


def _results(model: Callable[[Floats], Floats], unit: Floats) -> Floats:
    """Run the model; shape (runs, results)."""
    found = np.asarray(model(unit), dtype=np.float64)
    shaped = found.reshape(len(unit), -1) if len(found) == len(unit) else found
    if len(found) != len(unit) or not np.isfinite(shaped).all():
        raise InvalidValue(
            f"model: results of shape {found.shape}; expected a finite number, or a row of them, "
            f"for each of {len(unit)} runs"
        )
    return shaped


def _bootstrap(by_run: Floats, resamples: int, generator: np.random.Generator) -> Floats:
    """Return the shares of the variance in samples of the base runs, drawn with replacement.

    The variance of each sample is taken around the mean of all runs.

    Returns:
        Shape (resamples, shares).
    """
    runs = len(by_run)
    drawn = np.empty((resamples, by_run.shape[1] - 1))
    for sample in range(resamples):
        means = by_run[generator.integers(0, runs, runs)].mean(axis=0)
        drawn[sample] = means[1:] / means[0]
    return drawn
