"""World Bank Indicators v2: military spending and armed forces.

Errors come with status 200 as one-element arrays, a missing answer as `[meta, null]`, and
throttling as status 400; regions and income groups are mixed with economies.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gaptracker.domain.records import Observation
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import Guard, IssueKind, SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.base import (
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    SourceUnreadable,
    Staging,
)
from gaptracker.intake.connectors.figures import FIRST_YEAR
from gaptracker.intake.connectors.json_body import read_json

API = "https://api.worldbank.org/v2/country/all/indicator"
YEAR = re.compile(r"[0-9]{4}")
# The greatest page that the server takes is 32,500 rows; one series from 1960 has about 17,500.
PER_PAGE = 32_500
ECONOMY_LETTERS = 3
POPULATION = "SP.POP.TOTL"
THROTTLED = frozenset({400})
# The bank republishes SIPRI; where its own workbook was read, that stands.
SIPRI_SOURCES = "sipri-milex-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series, and the indicator it feeds; `highest` is the greatest value that can be."""

    code: str
    indicator: str
    source: str
    title: str
    publisher: str
    group: str
    licence: str
    highest: float
    per_thousand: bool = False


SERIES = (
    Series(
        code="MS.MIL.XPND.GD.ZS",
        indicator="military_spending",
        source="sipri-via-wdi",
        title="Military expenditure, per cent of GDP (MS.MIL.XPND.GD.ZS)",
        publisher="SIPRI, through the World Bank",
        group="sipri",
        licence=(
            "SIPRI terms: limited extracts with citation; World Bank CC-BY-4.0 for its compilation"
        ),
        highest=150.0,
    ),
    Series(
        code="MS.MIL.TOTL.P1",
        indicator="armed_forces_rate",
        source="iiss-via-wdi",
        title="Armed forces personnel (MS.MIL.TOTL.P1)",
        publisher="IISS, through the World Bank",
        group="iiss",
        licence="IISS terms: not to be republished; World Bank CC-BY-4.0 for its compilation",
        highest=200.0,
        per_thousand=True,
    ),
)


# What is read unless more is asked for. Of the figures of the IISS not even points may be published
# without its leave: they are for whoever runs a tracker of their own and publishes nothing.
PUBLISHABLE = tuple(series for series in SERIES if series.group != "iiss")


class WorldBank:
    """The World Bank's connector; without more said, of what may be published alone."""

    about = Publisher(
        source=SourceId.WORLD_BANK,
        title="World Bank, World Development Indicators",
        publisher="World Bank",
        homepage="https://data.worldbank.org",
        licence="CC BY 4.0; the series of SIPRI and IISS under their own terms",
        republish=(
            "values of SIPRI count and are withheld from readers, points on the ladder are shown; "
            "those of IISS are not read"
        ),
        indicators=tuple(series.indicator for series in PUBLISHABLE),
        guard=Guard(rows=8_000, actors=120, years=(FIRST_YEAR, 2100)),
        seconds_between_requests=3.0,
    )

    def __init__(self, series: Sequence[Series] = PUBLISHABLE) -> None:
        """Take the series that are read."""
        self._series = tuple(series)

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch each series whole; `since` is not asked for, since whole series are small."""
        del since
        codes = [series.code for series in self._series]
        if any(series.per_thousand for series in self._series):
            codes.append(POPULATION)
        return [fetch(_resource(code)) for code in codes]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the series; armed forces are divided by the population of the same year."""
        staging = Staging(source=SourceId.WORLD_BANK)
        by_code = {each.snapshot.resource: each for each in arrived}
        people = {
            (row.code, row.year): row.value
            for came in arrived
            if came.snapshot.resource == POPULATION
            for row in _rows(came, staging)
            if row.value is not None
        }
        said_by_sipri = {
            name for name, held in known.held().items() if held.source.startswith(SIPRI_SOURCES)
        }
        for series in self._series:
            came = by_code[series.code]
            staging.sources[series.source] = _source(series, came, staging)
            for row in _rows(came, staging):
                if f"{series.indicator}.{row.code}.{row.year}" in said_by_sipri:
                    staging.stand_back(row.code, "year for which SIPRI's own file has a figure")
                else:
                    _stage(staging, series, row, known, people)
        return staging


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    where: str
    code: str
    year: int
    value: float | None


