"""How far coders agree: Krippendorff's alpha, with a bootstrap interval over the items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from gaptracker.domain.calibration import (
    AlphaReason,
    CalibrationSettings,
    CheckedCoding,
    ReliabilityFigure,
    Standing,
)
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import DrawSettings
from gaptracker.domain.vocabulary import Side
from gaptracker.scoring.uncertainty import Floats, interval

FEWEST_REPEATED = 2
# Resamples are counted in blocks, so that memory does not grow with their number.
BLOCK_COUNTS = 2_000_000


class Metric(StrEnum):
    """How far two codes lie apart; ladders are ordinal."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tally:
    """How often items got each value, for items with two codings or more.

    `values` has shape (values,); `counts` (patterns, values), one row for all items with the
    same counts; `items` names each item's pattern, sorted, so that the order in which items
    came changes nothing. Counts are whole numbers held as floats: their sums and products are
    exact, so that matrix products round on no processor.
    """

    values: Floats
    counts: Floats
    items: npt.NDArray[np.intp]

    def weights(self) -> Floats:
        """Return how many items have each pattern, shape (1, patterns)."""
        return np.bincount(self.items, minlength=len(self.counts))[None, :].astype(np.float64)


def alpha(codings: Floats, metric: Metric = Metric.ORDINAL) -> float | None:
    """Return Krippendorff's alpha: 1 minus observed over expected disagreement.

    1 is full agreement, 0 what chance alone would give, less is systematic disagreement.

    Args:
        codings: Shape (coders, items); NaN where a coder has not coded an item. Items with
            fewer than two codings say nothing of agreement and are left out.
        metric: How far two codes lie apart. Ordinal: by how many codings stand between them.

    Returns:
        Alpha, 1 at most, unrounded; None if no item was coded twice or all codes are equal.

    Raises:
        InvalidValue: If a code is infinite or the array has not two dimensions.

    References:
        Methodology 1.0.0, section 3; K. Krippendorff, Computing Krippendorff's
        Alpha-Reliability (2011).

    Examples:
        >>> alpha(np.array([[0.0, 1, 2, 4], [0, 1, 2, 4]]))
        1.0
        >>> alpha(np.array([[0.0, 1, 2, 4], [0, 2, 2, np.nan]]))
        0.7778
    """
    tally = _tally(codings)
    if not len(tally.items):
        return None
    found = float(_alphas(tally, tally.weights(), metric)[0])
    return None if np.isnan(found) else found


def alpha_draws(
    codings: Floats,
    draws: int,
    generator: np.random.Generator,
    *,
    metric: Metric = Metric.ORDINAL,
) -> Floats:
    """Return alpha of resamples of the items, each as many as there are, with repetition.

    Args:
        codings: As for `alpha`.
        draws: Number of resamples.
        generator: The figure's random stream.
        metric: As for `alpha`.

    Returns:
        Shape (draws,); NaN where all codes of a resample are equal.

    Raises:
        InvalidValue: As for `alpha`, and if no item was coded twice.
    """
    tally = _tally(codings)
    if not len(tally.items):
        raise InvalidValue("no item was coded twice; expected at least one to resample")
    blocks = _resamples(tally, draws, generator)
    return np.concatenate([_alphas(tally, weights, metric) for weights in blocks])


def reliability_figure(
    codings: Sequence[CheckedCoding],
    side: Side,
    *,
    settings: CalibrationSettings,
    draws: DrawSettings,
    generator: np.random.Generator,
) -> ReliabilityFigure:
    """Return the agreement of coders on one side of one theme.

    Args:
        codings: Codings of that theme and side, at most one an item and coder.
        side: Words or deeds.
        settings: Number of resamples, and the bars.
        draws: The methodology's interval.
        generator: The figure's random stream.

    References:
        Methodology 1.0.0, section 3: 0.80 is the bar, 0.67 provisional.
    """
    codes = code_matrix(codings)
    repeated = int(np.count_nonzero((~np.isnan(codes)).sum(axis=0) >= FEWEST_REPEATED))
    found = alpha(codes) if repeated >= FEWEST_REPEATED else None
    resampled = alpha_draws(codes, settings.draws, generator) if found is not None else None
    defined = resampled[~np.isnan(resampled)] if resampled is not None else None
    return ReliabilityFigure(
        side=side,
        coders=codes.shape[0],
        items=codes.shape[1],
        codings=len(codings),
        repeated_items=repeated,
        alpha=found,
        interval=interval(defined, draws) if defined is not None and len(defined) else None,
        undefined_share=1 - len(defined) / settings.draws if defined is not None else None,
        standing=standing(found, settings) if found is not None else None,
        reason=_reason(len(codings), repeated) if found is None else None,
    )


def standing(found: float, settings: CalibrationSettings) -> Standing:
    """Return what an alpha allows; a figure on the bar reaches it."""
    if found >= settings.reliable_alpha:
        return Standing.RELIABLE
    if found >= settings.provisional_alpha:
        return Standing.PROVISIONAL
    return Standing.UNRELIABLE


