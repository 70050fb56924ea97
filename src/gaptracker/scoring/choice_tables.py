"""A cell's items as arrays, so that thousands of choices are tried at once.

The weights come from `words.py` and `deeds.py`, once for every half-life and with and without
solicited statements. What is left for each run is to multiply, to place and to average.
"""

import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Layer
from gaptracker.scoring.choice_draws import ChoiceDesign, ChoiceDraws, Indices
from gaptracker.scoring.choices import (
    EQUAL_POINTS,
    EQUAL_SPACING,
    Aggregation,
    ChoiceSpace,
    ItemName,
    Spacing,
    chosen_words,
    day_of_year,
    weights_of_items,
)
from gaptracker.scoring.deeds import critical_floor_hit, deed_items
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.items import Item, counting
from gaptracker.scoring.seeds import CellKey
from gaptracker.scoring.uncertainty import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTable:
    """One reading's items under every half-life and spacing, with and without solicited ones.

    Every array has a row for each item that weighs something under any choice. `weights` has a
    column for each pair of half-life and solicited, in the order of the space; `expected` has
    the expected points under each spacing; `levels` the points of each possible place, shape
    (spacings, places). `names` are the weights that each item's is made of. `caps` is the
    highest mean under each spacing, infinite if free.
    """

    items: tuple[Item, ...]
    weights: Floats
    expected: Floats
    levels: tuple[Floats, ...]
    names: tuple[tuple[str, ...], ...]
    caps: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTable:
    """One cell's readings under every choice of a space.

    `held` names choices that are not open here: without solicited statements nothing would
    be left of what the actor says, so that they stay.
    """

    key: CellKey
    space: ChoiceSpace
    says: ReadingTable
    deeds: Mapping[Layer, ReadingTable]
    held: tuple[str, ...]

    @property
    def practice(self) -> ReadingTable:
        """Return the table of P: F, or L where only law is known."""
        return self.deeds[counting_layer(self.deeds)]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the weights that this cell's items are made of, sorted."""
        tables = (self.says, *self.deeds.values())
        return tuple(sorted({n for table in tables for names in table.names for n in names}))


def counting_layer(known: Container[Layer]) -> Layer:
    """Return the layer that P is read from: practice, or law where only law is known."""
    return Layer.PRACTICE if Layer.PRACTICE in known else Layer.LAW


def tabulate(
    dossier: Dossier,
    year: int,
    *,
    data_as_of: date,
    methodology: Methodology,
    space: ChoiceSpace,
) -> CellTable | None:
    """Return one cell's items under every choice of a space.

    Args:
        dossier: The evidence on the actor and theme.
        year: The cell's year.
        data_as_of: The day up to which the data speak.
        methodology: The rules, as published.
        space: The choices to be tried.

    Returns:
        The table; None if the cell has no gap, since there is nothing to vary then.
    """
    as_of = day_of_year(year, data_as_of)
    names = weights_of_items(dossier)
    rows = [
        counting(
            chosen_words(
                dossier,
                as_of,
                methodology=methodology,
                half_life_years=half_life,
                solicited=solicited,
            )
        )
        for half_life, solicited in product(space.half_lives_years, space.solicited)
    ]
    kept = _keep_solicited(rows, space)
    deeds = deed_items(dossier, as_of, methodology)
    layers = {
        layer: counting(tuple(item for item in deeds if item.layer is layer)) for layer in Layer
    }
    if not all(kept) or not any(layers.values()):
        return None
    free = np.full(len(space.spacings), math.inf)
    points = methodology.deeds.critical_cap_points
    capped = np.array([spacing.place(points) for spacing in space.spacings])
    caps = {Layer.LAW: free, Layer.PRACTICE: capped if critical_floor_hit(deeds) else free}
    return CellTable(
        key=CellKey(
            methodology=methodology.version,
            random_series=methodology.draws.random_series,
            actor=dossier.actor,
            theme=dossier.theme,
            year=year,
        ),
        space=space,
        says=_table(kept, names, free, space.spacings),
        deeds={
            layer: _table([items], names, caps[layer], space.spacings)
            for layer, items in layers.items()
            if items
        },
        held=("solicited",) if kept != rows else (),
    )


