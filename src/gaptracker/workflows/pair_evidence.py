"""Pair the words of a dossier with what was done after them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from gaptracker.domain.methodology import Methodology, WordFactors
from gaptracker.domain.results import Pair
from gaptracker.domain.vocabulary import ItemKind, ObservationStatus
from gaptracker.pairing.history import (
    ActorHistory,
    DeedHistory,
    DeedState,
    IndicatorHistory,
    MeasureHistory,
    Words,
)
from gaptracker.pairing.over_time import TimeRules, pairs_over_time
from gaptracker.scoring.deeds import place_observation
from gaptracker.scoring.dossier import Dossier, PlacedStatement, SourcedObservation
from gaptracker.scoring.words import answered_on, due_date, own_by_act, supersedes


def pairs_over_time_of(dossier: Dossier, methodology: Methodology, as_of: date) -> Iterator[Pair]:
    """Yield the pairs of readings `followed`, `moved` and `pledge` of one dossier.

    Args:
        dossier: The evidence on one actor and theme; a theme without deeds yields nothing.
        methodology: Lags and thresholds.
        as_of: The data's last day.
    """
    if not methodology.themes[dossier.theme].has_deeds:
        return
    rules = TimeRules(
        lag_months=methodology.lag_months,
        moved_points=methodology.labels.moved_points,
        as_of=as_of,
    )
    yield from pairs_over_time(history_of(dossier, methodology), rules)


def history_of(dossier: Dossier, methodology: Methodology) -> ActorHistory:
    """Return one actor's words and deeds on one theme as pairing reads them."""
    indicators: list[DeedHistory] = [
        _indicator_history(name, series, methodology)
        for name, series in sorted(dossier.observations.items())
    ]
    measures = [
        MeasureHistory(measure=placed.measure, points=placed.placement.expected)
        for placed in dossier.measures
    ]
    own = own_by_act(dossier.statements)
    return ActorHistory(
        actor=dossier.actor,
        theme=dossier.theme,
        words=tuple(_words(placed, dossier, own, methodology) for placed in dossier.statements),
        deeds=(*indicators, *measures),
    )


def _words(
    placed: PlacedStatement,
    dossier: Dossier,
    own: Mapping[str, Sequence[PlacedStatement]],
    methodology: Methodology,
) -> Words:
    superseded = _superseded_on(placed, dossier.statements, methodology.words)
    answered = answered_on(placed, own)
    ends = [day for day in (superseded, answered and answered[0]) if day is not None]
    return Words(
        relation=placed.relation,
        statement=placed.statement,
        said_on=placed.said_on,
        points=placed.placement.expected,
        due_on=due_date(placed.statement, methodology.words),
        superseded_on=min(ends, default=None),
    )


def _superseded_on(
    placed: PlacedStatement, others: Sequence[PlacedStatement], factors: WordFactors
) -> date | None:
    """Return when another position first took the place of a statement."""
    later = (other.said_on for other in others if supersedes(other, placed, factors))
    return min(later, default=None)


def _indicator_history(
    name: str, series: Sequence[SourcedObservation], methodology: Methodology
) -> IndicatorHistory:
    indicator = methodology.indicator(name)
    return IndicatorHistory(
        indicator=name,
        lag=indicator.lag,
        maximum_age_years=indicator.maximum_age_years,
        states=tuple(
            DeedState(
                item=value.observation.id,
                kind=ItemKind.OBSERVATION,
                points=place_observation(value, indicator),
                since=value.period_end,
            )
            for value in series
            if value.observation.status is ObservationStatus.OBSERVED
        ),
        withheld_on=tuple(
            value.period_end
            for value in series
            if value.observation.status is ObservationStatus.OPAQUE
        ),
    )
