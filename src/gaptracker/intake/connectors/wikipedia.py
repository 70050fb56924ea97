"""Wikipedia's tables of cannabis law (states; states of the United States) and the death penalty.

A page says how the law stands when a revision is saved. Each is staged for the month of its
revision, and what earlier syncs recorded for earlier months stays: the page does not speak of it.
Years before are the reference data's, reconstructed from years of abolition and approval.
"""

from collections.abc import Callable, Sequence

from gaptracker.domain.records import Observation
from gaptracker.domain.syncing import Guard, SourceId
from gaptracker.intake.connectors.base import Arrived, Fetch, Known, Publisher, Staging
from gaptracker.intake.connectors.wikipedia_cannabis import (
    LAW,
    MEDICAL_LAW,
    SHARE,
    stage_states,
    stage_us_states,
)
from gaptracker.intake.connectors.wikipedia_death_penalty import (
    STATUS,
    YEARS_SINCE,
    stage_death_penalty,
)
from gaptracker.intake.connectors.wikipedia_pages import (
    LICENCE,
    WIKIPEDIA,
    Page,
    Revision,
    read_page,
)

CANNABIS = Page(name="cannabis", title="Legality of cannabis", source="wikipedia-cannabis", grade=4)
US_CANNABIS = Page(
    name="cannabis_us",
    title="Legality of cannabis by U.S. jurisdiction",
    source="wikipedia-cannabis-us",
    grade=4,
)
# Years reconstructed from it agree with Amnesty's lists in 97 of 100 cases.
DEATH_PENALTY = Page(
    name="death_penalty",
    title="Capital punishment by country",
    source="wikipedia-capital-punishment",
    grade=3,
)
STAGES: tuple[tuple[Page, Callable[[Revision, Staging, Known], None]], ...] = (
    (CANNABIS, stage_states),
    (US_CANNABIS, stage_us_states),
    (DEATH_PENALTY, stage_death_penalty),
)


class Wikipedia:
    """Wikipedia's connector."""

    about = Publisher(
        source=SourceId.WIKIPEDIA,
        title="Wikipedia, tables of cannabis law and the death penalty",
        publisher="Wikipedia",
        homepage=WIKIPEDIA,
        licence=LICENCE,
        republish=(
            "categories and years read from the tables, with page and revision named, under the "
            "same licence; no texts of the pages are kept in records"
        ),
        indicators=(LAW, MEDICAL_LAW, SHARE, STATUS, YEARS_SINCE),
        # 202 rows of cannabis law, 51 of the United States beside territories, 195 of the death
        # penalty; 193 states and 51 parts of one have a value.
        guard=Guard(rows=400, actors=220, years=(2020, 2100)),
        seconds_between_requests=2.0,
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch the newest revision of each page; none speaks of years, so `since` is not asked."""
        del since
        return [fetch(page.resource) for page, _ in STAGES]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the tables of each page."""
        staging = Staging(source=SourceId.WIKIPEDIA)
        came = {each.snapshot.resource: each for each in arrived}
        now = set()
        for page, stage in STAGES:
            revision = read_page(page, came[page.name])
            staging.releases[page.name] = revision.stamp
            staging.sources[revision.source_id] = revision.source(
                came[page.name].snapshot.fetched_at.date()
            )
            now.add(revision.source_id)
            stage(revision, staging, known)

        def speaks_of(held: Observation) -> bool:
            return held.source in now

        staging.speaks_of = speaks_of
        return staging
