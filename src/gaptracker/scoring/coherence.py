"""Institutional coherence: how far the words of United Nations bodies lie apart."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import CoherenceReading, Estimate
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import CoherenceReason
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.reading_draws import Drawn, ReadingsOverTime
from gaptracker.scoring.run import day_of_year
from gaptracker.scoring.uncertainty import interval, share


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
            spoken = {
                agency: voice.of(year).says()
                for agency, voice in voices.items()
                if agency in belonging
            }
            drawn = {agency: says for agency, says in spoken.items() if says is not None}
            yield _reading(theme.id, year, as_of, drawn, methodology=methodology)


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


def _reading(
    theme: str,
    year: int,
    as_of: date,
    drawn: Mapping[str, Drawn],
    *,
    methodology: Methodology,
) -> CoherenceReading:
    agencies = tuple((agency, says.points) for agency, says in drawn.items())
    if len(drawn) < methodology.federations.coherence_agencies:
        return CoherenceReading(
            theme=theme,
            year=year,
            as_of=as_of,
            agencies=agencies,
            spread=None,
            distance=None,
            lowest_agency=None,
            highest_agency=None,
            apart=None,
            reason=CoherenceReason.TOO_FEW_AGENCIES,
        )
    ranked = sorted(agencies, key=lambda pair: (pair[1], pair[0]))
    (lowest, least), (highest, most) = ranked[0], ranked[-1]
    distance = drawn[highest].draws - drawn[lowest].draws
    return CoherenceReading(
        theme=theme,
        year=year,
        as_of=as_of,
        agencies=agencies,
        spread=spread_of([points for _, points in agencies]),
        distance=Estimate(points=most - least, interval=interval(distance, methodology.draws)),
        lowest_agency=lowest,
        highest_agency=highest,
        apart=share(distance > methodology.labels.demonstrable_points),
        reason=None,
    )
