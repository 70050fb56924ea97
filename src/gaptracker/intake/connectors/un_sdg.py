"""UN SDG database: people held without sentence (16.3.2), treatment of drug use disorders (3.5.1).

A series comes as CSV by POST, padded with NUL bytes. Every breakdown is a row of its own; only the
headline is read. 16.3.2 is UNODC's figure in another coat: it fills gaps of UNODC's own file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from gaptracker.intake.connectors.csv_body import CsvRow, read_csv
from gaptracker.intake.connectors.figures import FIRST_YEAR, NoFigure, read_number, read_year
from gaptracker.intake.connectors.json_body import read_json
from gaptracker.intake.connectors.m49 import STATE_OF_NUMBER

API = "https://unstats.un.org/sdgapi/v1/sdg/Series"
RELEASES = "releases"
PORTAL = "https://unstats.un.org/sdgs/dataportal"
TERMS = "UN data terms: reuse with attribution"
NEEDED = ("SeriesCode", "GeoAreaCode", "TimePeriod", "Value", "[Units]")
WHOLE = 100.0
UNODC_SOURCES = "unodc-"
# What each breakdown says where it breaks nothing down; a cell may be empty, too.
HEADLINE: Mapping[str, frozenset[str]] = {
    "[Sex]": frozenset({"BOTHSEX", "_T", ""}),
    "[Age]": frozenset({"ALLAGE", "_T", ""}),
    "[Location]": frozenset({"ALLAREA", "_T", ""}),
    # Global reporting; `N` is a state's own figure of another definition.
    "[Reporting Type]": frozenset({"G", ""}),
}
DISORDERS = "[Substance use disorders]"
KNOWN_BREAKDOWNS = {*HEADLINE, DISORDERS, "[Nature]", "[Units]"}
ALL_DRUGS, OPIOIDS = ("TOTAL", "_T"), ("OPIOIDS",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series and the indicator it feeds."""

    code: str
    indicator: str
    source: str
    title: str
    group: str
    compiled: str


SERIES = (
    Series(
        code="VC_PRS_UNSNT",
        indicator="unsentenced_share",
        source="un-sdg-16-3-2",
        title="SDG indicator 16.3.2, unsentenced detainees (VC_PRS_UNSNT)",
        group="unodc",
        compiled="; compiled by UNODC, so of the same group",
    ),
    Series(
        code="SH_SUD_TREAT",
        indicator="treatment_coverage_sud",
        source="un-sdg-3-5-1",
        title=(
            "SDG indicator 3.5.1, treatment coverage for substance use disorders (SH_SUD_TREAT)"
        ),
        group="who",
        compiled="",
    ),
)


