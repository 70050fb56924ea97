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

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Layer
from gaptracker.scoring.choice_draws import ChoiceDesign, ChoiceDraws, Indices
from gaptracker.scoring.choices import (
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
    """One reading's items under every half-life, with and without solicited statements.

    `weights` has a row for each pair of half-life and solicited (in the order of the space)
    and a column for each item that weighs something in any row; `names` are the weights that
    each item's is made of. `caps` is the highest mean for each spacing, infinite if free.
    """

    items: tuple[Item, ...]
    weights: Floats
    names: tuple[tuple[str, ...], ...]
    caps: Floats

    def levels(self, place: int, spacings: Sequence[Spacing]) -> Floats:
        """Return one item's possible points, a row for each spacing."""
        points = self.items[place].placement.points
        return np.array([[spacing.place(value) for value in points] for spacing in spacings])

    def expected(self, spacings: Sequence[Spacing]) -> Floats:
        """Return every item's expected points; shape (items, spacings)."""
        return np.array(
            [
                [
                    math.fsum(p * u for p, u in zip(probabilities, row, strict=True))
                    for row in self.levels(place, spacings).tolist()
                ]
                for place, probabilities in enumerate(
                    item.placement.probabilities for item in self.items
                )
            ]
        )


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
        says=_table(kept, names, free),
        deeds={
            layer: _table([items], names, caps[layer]) for layer, items in layers.items() if items
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
    rows: Sequence[tuple[Item, ...]], names: Mapping[ItemName, tuple[str, ...]], caps: Floats
) -> ReadingTable:
    weights = [{item.id: item.weight for item in row} for row in rows]
    items = {item.id: item for row in rows for item in row}
    ordered = tuple(items[name] for name in sorted(items))
    return ReadingTable(
        items=ordered,
        weights=np.array([[row.get(item.id, 0.0) for item in ordered] for row in weights]),
        names=tuple(names[item.kind, item.id] for item in ordered),
        caps=caps,
    )


def fixed_table(items: Sequence[Item], cap: float = math.inf) -> ReadingTable:
    """Return the table of items whose weights and places are chosen already."""
    return ReadingTable(
        items=tuple(items),
        weights=np.array([[item.weight for item in items]]),
        names=((),) * len(items),
        caps=np.array([cap]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenItems:
    """One reading's items in many runs: weights and points, shape (items, runs)."""

    weights: Floats
    points: Floats
    draws: ChoiceDraws
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
    """
    row = draws.half_life * len(space.solicited) + draws.solicited
    # A table of deeds has one row: neither half-life nor solicited statements touch it.
    weights = table.weights.T[:, row] if len(table.weights) > 1 else _repeated(table, draws.runs)
    rows = draws.rows()
    for part in zip(*table.names, strict=True):
        weights *= draws.multipliers[[rows[name] for name in part]]
    points = table.expected(space.spacings)[:, draws.spacing]
    for place, chosen in (places or {}).items():
        points[place] = table.levels(place, space.spacings)[draws.spacing, chosen]
    return ChosenItems(weights=weights, points=points, draws=draws, caps=table.caps[draws.spacing])


def _repeated(table: ReadingTable, runs: int) -> Floats:
    return np.repeat(table.weights.T, runs, axis=1)


def aggregate(chosen: ChosenItems, aggregations: Sequence[Aggregation]) -> Floats:
    """Return what each run makes of a reading's items, by the aggregation it chose.

    Args:
        chosen: The items of each run.
        aggregations: The options that the runs chose from.

    Returns:
        Points, one for each run, held to the cap. The sums run item by item, in a fixed order.
    """
    found = np.empty(chosen.draws.runs)
    for place, aggregation in enumerate(aggregations):
        runs = np.flatnonzero(chosen.draws.aggregation == place)
        if len(runs) == len(found):
            found = AGGREGATES[aggregation](chosen.weights, chosen.points)
        elif len(runs):
            parts = (part.take(runs, axis=1) for part in (chosen.weights, chosen.points))
            found[runs] = AGGREGATES[aggregation](*parts)
    return np.minimum(found, chosen.caps)


def _arithmetic(weights: Floats, points: Floats) -> Floats:
    return np.asarray((weights * points).sum(axis=0) / weights.sum(axis=0))


def _geometric(weights: Floats, points: Floats) -> Floats:
    return np.asarray(np.expm1(_arithmetic(weights, np.log1p(points))))


def _minimum(weights: Floats, points: Floats) -> Floats:
    return np.asarray(np.where(weights > 0, points, math.inf).min(axis=0))


AGGREGATES: Mapping[Aggregation, Callable[[Floats, Floats], Floats]] = {
    Aggregation.ARITHMETIC: _arithmetic,
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
        aggregate(choose_items(reading, draws, table.space), table.space.aggregations)
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
