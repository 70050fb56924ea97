"""Institutional coherence: how far the words of United Nations bodies lie apart."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import CoherenceReading, Estimate
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import CoherenceReason
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.reading_draws import Drawn, ReadingsOverTime, YearReadings
from gaptracker.scoring.run import day_of_year
from gaptracker.scoring.uncertainty import interval, share

# Weighted means of equal points may differ in their last digits.
TOLERANCE = 1e-9


def read_coherence(
    evidence: Evidence,
    dossiers: Mapping[CellKey, Dossier],
    methodology: Methodology,
    years: Sequence[int],
) -> Iterator[CoherenceReading]:
    """Hold the words of the agencies beside each other, theme by theme and year by year.

    The spread is the plain standard deviation of their R: each agency is one voice, whatever
    its size. The interval is that of the distance between the two ends: the spread of loosely
    known figures is larger in every draw than in the figures themselves, so that its own interval
    would lie above it where agencies agree.

    Args:
        evidence: The evidence of the run; its memberships say who belongs to the group.
        dossiers: The same, by actor and theme.
        methodology: The rules.
        years: Years to read, ascending.

    Yields:
        A reading for every theme and year; with fewer agencies than the methodology asks for,
        one without figures.

    References:
        Methodology 1.0.0, section 8.
    """
    members = {
        entry.member
        for entry in evidence.memberships
        if entry.group == methodology.federations.coherence_group
    }
    for theme in methodology.scored_themes():
        voices = {
            agency: ReadingsOverTime(dossiers[agency, theme.id], evidence.as_of, methodology)
            for agency in sorted(members)
            if (agency, theme.id) in dossiers
        }
        for year in years:
            as_of = day_of_year(year, evidence.as_of)
            belonging = _members(evidence, methodology.federations.coherence_group, as_of)
            read = {agency: voices[agency].of(year) for agency in voices if agency in belonging}
            spoken = [_voice(agency, readings) for agency, readings in read.items()]
            heard = [voice for voice in spoken if voice is not None]
            yield _reading(theme.id, year, as_of, heard, methodology=methodology)


def spread_of(points: Sequence[float]) -> float:
    """Return the standard deviation of points, each counted once.

    Examples:
        >>> spread_of([75.0, 25.0])
        25.0
    """
    mean = math.fsum(points) / len(points)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in points) / len(points))


def _members(evidence: Evidence, group: str, day: date) -> set[str]:
    return {
        entry.member
        for entry in evidence.memberships
        if entry.group == group and entry.period.covers(day)
    }


@dataclass(frozen=True, slots=True)
class _Voice:
    """What one agency says, and how many statements that rests on."""

    agency: str
    says: Drawn
    statements: int


def _voice(agency: str, readings: YearReadings) -> _Voice | None:
    says = readings.says()
    return _Voice(agency, says, len(readings.words)) if says else None


def _reading(
    theme: str,
    year: int,
    as_of: date,
    voices: Sequence[_Voice],
    *,
    methodology: Methodology,
) -> CoherenceReading:
    few = len(voices) < methodology.federations.coherence_agencies
    ends = None if few else _ends(voices)
    draws = ends.highest[-1].says.draws - ends.lowest[0].says.draws if ends else None
    apart = ends is not None and ends.distance > TOLERANCE
    return CoherenceReading(
        theme=theme,
        year=year,
        as_of=as_of,
        agencies=tuple((voice.agency, voice.says.points) for voice in voices),
        statements=tuple(voice.statements for voice in voices),
        spread=None if few else spread_of([voice.says.points for voice in voices]),
        distance=(
            Estimate(points=ends.distance, interval=interval(draws, methodology.draws))
            if ends and draws is not None
            else None
        ),
        lowest_agencies=tuple(voice.agency for voice in ends.lowest) if ends and apart else (),
        highest_agencies=tuple(voice.agency for voice in ends.highest) if ends and apart else (),
        apart=(
            share(draws > methodology.labels.demonstrable_points)
            if apart and draws is not None
            else None
        ),
        reason=CoherenceReason.TOO_FEW_AGENCIES if few else None,
    )


@dataclass(frozen=True, slots=True)
class _Ends:
    """Who stands lowest and who highest, in order of their codes, and how far apart that is."""

    lowest: tuple[_Voice, ...]
    highest: tuple[_Voice, ...]
    distance: float


def _ends(voices: Sequence[_Voice]) -> _Ends:
    points = [voice.says.points for voice in voices]
    least, most = min(points), max(points)
    ranked = sorted(voices, key=lambda voice: voice.agency)
    return _Ends(
        lowest=tuple(each for each in ranked if each.says.points - least <= TOLERANCE),
        highest=tuple(each for each in ranked if most - each.says.points <= TOLERANCE),
        distance=most - least,
    )
