"""Where all actors stand on one side, year by year, with the draws behind it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from gaptracker.domain.alliances import Position
from gaptracker.domain.methodology import FULL_SCALE, Methodology
from gaptracker.domain.vocabulary import Side
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.reading_draws import Drawn, ReadingsOverTime, YearReadings
from gaptracker.scoring.readings import summarise
from gaptracker.scoring.uncertainty import Floats

Draws = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearStandings:
    """Where actors stand in one year on one side.

    Actors are in the order of their codes, themes in that of the methodology. `points` and
    `known` have the shape (actors, themes), `draws` (actors, themes, B): single precision is
    enough, since a similarity is said to four decimals. Where nothing is known all three are 0.
    """

    side: Side
    year: int
    actors: tuple[str, ...]
    themes: tuple[str, ...]
    points: Floats
    known: Flags
    draws: Draws


def themes_of(side: Side, methodology: Methodology) -> tuple[str, ...]:
    """Return the themes on which actors can stand: those of positions only have no deeds."""
    ordered = sorted(methodology.themes.values(), key=lambda theme: (theme.order, theme.id))
    return tuple(theme.id for theme in ordered if side is Side.WORDS or theme.has_deeds)


def read_standings(
    dossiers: Mapping[CellKey, Dossier],
    as_of: date,
    methodology: Methodology,
    years: Sequence[int],
    *,
    side: Side,
) -> Iterator[YearStandings]:
    """Read where actors stand, for every year in which two of them can be held together.

    Only actors known on as many themes as a similarity asks for are read. The draws are those of
    the cell's own random stream, so that an actor stands where it stands whoever else is there.
    On no draw does anybody stand beyond an end of the ladder: there is nothing further away than
    its other end.

    Args:
        dossiers: The evidence by actor and theme.
        as_of: The day up to which the data speak.
        methodology: The rules.
        years: Years to read, ascending.
        side: Words or deeds.

    References:
        Methodology 1.0.0, section 9; decision 0028.
    """
    themes = themes_of(side, methodology)
    rule = methodology.alliances
    few = replace(methodology, draws=replace(methodology.draws, draws=rule.draws))
    held = {key: dossiers[key] for key in sorted(dossiers) if _speaks(dossiers[key], side)}
    counts = Counter(actor for actor, theme in held if theme in themes)
    over_time = {
        key: ReadingsOverTime(dossier, as_of, few)
        for key, dossier in held.items()
        if key[1] in themes and counts[key[0]] >= rule.themes
    }
    # A theme that nobody stands on would take room for nothing.
    themes = tuple(name for name in themes if any(name == theme for _, theme in over_time))
    for year in years:
        standings = stand(side, year, themes, _drawn(over_time, year, side, rule.themes))
        if len(standings.actors) > 1:
            yield standings


def _drawn(
    over_time: Mapping[CellKey, ReadingsOverTime], year: int, side: Side, least: int
) -> dict[CellKey, Drawn]:
    """Return the readings of the actors that are known on enough themes in a year."""
    read = {key: readings.of(year) for key, readings in over_time.items()}
    known = {key: each for key, each in read.items() if _known(each, side)}
    counts = Counter(actor for actor, _ in known)
    drawn = {key: _read(each, side) for key, each in known.items() if counts[key[0]] >= least}
    return {key: each for key, each in drawn.items() if each is not None}


def stand(
    side: Side, year: int, themes: tuple[str, ...], drawn: Mapping[CellKey, Drawn]
) -> YearStandings:
    """Put readings side by side; those of no theme asked for are left out."""
    actors = tuple(sorted({actor for actor, theme in drawn if theme in themes}))
    places = {actor: row for row, actor in enumerate(actors)}
    size = next((each.draws.size for each in drawn.values()), 1)
    points = np.zeros((len(actors), len(themes)))
    known = np.zeros((len(actors), len(themes)), dtype=np.bool_)
    draws = np.zeros((len(actors), len(themes), size), dtype=np.float32)
    for (actor, theme), each in drawn.items():
        if theme in themes:
            at = places[actor], themes.index(theme)
            points[at], known[at] = each.points, True
            draws[at] = np.clip(each.draws, 0.0, FULL_SCALE)
    return YearStandings(
        side=side,
        year=year,
        actors=actors,
        themes=themes,
        points=points,
        known=known,
        draws=draws,
    )


def read_positions(
    dossiers: Mapping[CellKey, Dossier],
    as_of: date,
    methodology: Methodology,
    years: Sequence[int],
) -> Iterator[Position]:
    """Yield where words stand on themes of positions only; cells hold those of all others.

    Args:
        dossiers: The evidence by actor and theme.
        as_of: The day up to which the data speak.
        methodology: The rules.
        years: Years to read, ascending.

    References:
        Methodology 1.0.0, sections 1 and 9.
    """
    without_deeds = {theme.id for theme in methodology.themes.values() if not theme.has_deeds}
    for actor, theme in sorted(dossiers):
        if theme not in without_deeds:
            continue
        readings = ReadingsOverTime(dossiers[actor, theme], as_of, methodology)
        for year in years:
            position = _position(readings.of(year), methodology)
            if position is not None:
                yield position


def _position(readings: YearReadings, methodology: Methodology) -> Position | None:
    says, words = readings.says(), readings.words
    summary = summarise(
        [item.weight for item in words], [item.placement.expected for item in words]
    )
    if says is None or summary is None:
        return None
    key = readings.given.key
    return Position(
        actor=key.actor,
        theme=key.theme,
        year=key.year,
        points=says.points,
        interval=says.estimate(methodology).interval,
        statements=summary.items,
        effective_size=summary.effective_size,
        spread=summary.spread,
    )


def _speaks(dossier: Dossier, side: Side) -> bool:
    """Say whether a dossier holds anything of a side."""
    if side is Side.WORDS:
        return bool(dossier.statements)
    return bool(dossier.measures or dossier.observations)


def _known(readings: YearReadings, side: Side) -> bool:
    return bool(readings.words if side is Side.WORDS else readings.deeds)


def _read(readings: YearReadings, side: Side) -> Drawn | None:
    return readings.says() if side is Side.WORDS else readings.practice()
