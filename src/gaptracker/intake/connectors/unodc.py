"""UNODC's data portal: prisons and prisoners, from the workbook of the Crime Trends Survey."""

from collections.abc import Sequence
from datetime import date

from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import Guard, IssueKind, Severity, SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.intake.connectors.base import Arrived, Fetch, Known, Publisher, Staging
from gaptracker.intake.connectors.figures import FIRST_YEAR
from gaptracker.intake.connectors.unodc_figures import BOUNDS, Figures, SourceIds
from gaptracker.intake.connectors.unodc_files import (
    PAGE,
    PAGE_RESOURCE,
    PORTAL,
    WORKBOOK,
    fetch_workbook,
)
from gaptracker.intake.connectors.unodc_rows import read_counts

# The workbook has about 500,000 rows and 226 places, 191 of them actors with a figure.
FEWEST_ROWS = 100_000
FEWEST_ACTORS = 150
TERMS = "UNODC terms: reuse with attribution"


class Unodc:
    """UNODC's connector."""

    about = Publisher(
        source=SourceId.UNODC,
        title="UNODC data portal, prisons and prisoners",
        publisher="United Nations Office on Drugs and Crime",
        homepage=PORTAL,
        licence=TERMS,
        republish=(
            "figures and what is computed from them, with attribution; those that UNODC took from "
            "the World Prison Brief are marked, and remain its publisher's"
        ),
        indicators=tuple(BOUNDS),
        guard=Guard(rows=FEWEST_ROWS, actors=FEWEST_ACTORS, years=(FIRST_YEAR, 2100)),
        seconds_between_requests=2.0,
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Find and fetch the newest workbook; it comes whole, so `since` is not asked for."""
        del since
        return fetch_workbook(fetch)

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the workbook; each release is a source of its own, named by its year."""
        staging = Staging(source=SourceId.UNODC)
        came = {each.snapshot.resource: each for each in arrived}
        workbook = came[WORKBOOK]
        if PAGE_RESOURCE in came:
            staging.note(
                IssueKind.NOT_REACHED,
                workbook.where,
                f"the portal's index of files gave no workbook; {workbook.snapshot.url} was found "
                "through the page that links to it",
                severity=Severity.WARNING,
            )
        counts = read_counts(workbook, staging, known)
        staging.releases[WORKBOOK] = counts.released_on.isoformat()
        ids = SourceIds(
            replies=f"unodc-cts-{counts.released_on.year}",
            gap_filled=f"unodc-cts-{counts.released_on.year}-gap-filled",
        )
        fetched_on = workbook.snapshot.fetched_at.date()
        for source in _sources(ids, counts.released_on, fetched_on):
            staging.sources[source.id] = source
        Figures(staging, counts, ids, workbook.where).stage()
        return staging


def _sources(ids: SourceIds, released_on: date, fetched_on: date) -> tuple[Source, ...]:
    day = f"{released_on.day} {released_on:%B %Y}"
    return tuple(
        Source(
            id=name,
            title=f"Prisons and prisoners, release of {day}: {which}",
            publisher="UNODC",
            group="unodc",
            grade=grade,
            record_of_act=is_reply,
            kind="statistic",
            licence=TERMS,
            citation=f"UNODC, data portal, Prisons and prisoners{rest.format(day=day)}",
            retrieved_on=fetched_on,
            url=PAGE,
            published_on=PartialDate.parse(released_on.isoformat()),
        )
        for name, grade, is_reply, which, rest in (
            (
                ids.replies,
                2,
                True,
                "figures from states' replies",
                " (Crime Trends Survey), release of {day}",
            ),
            (
                ids.gap_filled,
                3,
                False,
                "figures taken from elsewhere, in whole or part",
                (
                    ", release of {day}, rows that name the World Prison Brief, media or other "
                    "external sources"
                ),
            ),
        )
    )
