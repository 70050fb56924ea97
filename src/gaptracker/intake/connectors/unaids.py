"""UNAIDS, Global AIDS Monitoring: needles for each person who injects, agonist treatment.

The archive holds what states answered on their laws, too: whether possession is punished, with
what penalties. No indicator of the methodology takes such answers, so that they are told in the
run's record, state by state, for a coder to read; none of them is staged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gaptracker.domain.records import Observation
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import Guard, IssueKind, SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.base import (
    MEBIBYTE,
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    SourceUnreadable,
    Staging,
)
from gaptracker.intake.connectors.csv_body import CsvRow
from gaptracker.intake.connectors.figures import FIRST_YEAR, NoFigure, read_number, read_year
from gaptracker.intake.connectors.unaids_rows import read_rows

HOME = "https://aidsinfo.unaids.org"
ARCHIVE = "gam"
# A new edition comes each July under the name of its year; the newest that is there is taken.
EDITIONS = (2028, 2027, 2026, 2025)
FOLDERS = ("documents", "public/documents")
SOURCE = "unaids-gam"
LICENCE = "UNAIDS terms: reuse with attribution, non-commercial (newer files CC-BY-NC-SA-3.0-IGO)"
TOTAL = "total"
NO_VALUE = frozenset({"", "nan", "..."})
MOST_ARCHIVE_BYTES = 256 * MEBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One question of the monitoring and the indicator it feeds, in which units, up to what."""

    indicator: str
    units: frozenset[str]
    highest: float


SERIES = {
    # Some years carry the unit `number` for what is a number a person all the same.
    "PWID_NEEDLES": Series(
        indicator="needles_per_injector", units=frozenset({"rate", "number"}), highest=1_000.0
    ),
    "PWID_OST_COVERAGE": Series(
        indicator="oat_coverage", units=frozenset({"percent", "percentage", "%"}), highest=100.0
    ),
}


@dataclass(slots=True)
class _Answers:
    """What states answered on their laws on drugs: by question and state, the newest answer."""

    newest: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def take(self, question: str, state: str, *, year: int, answer: str) -> None:
        before = self.newest.get((question, state))
        if before is None or before[0] < year:
            self.newest[question, state] = (year, answer)

    def tell(self, staging: Staging, where: str) -> None:
        """Note which states gave each answer."""
        by_answer: dict[tuple[str, str], list[str]] = {}
        for (question, state), (year, answer) in sorted(self.newest.items()):
            by_answer.setdefault((question, answer), []).append(f"{state} {year}")
        for (question, answer), states in sorted(by_answer.items()):
            staging.note(
                IssueKind.LEFT_OVER,
                where,
                f"{question}: “{answer}” is the answer of {', '.join(states)}; no indicator "
                "takes it",
                group=question,
            )