def _keep_solicited(
    rows: Sequence[tuple[Item, ...]], space: ChoiceSpace
) -> Sequence[tuple[Item, ...]]:
    """Return the rows, or those with solicited statements twice if the others are empty."""
    if all(rows) or True not in space.solicited:
        return rows
    step, with_solicited = len(space.solicited), space.solicited.index(True)
    return [rows[place // step * step + with_solicited] for place in range(len(rows))]


def _table(
    rows: Sequence[tuple[Item, ...]],
    names: Mapping[ItemName, tuple[str, ...]],
    caps: Floats,
    spacings: Sequence[Spacing],
) -> ReadingTable:
    """Return the table of a reading, given its items for each pair of half-life and solicited."""
    weights = [{item.id: item.weight for item in row} for row in rows]
    known = {item.id: item for row in rows for item in row}
    items = tuple(known[name] for name in sorted(known))
    # All places of all items in one row, so that each spacing is applied once.
    places = [points for item in items for points in item.placement.points]
    probabilities = [p for item in items for p in item.placement.probabilities]
    starts = np.cumsum([0, *(len(item.placement.points) for item in items)])
    placed = np.array([np.interp(places, EQUAL_POINTS, spacing.points) for spacing in spacings])
    return ReadingTable(
        items=items,
        weights=np.array([[row.get(item.id, 0.0) for row in weights] for item in items]),
        expected=np.add.reduceat((placed * probabilities).T, starts[:-1], axis=0),
        levels=tuple(np.split(placed, starts[1:-1], axis=1)),
        names=tuple(names.get((item.kind, item.id), ()) for item in items),
        caps=caps,
    )


def fixed_table(items: Sequence[Item], cap: float = math.inf) -> ReadingTable:
    """Return the table of items whose weights and places are chosen already."""
    return _table([tuple(items)], {}, np.array([cap]), (EQUAL_SPACING,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenItems:
    """One reading's items in many runs.

    `weights`, `points`, `logarithms` (of 1 + points, where some run asks for them) and `parts`
    (weight times points) have shape (items, runs); `totals` are the sums of the weights, and
    `means` the weighted arithmetic means.
    """

    weights: Floats
    points: Floats
    logarithms: Floats | None
    parts: Floats
    totals: Floats
    means: Floats
    caps: Floats


def choose_items(
    table: ReadingTable,
    draws: ChoiceDraws,
    space: ChoiceSpace,
    places: Mapping[int, Indices] | None = None,
) -> ChosenItems:
    """Weigh and place one reading's items in every run.

    Args:
        table: The reading.
        draws: The choices of each run.
        space: The space they were drawn from.
        places: For items whose place is drawn too (by their position in the table), which of
            their possible places each run takes; all others stand at their expected points.

    Returns:
        The items; sums run item by item, in a fixed order.
    """
    column = draws.half_life * len(space.solicited) + draws.solicited
    # A table of deeds has one column: neither half-life nor solicited statements touch it.
    known = column if table.weights.shape[1] > 1 else np.zeros_like(column)
    weights = table.weights.take(known, axis=1)
    rows = draws.rows()
    for part in zip(*table.names, strict=True):
        weights *= draws.multipliers.take([rows[name] for name in part], axis=0)
    # Points are few and runs are many: logarithms are taken before the runs look them up.
    points = _look_up(table.expected, table.levels, draws, places or {})
    logarithms: Floats | None = None
    if Aggregation.GEOMETRIC in space.aggregations:
        levels = [np.log1p(level) for level in table.levels]
        logarithms = _look_up(np.log1p(table.expected), levels, draws, places or {})
    parts, totals = weights * points, weights.sum(axis=0)
    return ChosenItems(
        weights=weights,
        points=points,
        logarithms=logarithms,
        parts=parts,
        totals=totals,
        means=parts.sum(axis=0) / totals,
        caps=table.caps[draws.spacing],
    )


def _look_up(
    expected: Floats,
    levels: Sequence[Floats],
    draws: ChoiceDraws,
    places: Mapping[int, Indices],
) -> Floats:
    found = expected.take(draws.spacing, axis=1)
    for place, chosen in places.items():
        found[place] = levels[place][draws.spacing, chosen]
    return found


def aggregate(
    chosen: ChosenItems, draws: ChoiceDraws, aggregations: Sequence[Aggregation]
) -> Floats:
    """Return what each run makes of a reading's items, by the aggregation it chose.

    Args:
        chosen: The items of each run.
        draws: The choices of each run.
        aggregations: The options that the runs chose from.

    Returns:
        Points, one for each run, held to the cap.
    """
    options = [AGGREGATES[name](chosen) for name in aggregations]
    return np.minimum(np.choose(draws.aggregation, options), chosen.caps)


def _geometric(chosen: ChosenItems) -> Floats:
    if chosen.logarithms is None:
        raise InvalidValue("aggregations: geometric came; expected one that the space holds")
    return np.asarray(np.expm1((chosen.weights * chosen.logarithms).sum(axis=0) / chosen.totals))


def _minimum(chosen: ChosenItems) -> Floats:
    if chosen.weights.min() > 0:
        return np.asarray(chosen.points.min(axis=0))
    return np.asarray(np.where(chosen.weights > 0, chosen.points, math.inf).min(axis=0))


AGGREGATES: Mapping[Aggregation, Callable[[ChosenItems], Floats]] = {
    Aggregation.ARITHMETIC: lambda chosen: chosen.means,
    Aggregation.GEOMETRIC: _geometric,
    Aggregation.MINIMUM: _minimum,
}


def gap_runs(table: CellTable, draws: ChoiceDraws) -> Floats:
    """Return G in every run, from the expected points of its items.

    Args:
        table: The cell.
        draws: The choices of each run.

    Returns:
        Points, one for each run, without the noise of the measurement.
    """
    says, practice = (
        aggregate(choose_items(reading, draws, table.space), draws, table.space.aggregations)
        for reading in (table.says, table.practice)
    )
    return says - practice


def gap_model(tables: Sequence[CellTable], design: ChoiceDesign) -> Callable[[Floats], Floats]:
    """Return the function from unit numbers to the gaps of many cells, for `sobol_indices`.

    Args:
        tables: The cells; each becomes one column of the result.
        design: How a row of numbers becomes a set of choices, the same for all cells.
    """

    def gaps(unit: Floats) -> Floats:
        draws = design.choose(unit)
        found = np.empty((draws.runs, len(tables)), order="F")
        for column, table in enumerate(tables):
            found[:, column] = gap_runs(table, draws)
        return found

    return gaps
