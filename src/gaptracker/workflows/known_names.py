"""What a submission may name, read from methodology and records and kept for a while."""

import threading
from datetime import datetime, timedelta

from gaptracker.domain.methodology import Methodology
from gaptracker.intake.submission_known import Known, known_of
from gaptracker.intake.submission_terms import RecordKind
from gaptracker.records.mapping import ACTORS, MEASURES, OBSERVATIONS, STATEMENTS
from gaptracker.records.unit_of_work import UnitOfWork

# Reading all ids takes a good part of a second; actors and records change with a load or a
# publication, and a correction of something published a minute ago can wait a minute.
KEPT_FOR = timedelta(seconds=60)
RECORD_KINDS = (
    (STATEMENTS, RecordKind.STATEMENT),
    (MEASURES, RecordKind.MEASURE),
    (OBSERVATIONS, RecordKind.OBSERVATION),
)


class KnownNames:
    """Gives `Known`, read anew once a minute at most."""

    def __init__(self, methodology: Methodology) -> None:
        """Begin with nothing read."""
        self._methodology = methodology
        self._lock = threading.Lock()
        self._known: Known | None = None
        self._read_at: datetime | None = None

    def current(self, work: UnitOfWork, now: datetime) -> Known:
        """Return what may be named, as of at most a minute ago."""
        with self._lock:
            if self._known is None or self._read_at is None or now - self._read_at > KEPT_FOR:
                self._known, self._read_at = read_known(work, self._methodology), now
            return self._known


def read_known(work: UnitOfWork, methodology: Methodology) -> Known:
    """Read what may be named from the records."""
    records = {
        record: kind for table, kind in RECORD_KINDS for record in work.evidence.load_ids(table)
    }
    return known_of(methodology, work.evidence.load_all(ACTORS), records)