def _resource(code: str) -> Resource:
    return Resource(
        name=code,
        url=f"{API}/{code}?format=json&source=2&per_page={PER_PAGE}",
        offline=(f"*{code}*.json",),
        begins=(b"[",),
        retry_statuses=THROTTLED,
    )


def _rows(arrived: Arrived, staging: Staging) -> Iterator[_Row]:
    """Yield the rows of economies."""
    meta, rows = _parts(arrived)
    if meta.get("pages", 1) != 1:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"{meta.get('pages')} pages came; expected one of {PER_PAGE:,} rows",
        )
    for number, row in enumerate(rows, start=1):
        staging.rows_read += 1
        where = f"{arrived.where} row {number}"
        try:
            code, year, value = row["countryiso3code"], row["date"], row["value"]
        except (KeyError, TypeError):
            raise SourceUnreadable(
                IssueKind.COLUMN_MISSING,
                where,
                f"{str(row)[:120]} came; expected countryiso3code, date and value",
            ) from None
        if len(code) != ECONOMY_LETTERS:
            staging.leave("row without an economy's code")
        elif not YEAR.fullmatch(year):
            staging.refuse(
                IssueKind.VALUE_OUT_OF_RANGE, where, f"year {year!r} came; expected YYYY"
            )
        elif int(year) < FIRST_YEAR:
            staging.leave(f"year before {FIRST_YEAR}")
        elif value is not None and not isinstance(value, int | float):
            staging.refuse(
                IssueKind.VALUE_OUT_OF_RANGE, where, f"value {value!r} came; expected a number"
            )
        else:
            yield _Row(where=where, code=code, year=int(year), value=value)


def _parts(arrived: Arrived) -> tuple[Mapping[str, Any], Sequence[Any]]:
    """Return meta and rows of an answer, by its shape first (errors come with status 200)."""
    found = read_json(arrived)
    if isinstance(found, list) and len(found) == 1 and "message" in found[0]:
        said = found[0]["message"]
        raise SourceUnreadable(
            IssueKind.PUBLISHER_ERROR,
            arrived.where,
            f"the server answers 200 with an error: {str(said)[:200]}",
        )
    expected = 2
    if not (isinstance(found, list) and len(found) == expected and isinstance(found[0], dict)):
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"{str(found)[:120]} came; expected a pair of meta and rows",
        )
    meta, rows = found
    if not rows:
        raise SourceUnreadable(
            IssueKind.EMPTY_ANSWER,
            arrived.where,
            "no row came; expected a series: see whether its code was renamed",
        )
    return meta, rows


def _stage(
    staging: Staging,
    series: Series,
    row: _Row,
    known: Known,
    people: Mapping[tuple[str, int], float],
) -> None:
    if row.value is None:
        staging.leave("economy and year without a value")
        return
    if row.code not in known.actors:
        staging.leave("region, income group or economy that is not assessed")
        return
    value = row.value
    if series.per_thousand:
        if (row.code, row.year) not in people:
            staging.refuse(
                IssueKind.ROW_REFUSED, row.where, f"no population of {row.code} in {row.year}"
            )
            return
        value = 1_000 * row.value / people[row.code, row.year]
    if not 0 <= value <= series.highest:
        staging.refuse(
            IssueKind.VALUE_OUT_OF_RANGE,
            row.where,
            f"{series.indicator} {value:g}; expected 0 to {series.highest:g}",
        )
        return
    staging.add_observation(
        Observation(
            id=f"{series.indicator}.{row.code}.{row.year}",
            actor=row.code,
            indicator=series.indicator,
            period=PartialDate.parse(str(row.year)),
            value=value,
            source=series.source,
        ),
        row.where,
    )


def _source(series: Series, arrived: Arrived, staging: Staging) -> Source:
    meta, _ = _parts(arrived)
    stamp = str(meta.get("lastupdated", "")) or None
    if stamp:
        staging.releases[arrived.snapshot.resource] = stamp
    fetched = arrived.snapshot.fetched_at.date()
    return Source(
        id=series.source,
        title=series.title,
        publisher=series.publisher,
        group=series.group,
        grade=2,
        record_of_act=False,
        kind="statistic",
        licence=series.licence,
        citation=(
            f"{series.publisher}, World Development Indicators, series {series.code}"
            + (f", release of {stamp}" if stamp else "")
        ),
        retrieved_on=fetched,
        url=f"https://data.worldbank.org/indicator/{series.code}",
        published_on=PartialDate.parse(stamp) if stamp else None,
    )
