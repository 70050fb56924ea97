"""Federations: what the nation enacts, and what residents live under, never averaged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.evidence import Evidence
from gaptracker.domain.federation import (
    Estimate,
    FederalReading,
    GapEstimate,
    SharedEstimate,
    UnitReading,
)
from gaptracker.domain.methodology import FULL_SCALE, Methodology
from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import FederalReason, Layer
from gaptracker.scoring.cell import score_cell
from gaptracker.scoring.dossier import CellKey, Dossier
from gaptracker.scoring.federal_units import Federations, KnownUnits, Residents
from gaptracker.scoring.federation import SharedPractice, UnitPractice, practice_over_units
from gaptracker.scoring.reading_draws import (
    Drawn,
    ReadingsOverTime,
    gap_between,
    weighted,
)
from gaptracker.scoring.run import day_of_year
from gaptracker.scoring.uncertainty import interval


def read_federations(
    evidence: Evidence,
    dossiers: Mapping[CellKey, Dossier],
    methodology: Methodology,
    years: Sequence[int],
) -> Iterator[FederalReading]:
    """Read every federation, theme and year.

    P_pop is the mean of what residents live under, unit by unit: a unit's own practice, or the
    national one where the competence table says that it prevails and is enforced. A unit of
    which nothing is known is missing, never zero or the mean; below the methodology's covered
    share of residents P_pop is None, and bounds are given.

    Args:
        evidence: The evidence of the run.
        dossiers: The same, by actor and theme.
        methodology: The rules.
        years: Years to read, ascending.

    Yields:
        Readings in order of federation, theme and year, also where a figure is missing.

    References:
        Methodology 1.0.0, section 8; decision 0013.
    """
    federations = Federations(evidence)
    for federation, theme in federations.themes_of(dossiers, methodology):
        reader = _Reader(
            (federation, theme),
            federations,
            dossiers,
            data_as_of=evidence.as_of,
            methodology=methodology,
        )
        for year in years:
            yield reader.read(year)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit in one year: its residents, and its own practice if that is known and counts."""

    code: str
    residents: Residents | None
    drawn: Drawn | None
    reason: FederalReason | None


@dataclass(frozen=True, slots=True)
class _Shared:
    """P_pop, as far as it goes: with its draws, or with the reason why there is none."""

    practice: SharedPractice | None
    drawn: Drawn | None
    reason: FederalReason | None


class _Reader:
    """Reads one federation on one theme, year by year."""

    def __init__(
        self,
        name: CellKey,
        federations: Federations,
        dossiers: Mapping[CellKey, Dossier],
        *,
        data_as_of: date,
        methodology: Methodology,
    ) -> None:
        """Work out what no year changes.

        Args:
            name: The federation and the theme.
            federations: Who its units are.
            dossiers: The evidence by actor and theme.
            data_as_of: The day up to which the data speak.
            methodology: The rules.
        """
        self.federation, self.theme = name
        self._federations = federations
        self._data_as_of = data_as_of
        self._methodology = methodology
        units = federations.units(self.federation)
        known = {unit: dossiers.get((unit, self.theme)) for unit in units}
        self._known = KnownUnits(known.values(), self.theme, methodology)
        own = dossiers.get(name) or Dossier(actor=self.federation, theme=self.theme)
        self._own = ReadingsOverTime(own, data_as_of, methodology)
        self._of_units = {
            unit: ReadingsOverTime(dossier, data_as_of, methodology)
            for unit, dossier in known.items()
            if dossier is not None
        }

    def read(self, year: int) -> FederalReading:
        """Return the reading of one year."""
        as_of = day_of_year(year, self._data_as_of)
        rules, own = self._methodology, self._own.of(year)
        says, national = own.says(), own.practice()
        cell = score_cell(own.given, rules, with_contributions=False)
        prevails = self._federations.national_prevails(self.federation, self.theme, as_of)
        units = self._units(year, as_of, national if prevails else None, prevails)
        shared = self._shared(units)
        unpractised = None if national else FederalReason.NO_NATIONAL_PRACTICE
        unsaid = None if says else FederalReason.NO_WORDS
        return FederalReading(
            actor=self.federation,
            theme=self.theme,
            year=year,
            as_of=as_of,
            grade=cell.grade,
            label=cell.label,
            says=_estimate(says, rules),
            national=_estimate(national, rules),
            national_layer=national.layer if national else None,
            shared=_shared_estimate(shared, units, rules) if shared.drawn else None,
            shared_bounds=_bounds(shared.practice),
            covered_share=shared.practice.covered_share if shared.practice else None,
            national_prevails=prevails,
            attributable=_gap(says, national, rules),
            system=_gap(says, shared.drawn, rules),
            national_reason=unpractised,
            shared_reason=shared.reason,
            attributable_reason=unsaid or unpractised,
            system_reason=unsaid or shared.reason,
            units=_unit_readings(units, rules, prevails),
        )

    def _units(
        self, year: int, as_of: date, national: Drawn | None, prevails: bool
    ) -> tuple[_Unit, ...]:
        """Return the units of a year, each with what its residents live under."""
        units = []
        for code in self._federations.units_on(self.federation, as_of):
            if prevails:
                reason = None if national else FederalReason.NO_NATIONAL_PRACTICE
                drawn = national
            else:
                drawn, reason = self._own_practice(code, year)
            residents = self._federations.residents(code, year)
            units.append(_Unit(code, residents, drawn, reason))
        return tuple(units)

    def _own_practice(self, unit: str, year: int) -> tuple[Drawn | None, FederalReason | None]:
        """Return a unit's own practice in a year, or why it does not count."""
        if unit not in self._of_units:
            return None, FederalReason.NO_UNIT_DATA
        readings = self._of_units[unit].of(year)
        reason = self._known.reason_against(readings.deeds)
        return (readings.practice() if reason is None else None), reason

    def _shared(self, units: Sequence[_Unit]) -> _Shared:
        """Return P_pop over the units, if enough is known of enough residents."""
        if any(unit.residents is None for unit in units):
            return _Shared(None, None, FederalReason.NO_POPULATION)
        practice = practice_over_units(
            [
                UnitPractice(
                    unit=unit.code,
                    size=float(unit.residents.persons if unit.residents else 0),
                    points=unit.drawn.points if unit.drawn else None,
                )
                for unit in units
            ]
        )
        if practice is None:
            return _Shared(None, None, next((u.reason for u in units if u.reason), _NO_DATA))
        if practice.covered_share < self._methodology.federations.covered_share:
            return _Shared(practice, None, FederalReason.TOO_FEW_RESIDENTS)
        parts = [
            (float(unit.residents.persons), unit.drawn)
            for unit in units
            if unit.residents and unit.residents.persons > 0 and unit.drawn
        ]
        return _Shared(practice, weighted(parts, practice.points), None)


