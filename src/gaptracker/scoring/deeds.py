"""The deeds' side of a cell: which measures and observations count in a year."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from gaptracker.domain.methodology import Indicator, Methodology
from gaptracker.domain.scale import POINTS_PER_RUNG
from gaptracker.domain.time import days_share, old_after, years_between
from gaptracker.domain.vocabulary import ItemKind, Layer, ObservationStatus, Side
from gaptracker.scoring.dossier import Dossier, PlacedMeasure, SourcedObservation
from gaptracker.scoring.items import Item, Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """What is known of an actor's deeds on one day.

    `opaque` says that the newest value of some indicator is withheld;
    `indicator_coverage_share` is the share of the theme's indicator weight that rests on
    observations, 0 for a theme without indicators.
    """

    items: tuple[Item, ...]
    opaque: bool
    indicator_coverage_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """One observation with all of it that no day changes; `item` is None if it is withheld."""

    sourced: SourcedObservation
    item: Item | None
    weight_in_theme: float
    flagged_after: date
    too_old_after: date

    def items(self, as_of: date) -> tuple[Item, ...]:
        """Return the value as it stands on a day, nothing if it is withheld."""
        if self.item is None:
            return ()
        age = years_between(self.sourced.period_end, as_of)
        return (replace(self.item, age_years=age, flagged_old=self.flagged_after < as_of),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """A measure with all of it that no day changes.

    `first` and `last` are the days on which it certainly began and ended, None for open ends.
    `known_until` is the last day on which it is known to have held, None for as long as one
    looks; what is `flagged_after` and `too_old_after` follows from it.
    """

    placed: PlacedMeasure
    standing: tuple[tuple[str, float], ...]
    reported: tuple[str, ...]
    first: date | None
    last: date | None
    known_until: date | None
    flagged_after: date
    too_old_after: date


class DeedsOverTime:
    """The law and practice of one actor on one theme, weighed for as many days as are asked for.

    What no day changes is worked out once: where a figure stands between its goalposts, until
    when a measure is known to have held, and when either grows old.
    """

    def __init__(self, dossier: Dossier, methodology: Methodology) -> None:
        """Take an actor's deeds on a theme.

        Args:
            dossier: The evidence on the actor and theme.
            methodology: The rules.
        """
        self._series = [
            [_figure(value, methodology, dossier.theme) for value in series]
            for _, series in sorted(dossier.observations.items())
        ]
        self._acts = [
            _act(placed, methodology) for placed in sorted(dossier.measures, key=_best_source_first)
        ]
        self._indicator_weight = math.fsum(
            indicator.uses[dossier.theme].weight
            for indicator in methodology.indicators.values()
            if dossier.theme in indicator.uses
        )

    def at(self, as_of: date) -> Deeds:
        """Return the law and practice on a day as weighted items.

        The weight is the source's grade factor times the indicator's weight in the theme (or
        the weight of a measure), for a measure also the share of the year's days, up to
        `as_of`, on which it was in force. Of each indicator the newest value counts, if it is
        not older than the indicator allows; if the newest is withheld, none does.

        Args:
            as_of: The last day that counts; the year before it began on 1 January.

        Returns:
            Items in no particular order, and what is known of what is missing.

        References:
            Methodology 1.0.0, section 4.
        """
        newest = self._newest(as_of)
        observed = math.fsum(figure.weight_in_theme for figure in newest if figure.item is not None)
        share = min(observed / self._indicator_weight, 1.0) if self._indicator_weight else 0.0
        return Deeds(
            items=(
                *chain.from_iterable(figure.items(as_of) for figure in newest),
                *self._measure_items(as_of),
            ),
            opaque=any(
                figure.sourced.observation.status is ObservationStatus.OPAQUE for figure in newest
            ),
            indicator_coverage_share=share,
        )

    def _newest(self, as_of: date) -> list[_Figure]:
        """Return each indicator's newest value, withheld ones included, none too old."""
        found = []
        for series in self._series:
            published = [figure for figure in series if figure.sourced.period_end <= as_of]
            if published and published[-1].too_old_after >= as_of:
                found.append(published[-1])
        return found

    def _measure_items(self, as_of: date) -> list[Item]:
        """Weigh the measures in force, those that repeat another report or grew old left out."""
        new_year = date(as_of.year, 1, 1)
        seen: dict[tuple[str, ...], str] = {}
        items = []
        for act in self._acts:
            share = days_share(act.first, act.last, new_year, as_of)
            if share <= 0 or act.too_old_after < as_of:
                continue
            twin = seen.setdefault(act.reported, act.placed.measure.id)
            items.append(_measure_item(act, share, as_of, twin))
        return items


