"""What a cell would be under other choices, as text beside the cell as published."""

import math
from collections.abc import Iterator

from rich.table import Table

from gaptracker.domain.analysis import PointsRange
from gaptracker.domain.results import CellScore, Interval, ReadingScore
from gaptracker.domain.scale import EQUAL_POINTS
from gaptracker.main.cli.figures import NOTHING, as_given, gap, number, points, short, span
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.wording import label_in_words, reason_in_words
from gaptracker.publish.rows import FrozenCell
from gaptracker.scoring.choices import Choices
from gaptracker.scoring.what_if import WhatIf


def parameters_in_words(choices: Choices) -> Iterator[str]:
    """Yield each parameter with its value, also those that were left as published."""
    life = choices.half_life_years
    yield "half-life " + (
        "infinite: words never age" if math.isinf(life) else f"{as_given(life)} years"
    )
    yield f"aggregation {choices.aggregation}"
    rungs = ", ".join(short(place) for place in choices.spacing.points)
    even = " (published)" if choices.spacing.points == EQUAL_POINTS else ""
    yield f"spacing {choices.spacing.name}: rungs at {rungs}{even}"
    yield f"solicited statements {'in' if choices.solicited else 'left out'}"
    if not choices.multipliers:
        yield "weights as published"
    for name, value in sorted(choices.multipliers.items()):
        yield f"weight {name} × {as_given(value)}"


def side_by_side(published: WhatIf, found: WhatIf) -> Table:
    """Return the published cell and the other one, figure by figure."""
    before, after = published.cell, found.cell
    table = plain_table("", "as published", "what if", numbers=("as published", "what if"))
    for name, old, new in (
        ("says (R)", before.says, after.says),
        ("law (L)", before.law, after.law),
        ("does (F)", before.does, after.does),
    ):
        table.add_row(name, _reading(old), _reading(new))
    table.add_row("gap (G)", gap(before.gap_points), gap(after.gap_points))
    table.add_row("90% interval", _interval(before.gap_interval), _interval(after.gap_interval))
    every, bounded = "over all weights", f"weights ± {number(100 * found.weight_spread, 0)}%"
    table.add_row(every, _range(published.gap_over_all_weights), _range(found.gap_over_all_weights))
    table.add_row(
        bounded,
        _range(published.gap_over_bounded_weights),
        _range(found.gap_over_bounded_weights),
    )
    table.add_row("grade", before.grade.value, after.grade.value)
    table.add_row("label", _label(before), _label(after))
    return table


def release_in_words(
    published: CellScore, frozen: FrozenCell | None, *, calibrated: bool = False
) -> str:
    """Return what the current release has, beside the methodology's cell of the same evidence.

    Args:
        published: The cell by the methodology, from the evidence in the database.
        frozen: The cell in the current release; None if there is none.
        calibrated: Whether that release was cut with coders' own errors.
    """
    if frozen is None:
        return "No release holds this cell: nothing is published of it."
    alike = frozen.gap == published.gap_points
    other = "evidence, rules or coders' errors" if calibrated else "evidence or rules"
    why = "" if alike else f", from other {other} than are here now"
    return f"Published in release {frozen.release}: {gap(frozen.gap)}{why}."


def _reading(reading: ReadingScore | None) -> str:
    if reading is None:
        return NOTHING
    return f"{points(reading.points)} ({_interval(reading.interval)})"


def _interval(given: Interval | None) -> str:
    return span(given.low, given.high) if given else NOTHING


def _range(given: PointsRange | None) -> str:
    return span(given.low, given.high) if given else NOTHING


def _label(cell: CellScore) -> str:
    if cell.gap_points is None:
        return reason_in_words(cell.gap_reason)
    return label_in_words(cell.label)