_NO_DATA = FederalReason.NO_UNIT_DATA


def _estimate(drawn: Drawn | None, methodology: Methodology) -> Estimate | None:
    return drawn.estimate(methodology) if drawn else None


def _gap(
    says: Drawn | None, practice: Drawn | None, methodology: Methodology
) -> GapEstimate | None:
    return gap_between(says, practice, methodology) if says and practice else None


def _shared_estimate(
    shared: _Shared, units: Sequence[_Unit], methodology: Methodology
) -> SharedEstimate | None:
    """Return P_pop with its interval, and the units at both ends (the first by code of equals)."""
    if shared.practice is None or shared.drawn is None:
        return None
    placed = [
        (unit.drawn.points, unit.code)
        for unit in units
        if unit.drawn and unit.residents and unit.residents.persons > 0
    ]
    lowest, highest = min(placed), min(placed, key=lambda pair: (-pair[0], pair[1]))
    known = [unit for unit in units if unit.drawn and unit.residents]
    written = [unit for unit in known if unit.drawn and unit.drawn.layer is Layer.LAW]
    return SharedEstimate(
        points=shared.practice.points,
        interval=interval(shared.drawn.draws, methodology.draws),
        law_share=_persons(written) / _persons(known),
        spread=shared.practice.spread,
        lowest=lowest[0],
        lowest_unit=lowest[1],
        highest=highest[0],
        highest_unit=highest[1],
    )


def _persons(units: Sequence[_Unit]) -> int:
    return sum(unit.residents.persons for unit in units if unit.residents)


def _bounds(practice: SharedPractice | None) -> Interval | None:
    """Return where P_pop could lie, were the units of which nothing is known all at one end."""
    if practice is None or practice.covered_share >= 1:
        return None
    low = practice.covered_share * practice.points
    return Interval(low=low, high=low + (1 - practice.covered_share) * FULL_SCALE)


def _unit_readings(
    units: Sequence[_Unit], methodology: Methodology, prevails: bool
) -> tuple[UnitReading, ...]:
    total = sum(unit.residents.persons for unit in units if unit.residents)
    whole = total > 0 and all(unit.residents for unit in units)
    return tuple(
        UnitReading(
            unit=unit.code,
            persons=unit.residents.persons if unit.residents else None,
            population_year=unit.residents.year if unit.residents else None,
            population_share=unit.residents.persons / total if whole and unit.residents else None,
            practice=_estimate(unit.drawn, methodology),
            layer=unit.drawn.layer if unit.drawn else None,
            replaced=prevails,
            reason=unit.reason,
        )
        for unit in units
    )
