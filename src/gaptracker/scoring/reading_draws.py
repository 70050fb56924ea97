"""An actor's words and practice with the draws behind them, as its own cell draws them."""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from gaptracker.domain.federation import Estimate, GapEstimate
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Layer
from gaptracker.scoring.cell import CellInput
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.items import Item, counting
from gaptracker.scoring.readings import summarise
from gaptracker.scoring.run import InputsOverTime
from gaptracker.scoring.seeds import stream
from gaptracker.scoring.uncertainty import Floats, draw_reading, interval, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A reading's points and its draws, shape (B,); `layer` is that of deeds of one layer."""

    points: float
    draws: Floats
    layer: Layer | None = None

    def estimate(self, methodology: Methodology) -> Estimate:
        """Return the points with their interval."""
        return Estimate(points=self.points, interval=interval(self.draws, methodology.draws))


class ReadingsOverTime:
    """The readings of one actor and theme, year by year, with the very draws of its cells."""

    def __init__(self, dossier: Dossier, data_as_of: date, methodology: Methodology) -> None:
        """Work out what no year changes.

        Args:
            dossier: What is known of the actor and theme.
            data_as_of: The day up to which the data speak.
            methodology: The rules.
        """
        self._inputs = InputsOverTime(dossier, data_as_of, methodology)
        self._methodology = methodology

    def of(self, year: int) -> "YearReadings":
        """Return the readings of a year."""
        return YearReadings(given=self._inputs.of(year), methodology=self._methodology)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearReadings:
    """The readings of one cell, drawn when they are asked for."""

    given: CellInput
    methodology: Methodology

    @property
    def deeds(self) -> tuple[Item, ...]:
        """Return the deeds that weigh something."""
        return counting(self.given.deeds)

    @property
    def words(self) -> tuple[Item, ...]:
        """Return the statements that weigh something."""
        return counting(self.given.words)

    def says(self) -> Drawn | None:
        """Return R; None where nothing was said."""
        return self._draw(self.words, "says")

    def practice(self) -> Drawn | None:
        """Return P, the practice or, where only law is known, the law; None without either."""
        deeds = self.deeds
        practised = tuple(item for item in deeds if item.layer is Layer.PRACTICE)
        if practised:
            capped = self.given.capped
            cap = self.methodology.deeds.critical_cap_points if capped else None
            return self._draw(practised, "does", cap=cap, layer=Layer.PRACTICE)
        written = tuple(item for item in deeds if item.layer is Layer.LAW)
        return self._draw(written, "law", layer=Layer.LAW)

    def _draw(
        self,
        items: tuple[Item, ...],
        reading: str,
        *,
        cap: float | None = None,
        layer: Layer | None = None,
    ) -> Drawn | None:
        summary = summarise(
            [item.weight for item in items], [item.placement.expected for item in items]
        )
        if summary is None:
            return None
        points = summary.mean if cap is None else min(summary.mean, cap)
        generator = stream(self.given.key, reading)
        return Drawn(
            points=points,
            draws=draw_reading(items, self.methodology.draws, generator, cap),
            layer=layer,
        )


def gap_between(says: Drawn, practice: Drawn, methodology: Methodology) -> GapEstimate:
    """Return words minus deeds, with interval and probabilities from the paired draws."""
    draws = says.draws - practice.draws
    limit = methodology.labels.demonstrable_points
    return GapEstimate(
        points=says.points - practice.points,
        interval=interval(draws, methodology.draws),
        words_ahead=share(draws > limit),
        deeds_ahead=share(draws < -limit),
    )


def weighted(parts: list[tuple[float, Drawn]], points: float) -> Drawn:
    """Return the weighted mean of independent readings.

    Args:
        parts: Weight above zero and reading, in an order that does not depend on the run: sums
            of floats follow it.
        points: The mean of the readings' points, computed by the caller.
    """
    total = math.fsum(weight for weight, _ in parts)
    draws = np.zeros_like(parts[0][1].draws)
    for weight, part in parts:
        draws += part.draws * (weight / total)
    return Drawn(points=points, draws=draws)
