"""Made-up evidence for the benchmarks: as many dossiers as wanted, one at a time, always the same.

Every item is uncertain and a document of its own, which is the dearest case: a place is drawn
for each in every draw. Of the deeds every second is law, so that all three readings are drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from gaptracker.domain.records import Measure, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    Instrument,
    Layer,
    MeasureKind,
    Mode,
    Office,
    Specificity,
)
from gaptracker.scoring.dossier import Dossier, PlacedMeasure, PlacedStatement
from gaptracker.scoring.items import Placement

AS_OF = date(2026, 12, 31)
SOURCES = 10
POINTS_APART = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is made up: actors, themes, years up to the newest, and items on each side."""

    actors: int
    themes: int
    years: int
    items: int

    @property
    def cells(self) -> int:
        """Return the number of cells."""
        return self.actors * self.themes * self.years

    @property
    def scored_years(self) -> range:
        """Return the years that are scored, all of which every item was there to see."""
        return range(AS_OF.year + 1 - self.years, AS_OF.year + 1)


def dossiers(extent: Extent, themes: tuple[str, ...]) -> Iterator[Dossier]:
    """Yield a dossier for each actor and theme, made when it is asked for.

    Args:
        extent: How much.
        themes: Themes to take, the first of them as many as the extent has.
    """
    sources = made_up_sources()
    first = extent.scored_years[0]
    for actor in range(extent.actors):
        for theme in themes[: extent.themes]:
            code = f"A{actor:05d}"
            random = np.random.default_rng([actor, len(theme)])
            rungs = random.integers(1, 4, 2 * extent.items).tolist()
            yield Dossier(
                actor=code,
                theme=theme,
                statements=[
                    statement_on(
                        date(first, 1 + number % 12, 1 + number // 12 % 28),
                        rungs[number],
                        sources[number % SOURCES],
                        actor=code,
                        number=number,
                    )
                    for number in range(extent.items)
                ],
                measures=[
                    _measure(code, number, first, sources[number % SOURCES], rungs[-number - 1])
                    for number in range(extent.items)
                ],
            )


def made_up_sources() -> list[Source]:
    """Return ten sources, each of an origin of its own, two of every grade."""
    return [_source(number) for number in range(SOURCES)]


def _source(number: int) -> Source:
    return Source(
        id=f"source {number}",
        title="made up",
        publisher="nobody",
        group=f"group {number}",
        grade=1 + number % 5,
        record_of_act=False,
        kind="made up",
        licence="CC0-1.0",
        citation="made up",
        retrieved_on=AS_OF,
    )


def _placement(rung: int) -> Placement:
    """Return where two coders' neighbouring codes leave an item: three rungs are possible."""
    return Placement(
        points=tuple(POINTS_APART * each for each in (rung - 1, rung, rung + 1)),
        probabilities=(0.1, 0.8, 0.1),
    )


def statement_on(
    said_on: date, rung: int, source: Source, *, actor: str, number: int
) -> PlacedStatement:
    """Return an uncertain statement; instrument, office and specificity go by its number.

    Every second one, from the first on, was asked for by somebody.
    """
    name = f"{actor} statement {number:02d}"
    return PlacedStatement(
        statement=Statement(
            id=name,
            actor=actor,
            forum="a forum",
            said_on=PartialDate(year=said_on.year, month=said_on.month, day=said_on.day),
            mode=Mode.ADVOCACY,
            instrument=list(Instrument)[number % len(Instrument)],
            office=list(Office)[number % len(Office)],
            source=source.id,
            document=name,
            act=name,
            paraphrase="made up",
            solicited=number % 2 == 0,
        ),
        source=source,
        placement=_placement(rung),
        specificity=list(Specificity)[number % len(Specificity)],
        machine_coded=False,
        said_on=said_on,
    )


def _measure(actor: str, number: int, first_year: int, source: Source, rung: int) -> PlacedMeasure:
    start = PartialDate(year=first_year - number)
    return PlacedMeasure(
        measure=Measure(
            id=f"{actor} measure {number:02d}",
            actor=actor,
            layer=Layer.LAW if number % 2 else Layer.PRACTICE,
            kind=MeasureKind.STATUTE,
            title="made up",
            # An end far ahead: a practice without one is known up to its source's day only.
            in_force=Period(start=start, end=PartialDate(year=AS_OF.year + 1)),
            source=source.id,
        ),
        source=source,
        placement=_placement(rung),
        machine_coded=False,
    )
