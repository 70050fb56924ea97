"""Announce a report: feeds tell of it from then on, once, whoever asks for that how often.

The document of announced reports is both the effect and its record: a version counts once its head
names it. Whoever is killed before announced nothing, and whoever is killed after finds that done.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from gaptracker.domain.announcements import NO_ANNOUNCEMENTS, AnnouncedReport, Announcements
from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.report_delivery import SendingRefused
from gaptracker.records.beside_store import BesideHead
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.documents import plain, write_json
from gaptracker.workflows.keep_report import KeptReport

# A feed leads to a report; it is no place for all of it, two hundred editions of it less so.
MOST_SUMMARY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where readers find a report's files: at an address, or by asking somebody."""

    link: str | None
    ask: str | None


def announce_report(
    store: ReleaseStore, report: KeptReport, *, where: Whereabouts, now: datetime
) -> bool:
    """Let feeds tell of a report.

    Args:
        store: Where releases are kept.
        report: The report; it was verified when it was found.
        where: Where its files are.
        now: The moment.

    Returns:
        Whether it was announced just now; what was announced before stays as it is.

    Raises:
        SendingRefused: If another report of this period was announced.
        UnknownName: If its release was never published here.
        ReleaseCorrupt: If the document of announced reports is damaged.
        TimeoutError: If another process holds the store.
    """
    store.find(report.release)
    with store.announcements.locked():
        held, head = read_announcements(store)
        for each in held.reports:
            if each.period == report.period:
                _require_same(each, report)
                return False
        announced = AnnouncedReport(
            period=report.period,
            release=report.release,
            report_sha256=report.sha256,
            announced_at=now.replace(microsecond=0),
            link=where.link,
            ask=where.ask,
            texts=tuple(replace(each, summary=_shortened(each.summary)) for each in report.texts),
            files=report.files,
        )
        coming = Announcements(
            version=held.version + 1,
            previous_sha256=head.sha256 if head else None,
            reports=(*held.reports, announced),
        )
        store.announcements.keep(write_json(plain(coming)), coming.version)
    return True


def read_announcements(store: ReleaseStore) -> tuple[Announcements, BesideHead | None]:
    """Read which reports were announced, verified.

    Raises:
        ReleaseCorrupt: If it is not what was written.
    """
    head = store.announcements.head()
    if head is None:
        return NO_ANNOUNCEMENTS, None
    content = store.announcements.read(head.sha256)
    try:
        found = msgspec.json.decode(content, type=Announcements)
    except msgspec.MsgspecError as error:
        raise ReleaseCorrupt(
            f"the announced reports {head.sha256} in {store.url} were written by another version "
            f"of this program ({error}); update it"
        ) from error
    return found, head


def _require_same(announced: AnnouncedReport, report: KeptReport) -> None:
    if announced.report_sha256 != report.sha256:
        raise SendingRefused(
            f"a report of {report.period} was announced on {announced.announced_at.date()}, and it "
            f"is not this one (expected {announced.report_sha256}, found {report.sha256}); what "
            "was announced stands: bring that report back from a copy"
        )


def _shortened(summary: str) -> str:
    """Return a summary's first lines; of a first line that is too long, its first words."""
    if len(summary) <= MOST_SUMMARY:
        return summary
    begun = summary[:MOST_SUMMARY]
    whole, _, _ = begun.rpartition("\n") if "\n" in begun else begun.rpartition(" ")
    return f"{whole or begun} …"
