"""Mexico's SESNSP: investigations of retail drug dealing by state and year, over the population.

The files lie behind a page that lets no program in, and move with each release, so that they are
read from downloads. A year counts once all of its months are there; the population in the middle
of each year is CONAPO's.
"""

from collections.abc import Sequence

from gaptracker.domain.records import Observation
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import Guard, IssueKind, Severity, SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.base import (
    BY_HAND,
    MEBIBYTE,
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    Staging,
)
from gaptracker.intake.connectors.sesnsp_rows import (
    Count,
    Investigations,
    read_investigations,
    read_persons,
)

INDICATOR = "retail_drug_prosecution_rate"
HOME = "https://www.gob.mx/sesnsp/acciones-y-programas/datos-abiertos-de-incidencia-delictiva"
FIRST_YEAR = 2015
HIGHEST = 2_000.0
PER_PERSONS, DIGITS = 100_000, 3
LICENCE = "Libre Uso MX"
INVESTIGATIONS = Resource(
    name="investigations",
    url=f"{BY_HAND}www.gob.mx/sesnsp/estatal-delitos.csv",
    # By state; by municipality; the register of 2026 on.
    offline=("IDEFC*.csv", "*statal*elitos*.csv", "IDM*.csv", "RNID*.csv"),
    most_bytes=512 * MEBIBYTE,
)
POPULATION = Resource(
    name="population",
    url="https://repodatos.atdt.gob.mx/CONAPO/proyecciones/00_Pob_Mitad_1950_2070.csv",
    offline=("00_Pob_Mitad*.csv", "*[Pp]ob_[Mm]itad*.csv"),
    most_bytes=128 * MEBIBYTE,
)


class Sesnsp:
    """SESNSP's connector."""

    about = Publisher(
        source=SourceId.SESNSP,
        title="SESNSP, offences of the common jurisdiction: retail drug dealing",
        publisher="Secretariado Ejecutivo del Sistema Nacional de Seguridad Pública",
        homepage=HOME,
        licence=LICENCE,
        republish="counts and rates, with the publisher named",
        indicators=(INDICATOR,),
        # 98 kinds of offences, 32 states and eleven years make 34,000 rows.
        guard=Guard(rows=15_000, actors=32, years=(FIRST_YEAR, 2100)),
        by_hand=True,
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Take the counts and the population; each comes whole, so `since` is not asked for."""
        del since
        return [fetch(INVESTIGATIONS), fetch(POPULATION)]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the counts of whole years and divide them by the population of the same year."""
        staging = Staging(source=SourceId.SESNSP)
        came = {each.snapshot.resource: each for each in arrived}
        counts = read_investigations(came[INVESTIGATIONS.name], staging, known.today.year)
        persons = read_persons(came[POPULATION.name], counts.years)
        source = _source(counts, came[INVESTIGATIONS.name])
        staging.sources[source.id] = source
        staging.releases[INVESTIGATIONS.name] = counts.reaches_to
        where = came[INVESTIGATIONS.name].where
        for count in counts.whole():
            rate = _rate(count, persons.get((count.entity, count.year)))
            if isinstance(rate, str):
                staging.note(
                    IssueKind.ROW_REFUSED,
                    f"{where} {count.code} {count.year}",
                    rate,
                    severity=Severity.WARNING,
                )
            elif count.code in known.actors:
                staging.add_observation(_observation(count, rate, source.id), where)
        spoken = frozenset(counts.years)

        def speaks_of(held: Observation) -> bool:
            return held.period.latest().year in spoken

        staging.speaks_of = speaks_of
        return staging


def _rate(count: Count, persons: int | None) -> float | str:
    """Return investigations per 100,000 people, or what is wrong."""
    if not persons:
        return "no population came; expected one of the same year"
    rate = round(PER_PERSONS * count.opened / persons, DIGITS)
    if rate > HIGHEST:
        return f"{INDICATOR} {rate:g}; expected 0 to {HIGHEST:g}: {count.opened} investigations"
    return rate


def _observation(count: Count, rate: float, source: str) -> Observation:
    return Observation(
        id=f"{INDICATOR}.{count.code}.{count.year}",
        actor=count.code,
        indicator=INDICATOR,
        period=PartialDate.parse(str(count.year)),
        value=rate,
        source=source,
        note=f"{count.opened} investigations opened",
    )


def _source(counts: Investigations, arrived: Arrived) -> Source:
    return Source(
        id=f"sesnsp-{max(counts.years)}",
        title="Incidencia delictiva del fuero común: narcomenudeo",
        publisher="Secretariado Ejecutivo del Sistema Nacional de Seguridad Pública",
        group="sesnsp",
        grade=1,
        record_of_act=True,
        kind="statistic",
        licence=LICENCE,
        citation=(
            "SESNSP, open data on offences of the common jurisdiction, counts up to "
            f"{counts.reaches_to}, with CONAPO populations"
        ),
        retrieved_on=arrived.snapshot.fetched_at.date(),
        url=HOME,
        published_on=PartialDate.parse(counts.reaches_to),
    )
