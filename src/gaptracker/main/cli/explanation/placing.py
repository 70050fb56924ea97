"""How an item's points were found, written out as a sum."""

import math
from collections.abc import Sequence

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import DrawSettings, Indicator
from gaptracker.domain.records import Coding
from gaptracker.domain.scale import POINTS_PER_RUNG
from gaptracker.domain.vocabulary import CoderKind, Scale
from gaptracker.main.cli.figures import number, short
from gaptracker.scoring.rungs import default_confusion, place

# Frozen points and points computed here are the same sum; only floats may differ.
SAME_POINTS = 1e-6


def placing_of_value(value: float | None, category: str | None, indicator: Indicator) -> str:
    """Write how an observation's points follow from its indicator's goalposts.

    Args:
        value: The number observed, if it is one.
        category: The category observed, if it is one.
        indicator: The indicator with its goalposts.
    """
    try:
        reached = indicator.goalposts.points(value, category)
    except InvalidValue as error:  # frozen under rules that are not these
        return f"not placed by these goalposts: {error}"
    if category is not None:
        return f"table: {category} stands at u = {short(reached)}"
    if value is None:
        return "no value"
    if indicator.goalposts.steps:
        bound = max(step for step, _ in indicator.goalposts.steps if value >= step)
        return f"table: {short(value)}, so from {short(bound)} upward: u = {short(reached)}"
    return _on_the_way(value, indicator, reached)


def _on_the_way(value: float, indicator: Indicator, reached: float) -> str:
    posts = indicator.goalposts
    worst, best = posts.worst or 0.0, posts.best or 0.0
    at, start, end = short(value), short(worst), short(best)
    share = (value - worst) / (best - worst)
    if posts.scale is Scale.LOG1P:
        share = (math.log1p(value) - math.log1p(worst)) / (math.log1p(best) - math.log1p(worst))
        at, start, end = (f"ln(1+{text})" for text in (at, start, end))
    held = "" if 0 <= share <= 1 else f", held to {short(reached)}"
    return (
        f"goalposts {short(worst)} (worst) to {short(best)} (best): "
        f"u = 100×({at} − {start})/({end} − {start}) = {number(100 * share, 2)}{held}"
    )


def placing_of_codings(codings: Sequence[Coding], points: float, draws: DrawSettings) -> str:
    """Write how an item's expected points follow from its codings.

    Args:
        codings: The codings of the item on the theme that count, at least one.
        points: The expected points that were frozen.
        draws: The rules; a coder not yet tested errs as they say.

    References:
        Methodology 1.0.0, section 3.
    """
    by_rule = [coding for coding in codings if coding.coder_kind is CoderKind.RULE]
    if by_rule:
        rung = by_rule[0].rung
        return f"u = 25×{rung} = {number(POINTS_PER_RUNG * rung, 0)}, certain: coded by rule"
    confusion = default_confusion(draws.coder_right_probability)
    placement = place(codings, {coding.coder: confusion for coding in codings})
    if abs(placement.expected - points) > SAME_POINTS:
        return f"E[u] = {number(points, 2)}, from the coders' own error matrices"
    parts = zip(placement.probabilities, placement.points, strict=True)
    sum_of_parts = " + ".join(f"{number(odds, 4)}×{number(at, 0)}" for odds, at in parts)
    return (
        f"E[u] = {sum_of_parts} = {number(points, 2)}: a coder is right with probability "
        f"{short(draws.coder_right_probability)}, else one rung off"
    )
