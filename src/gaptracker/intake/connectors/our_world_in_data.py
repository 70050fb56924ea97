"""Our World in Data: V-Dem's human rights index, from a chart's CSV and its metadata.

Columns change their names when a chart is edited. Which one is meant is found by the short name
that the metadata give it, never by its place.
"""

import csv
import re
from collections.abc import Mapping, Sequence
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
from gaptracker.intake.connectors.csv_body import BYTE_ORDER_MARK, CsvRow, read_csv
from gaptracker.intake.connectors.figures import FIRST_YEAR, NoFigure, read_number, read_year
from gaptracker.intake.connectors.json_body import read_json

SLUG = "human-rights-index-vdem"
CHART = f"https://ourworldindata.org/grapher/{SLUG}"
INDICATOR = "human_rights_vdem"
TABLE, METADATA = "chart", "metadata"
QUERY = "v=1&csvType=full&useColumnShortNames=true"
# The central estimate; its lower and upper bound are columns of their own. The name before 2024
# was `civ_libs_vdem_owid`.
SHORT_NAMES = (
    "civ_libs_vdem__estimate_best",
    "civ_libs_vdem__estimate_best__aggregate_method_average",
    "civ_libs_vdem_owid",
)
HIGHEST = 1.0
# Regions have codes such as `OWID_WRL`; one state has such a code, too.
OWN_CODES = {"OWID_KOS": "XKX"}
LICENCE = "CC-BY-SA-4.0 (V-Dem), CC-BY-4.0 (processing)"
_CODE = re.compile(r"[A-Z]{3}")
_VERSION = re.compile(r"\bv(\d+(?:\.\d+)*)\b")
_YEAR = re.compile(r"\((\d{4})\)")


class OurWorldInData:
    """The connector of Our World in Data."""

    about = Publisher(
        source=SourceId.OUR_WORLD_IN_DATA,
        title="Our World in Data, human rights index of V-Dem",
        publisher="Our World in Data",
        homepage=CHART,
        licence=LICENCE,
        republish="values, with V-Dem and Our World in Data named, under the same licence",
        indicators=(INDICATOR,),
        # The full table has about 30,000 rows since 1789 and 174 actors.
        guard=Guard(rows=15_000, actors=150, years=(FIRST_YEAR, 2100)),
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch metadata and table; a part of it would be transformed, so all is asked for."""
        del since
        return [
            fetch(
                Resource(
                    name=METADATA,
                    url=f"{CHART}.metadata.json?{QUERY}",
                    offline=(f"{SLUG}*.metadata.json",),
                    begins=(b"{",),
                )
            ),
            fetch(
                Resource(
                    name=TABLE,
                    url=f"{CHART}.csv?{QUERY}",
                    offline=(f"{SLUG}*.csv",),
                    begins=(b"Entity,", b'"Entity"'),
                )
            ),
        ]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the table; a release of V-Dem is a source of its own, named by its version."""
        staging = Staging(source=SourceId.OUR_WORLD_IN_DATA)
        by_name = {each.snapshot.resource: each for each in arrived}
        metadata, table = by_name[METADATA], by_name[TABLE]
        title, column = _column(metadata)
        source = _source(title, column, metadata, staging)
        staging.sources[source.id] = source
        name = _named_in_table(title, column, table)
        rows = read_csv(table.read(), table.where, staging, needed=("Entity", "Code", "Year", name))
        for row in rows:
            try:
                _stage(staging, row, name, source.id, known)
            except NoFigure as error:
                staging.refuse(error.kind, row.where, str(error))
        return staging


def _column(metadata: Arrived) -> tuple[str, Mapping[str, Any]]:
    """Return the title and description of the column that is meant."""
    found = read_json(metadata)
    columns = found.get("columns") if isinstance(found, dict) else None
    if not isinstance(columns, dict) or not all(isinstance(c, dict) for c in columns.values()):
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            metadata.where,
            f"{str(found)[:120]} came; expected a chart's columns",
        )
    named = {each.get("shortName"): (title, each) for title, each in columns.items()}
    meant = next((named[name] for name in SHORT_NAMES if name in named), None)
    if meant is None:
        raise SourceUnreadable(
            IssueKind.COLUMN_MISSING,
            metadata.where,
            f"the chart's columns are {', '.join(map(str, named)) or 'none'}; expected "
            f"{SHORT_NAMES[0]}: see whether the chart was made anew",
        )
    return meant


def _named_in_table(title: str, column: Mapping[str, Any], table: Arrived) -> str:
    """Return how the table names the column: by its short name, or by its title."""
    first = table.read().removeprefix(BYTE_ORDER_MARK).split(b"\n", 1)[0]
    header = next(csv.reader([first.decode("utf-8", errors="replace").strip()]), [])
    short = str(column["shortName"])
    return short if short in header else title


def _stage(staging: Staging, row: CsvRow, name: str, source: str, known: Known) -> None:
    code = OWN_CODES.get(row["Code"], row["Code"])
    if code not in known.actors:
        if code and not code.startswith("OWID_") and not _CODE.fullmatch(code):
            staging.refuse(
                IssueKind.ACTOR_UNKNOWN,
                row.where,
                f"code {code[:20]!r} came; expected an ISO code, OWID_… or nothing",
            )
        else:
            staging.leave("region, territory or former state")
        return
    year = read_year(row["Year"], known.today.year)
    if year < FIRST_YEAR:
        staging.leave(f"year before {FIRST_YEAR}")
        return
    value = read_number(row[name])
    if value is None:
        staging.leave("state and year without a value")
        return
    if not 0 <= value <= HIGHEST:
        raise NoFigure(
            IssueKind.VALUE_OUT_OF_RANGE, f"{INDICATOR} {value:g}; expected 0 to {HIGHEST:g}"
        )
    staging.add_observation(
        Observation(
            id=f"{INDICATOR}.{code}.{year}",
            actor=code,
            indicator=INDICATOR,
            period=PartialDate.parse(str(year)),
            value=value,
            source=source,
        ),
        row.where,
    )


def _source(title: str, column: Mapping[str, Any], metadata: Arrived, staging: Staging) -> Source:
    """Return the source of a release; its version stands in the citation, or only its year."""
    said = " ".join(str(column.get(key, "")) for key in ("citationLong", "citationShort"))
    found = _VERSION.search(said)
    version, year = found[1] if found else None, _YEAR.search(said)
    if version is None and year is None:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            metadata.where,
            f"{title} is cited as {said[:120]!r}; expected the version or year of V-Dem",
        )
    stamp = str(column.get("lastUpdated") or "") or None
    if stamp:
        staging.releases[TABLE] = staging.releases[METADATA] = stamp
    named = f"v{version}" if version else f"of {year[1] if year else ''}"
    return Source(
        id=f"vdem-{version or (year[1] if year else '')}",
        title=f"Human rights index (V-Dem {named})",
        publisher="V-Dem Institute, processed by Our World in Data",
        group="vdem",
        grade=2,
        record_of_act=False,
        kind="index",
        licence=LICENCE,
        citation=(
            f"V-Dem{f' ({year[1]})' if year else ''}, Varieties of Democracy dataset {named}, "
            "processed by Our World in Data"
        ),
        retrieved_on=metadata.snapshot.fetched_at.date(),
        url=CHART,
        published_on=PartialDate.parse(year[1]) if year else None,
    )
