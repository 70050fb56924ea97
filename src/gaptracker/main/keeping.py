"""Keep or erase, as the clock says: the part of it that needs clock, files and database."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from gaptracker.custody.signed_notes import LogKey
from gaptracker.records.blob_store import BlobStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.keep_or_erase import Promise, Tidied, tidy
from gaptracker.workflows.present import Present
from gaptracker.workflows.read_log import keep_todays_head

EVERY = timedelta(hours=1)
ALL_AT_ONCE = 1_000_000

OpenWork = Callable[[bool], UnitOfWork]


def tidy_all(
    open_work: OpenWork, blobs: BlobStore, present: Callable[[], Present], promise: Promise
) -> Tidied:
    """Do everything that is due, in transactions of bounded size; then empty the journal.

    On SQLite the journal would otherwise hold for a while what was erased.
    """
    done = Tidied()
    while True:
        with open_work(False) as work:
            round_ = tidy(work, present(), blobs.delete_named, promise)
            work.commit()
            work.empty_journal()
        if not round_.total:
            return done
        done += round_


def what_is_due(open_work: OpenWork, present: Callable[[], Present], promise: Promise) -> Tidied:
    """Return what `tidy_all` would do; nothing is kept, and no file is touched."""
    once = Promise(content_days=promise.content_days, batch=ALL_AT_ONCE)
    with open_work(False) as work:
        return tidy(work, present(), lambda _: None, once)


class HeadChore:
    """The worker's chore: sign and keep the day's first head, which is the public one."""

    def __init__(self, open_work: OpenWork, key: LogKey, present: Callable[[], Present]) -> None:
        """Take what it works with."""
        self._open_work, self._key, self._present = open_work, key, present
        self._day: date | None = None

    def __call__(self) -> bool:
        """Sign if nobody has today; says whether anything was done."""
        present = self._present()
        if self._day == present.now.date():
            return False
        with self._open_work(False) as work:
            keep_todays_head(work, self._key, present)
            work.commit()
        self._day = present.now.date()
        return True


class TidyChore:
    """The worker's chore: once an hour, and at once after a round that found something."""

    def __init__(
        self,
        open_work: OpenWork,
        blobs: BlobStore,
        present: Callable[[], Present],
        promise: Promise,
    ) -> None:
        """Take what it works with."""
        self._tools = (open_work, blobs, present, promise)
        self._next: datetime | None = None

    def __call__(self) -> bool:
        """Tidy if it is time; says whether anything was done."""
        now = self._tools[2]().now
        if self._next is not None and now < self._next:
            return False
        done = tidy_all(*self._tools)
        self._next = now + EVERY
        return bool(done.total)