def code_matrix(codings: Sequence[CheckedCoding]) -> Floats:
    """Return codings as an array (coders, items), both in order of their names; NaN: not coded.

    Raises:
        InvalidValue: If a coder coded an item twice.
    """
    coders = {name: row for row, name in enumerate(sorted({part.coder for part in codings}))}
    items = {name: column for column, name in enumerate(sorted({part.item for part in codings}))}
    codes = np.full((len(coders), len(items)), np.nan)
    for part in codings:
        place = coders[part.coder], items[part.item]
        if not np.isnan(codes[place]):
            raise InvalidValue(
                f"{part.coder} coded {part.item} ({part.side}) twice; expected one coding"
            )
        codes[place] = part.rung
    return codes


def _reason(codings: int, repeated: int) -> AlphaReason:
    if not codings:
        return AlphaReason.NOT_CODED
    if not repeated:
        return AlphaReason.ONE_CODER
    return AlphaReason.ONE_ITEM if repeated < FEWEST_REPEATED else AlphaReason.NO_VARIATION


def _tally(codings: Floats) -> _Tally:
    if codings.ndim != 2 or np.isinf(codings).any():  # noqa: PLR2004  coders and items
        raise InvalidValue(
            f"codings of shape {codings.shape}; expected coders by items, finite codes, NaN "
            "where nothing was coded"
        )
    repeated = codings[:, (~np.isnan(codings)).sum(axis=0) >= FEWEST_REPEATED]
    values = np.unique(repeated[~np.isnan(repeated)])
    counts = np.empty((repeated.shape[1], len(values)))
    for column, value in enumerate(values):
        counts[:, column] = (repeated == value).sum(axis=0)
    patterns, items = np.unique(counts, axis=0, return_inverse=True)
    return _Tally(values=values, counts=patterns, items=np.sort(items))


def _resamples(tally: _Tally, draws: int, generator: np.random.Generator) -> Iterator[Floats]:
    """Yield how often each pattern stands in each resample, in blocks of (n, patterns)."""
    items, patterns = len(tally.items), len(tally.counts)
    most = max(1, BLOCK_COUNTS // items)
    for start in range(0, draws, most):
        rows = min(most, draws - start)
        chosen = tally.items[generator.integers(items, size=(rows, items))]
        # One number names row and pattern, so that a single count does for the whole block.
        chosen += patterns * np.arange(rows)[:, None]
        counts = np.bincount(chosen.ravel(), minlength=rows * patterns)
        yield counts.reshape(rows, patterns).astype(np.float64)


def _alphas(tally: _Tally, weights: Floats, metric: Metric) -> Floats:
    """Return alpha for each row of weights; NaN where nothing varies.

    Of an item with m codings, each ordered pair of codings counts 1 / (m - 1).

    Args:
        tally: Counts of values by pattern.
        weights: Shape (rows, patterns): how many items have each pattern.
        metric: How far two values lie apart.

    Returns:
        Shape (rows,).
    """
    totals = weights @ tally.counts
    apart = _squared_distances(tally.values, totals, metric)
    sizes = tally.counts.sum(axis=1)
    observed = np.zeros(len(weights))
    for size in np.unique(sizes):
        alike = sizes == size
        counts = tally.counts[alike]
        pairs = counts[:, :, None] * counts[:, None, :]
        pairs -= np.eye(len(tally.values)) * counts[:, None, :]
        coincidences = weights[:, alike] @ pairs.reshape(len(counts), -1)
        observed += (coincidences.reshape(apart.shape) * apart).sum(axis=(1, 2)) / (size - 1)
    expected = (totals[:, :, None] * totals[:, None, :] * apart).sum(axis=(1, 2))
    varied = expected > 0
    ratio = np.full(len(weights), np.nan)
    np.divide(observed * (totals.sum(axis=1) - 1), expected, out=ratio, where=varied)
    return 1 - ratio


def _squared_distances(values: Floats, totals: Floats, metric: Metric) -> Floats:
    """Return the squared distance of every two values, shape (rows, values, values)."""
    shape = (len(totals), len(values), len(values))
    match metric:
        case Metric.NOMINAL:
            apart = (values[:, None] != values[None, :]).astype(np.float64)
        case Metric.ORDINAL:
            # Codings below a value and half of those on it: its middle place in the ranking.
            middle = np.cumsum(totals, axis=1) - totals / 2
            return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
        case Metric.INTERVAL:
            apart = (values[:, None] - values[None, :]) ** 2
        case Metric.RATIO:
            sums = values[:, None] + values[None, :]
            ratio = np.zeros_like(sums)
            np.divide(values[:, None] - values[None, :], sums, out=ratio, where=sums != 0)
            apart = ratio**2
    return np.broadcast_to(apart, shape)
