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

    def expected(self, place: int, spacings: Sequence[Spacing]) -> Floats:
        """Return one item's expected points for each spacing."""
        probabilities = self.items[place].placement.probabilities
        return np.array(
            [
                math.fsum(p * u for p, u in zip(probabilities, row, strict=True))
                for row in self.levels(place, spacings).tolist()
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Averages:
    """What many runs make of one reading's items; each array has an entry for each run.

    `mean` is the aggregate, held to the cap; `size` the effective number of items;
    `variance` the unbiased weighted variance around the arithmetic mean, 0 for one item.
    """

    mean: Floats
    size: Floats
    variance: Floats


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


def average(
    table: ReadingTable, draws: ChoiceDraws, space: ChoiceSpace, places: Mapping[int, Indices]
) -> Averages:
    """Average one reading's items in every run.

    Args:
        table: The reading.
        draws: The choices of each run.
        space: The space they were drawn from.
        places: For items whose place is drawn too (by their position in the table), which of
            their possible places each run takes; all others stand at their expected points.

    Returns:
        Aggregate, effective size and variance of each run. The sums run item by item, in a
        fixed order, so that the same choices give the same bytes everywhere.
    """
    sums = _Sums(draws.runs, Aggregation.GEOMETRIC in space.aggregations)
    row = draws.half_life * len(space.solicited) + draws.solicited
    for place in range(len(table.items)):
        weight = _chosen_weight(table, place, draws, row)
        if place in places:
            levels = table.levels(place, space.spacings)
            sums.add(weight, levels, (draws.spacing, places[place]))
        else:
            levels = table.expected(place, space.spacings)
            sums.add(weight, levels, (draws.spacing,))
    return sums.averages(draws.aggregation, space.aggregations, table.caps[draws.spacing])


def _chosen_weight(table: ReadingTable, place: int, draws: ChoiceDraws, row: Indices) -> Floats:
    base = table.weights[:, place]
    weight = base[row] if len(base) > 1 else np.full(draws.runs, base[0])
    for name in table.names[place]:
        weight *= draws.multipliers[name]
    return weight


class _Sums:
    """The sums over items that every kind of average is made of."""

    def __init__(self, runs: int, logarithms: bool) -> None:
        self.weight, self.square_of_weight = np.zeros(runs), np.zeros(runs)
        self.first, self.second = np.zeros(runs), np.zeros(runs)
        self.logarithm = np.zeros(runs) if logarithms else None
        self.least, self.most = np.full(runs, math.inf), np.full(runs, -math.inf)

    def add(self, weight: Floats, levels: Floats, chosen: tuple[Indices, ...]) -> None:
        """Add one item, whose points are looked up in a table of its levels."""
        points = levels[chosen]
        part = weight * points
        self.weight += weight
        self.square_of_weight += weight * weight
        self.first += part
        self.second += part * points
        if self.logarithm is not None:
            self.logarithm += weight * np.log1p(levels)[chosen]
        counts = weight > 0
        np.minimum(self.least, points, out=self.least, where=counts)
        np.maximum(self.most, points, out=self.most, where=counts)

    def averages(
        self, chosen: Indices, aggregations: Sequence[Aggregation], cap: Floats
    ) -> Averages:
        """Return what each run makes of the items added."""
        # Rounding may carry a mean past the items it is the mean of.
        arithmetic = np.clip(self.first / self.weight, self.least, self.most)
        known: Mapping[Aggregation, Callable[[], Floats]] = {
            Aggregation.ARITHMETIC: lambda: arithmetic,
            Aggregation.GEOMETRIC: self._geometric,
            Aggregation.MINIMUM: lambda: self.least,
        }
        mean = np.choose(chosen, [known[name]() for name in aggregations])
        spare = 1.0 - self.square_of_weight / self.weight**2
        distance = np.maximum(self.second / self.weight - arithmetic**2, 0.0)
        many = spare > np.finfo(np.float64).eps
        variance = np.divide(distance, spare, out=np.zeros_like(spare), where=many)
        return Averages(
            mean=np.minimum(mean, cap),
            size=self.weight**2 / self.square_of_weight,
            variance=variance,
        )

    def _geometric(self) -> Floats:
        if self.logarithm is None:
            raise InvalidValue("aggregation: geometric; expected one that the space holds")
        return np.clip(np.expm1(self.logarithm / self.weight), self.least, self.most)


def gap_runs(table: CellTable, draws: ChoiceDraws) -> Floats:
    """Return G in every run, from the expected points of its items.

    Args:
        table: The cell.
        draws: The choices of each run.

    Returns:
        Points, one for each run, without the noise of the measurement.
    """
    says = average(table.says, draws, table.space, {})
    practice = average(table.practice, draws, table.space, {})
    return np.asarray(says.mean - practice.mean)


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