class Unaids:
    """UNAIDS's connector."""

    about = Publisher(
        source=SourceId.UNAIDS,
        title="UNAIDS, Global AIDS Monitoring",
        publisher="UNAIDS",
        homepage=HOME,
        licence=LICENCE,
        republish="values, with attribution, not for commercial use and under the same licence",
        indicators=tuple(series.indicator for series in SERIES.values()),
        # All answers since 2011 on every question: tens of thousands of rows. Of the two that are
        # used 73 and 60 states had answers by 2018.
        guard=Guard(rows=5_000, actors=50, years=(FIRST_YEAR, 2100)),
        seconds_between_requests=2.0,
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch the newest edition; an address with no archive is passed over."""
        del since
        *before, last = [_resource(folder, year) for year in EDITIONS for folder in FOLDERS]
        for resource in before:
            try:
                return [fetch(resource)]
            except SourceUnreadable as error:
                if not _is_no_archive(error):
                    raise
        return [fetch(last)]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the archive; of two rows for one state and year the first is kept."""
        staging = Staging(source=SourceId.UNAIDS)
        (came,) = arrived
        edition = came.snapshot.url.rpartition("/")[2].removesuffix(".zip")
        staging.releases[ARCHIVE] = edition
        staging.sources[SOURCE] = _source(came, edition)
        answers = _Answers()
        for row in read_rows(came, staging):
            try:
                _take(row, staging, known, answers)
            except NoFigure as error:
                staging.refuse(error.kind, row.where, str(error))
        answers.tell(staging, came.where)
        found = {each.indicator for each in staging.observations.values()}
        gone = [name for name, series in SERIES.items() if series.indicator not in found]
        if gone:
            raise SourceUnreadable(
                IssueKind.CATEGORY_UNKNOWN,
                came.where,
                f"no figure of {', '.join(gone)} came: see whether UNAIDS renamed it",
            )
        return staging


def _resource(folder: str, year: int) -> Resource:
    return Resource(
        name=ARCHIVE,
        url=f"{HOME}/{folder}/GAM_{year}_en.zip",
        offline=(f"GAM_{year}_en*.zip", f"GAM_{year}_en*.csv"),
        most_bytes=MOST_ARCHIVE_BYTES,
        begins=(b"PK",),
    )


def _is_no_archive(error: SourceUnreadable) -> bool:
    """Say whether nothing stands at an address: a 404, or the page that stands for all others.

    Nor is there one if no file of that year was downloaded. A server that is down is another
    matter: an older edition must not pass for the newest then.
    """
    issue = error.issue
    other = {IssueKind.SHAPE_UNKNOWN, IssueKind.FILE_MISSING}
    return issue.kind in other or "answered 404" in issue.detail


def _take(row: CsvRow, staging: Staging, known: Known, answers: _Answers) -> None:
    state = row["Area ID"]
    if state not in known.actors:
        staging.leave("region, city or territory")
        return
    series = SERIES.get(row["Indicator_GId"].upper())
    if series is not None:
        _take_figure(row, state, series, staging, known)
        return
    answer = row["Formatted"]
    is_of_drugs = "drug" in f"{row['Indicator']} {answer}".casefold()
    if is_of_drugs and row["Data value"].casefold() in NO_VALUE:
        if answer.casefold() not in NO_VALUE:
            year = read_year(row["Time Period"], known.today.year)
            answers.take(row["Indicator"], state, year=year, answer=answer)
        staging.leave("answer on the law of drugs")
        return
    staging.leave("another question")


def _take_figure(row: CsvRow, state: str, series: Series, staging: Staging, known: Known) -> None:
    if row["Subgroup"].casefold() != TOTAL:
        staging.leave("part of those who were asked about")
        return
    if row["Unit"].casefold() not in series.units:
        raise NoFigure(
            IssueKind.CATEGORY_UNKNOWN,
            f"unit {row['Unit'][:40]!r} came; expected {' or '.join(sorted(series.units))}",
        )
    year = read_year(row["Time Period"], known.today.year)
    if year < FIRST_YEAR:
        staging.leave(f"year before {FIRST_YEAR}")
        return
    if row["Formatted"][:1] in {"<", ">"}:
        # The number beside it is the bound itself.
        raise NoFigure(IssueKind.VALUE_CENSORED, f"{row['Formatted'][:40]!r} came; that is a bound")
    value = read_number(row["Data value"])
    if value is None:
        staging.leave("state and year without a value")
        return
    if not 0 <= value <= series.highest:
        raise NoFigure(
            IssueKind.VALUE_OUT_OF_RANGE,
            f"{series.indicator} {value:g}; expected 0 to {series.highest:g}",
        )
    staging.add_observation(
        Observation(
            id=f"{series.indicator}.{state}.{year}",
            actor=state,
            indicator=series.indicator,
            period=PartialDate.parse(str(year)),
            value=value,
            source=SOURCE,
        ),
        row.where,
    )


def _source(came: Arrived, edition: str) -> Source:
    fetched = came.snapshot.fetched_at.date()
    return Source(
        id=SOURCE,
        title="AIDSinfo: people who inject drugs",
        publisher="UNAIDS",
        group="unaids",
        grade=2,
        record_of_act=False,
        kind="statistic",
        licence=LICENCE,
        citation=f"UNAIDS, AIDSinfo, Global AIDS Monitoring, {edition}",
        retrieved_on=fetched,
        url=f"{HOME}/",
    )
