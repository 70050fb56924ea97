"""What a submission may name, read from methodology and records and kept for a while."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from gaptracker.domain.errors import NothingToScore
from gaptracker.domain.methodology import Methodology
from gaptracker.intake.submission_known import Known, known_of
from gaptracker.intake.submission_terms import RecordKind
from gaptracker.records.mapping import ACTORS, MEASURES, OBSERVATIONS, SOURCES, STATEMENTS
from gaptracker.records.unit_of_work import UnitOfWork

# Whether anything was loaded or published is asked this often; all names are read only if so.
ASKED_EVERY = timedelta(seconds=30)
# Where a day begins first on earth: what was said there today is no news from the future.
EARLIEST_ZONE = timedelta(hours=14)
RECORD_KINDS = (
    (SOURCES, RecordKind.SOURCE),
    (STATEMENTS, RecordKind.STATEMENT),
    (MEASURES, RecordKind.MEASURE),
    (OBSERVATIONS, RecordKind.OBSERVATION),
)


class KnownNames:
    """Gives `Known`, read anew when something was loaded or published.

    Reading all names takes a part of a second, so it is done outside of any transaction that
    writes, by one caller, while the others go on with the names of before.
    """

    def __init__(self, methodology: Methodology, open_reading: Callable[[], UnitOfWork]) -> None:
        """Begin with nothing read."""
        self._methodology = methodology
        self._open = open_reading
        self._reading = threading.Lock()
        self._known: Known | None = None
        self._version: tuple[int, int] | None = None
        self._asked_at: datetime | None = None

    @property
    def methodology(self) -> Methodology:
        """Return the rules in force."""
        return self._methodology

    def current(self, now: datetime) -> Known:
        """Return what may be named, as of at most half a minute ago, and which day it is."""
        return replace(self._names(now), today=_today(now))

    def at_hand(self, now: datetime) -> Known | None:
        """Return what `current` would, where nothing has to be asked for it; None elsewhere."""
        known = self._fresh(now)
        return None if known is None else replace(known, today=_today(now))

    def _fresh(self, now: datetime) -> Known | None:
        is_fresh = self._asked_at is not None and now - self._asked_at < ASKED_EVERY
        return self._known if is_fresh else None

    def _names(self, now: datetime) -> Known:
        fresh = self._fresh(now)
        if fresh is not None:
            return fresh
        known = self._known
        # Who comes while another one reads waits only if there is nothing yet.
        if not self._reading.acquire(blocking=known is None):
            return known or self._names(now)
        try:
            self._read(now)
        finally:
            self._reading.release()
        if self._known is None:
            raise NothingToScore("the names were not read")
        return self._known

    def _read(self, now: datetime) -> None:
        with self._open() as work:
            dataset = work.datasets.load_current()
            version = (dataset.revision if dataset else 0, work.submissions.published_count())
            if version != self._version:
                self._known = read_known(work, self._methodology, now)
                self._version = version
        self._asked_at = now


def read_known(work: UnitOfWork, methodology: Methodology, now: datetime) -> Known:
    """Read what may be named from the records, now."""
    records = {
        record: kind for table, kind in RECORD_KINDS for record in work.evidence.load_ids(table)
    }
    actors = work.evidence.load_all(ACTORS)
    return known_of(methodology, actors, records, today=_today(now))


def _today(now: datetime) -> date:
    """Return the latest day that it is anywhere on earth; `now` is in UTC."""
    return (now + EARLIEST_ZONE).date()
