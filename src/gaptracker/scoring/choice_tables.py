"""A cell's items as arrays, so that thousands of choices are tried at once.

The weights come from `words.py` and `deeds.py`, once for every half-life and with and without
solicited statements. What is left for each run is to multiply, to place and to average.
"""

import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import numpy as np

from gaptracker.domain.choices import EQUAL_SPACING, Aggregation, ChoiceSpace, Spacing
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.scale import EQUAL_POINTS
from gaptracker.domain.vocabulary import Layer
from gaptracker.scoring.choice_draws import ChoiceDesign, ChoiceDraws, Indices
from gaptracker.scoring.choices import ItemName, chosen_words, weights_of_items
from gaptracker.scoring.deeds import DeedsOverTime, critical_floor_hit
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.items import Item, counting
from gaptracker.scoring.run import day_of_year
from gaptracker.scoring.seeds import CellKey
from gaptracker.scoring.uncertainty import Floats

Places = Mapping[int, Indices]


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
    return TablesOverTime(dossier, data_as_of=data_as_of, methodology=methodology, space=space).of(
        year
    )


class TablesOverTime:
    """The tables of one actor and theme, year by year; what no year changes is done once."""

    def __init__(
        self, dossier: Dossier, *, data_as_of: date, methodology: Methodology, space: ChoiceSpace
    ) -> None:
        """Weigh the words under every choice; arguments as for `tabulate`."""
        self._dossier = dossier
        self._data_as_of = data_as_of
        self._methodology = methodology
        self._space = space
        self._names = weights_of_items(dossier)
        self._deeds = DeedsOverTime(dossier, methodology)
        self._words = [
            chosen_words(dossier, methodology, half_life_years=half_life, solicited=solicited)
            for half_life, solicited in product(space.half_lives_years, space.solicited)
        ]

    def of(self, year: int) -> CellTable | None:
        """Return one cell's table; None if it has no gap."""
        methodology, space = self._methodology, self._space
        as_of = day_of_year(year, self._data_as_of)
        rows = [counting(words.items(as_of)) for words in self._words]
        kept = _keep_solicited(rows, space)
        deeds = self._deeds.at(as_of).items
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
                actor=self._dossier.actor,
                theme=self._dossier.theme,
                year=year,
            ),
            space=space,
            says=_table(kept, self._names, free, space.spacings),
            deeds={
                layer: _table([items], self._names, caps[layer], space.spacings)
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
    table = _table([tuple(items)], {}, np.array([cap]), (EQUAL_SPACING,))
    # Scaled by a power of two, which is exact: the squares of tiny weights would vanish.
    _, exponent = np.frexp(table.weights.max())
    return replace(table, weights=np.ldexp(table.weights, -exponent))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenItems:
    """One reading's items in many runs: weights and points, shape (items, runs).

    `scratch` is room of the same shape for passing results. Asking the system for room of this
    size, again for each product, takes longer than multiplying.
    """

    weights: Floats
    points: Floats
    scratch: Floats


def choose_items(
    table: ReadingTable, draws: ChoiceDraws, space: ChoiceSpace, places: Places
) -> ChosenItems:
    """Weigh and place one reading's items in every run.

    Args:
        table: The reading.
        draws: The choices of each run.
        space: The space they were drawn from.
        places: For items whose place is drawn too (by their position in the table), which of
            their possible places each run takes; all others stand at their expected points.
    """
    if table.weights.shape[1] > 1:
        column = draws.half_life * len(space.solicited) + draws.solicited
        weights = table.weights.take(column, axis=1)
    else:  # deeds, which neither half-life nor solicited statements touch
        weights = np.repeat(table.weights, draws.runs, axis=1)
    rows, scratch = draws.rows(), np.empty_like(weights)
    for part in zip(*table.names, strict=True):
        chosen = [rows[name] for name in part]
        # With `clip` NumPy writes to `out` itself; no row is out of bounds.
        weights *= draws.multipliers.take(chosen, axis=0, out=scratch, mode="clip")
    points = table.expected.take(draws.spacing, axis=1)
    for place, level in places.items():
        points[place] = _of_level(table.levels[place], draws, level)
    return ChosenItems(weights=weights, points=points, scratch=scratch)


def aggregate(
    items: ChosenItems, table: ReadingTable, draws: ChoiceDraws, space: ChoiceSpace, places: Places
) -> Floats:
    """Return what each run makes of a reading's items, by the aggregation it chose.

    Args:
        items: The items of each run.
        table: The reading they are of.
        draws: The choices of each run.
        space: The space they were drawn from.
        places: As for `choose_items`.

    Returns:
        Points, one for each run, held to the cap. Sums run item by item, in a fixed order, so
        that the same choices give the same bytes.
    """
    total: Floats = items.weights.sum(axis=0)
    options: list[Floats] = []
    for aggregation in space.aggregations:
        match aggregation:
            case Aggregation.ARITHMETIC:
                parts = np.multiply(items.weights, items.points, out=items.scratch)
                options.append(parts.sum(axis=0) / total)
            case Aggregation.GEOMETRIC:
                parts = _logarithms(table, draws, places, items.scratch)
                parts *= items.weights
                options.append(np.expm1(parts.sum(axis=0) / total))
            case Aggregation.MINIMUM:
                options.append(_minimum(items))
    found: Floats = np.choose(draws.aggregation, options)
    return np.minimum(found, table.caps[draws.spacing])


def _logarithms(table: ReadingTable, draws: ChoiceDraws, places: Places, out: Floats) -> Floats:
    """Return ln(1 + u) of every item in every run; taken before the many runs look it up."""
    found = np.log1p(table.expected).take(draws.spacing, axis=1, out=out, mode="clip")
    for place, level in places.items():
        found[place] = _of_level(np.log1p(table.levels[place]), draws, level)
    return found


def _of_level(levels: Floats, draws: ChoiceDraws, level: Indices) -> Floats:
    """Return the entry of each run's spacing (row) and level (column)."""
    return np.asarray(levels.take(draws.spacing * levels.shape[1] + level))


def _minimum(items: ChosenItems) -> Floats:
    if items.weights.min() > 0:
        return np.asarray(items.points.min(axis=0))
    return np.asarray(np.where(items.weights > 0, items.points, math.inf).min(axis=0))


def gap_runs(table: CellTable, draws: ChoiceDraws) -> Floats:
    """Return G in every run, from the expected points of its items.

    Args:
        table: The cell.
        draws: The choices of each run.

    Returns:
        Points, one for each run, without the noise of the measurement.
    """

    def expected(reading: ReadingTable) -> Floats:
        items = choose_items(reading, draws, table.space, {})
        return aggregate(items, reading, draws, table.space, {})

    return expected(table.says) - expected(table.practice)


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