def place_observation(value: SourcedObservation, indicator: Indicator) -> float:
    """Return an observation's points between its indicator's goalposts."""
    return indicator.goalposts.points(value.observation.value, value.observation.category)


def _figure(value: SourcedObservation, methodology: Methodology, theme: str) -> _Figure:
    indicator = methodology.indicator(value.observation.indicator)
    observed = value.observation.status is ObservationStatus.OBSERVED
    return _Figure(
        sourced=value,
        item=_observation_item(value, methodology, theme) if observed else None,
        weight_in_theme=indicator.uses[theme].weight,
        flagged_after=old_after(value.period_end, methodology.deeds.flag_age_years),
        too_old_after=old_after(value.period_end, indicator.maximum_age_years),
    )


def _observation_item(value: SourcedObservation, methodology: Methodology, theme: str) -> Item:
    """Return an observation as an item on the day its period ends."""
    indicator = methodology.indicator(value.observation.indicator)
    use = indicator.uses[theme]
    return Item(
        id=value.observation.id,
        kind=ItemKind.OBSERVATION,
        side=Side.DEEDS,
        layer=indicator.layer,
        source=value.source,
        document=value.source.id,
        placement=Placement(points=(place_observation(value, indicator),)),
        factors=(
            ("source", methodology.deeds.source_grade_weights[value.source.grade]),
            ("indicator", use.weight),
        ),
        seen_on=value.period_end,
        critical=use.critical,
    )


def _best_source_first(placed: PlacedMeasure) -> tuple[int, str]:
    return (placed.source.grade, placed.measure.id)


def _act(placed: PlacedMeasure, methodology: Methodology) -> _Act:
    measure, deeds = placed.measure, methodology.deeds
    start, end = measure.in_force.start, measure.in_force.end
    known_until = _known_until(placed)
    return _Act(
        placed=placed,
        standing=(
            ("source", deeds.source_grade_weights[placed.source.grade]),
            ("measure", deeds.measure_weight),
        ),
        reported=(
            placed.source.group,
            measure.layer,
            measure.kind,
            str(start),
            str(placed.placement.likeliest),
        ),
        first=start.latest() if start else None,
        last=end.latest() if end else None,
        known_until=known_until,
        flagged_after=old_after(known_until, deeds.flag_age_years) if known_until else date.max,
        too_old_after=old_after(known_until, deeds.maximum_age_years) if known_until else date.max,
    )


def _measure_item(act: _Act, share: float, as_of: date, twin: str) -> Item:
    placed = act.placed
    measure = placed.measure
    known_until = as_of if act.known_until is None else min(act.known_until, as_of)
    repeated = twin != measure.id
    factors = (*act.standing, ("days", share))
    return Item(
        id=measure.id,
        kind=ItemKind.MEASURE,
        side=Side.DEEDS,
        layer=measure.layer,
        source=placed.source,
        document=measure.id,
        placement=placed.placement,
        factors=(*factors, ("counted", 0.0)) if repeated else factors,
        seen_on=known_until,
        age_years=years_between(known_until, as_of),
        flagged_old=act.flagged_after < as_of,
        machine_coded=placed.machine_coded,
        note=f"the same act as {twin}" if repeated else None,
    )


def _known_until(placed: PlacedMeasure) -> date | None:
    """Return the last day on which a measure is known to have held; None if it still does.

    A law holds until its end. A practice that nobody has seen end is known only up to the day
    its source was published: after that it grows old as a figure does.
    """
    measure = placed.measure
    start, end, published = measure.in_force.start, measure.in_force.end, placed.source.published_on
    if end is not None:
        return end.latest()
    if measure.layer is Layer.LAW:
        return None
    return max((day.latest() for day in (start, published) if day is not None), default=None)


def critical_floor_hit(items: Sequence[Item]) -> bool:
    """Say whether a critical indicator stands on rung 0, nearer to it than to rung 1."""
    nearer = POINTS_PER_RUNG / 2
    return any(item.critical and item.placement.expected < nearer for item in items)
