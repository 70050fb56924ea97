"""The units of a federation: who they are, how many live there, and whose practice is known."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.actors import CompetenceEntry
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import ActorKind, FederalReason, ItemKind, ObservationStatus
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Residents:
    """How many people live in a unit, by the count or estimate of which year."""

    persons: int
    year: int


class Federations:
    """Federations, their units, residents and competences, indexed once for all years."""

    def __init__(self, evidence: Evidence) -> None:
        """Index a run's evidence."""
        self._actors = evidence.actors
        self._units: dict[str, list[str]] = defaultdict(list)
        for code, actor in sorted(evidence.actors.items()):
            if actor.kind is ActorKind.SUBNATIONAL and actor.parent is not None:
                self._units[actor.parent].append(code)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        for entry in evidence.populations:
            self._counts[entry.actor][entry.year] = entry.persons
        self._competences: dict[CellKey, list[CompetenceEntry]] = defaultdict(list)
        for competence in evidence.competences:
            self._competences[competence.actor, competence.theme].append(competence)

    def themes_of(
        self, dossiers: Mapping[CellKey, Dossier], methodology: Methodology
    ) -> tuple[CellKey, ...]:
        """Return federations with the themes on which they are read.

        A theme is read where the competence table names it for the federation, or where deeds of
        any of its units are known.
        """
        return tuple(
            (federation, theme.id)
            for federation in sorted(self._units)
            if federation in self._actors
            for theme in methodology.scored_themes()
            if self._competences[federation, theme.id]
            or any(_has_deeds(dossiers.get((unit, theme.id))) for unit in self._units[federation])
        )

    def units(self, federation: str) -> tuple[str, ...]:
        """Return all units that a federation ever had, in order of their codes."""
        return tuple(self._units[federation])

    def units_on(self, federation: str, day: date) -> tuple[str, ...]:
        """Return the units that a federation certainly had on a day, in order of their codes."""
        return tuple(
            unit for unit in self._units[federation] if self._actors[unit].existence.covers(day)
        )

    def residents(self, unit: str, year: int) -> Residents | None:
        """Return a unit's residents: the newest count up to the year, else the first after it.

        A census counts every ten years; the year it is from is kept with it.
        """
        counts = self._counts.get(unit)
        if not counts:
            return None
        before = [known for known in counts if known <= year]
        chosen = max(before) if before else min(counts)
        return Residents(persons=counts[chosen], year=chosen)

    def national_prevails(self, federation: str, theme: str, day: date) -> bool:
        """Say whether the competence table says that a national rule holds in every unit."""
        return any(
            entry.national_prevails and entry.period.covers(day)
            for entry in self._competences[federation, theme]
        )


class KnownUnits:
    """Whether what is known of a unit is enough for it to stand in a federation's reading.

    It is if a measure of it counts, or if the indicators it was seen on make up the
    methodology's share of the weight of all that any unit of the federation was ever seen on.
    """

    def __init__(
        self, dossiers: Iterable[Dossier | None], theme: str, methodology: Methodology
    ) -> None:
        """Find out on which indicators the units of a federation are seen."""
        seen = {name for dossier in dossiers if dossier for name in _observed(dossier)}
        weight = math.fsum(methodology.indicator(name).uses[theme].weight for name in sorted(seen))
        self._needed = methodology.federations.unit_indicator_share * weight

    def reason_against(self, items: Sequence[Item]) -> FederalReason | None:
        """Return why a unit does not count, None if it does.

        Args:
            items: The unit's deeds that weigh something on the day.
        """
        if not items:
            return FederalReason.NO_UNIT_DATA
        if any(item.kind is ItemKind.MEASURE for item in items):
            return None
        enough = math.fsum(_indicator_weight(item) for item in items) >= self._needed
        return None if enough else FederalReason.PARTIAL_UNIT_DATA


def _has_deeds(dossier: Dossier | None) -> bool:
    return dossier is not None and bool(dossier.measures or dossier.observations)


def _observed(dossier: Dossier) -> tuple[str, ...]:
    return tuple(
        name
        for name, series in dossier.observations.items()
        if any(value.observation.status is ObservationStatus.OBSERVED for value in series)
    )


def _indicator_weight(item: Item) -> float:
    return math.fsum(value for name, value in item.factors if name == "indicator")
