"""WHO's Global Health Observatory (OData). Methodology 1.0.0 takes nothing from it.

The reader is here for indicators that a later methodology names: each is a `GhoSeries`. Regions and
income groups are mixed with states, every breakdown is a row, `Value` is a text to be shown, and
some answers are empty though data exist.
"""

from collections.abc import Iterator, Sequence
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
from gaptracker.intake.connectors.figures import FIRST_YEAR, NoFigure, read_number, read_year
from gaptracker.intake.connectors.json_body import read_json

API = "https://ghoapi.azureedge.net/api"
NEXT = "@odata.nextLink"
LICENCE = "CC-BY-NC-SA-3.0-IGO"
NEEDED = ("SpatialDimType", "SpatialDim", "TimeDim", "Value", "NumericValue")
# One series has some tens of thousands of rows; a link that never ends is no series.
MOST_PAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class GhoSeries:
    """One series of the observatory and the indicator it feeds.

    Args:
        code: The observatory's own.
        indicator: Of the methodology.
        title: In words.
        headline: What `Dim1` and `Dim2` are where nothing is broken down, as `SEX_BTSX`.
        highest: The greatest value that can be.
    """

    code: str
    indicator: str
    title: str
    headline: tuple[str | None, str | None]
    highest: float

    @property
    def source(self) -> str:
        """Return the id of its source."""
        return f"who-gho-{self.code.lower().replace('_', '-')}"


class WhoGho:
    """The observatory's connector, for the series that a methodology takes from it."""

    series: Sequence[GhoSeries] = ()
    about = Publisher(
        source=SourceId.WHO_GHO,
        title="WHO, Global Health Observatory",
        publisher="World Health Organization",
        homepage="https://www.who.int/data/gho",
        licence=LICENCE,
        republish="values, with attribution, not for commercial use and under the same licence",
        indicators=(),
        # Nothing is asked for, so that nothing comes; a series brings its own floors.
        guard=Guard(rows=0, actors=0, years=(FIRST_YEAR, 2100)),
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch each series, page by page as the answers link to each other."""
        del since
        return [page for series in self.series for page in _pages(fetch, series)]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the series; without any, say so."""
        staging = Staging(source=SourceId.WHO_GHO)
        if not self.series:
            staging.note(
                IssueKind.LEFT_OVER,
                SourceId.WHO_GHO.value,
                f"methodology {known.methodology.version} takes nothing from it; nothing was asked "
                "for",
            )
        for series in self.series:
            pages = [
                each for each in arrived if each.snapshot.resource.startswith(f"{series.code}-")
            ]
            staging.sources[series.source] = _source(series, pages[0])
            for page in pages:
                for where, row in _rows(page, staging):
                    try:
                        _stage(staging, series, row, where, known)
                    except NoFigure as error:
                        staging.refuse(error.kind, where, str(error))
        return staging


def _pages(fetch: Fetch, series: GhoSeries) -> Iterator[Arrived]:
    """Fetch a series and what its answers link to; a link may be relative."""
    url: str | None = f"{API}/{series.code}"
    for number in range(1, MOST_PAGES + 1):
        if url is None:
            return
        page = fetch(
            Resource(
                name=f"{series.code}-{number}",
                url=url,
                offline=(f"*{series.code}-{number}.json",),
                begins=(b"{",),
                retry_empty=True,
            )
        )
        yield page
        url = _next(page)
    raise SourceUnreadable(
        IssueKind.SHAPE_UNKNOWN,
        f"{SourceId.WHO_GHO.value}/{series.code}",
        f"more than {MOST_PAGES} pages came; expected an end",
    )


def _next(page: Arrived) -> str | None:
    link = _envelope(page).get(NEXT)
    if not link:
        return None
    url = f"{API}/{link.removeprefix('/').removeprefix('api/')}" if "://" not in link else link
    if not url.startswith(f"{API}/"):
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            page.where,
            f"the next page is said to be at {link[:120]}; expected an address of {API}",
        )
    return url


# `Any`: an answer's own shape, which is checked here.
def _envelope(page: Arrived) -> dict[str, Any]:
    found = read_json(page)
    if not isinstance(found, dict) or not isinstance(found.get("value"), list):
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            page.where,
            f"{str(found)[:120]} came; expected an envelope with a list of values",
        )
    if not found["value"]:
        raise SourceUnreadable(
            IssueKind.EMPTY_ANSWER, page.where, "no row came: see whether the code was renamed"
        )
    return found


def _rows(page: Arrived, staging: Staging) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, row in enumerate(_envelope(page)["value"], start=1):
        where = f"{page.where} row {number}"
        if not isinstance(row, dict) or any(name not in row for name in NEEDED):
            raise SourceUnreadable(
                IssueKind.COLUMN_MISSING,
                where,
                f"{str(row)[:120]} came; expected {', '.join(NEEDED)}",
            )
        staging.rows_read += 1
        yield where, row


def _stage(
    staging: Staging, series: GhoSeries, row: dict[str, Any], where: str, known: Known
) -> None:
    state = row["SpatialDim"]
    if row["SpatialDimType"] != "COUNTRY" or state not in known.actors:
        staging.leave("region, income group or territory")
        return
    if (row.get("Dim1"), row.get("Dim2")) != series.headline:
        staging.leave("broken down")
        return
    year = read_year(str(row["TimeDim"]), known.today.year)
    if year < FIRST_YEAR:
        staging.leave(f"year before {FIRST_YEAR}")
        return
    if row["NumericValue"] is None and row["Value"] is None:
        staging.leave("state and year without a value")
        return
    if row["NumericValue"] is None:
        # A text that is only to be shown: `<0.1` is told as the bound it is, all else refused.
        read_number(str(row["Value"]))
        raise NoFigure(
            IssueKind.ROW_REFUSED, f"{row['Value']!r} came without a number; expected one"
        )
    value = read_number(str(row["NumericValue"]))
    if value is None or not 0 <= value <= series.highest:
        raise NoFigure(
            IssueKind.VALUE_OUT_OF_RANGE,
            f"{series.indicator} {row['NumericValue']}; expected 0 to {series.highest:g}",
        )
    staging.add_observation(
        Observation(
            id=f"{series.indicator}.{state}.{year}",
            actor=state,
            indicator=series.indicator,
            period=PartialDate.parse(str(year)),
            value=value,
            source=series.source,
        ),
        where,
    )


def _source(series: GhoSeries, page: Arrived) -> Source:
    return Source(
        id=series.source,
        title=f"{series.title} ({series.code})",
        publisher="World Health Organization",
        group="who",
        grade=2,
        record_of_act=False,
        kind="statistic",
        licence=LICENCE,
        citation=f"World Health Organization, Global Health Observatory, {series.code}",
        retrieved_on=page.snapshot.fetched_at.date(),
        url=f"{API}/{series.code}",
    )
