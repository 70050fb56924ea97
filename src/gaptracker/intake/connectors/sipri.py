"""SIPRI's workbook of military expenditure: the share of gross domestic product, by state and year.

The World Bank republishes the same series; SIPRI's own goes first, since it is newer and has states
that the bank has not. The workbook has a new name every April and again with each correction, so
it is found through the page that links to it.
"""

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

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
from gaptracker.intake.connectors.leading import what_leads
from gaptracker.intake.connectors.sipri_sheet import INDICATOR, Edition, stage_shares

HOME = "https://www.sipri.org"
PAGE = f"{HOME}/databases/milex"
PAGE_RESOURCE, WORKBOOK = "page", "milex"
SOURCE_PREFIX = "sipri-milex-"
LICENCE = "SIPRI terms: limited extracts with citation; not for redistribution as a whole"
_LINK = re.compile(r'href\s*=\s*["\']([^"\']*/SIPRI-Milex-data-[^"\'/]+\.xlsx)["\']', re.IGNORECASE)
# `1949-2025`, then what a re-issue adds: `_2`, `_v1.2`.
_NAME = re.compile(r"SIPRI-Milex-data-(\d{4})-(\d{4})([\w.]*)\.xlsx$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


class Sipri:
    """SIPRI's connector."""

    about = Publisher(
        source=SourceId.SIPRI,
        title="SIPRI, Military Expenditure Database",
        publisher="Stockholm International Peace Research Institute",
        homepage=PAGE,
        licence=LICENCE,
        republish=(
            "limited extracts with citation, never the series as a whole: values count and are "
            "withheld from readers, points on the ladder are shown"
        ),
        indicators=(INDICATOR,),
        # About 175 states by 77 years make 13,400 cells; 160 have a figure since 1995.
        guard=Guard(rows=10_000, actors=130, years=(FIRST_YEAR, 2100)),
        seconds_between_requests=3.0,
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Find and fetch the newest workbook; it comes whole, so `since` is not asked for."""
        del since
        page = what_leads(fetch, PAGE_RESOURCE, PAGE, begins=b"<")
        if page is None:
            return [fetch(_workbook(PAGE))]
        return [page, fetch(_workbook(newest_link(page)))]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read the workbook; each year's edition is a source of its own."""
        staging = Staging(source=SourceId.SIPRI)
        workbook = next(each for each in arrived if each.snapshot.resource == WORKBOOK)
        edition = stage_shares(workbook, staging, known, SOURCE_PREFIX)
        staging.releases[WORKBOOK] = _stamp(workbook, edition)
        staging.sources[edition.source_id] = _source(workbook, edition)
        return staging


def newest_link(page: Arrived) -> str:
    """Return the address of the workbook that reaches furthest, its latest re-issue.

    Raises:
        SourceUnreadable: If the page links to no workbook of this name, or leads elsewhere.
    """
    text = page.read().decode("utf-8", errors="replace")
    linked = {urljoin(PAGE, str(link)) for link in _LINK.findall(text)}
    named = [(_order(link), link) for link in linked if _NAME.search(link)]
    if not named:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            page.where,
            "the page links to no SIPRI-Milex-data-….xlsx: see whether SIPRI renamed the file",
        )
    newest = max(named)[1]
    if urlsplit(newest)[:2] != urlsplit(HOME)[:2]:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            page.where,
            f"the workbook is said to be at {newest[:120]}; expected an address of {HOME}",
        )
    return newest


def _order(link: str) -> tuple[int, ...]:
    """Return the last year and the numbers of the re-issue; a first issue has none."""
    found = _NAME.search(link)
    if found is None:
        return ()
    return (int(found[2]), *map(int, _DIGITS.findall(found[3])))


def _workbook(url: str) -> Resource:
    return Resource(name=WORKBOOK, url=url, offline=("SIPRI-Milex-data-*.xlsx",), begins=(b"PK",))


def _stamp(workbook: Arrived, edition: Edition) -> str:
    """Return the last year, with the re-issue where the address names it."""
    found = _NAME.search(workbook.snapshot.url)
    return f"{edition.first_year}-{edition.last_year}{found[3] if found else ''}"


def _source(workbook: Arrived, edition: Edition) -> Source:
    return Source(
        id=edition.source_id,
        title=f"Military expenditure as a share of gross domestic product, to {edition.last_year}",
        publisher="SIPRI",
        group="sipri",
        grade=2,
        record_of_act=False,
        kind="statistic",
        licence=LICENCE,
        citation=(
            "Stockholm International Peace Research Institute, SIPRI Military Expenditure "
            f"Database, {edition.first_year} to {edition.last_year}"
        ),
        retrieved_on=workbook.snapshot.fetched_at.date(),
        url=PAGE,
        # The edition that reaches to one year comes out in the next.
        published_on=PartialDate.parse(str(edition.last_year + 1)),
    )
