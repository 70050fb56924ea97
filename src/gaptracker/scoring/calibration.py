"""Whether words and deeds are coded alike: the bias of each theme, and its verdict."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

import numpy as np

from gaptracker.domain.calibration import (
    BiasFigure,
    CalibrationReport,
    CalibrationSettings,
    CheckedCoding,
    CoderFigure,
    KindCalibration,
    ThemeCalibration,
    Verdict,
    Vignette,
    VignetteCoding,
)
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import DrawSettings, Methodology
from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import CoderKind, Side
from gaptracker.scoring.coders import check_vignettes, coder_confusion
from gaptracker.scoring.reliability import reliability_figure
from gaptracker.scoring.rungs import default_confusion
from gaptracker.scoring.seeds import CellKey, stream
from gaptracker.scoring.uncertainty import interval


def calibrate(
    codings: Sequence[VignetteCoding],
    vignettes: Mapping[str, Vignette],
    *,
    methodology: Methodology,
    settings: CalibrationSettings,
    codings_sha256: str | None = None,
    gold: Sequence[CheckedCoding] = (),
) -> CalibrationReport:
    """Return what coded vignettes show of the coders.

    People and machines are reported apart; codings by machines calibrate nothing. Without any
    codings the report says "not yet calibrated".

    Args:
        codings: At most one by each coder of each side of a vignette.
        vignettes: The calibration set, by id.
        methodology: The rules: default matrix, interval, margin of half a rung.
        settings: How calibration is computed.
        codings_sha256: Names the file that the codings stood in.
        gold: Codings of real items whose rung people agreed on; they count in each coder's
            matrix, and not in agreement and bias, which need pairs on known rungs.

    Raises:
        UnknownName: If a coding names no vignette.
        InvalidValue: If a coder coded one side of a vignette twice.

    References:
        Methodology 1.0.0, section 3.
    """
    checked = check_vignettes(codings, vignettes)
    counts = Counter(vignette.theme for vignette in vignettes.values())
    order = [theme.id for theme in methodology.scored_themes()]
    return CalibrationReport(
        methodology=methodology.version,
        methodology_sha256=methodology.sha256,
        codings_sha256=codings_sha256,
        limit_points=methodology.labels.demonstrable_points,
        settings=settings,
        vignettes={theme: counts[theme] for theme in order},
        people=_of_kind(CoderKind.PERSON, checked, gold, methodology, settings),
        machines=_of_kind(CoderKind.MACHINE, checked, gold, methodology, settings),
    )


def bias_figure(
    codings: Iterable[CheckedCoding],
    *,
    settings: CalibrationSettings,
    draws: DrawSettings,
    limit_points: float,
    generator: np.random.Generator,
) -> BiasFigure:
    """Return by how many points words are coded above deeds on one theme.

    For each vignette coded on both sides the mean rung of its words minus that of its deed,
    in points; the bias is the mean of these differences. Words and deed stand on one rung, so
    any difference is the coders'. The interval is that of a reading (section 5): with n
    differences of variance v, s^2 = (nu0 s0^2 + (n - 1) v) / (nu0 + n - 1), and the bias may
    lie t s / sqrt(n) away, t with nu0 + n - 1 degrees of freedom. The prior keeps a few equal
    differences from passing for certainty.

    Args:
        codings: Codings of one theme.
        settings: Number of draws, fewest pairs and coders for a verdict.
        draws: The prior nu0, s0 and the interval's ends.
        limit_points: The margin of `equivalence`.
        generator: The figure's random stream.

    Returns:
        Points, plus: words coded higher. Without a vignette coded on both sides they are
        missing, the interval below two of them.
    """
    own = tuple(codings)
    pairs = _paired(own)
    if not pairs:
        return BiasFigure(
            pairs=0,
            points=None,
            interval=None,
            verdict=Verdict.TOO_FEW if own else Verdict.NOT_CODED,
        )
    found = tuple(differences[1] for differences in sorted(pairs.items()))
    mean = math.fsum(found) / len(found)
    if len(found) == 1:
        return BiasFigure(pairs=1, points=mean, interval=None, verdict=Verdict.TOO_FEW)
    free = len(found) - 1
    degrees = draws.prior_strength + free
    squares = math.fsum((part - mean) ** 2 for part in found)
    variance = (draws.prior_strength * draws.prior_points**2 + squares) / degrees
    noise = generator.standard_t(degrees, settings.draws)
    span = interval(mean + noise * math.sqrt(variance / len(found)), draws)
    coders = _coders_a_side(coding for coding in own if coding.item in pairs)
    enough = len(found) >= settings.least_pairs and coders >= settings.least_coders
    return BiasFigure(
        pairs=len(found),
        points=mean,
        interval=span,
        verdict=equivalence(span, limit_points) if enough else Verdict.TOO_FEW,
    )


def equivalence(span: Interval, limit_points: float) -> Verdict:
    """Return what an interval of the bias says against a margin on either side of zero.

    Words and deeds are coded alike only if the whole interval lies inside the margin. For the
    central 90% interval that is the same as two one-sided tests at 5% (TOST): "bias at or
    below -limit" and "bias at or above +limit" are both refused. Failing to find a bias is
    not enough: an interval that reaches over the margin is undecided.

    Args:
        span: The interval, in points.
        limit_points: The margin, above 0.

    Raises:
        InvalidValue: If the margin is not a number above 0.

    References:
        D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.

    Examples:
        >>> equivalence(Interval(low=-4.0, high=9.0), 12.5).value
        'equivalent'
        >>> equivalence(Interval(low=-4.0, high=13.0), 12.5).value
        'undecided'
    """
    if not 0 < limit_points < math.inf:
        raise InvalidValue(f"margin {limit_points} points; expected a number above 0")
    if -limit_points < span.low and span.high < limit_points:
        return Verdict.EQUIVALENT
    if span.low >= limit_points:
        return Verdict.WORDS_HIGHER
    if span.high <= -limit_points:
        return Verdict.DEEDS_HIGHER
    return Verdict.UNDECIDED


def _of_kind(
    kind: CoderKind,
    codings: Sequence[CheckedCoding],
    gold: Sequence[CheckedCoding],
    methodology: Methodology,
    settings: CalibrationSettings,
) -> KindCalibration:
    """Return what coders of one kind show, every theme in its order."""
    own = [coding for coding in codings if coding.coder_kind is kind]
    all_known = [*own, *(coding for coding in gold if coding.coder_kind is kind)]
    return KindCalibration(
        kind=kind,
        coders=tuple(
            _coder_figure(coder, all_known, methodology, settings)
            for coder in sorted({coding.coder for coding in all_known})
        ),
        themes=tuple(
            _theme_figures(
                theme.id,
                [coding for coding in own if coding.theme == theme.id],
                kind=kind,
                methodology=methodology,
                settings=settings,
            )
            for theme in methodology.scored_themes()
        ),
    )


def _theme_figures(
    theme: str,
    codings: Sequence[CheckedCoding],
    *,
    kind: CoderKind,
    methodology: Methodology,
    settings: CalibrationSettings,
) -> ThemeCalibration:
    # A cell's key without a year: calibration belongs to a theme, and to no actor.
    key = CellKey(
        methodology=methodology.version,
        random_series=methodology.draws.random_series,
        actor="calibration",
        theme=theme,
        year=0,
    )
    words, deeds = (
        reliability_figure(
            [coding for coding in codings if coding.side is side],
            side,
            settings=settings,
            draws=methodology.draws,
            generator=stream(key, f"alpha {kind} {side}"),
        )
        for side in (Side.WORDS, Side.DEEDS)
    )
    return ThemeCalibration(
        theme=theme,
        words=words,
        deeds=deeds,
        bias=bias_figure(
            codings,
            settings=settings,
            draws=methodology.draws,
            limit_points=methodology.labels.demonstrable_points,
            generator=stream(key, f"bias {kind}"),
        ),
    )


def _coder_figure(
    coder: str,
    codings: Sequence[CheckedCoding],
    methodology: Methodology,
    settings: CalibrationSettings,
) -> CoderFigure:
    own = [coding for coding in codings if coding.coder == coder]
    default = default_confusion(methodology.draws.coder_right_probability)
    strength = settings.coder_prior_strength
    return CoderFigure(
        coder=coder,
        items=len(own),
        right_share=sum(coding.rung == coding.true_rung for coding in own) / len(own),
        words_error_points=_mean_error(own, Side.WORDS),
        deeds_error_points=_mean_error(own, Side.DEEDS),
        confusion=coder_confusion(coder, own, default, strength=strength),
    )


def _mean_error(codings: Iterable[CheckedCoding], side: Side) -> float | None:
    errors = [coding.error_points for coding in codings if coding.side is side]
    return fmean(errors) if errors else None


def _paired(codings: Iterable[CheckedCoding]) -> dict[str, float]:
    """Return words minus deeds in points of each vignette coded on both sides."""
    sides: dict[str, dict[Side, list[float]]] = defaultdict(lambda: defaultdict(list))
    for coding in codings:
        sides[coding.item][coding.side].append(coding.points)
    return {
        item: fmean(points[Side.WORDS]) - fmean(points[Side.DEEDS])
        for item, points in sides.items()
        if points[Side.WORDS] and points[Side.DEEDS]
    }


def _coders_a_side(codings: Iterable[CheckedCoding]) -> int:
    """Return the number of coders on the side that fewer coded."""
    own = tuple(codings)
    return min(
        len({coding.coder for coding in own if coding.side is side})
        for side in (Side.WORDS, Side.DEEDS)
    )