class UnSdg:
    """The connector of the UN SDG database."""

    about = Publisher(
        source=SourceId.UN_SDG,
        title="UN Global SDG Indicators Database",
        publisher="United Nations Statistics Division",
        homepage=PORTAL,
        licence=TERMS,
        republish="values, with attribution",
        indicators=tuple(series.indicator for series in SERIES),
        # The two series had 3,200 rows in 2023. How many actors are staged depends on how many
        # gaps UNODC's own file leaves; 3.5.1 alone has 29.
        guard=Guard(rows=1_500, actors=15, years=(FIRST_YEAR, 2100), vanished_share=0.3),
        seconds_between_requests=4.0,
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch each series whole, which is faster than its pages, and what release it is of."""
        del since
        return [
            *_releases(fetch),
            *(
                fetch(
                    Resource(
                        name=series.code,
                        url=f"{API}/DataCSV",
                        offline=(f"*{series.code}*.csv",),
                        form={"seriesCodes": series.code},
                        begins=(b"Goal", b'"Goal'),
                        retry_empty=True,
                    )
                )
                for series in SERIES
            ),
        ]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read both series."""
        staging = Staging(source=SourceId.UN_SDG)
        by_code = {each.snapshot.resource: each for each in arrived}
        unsentenced, treated = SERIES
        for series, take in ((unsentenced, _stage_unsentenced), (treated, _stage_treated)):
            came = by_code[series.code]
            stamp = _stamp(by_code.get(RELEASES), series, staging)
            staging.sources[series.source] = _source(series, came, stamp)
            figures = _figures(series, came, staging, known)
            if not figures:
                raise SourceUnreadable(
                    IssueKind.CATEGORY_UNKNOWN,
                    came.where,
                    "no row is a headline figure of a state: see whether a breakdown was renamed",
                )
            take(series, figures, staging, known)
        return staging


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    where: str
    state: str
    year: int
    value: float
    disorder: str


def _figures(series: Series, came: Arrived, staging: Staging, known: Known) -> Sequence[_Figure]:
    found = []
    unknown: dict[str, set[str]] = {}
    for row in read_csv(came.read(), came.where, staging, needed=NEEDED):
        for name in row.cells:
            if name.startswith("[") and name not in KNOWN_BREAKDOWNS:
                unknown.setdefault(name, set()).add(row[name])
        if row["SeriesCode"] != series.code:
            raise SourceUnreadable(
                IssueKind.SHAPE_UNKNOWN,
                row.where,
                f"series {row['SeriesCode'][:40]!r} came; expected {series.code}",
            )
        try:
            figure = _figure(row, staging, known)
        except NoFigure as error:
            staging.refuse(error.kind, row.where, str(error))
            continue
        if figure is not None:
            found.append(figure)
    _refuse_new_breakdown(unknown, came)
    return found


def _refuse_new_breakdown(unknown: Mapping[str, set[str]], came: Arrived) -> None:
    """Stop if a breakdown that is not known breaks anything down: parts would pass as wholes."""
    for name, values in unknown.items():
        if len(values) > 1:
            raise SourceUnreadable(
                IssueKind.CATEGORY_UNKNOWN,
                came.where,
                f"breakdown {name} is new: {', '.join(sorted(values))[:120]}; expected "
                f"{', '.join(sorted(KNOWN_BREAKDOWNS))}",
            )


def _figure(row: CsvRow, staging: Staging, known: Known) -> _Figure | None:
    """Return the headline figure of a row, or count why it is none."""
    beside = next((name for name in HEADLINE if _cell(row, name) not in HEADLINE[name]), None)
    if beside is not None:
        staging.leave(f"broken down: {beside} {_cell(row, beside)[:40]}")
        return None
    number = read_number(row["GeoAreaCode"])
    if number is None or number != int(number):
        raise NoFigure(
            IssueKind.ACTOR_UNKNOWN, f"area {row['GeoAreaCode']!r} came; expected an M49 number"
        )
    state = STATE_OF_NUMBER.get(int(number), "")
    if state not in known.actors:
        staging.leave("region or territory that is not assessed")
        return None
    year = read_year(row["TimePeriod"], known.today.year)
    if year < FIRST_YEAR:
        staging.leave(f"year before {FIRST_YEAR}")
        return None
    if row["[Units]"] not in {"PERCENT", "PT"}:
        raise NoFigure(
            IssueKind.CATEGORY_UNKNOWN, f"unit {row['[Units]'][:40]!r} came; expected PERCENT"
        )
    value = read_number(row["Value"])
    if value is None:
        staging.leave("state and year without a value")
        return None
    if not 0 <= value <= WHOLE:
        raise NoFigure(IssueKind.VALUE_OUT_OF_RANGE, f"{value:g} per cent; expected 0 to 100")
    return _Figure(
        where=row.where, state=state, year=year, value=value, disorder=_cell(row, DISORDERS)
    )


def _stage_unsentenced(
    series: Series, figures: Sequence[_Figure], staging: Staging, known: Known
) -> None:
    """Stage what UNODC's own file has no figure for."""
    held = known.held()
    for figure in figures:
        name = f"{series.indicator}.{figure.state}.{figure.year}"
        if name in held and held[name].source.startswith(UNODC_SOURCES):
            staging.stand_back(figure.state, "year for which UNODC's own file has a figure")
            continue
        note = "SDG indicator 16.3.2; UNODC's own file has no figure for this year"
        staging.add_observation(_observation(series, figure, note), figure.where)


def _stage_treated(
    series: Series, figures: Sequence[_Figure], staging: Staging, known: Known
) -> None:
    """Stage the figure for all drugs, or for opioids where a state gives no other."""
    del known
    total = {(each.state, each.year) for each in figures if each.disorder in ALL_DRUGS}
    for figure in figures:
        if figure.disorder in ALL_DRUGS:
            staging.add_observation(_observation(series, figure, "all drugs"), figure.where)
        elif figure.disorder in OPIOIDS and (figure.state, figure.year) not in total:
            staging.add_observation(_observation(series, figure, "opioids only"), figure.where)
        else:
            staging.leave(f"one kind of drug: {figure.disorder[:40]}")


def _observation(series: Series, figure: _Figure, note: str) -> Observation:
    return Observation(
        id=f"{series.indicator}.{figure.state}.{figure.year}",
        actor=figure.state,
        indicator=series.indicator,
        period=PartialDate.parse(str(figure.year)),
        value=figure.value,
        source=series.source,
        note=note,
    )


def _releases(fetch: Fetch) -> Sequence[Arrived]:
    """Fetch the list of series, which names the release of each; a sync can do without it."""
    resource = Resource(
        name=RELEASES, url=f"{API}/List", offline=("*Series*List*.json",), begins=(b"[",)
    )
    try:
        return [fetch(resource)]
    except SourceUnreadable:
        return []


def _stamp(came: Arrived | None, series: Series, staging: Staging) -> str | None:
    """Return which release a series is of, such as 2026.Q1.G.02."""
    try:
        listed = read_json(came) if came is not None else None
    except SourceUnreadable:
        listed = None
    named = [each for each in listed or () if isinstance(each, dict)]
    stamp = next((each.get("release") for each in named if each.get("code") == series.code), None)
    if not isinstance(stamp, str):
        staging.note(
            IssueKind.NOT_REACHED,
            f"{SourceId.UN_SDG.value}/{RELEASES}",
            f"no release of {series.code} is known: its list of series gave none",
        )
        return None
    staging.releases[series.code] = stamp
    return stamp


def _source(series: Series, came: Arrived, stamp: str | None) -> Source:
    fetched = came.snapshot.fetched_at.date()
    which = f"release {stamp}" if stamp else f"as of {fetched.isoformat()}"
    return Source(
        id=series.source,
        title=series.title,
        publisher="United Nations Statistics Division",
        group=series.group,
        grade=2,
        record_of_act=False,
        kind="statistic",
        licence=TERMS,
        citation=(
            f"United Nations, Global SDG Indicators Database, {series.code}, {which}"
            f"{series.compiled}"
        ),
        retrieved_on=fetched,
        url=PORTAL,
    )


def _cell(row: CsvRow, column: str) -> str:
    """Return a cell of a breakdown, which series have or have not."""
    return row[column] if column in row.cells else ""
