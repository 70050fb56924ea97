"""The scheduled report: every edition that the settings name, on the period's release."""

from collections.abc import Sequence
from pathlib import Path

from gaptracker.domain.periods import CalendarPeriod
from gaptracker.domain.report_delivery import PeriodReport, ReportFile, ReportText
from gaptracker.main.cli.stores import open_release, open_store
from gaptracker.publish.report.beside import beside_release
from gaptracker.publish.report.period import ReportPeriod
from gaptracker.publish.report.settings import ReportSettings
from gaptracker.publish.report.write import GLOBAL, write_report
from gaptracker.settings import Settings
from gaptracker.workflows.keep_report import ReportWriter, release_of

ALL = "all"


def report_writer(settings: Settings, editions: Sequence[str]) -> ReportWriter:
    """Return what writes the report of a period.

    Args:
        settings: The settings.
        editions: `global`, actors' codes, or `all` for every actor of the release.
    """

    def write(release: str, period: str, languages: Sequence[str], folder: Path) -> PeriodReport:
        frozen = open_release(release)
        named = [each for each in editions if each not in {GLOBAL, ALL}]
        actors = sorted(frozen.actors) if ALL in editions else named
        groups: list[tuple[str, ...]] = [()] if GLOBAL in editions else []
        groups += [(actor,) for actor in actors]
        beside = beside_release(open_store(), frozen, _compared(settings, release, period))
        files: list[ReportFile] = []
        texts: list[ReportText] = []
        for group in groups:
            order = ReportSettings(
                period=ReportPeriod.parse(period),
                languages=tuple(languages),
                actors=group,
                site=settings.public_url,
                beside=beside,
            )
            written = write_report(frozen, order, folder)
            files += [
                ReportFile(
                    name=file.path.name,
                    edition=file.actor or GLOBAL,
                    language=file.language,
                    form=file.form.value,
                )
                for file in written.files
            ]
            texts += [
                ReportText(
                    edition=actor or GLOBAL,
                    language=language,
                    title=title,
                    summary=written.summaries[actor, language],
                )
                for (actor, language), title in written.titles.items()
            ]
        return PeriodReport(files=tuple(files), texts=tuple(texts))

    return write


def _compared(settings: Settings, release: str, period: str) -> str | None:
    """Return the release of the period before's report, against which changes are told.

    None, for the release before this one, where there is no such report, or it is on this release.
    """
    here = CalendarPeriod.parse(period)
    before = CalendarPeriod.ended_before(here.unit, here.first)
    found = release_of(settings.resolved_reports_dir, before.key)
    return None if found == release else found
