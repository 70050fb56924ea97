"""From a release to a report's model: which parts stand in it, and in which order."""

from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.alliances import alliances
from gaptracker.publish.report.answers import corrections, replies
from gaptracker.publish.report.changed import changed
from gaptracker.publish.report.edition import Edition
from gaptracker.publish.report.method import about, contest, method
from gaptracker.publish.report.model import ReportModel, Section
from gaptracker.publish.report.pairs import strongest, theme_by_theme
from gaptracker.publish.report.pledges import pledges
from gaptracker.publish.report.profile import maps, overview, profile
from gaptracker.publish.report.settings import ReportSettings
from gaptracker.publish.report.spans import Line, name
from gaptracker.publish.report.summary import summary
from gaptracker.publish.report.words_apart import mixed_messages, silence
from gaptracker.release.heading import PUBLISHER


def build_report(
    release: FrozenRelease, settings: ReportSettings, *, language: str, actor: str | None = None
) -> ReportModel:
    """Return one edition in one language: the same release and settings, the same model.

    Args:
        release: The release.
        settings: What was asked for.
        language: `en`, `es` or `pt`.
        actor: Whose edition; None for the global one.

    Raises:
        UnknownName: If the release knows no such actor, theme or language.
        ReleaseCorrupt: If records that figures rest on are missing.
    """
    for theme in settings.themes:
        release.theme(theme)
    if actor is not None:
        release.actor(actor)
    edition = Edition(release=release, settings=settings, language=language, actor=actor)
    return ReportModel(
        language=language,
        title=_title(edition),
        subtitle=edition.speaker.say("What is said about drugs and human rights, and what is done"),
        author=PUBLISHER,
        dated=release.manifest.as_of,
        release=release.id,
        period=settings.period.name,
        actor=actor,
        about=about(edition),
        notice=_notice(edition),
        mark=edition.speaker.texts.say("Provisional") if release.manifest.provisional else None,
        contents=edition.speaker.texts.say("Contents"),
        sections=tuple(_sections(edition)),
    )


def _title(edition: Edition) -> Line:
    if edition.actor is None:
        return edition.speaker.say("Words and deeds: the global report")
    return edition.speaker.say("Words and deeds: {actor}", actor=edition.actor_name(edition.actor))


def _notice(edition: Edition) -> Line | None:
    if not edition.release.manifest.provisional:
        return None
    return edition.speaker.say(
        "Provisional: some of the positions in this release were coded by a machine and have not "
        "yet been checked by people. No figure that rests on one is graded above {grade}.",
        grade=name(edition.release.methodology.machine_ceiling.value),
    )


def _sections(edition: Edition) -> list[Section]:
    actor = edition.actor
    own = (
        [overview(edition), maps(edition), strongest(edition)]
        if actor is None
        else [profile(edition, actor), theme_by_theme(edition, actor)]
    )
    return [
        summary(edition),
        changed(edition),
        *own,
        mixed_messages(edition),
        silence(edition),
        pledges(edition),
        replies(edition),
        corrections(edition),
        alliances(edition),
        method(edition),
        contest(edition),
    ]
