"""The deeds' side of a cell: which measures and observations count in a year."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from gaptracker.domain.methodology import POINTS_PER_RUNG, Indicator, Methodology
from gaptracker.domain.time import is_older_than, years_between
from gaptracker.domain.vocabulary import ItemKind, Layer, ObservationStatus, Side
from gaptracker.scoring.dossier import Dossier, PlacedMeasure, SourcedObservation
from gaptracker.scoring.items import Item, Placement


def deed_items(dossier: Dossier, as_of: date, methodology: Methodology) -> tuple[Item, ...]:
    """Return the law and practice of one actor and theme as weighted items.

    The weight is the source's grade factor times the indicator's weight in the theme (or
    the weight of a measure), for a measure also the share of the year's days, up to
    `as_of`, on which it was in force. Of each indicator the newest value counts, if it is
    not older than the indicator allows; if the newest is withheld, none does.

    Args:
        dossier: The evidence on the actor and theme.
        as_of: The last day that counts; the year before it began on 1 January.
        methodology: The rules.

    Returns:
        Items in no particular order.

    References:
        Methodology 1.0.0, section 4.
    """
    observed = (
        _observation_item(newest, methodology, dossier.theme, as_of)
        for newest in newest_observations(dossier, as_of, methodology)
        if newest.observation.status is ObservationStatus.OBSERVED
    )
    return (*observed, *_measure_items(dossier.measures, as_of, methodology))


def newest_observations(
    dossier: Dossier, as_of: date, methodology: Methodology
) -> tuple[SourcedObservation, ...]:
    """Return each indicator's newest value on a day, withheld ones included, none too old."""
    found = []
    for name, series in sorted(dossier.observations.items()):
        published = [value for value in series if value.period_end <= as_of]
        limit = methodology.indicator(name).maximum_age_years
        if published and not is_older_than(published[-1].period_end, limit, as_of):
            found.append(published[-1])
    return tuple(found)


def place_observation(value: SourcedObservation, indicator: Indicator) -> float:
    """Return an observation's points between its indicator's goalposts."""
    return indicator.goalposts.points(value.observation.value, value.observation.category)


def _observation_item(
    value: SourcedObservation, methodology: Methodology, theme: str, as_of: date
) -> Item:
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
        age_years=years_between(value.period_end, as_of),
        flagged_old=is_older_than(value.period_end, methodology.deeds.flag_age_years, as_of),
        critical=use.critical,
    )


def _measure_items(
    measures: Sequence[PlacedMeasure], as_of: date, methodology: Methodology
) -> tuple[Item, ...]:
    """Weigh the measures in force, those that repeat another report or grew old left out."""
    first = date(as_of.year, 1, 1)
    seen: dict[tuple[str, ...], str] = {}
    items = []
    for placed in sorted(measures, key=_best_source_first):
        measure = placed.measure
        share = measure.in_force.share_of(first, as_of)
        limit = methodology.deeds.maximum_age_years
        if share <= 0 or is_older_than(_known_until(placed, as_of), limit, as_of):
            continue
        reported = (
            placed.source.group,
            measure.layer,
            measure.kind,
            str(measure.in_force.start),
            str(placed.placement.likeliest),
        )
        twin = seen.setdefault(reported, measure.id)
        items.append(_measure_item(placed, share, as_of, methodology, twin))
    return tuple(items)


def _best_source_first(placed: PlacedMeasure) -> tuple[int, str]:
    return (placed.source.grade, placed.measure.id)


def _measure_item(
    placed: PlacedMeasure, share: float, as_of: date, methodology: Methodology, twin: str
) -> Item:
    measure = placed.measure
    known_until = _known_until(placed, as_of)
    parts = [
        ("source", methodology.deeds.source_grade_weights[placed.source.grade]),
        ("measure", methodology.deeds.measure_weight),
        ("days", share),
    ]
    repeated = twin != measure.id
    if repeated:
        parts.append(("counted", 0.0))
    return Item(
        id=measure.id,
        kind=ItemKind.MEASURE,
        side=Side.DEEDS,
        layer=measure.layer,
        source=placed.source,
        document=measure.id,
        placement=placed.placement,
        factors=tuple(parts),
        seen_on=known_until,
        age_years=years_between(known_until, as_of),
        flagged_old=is_older_than(known_until, methodology.deeds.flag_age_years, as_of),
        machine_coded=placed.machine_coded,
        note=f"the same act as {twin}" if repeated else None,
    )


def _known_until(placed: PlacedMeasure, as_of: date) -> date:
    """Return the last day, up to `as_of`, on which a measure is known to have held.

    A law holds until its end. A practice that nobody has seen end is known only up to the day
    its source was published: after that it grows old as a figure does.
    """
    measure = placed.measure
    start, end, published = measure.in_force.start, measure.in_force.end, placed.source.published_on
    if end is not None:
        return min(end.latest(), as_of)
    if measure.layer is Layer.LAW:
        return as_of
    known = [day.latest() for day in (start, published) if day is not None]
    return min(max(known, default=as_of), as_of)


def critical_floor_hit(items: Sequence[Item]) -> bool:
    """Say whether a critical indicator stands on rung 0, nearer to it than to rung 1."""
    nearer = POINTS_PER_RUNG / 2
    return any(item.critical and item.placement.expected < nearer for item in items)


def indicator_coverage(items: Sequence[Item], methodology: Methodology, theme: str) -> float:
    """Return the share of a theme's indicator weight that rests on observations.

    Returns:
        Share in [0, 1]; 0 for a theme without indicators.
    """
    weights: dict[str, float] = defaultdict(float)
    for indicator in methodology.indicators.values():
        if theme in indicator.uses:
            weights[indicator.id] = indicator.uses[theme].weight
    total = sum(weights.values())
    observed = sum(
        value
        for item in items
        if item.kind is ItemKind.OBSERVATION
        for name, value in item.factors
        if name == "indicator"
    )
    return min(observed / total, 1.0) if total else 0.0
