"""What each periodic job does, put together from the settings."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Engine

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.periodic import PeriodicJob
from gaptracker.domain.periods import PeriodUnit
from gaptracker.main.cli.errors import BadSetting
from gaptracker.main.cli.stores import open_store
from gaptracker.main.intake import make_desk, present
from gaptracker.main.keeping import tidy_all
from gaptracker.main.report_post import make_post, recipients_of
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.settings import Settings
from gaptracker.workflows.deliver_report import deliver_report
from gaptracker.workflows.keep_report import ReportDamaged, ReportOrder, find_report, keep_report
from gaptracker.workflows.run_periodic import Bench, Doing, Task
from gaptracker.workflows.schedules import Schedule

# The periods that a report can be for.
REPORT_UNITS = frozenset({PeriodUnit.MONTH, PeriodUnit.QUARTER, PeriodUnit.YEAR})
REPORTED = frozenset({PeriodicJob.REPORT, PeriodicJob.DELIVER})


def names_in(text: str) -> tuple[str, ...]:
    """Return names that are parted by commas.

    Examples:
        >>> names_in("en, es")
        ('en', 'es')
    """
    return tuple(name for each in text.split(",") if (name := each.strip()))


def schedules_of(settings: Settings) -> dict[PeriodicJob, Schedule]:
    """Return when each job is due; those that are switched off are left out.

    Raises:
        BadSetting: If a schedule cannot be; names the setting.
    """
    found = {}
    for job in PeriodicJob:
        setting = f"schedule_{job.value}"
        try:
            schedule = Schedule.parse(getattr(settings, setting), zone=settings.schedule_zone)
        except InvalidValue as error:
            raise BadSetting(f"GAPTRACKER_{setting.upper()}: {error}") from error
        if schedule is None:
            continue
        if job in REPORTED and schedule.unit not in REPORT_UNITS:
            raise BadSetting(
                f"GAPTRACKER_{setting.upper()} counts by {schedule.unit.value}; expected a month, "
                "a quarter or a year, for which a report can be written"
            )
        found[job] = schedule
    return found


def make_bench(settings: Settings, engine: Engine) -> Bench:
    """Return what running needs: records, clock, and what each job does."""
    jobs = _Jobs(settings, engine)
    doing: Mapping[PeriodicJob, Doing] = {
        PeriodicJob.RETENTION: jobs.retention,
        PeriodicJob.SYNC: jobs.sync,
        PeriodicJob.SCORE_AND_CUT: jobs.score_and_cut,
        PeriodicJob.REPORT: jobs.report,
        PeriodicJob.DELIVER: jobs.deliver,
    }
    return Bench(open_work=lambda: UnitOfWork(engine), present=present, doing=doing)


class _Jobs:
    """What each job does; every one may be called again after it ended midway."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine

    def retention(self, task: Task) -> str:
        """Erase what was promised to go."""
        task.check_stop()
        desk = make_desk(self._settings, self._engine)
        done = tidy_all(desk.open_work, desk.blobs, present, desk.promise)
        return f"{done.total} done"

    def sync(self, task: Task) -> str:
        """Fetch what publishers have; a source that was synced before finds nothing new."""
        # The connectors take their time to import, and a scheduler waits most of the time.
        from gaptracker.main.cli.sources import sync_by_schedule  # noqa: PLC0415

        task.check_stop()
        runs = sync_by_schedule(names_in(self._settings.schedule_sources))
        states = Counter(run.state.value for run in runs)
        return ", ".join(f"{number} {state}" for state, number in sorted(states.items()))

    def score_and_cut(self, task: Task) -> str:
        """Cut the release of the period; an attempt that died after the cut is not repeated."""
        from gaptracker.main.cli.release import cut  # noqa: PLC0415  as above

        task.check_stop()
        store = open_store()
        current = store.latest()
        if task.run.attempts > 1 and current is not None:
            kept_at = store.find(current).kept_at
            begun = task.run.due_at.isoformat(timespec="seconds")
            if kept_at is not None and kept_at >= begun:
                return current
        return cut(store).entry.id

    def report(self, task: Task) -> str:
        """Write the report on the period's release, or find it written."""
        task.check_stop()
        store = open_store()
        order = ReportOrder(
            period=task.run.period,
            release=task.needed or store.find().id,
            languages=names_in(self._settings.report_languages),
            attempt=task.run.owner or "",
        )
        # Charts and PDF take their time to import, too.
        from gaptracker.main.report_writer import report_writer  # noqa: PLC0415

        writer = report_writer(self._settings, names_in(self._settings.report_editions))
        return keep_report(self._settings.resolved_reports_dir, order, writer).sha256

    def deliver(self, task: Task) -> str:
        """Send the period's report to everybody who has not got it."""
        recipients = recipients_of(self._settings)
        if not recipients:
            return "there is nobody to send it to"
        report = find_report(self._settings.resolved_reports_dir, task.run.period)
        if task.needed not in {None, report.sha256}:
            raise ReportDamaged(
                f"the report of {task.run.period} is not the one that its run wrote; bring that "
                "back from a copy"
            )
        return deliver_report(
            report,
            recipients,
            sender=task.run.owner or "",
            post=make_post(self._settings, self._engine, lambda: present().now),
            check_stop=task.check_stop,
        )
