"""What a feed tells of reports: one entry each, and their editions on actors to whoever asks."""

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

from gaptracker.domain.announcements import AnnouncedReport
from gaptracker.domain.report_delivery import KeptFile, ReportText
from gaptracker.publish.api.deps import path_part
from gaptracker.publish.api.shelf import Published
from gaptracker.publish.feeds.entries import (
    EntryKind,
    FeedEntry,
    FeedFile,
    Known,
    provisional_words,
)
from gaptracker.publish.texts import SOURCE_LANGUAGE, closed

GLOBAL = "global"
# A reader that was away for ten years is told of these.
MOST_REPORTS = 40
ANY_BYTES = "application/octet-stream"
MEDIA_TYPES = {"md": "text/markdown"}


def report_entries(
    reports: Sequence[AnnouncedReport],
    known: Known,
    *,
    published: Mapping[str, Published],
    actors: frozenset[str] | None,
) -> Iterator[FeedEntry]:
    """Yield an entry for each report; of some actors, one for each edition on one of them.

    Args:
        reports: The announced ones, the oldest first.
        known: Names, and the language.
        published: Releases by id.
        actors: What the feed is narrowed to; None for everything. A feed of everything has one
            entry a report: two hundred editions would leave no room in it.
    """
    for report in reversed(reports[-MOST_REPORTS:]):
        wanted = (GLOBAL,) if actors is None else sorted(actors & set(report.editions))
        for edition in wanted:
            yield _entry(report, edition, known, published.get(report.release))


def _entry(
    report: AnnouncedReport, edition: str, known: Known, published: Published | None
) -> FeedEntry:
    text = _text(report, edition, known.language)
    actor = None if edition == GLOBAL else edition
    parts = (EntryKind.REPORT, report.period, *([actor] if actor else ()))
    return FeedEntry(
        id=uuid5(NAMESPACE_URL, "/".join(parts)).urn,
        kind=EntryKind.REPORT,
        title=_title(report, text, actor, known),
        summary="\n".join(_summary(report, text, edition, known, published)),
        page=f"/releases/{path_part(report.release)}",
        at=report.announced_at,
        release=report.release,
        actor=actor,
        theme=None,
        files=tuple(_files(report, edition, known.language)),
    )


def _text(report: AnnouncedReport, edition: str, language: str) -> ReportText | None:
    """Return what an edition says in a language, in English or another if it is not in that."""
    found = {each.language: each for each in report.texts if each.edition == edition}
    return found.get(language) or found.get(SOURCE_LANGUAGE) or next(iter(found.values()), None)


def _title(
    report: AnnouncedReport, text: ReportText | None, actor: str | None, known: Known
) -> str:
    say = known.texts.say
    if text is not None:
        return say("Report {period}: {title}", period=report.period, title=text.title)
    if actor is not None:
        return say("Report {period}: {title}", period=report.period, title=known.actor_name(actor))
    return say("Report {period}", period=report.period)


def _summary(
    report: AnnouncedReport,
    text: ReportText | None,
    edition: str,
    known: Known,
    published: Published | None,
) -> Iterator[str]:
    texts = known.texts
    if text is not None:
        yield closed(text.summary)
    elif published is not None:
        # A summary of the report's own says it by itself.
        yield from provisional_words(published, known)
    on_actors = [each for each in report.editions if each != GLOBAL]
    if edition == GLOBAL and on_actors:
        yield texts.count(
            "With an edition on {number} actor.",
            "With editions on {number} actors.",
            len(on_actors),
        )
    languages = sorted({each.language for each in report.files if each.language})
    if languages:
        yield texts.say("Languages: {languages}.", languages=", ".join(languages))
    if report.link is not None:
        yield texts.say("Its files: {address}", address=report.link)
    elif report.ask is not None:
        yield texts.say(
            "Its files have no public address; ask for them: {contact}", contact=report.ask
        )
    else:
        yield texts.say("Its files have no public address; ask whoever runs this site for them.")
    yield texts.say("SHA-256 of the list of its files: {sha256}", sha256=report.report_sha256)


def _files(report: AnnouncedReport, edition: str, language: str) -> Iterator[FeedFile]:
    """Yield an edition's files: those in a language, or without words, or all if it is in none."""
    ours = [each for each in report.files if each.edition == edition]
    fitting = [each for each in ours if each.language in {language, None}]
    spoken = any(each.language == language for each in ours)
    for file in fitting if spoken else ours:
        yield FeedFile(
            name=file.name,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            media_type=_media_type(file),
            url=f"{report.link}/{path_part(file.name)}" if report.link else None,
        )


def _media_type(file: KeptFile) -> str:
    return MEDIA_TYPES.get(file.form) or mimetypes.types_map.get(f".{file.form}", ANY_BYTES)
