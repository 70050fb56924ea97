"""How firm a gap is: under other methods, under other weights, and without one source."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from gaptracker.domain.choices import ChoiceSpace
from gaptracker.domain.vocabulary import Label
from gaptracker.main.cli.figures import gap, in_words, number, probability, short, span
from gaptracker.main.cli.terminal import folded
from gaptracker.main.cli.wording import label_in_words
from gaptracker.publish.analysis_rows import FrozenBand, FrozenLeftOut
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Firmness:
    """What stands beside a cell of grade C or better.

    `gap_low`, `gap_high` and `p_gap_positive` are the measurement's, repeated from the cell;
    `choices` says in words what `band` was drawn from.
    `largest_move` is the row of the source group without which the gap moves farthest. The
    groups in `other_label` would leave another label, those in `no_label` too little evidence
    for any, and those in `no_gap` none at all.
    """

    gap_low: float | None
    gap_high: float | None
    p_gap_positive: float | None
    band: FrozenBand
    choices: str
    weight_spread_share: float
    without: tuple[FrozenLeftOut, ...]
    largest_move: FrozenLeftOut | None
    other_label: tuple[str, ...]
    no_label: tuple[str, ...]
    no_gap: tuple[str, ...]


def derive_firmness(release: FrozenRelease, cell: FrozenCell) -> Firmness | None:
    """Return what stands beside a cell; None below grade C."""
    band = release.band_of(cell)
    if band is None:
        return None
    without = tuple(release.left_out_of(cell))
    moved = [row for row in without if row.move_points]
    left = [row for row in without if row.gap is not None and row.label is not cell.label]
    rules = release.methodology.choices
    return Firmness(
        gap_low=cell.gap_low,
        gap_high=cell.gap_high,
        p_gap_positive=cell.p_gap_positive,
        band=band,
        choices=choices_in_words(rules.space),
        weight_spread_share=rules.weight_spread,
        without=without,
        largest_move=max(moved, key=lambda row: abs(row.move_points or 0.0), default=None),
        other_label=_groups(row for row in left if row.label is not Label.INSUFFICIENT_EVIDENCE),
        no_label=_groups(row for row in left if row.label is Label.INSUFFICIENT_EVIDENCE),
        no_gap=_groups(row for row in without if row.gap is None),
    )


def _groups(rows: Iterable[FrozenLeftOut]) -> tuple[str, ...]:
    return tuple(row.source_group for row in rows)


def firmness_section(firmness: Firmness | None, width: int) -> Iterator[Text]:
    """Yield both bands, the ranges over weights, and what one source less does."""
    yield Text("\nHOW FIRM IS THE GAP?", style="bold")
    if firmness is None:
        yield Text("Below grade C a gap enters no comparison, and nothing else was tried.")
        return
    lines = (
        *_band_lines(firmness),
        *_source_lines(firmness),
    )
    for line in lines:
        yield Text(folded(line, width=width, hang=4))


def _band_lines(firmness: Firmness) -> Iterator[str]:
    band = firmness.band
    yield (
        f"Measurement, the method as published: 90% interval "
        f"{span(firmness.gap_low, firmness.gap_high)}, Pr(G>0) "
        f"{probability(firmness.p_gap_positive)}"
    )
    yield (
        f"Method, other choices drawn as well: 90% interval {span(band.gap_low, band.gap_high)}, "
        f"Pr(G>0) {probability(band.p_gap_positive)} ({firmness.choices})"
    )
    if "solicited" in band.held:
        yield (
            "Words that somebody asked for stayed in: without them nothing would be left of what "
            "it says."
        )
    yield (
        f"By weights alone: {gap(band.all_weights_low)} to {gap(band.all_weights_high)} if each "
        f"item may weigh anything, {gap(band.bounded_weights_low)} to "
        f"{gap(band.bounded_weights_high)} if each moves by "
        f"{number(100 * firmness.weight_spread_share, 0)}% of itself. These ranges are exact, "
        "and no intervals of chance."
    )


def choices_in_words(space: ChoiceSpace) -> str:
    """Return what was chosen from, in one line.

    Examples:
        >>> from gaptracker.domain.choices import EQUAL_SPACING, Aggregation
        >>> space = ChoiceSpace(multiplier_spread=0.5, half_lives_years=(4.0, float("inf")),
        ...     aggregations=(Aggregation.ARITHMETIC, Aggregation.MINIMUM),
        ...     spacings=(EQUAL_SPACING,), solicited=(True, False))
        >>> for part in choices_in_words(space).split("; "):
        ...     print(part)
        weights ±50%
        half-life 4 or infinite years
        arithmetic or minimum
        rungs equal
        solicited words in or out
    """
    lives = ["infinite" if math.isinf(life) else short(life) for life in space.half_lives_years]
    solicited = {True: "in", False: "out"}
    return "; ".join(
        (
            f"weights ±{number(100 * space.multiplier_spread, 0)}%",
            f"half-life {_any(lives)} years",
            _any(space.aggregations),
            f"rungs {_any([in_words(spacing.name) for spacing in space.spacings])}",
            f"solicited words {_any([solicited[each] for each in space.solicited])}",
        )
    )


def _any(options: Sequence[str]) -> str:
    """Return options with commas and an `or` before the last."""
    *others, last = options
    return f"{', '.join(others)} or {last}" if others else last


def _source_lines(firmness: Firmness) -> Iterator[str]:
    move = firmness.largest_move
    if move is not None:
        yield (
            f"Without one source: farthest without {move.source_group}, to {gap(move.gap)} "
            f"({gap(move.move_points)})"
        )
    labels = {row.source_group: label_in_words(row.label) for row in firmness.without}
    if firmness.other_label:
        named = ", ".join(f"{group} ({labels[group]})" for group in firmness.other_label)
        yield f"The label would be another without: {named}"
    else:
        yield "No source by itself turns the label into another."
    if firmness.no_label:
        yield f"Too little would be left for any label without: {', '.join(firmness.no_label)}"
    if firmness.no_gap:
        yield f"There would be no gap without: {', '.join(firmness.no_gap)}"
