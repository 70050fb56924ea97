"""The method band: how far a gap could lie had the method been chosen otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gaptracker.domain.analysis import MethodBand
from gaptracker.domain.choices import ChoiceSpace
from gaptracker.domain.methodology import DrawSettings
from gaptracker.domain.vocabulary import Layer
from gaptracker.scoring.choice_draws import ChoiceDesign, ChoiceDraws
from gaptracker.scoring.choice_tables import (
    CellTable,
    ChosenItems,
    Places,
    ReadingTable,
    aggregate,
    choose_items,
    counting_layer,
)
from gaptracker.scoring.places import draw_levels
from gaptracker.scoring.seeds import stream
from gaptracker.scoring.uncertainty import Floats, interval, share

STREAMS = {Layer.LAW: "law", Layer.PRACTICE: "does"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDraws:
    """A cell's readings in every draw, in points; of the deeds those layers that are known."""

    says: Floats
    deeds: Mapping[Layer, Floats]

    @property
    def practice(self) -> Floats:
        """Return P in every draw: F, or L where only law is known."""
        return self.deeds[counting_layer(self.deeds)]

    @property
    def gap(self) -> Floats:
        """Return G in every draw."""
        return np.asarray(self.says - self.practice)


def method_band(table: CellTable, settings: DrawSettings) -> MethodBand:
    """Return the method band of one cell, to stand beside its measurement band.

    The draws are those of the measurement band, from the same random streams; in each one the
    method's choices are drawn as well, from a stream of their own, all options equally likely.
    Where only the methodology's choices are open, both bands are the same.

    Args:
        table: The cell under every choice of the space.
        settings: Number of draws, prior and interval, as published.

    Returns:
        The band; the same bytes on every machine and beside any other cells.

    References:
        Methodology 1.0.0, section 5.
    """
    design = ChoiceDesign(space=table.space, names=table.names)
    choices = design.draw(settings.draws, stream(table.key, "choices"))
    drawn = draw_cell(table, choices, settings)
    return MethodBand(
        actor=table.key.actor,
        theme=table.key.theme,
        year=table.key.year,
        says=interval(drawn.says, settings),
        practice=interval(drawn.practice, settings),
        gap=interval(drawn.gap, settings),
        words_ahead=share(drawn.gap > 0),
        held=table.held,
    )


def draw_cell(table: CellTable, draws: ChoiceDraws, settings: DrawSettings) -> ReadingDraws:
    """Draw a cell's readings, each draw under its own choices.

    Args:
        table: The cell.
        draws: As many choices as the settings have draws.
        settings: Prior and interval, as published.
    """

    def drawn(reading: ReadingTable, name: str) -> Floats:
        return draw_chosen(
            reading, draws, table.space, settings=settings, generator=stream(table.key, name)
        )

    return ReadingDraws(
        says=drawn(table.says, "says"),
        deeds={layer: drawn(reading, STREAMS[layer]) for layer, reading in table.deeds.items()},
    )


def draw_chosen(
    table: ReadingTable,
    draws: ChoiceDraws,
    space: ChoiceSpace,
    *,
    settings: DrawSettings,
    generator: np.random.Generator,
) -> Floats:
    """Draw one reading by the formulas of `uncertainty.draw_reading`, each draw with its weights.

    The noise around a geometric mean or a minimum is that around the arithmetic mean.

    Args:
        table: The reading.
        draws: The choices of each draw.
        space: The space they were drawn from.
        settings: The prior, as published.
        generator: The reading's random stream.

    Returns:
        Points, one for each draw, not cut at the ends of the scale.
    """
    places = _draw_places(table, draws.runs, generator)
    chosen = choose_items(table, draws, space, places)
    mean = aggregate(chosen, table, draws, space, places)
    spread = _spread(chosen)
    free = np.maximum(spread.size - 1.0, 0.0)
    strength = settings.prior_strength
    degrees = strength + free
    pooled = (strength * settings.prior_points**2 + free * spread.variance) / degrees
    noise = generator.standard_t(degrees)
    return np.asarray(mean + noise * np.sqrt(pooled / spread.size))


@dataclass(frozen=True, slots=True)
class _Spread:
    """Of each run, the effective number of items and their unbiased weighted variance."""

    size: Floats
    variance: Floats


def _spread(chosen: ChosenItems) -> _Spread:
    weights, points, part = chosen.weights, chosen.points, chosen.scratch
    total = weights.sum(axis=0)
    squares = np.multiply(weights, weights, out=part).sum(axis=0)
    mean = np.multiply(weights, points, out=part).sum(axis=0) / total
    part *= points
    distance = np.maximum(part.sum(axis=0) / total - mean * mean, 0.0)
    spare = 1.0 - squares / total**2
    # A single item has no variance of its own; rounding may leave it a hair.
    many = spare > np.finfo(np.float64).eps
    return _Spread(
        size=total * total / squares,
        variance=np.divide(distance, spare, out=np.zeros_like(spare), where=many),
    )


def _draw_places(table: ReadingTable, runs: int, generator: np.random.Generator) -> Places:
    """Draw the place of every uncertain item, with the random numbers of the measurement band."""
    uncertain = {
        place: item for place, item in enumerate(table.items) if not item.placement.certain
    }
    levels = draw_levels(tuple(uncertain.values()), runs, generator) if uncertain else ()
    return {place: row.astype(np.intp) for place, row in zip(uncertain, levels, strict=True)}
