"""The worker: chores that nobody waits for, each in a thread, beside the server or alone.

Any number of workers may run. Each chore takes its own piece of work by a lease in the database, so
two of them never do the same piece at once, and a piece whose worker died is taken up by another.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

IDLE_SECONDS = 1.0
# A chore that fails every time must not fill the log or the processor.
AFTER_FAILURE_SECONDS = 10.0

Chore = Callable[[], bool]
"""Does one piece of work; says whether there was any."""

log = structlog.get_logger("gaptracker.worker")


class Worker:
    """Does chores until it is stopped; a slow one keeps no other waiting."""

    def __init__(
        self, chores: Sequence[tuple[str, Chore]], *, ready: Callable[[], bool] = lambda: True
    ) -> None:
        """Prepare; `start` begins.

        Args:
            chores: Names, for the log, and what they do. The same one may stand there several
                times, to be done so many times at once.
            ready: Says whether there is a database to work on; nothing is done before.
        """
        self._chores = tuple(chores)
        self._ready = ready
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=each, name=f"chore {each[0]}", daemon=True)
            for each in self._chores
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Let the pieces at hand end, and wait for them that long at most, all together."""
        self._stopped.set()
        waited = threading.Thread(target=self._join, name="chores' end", daemon=True)
        waited.start()
        waited.join(seconds)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Work as long as the block lasts."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def do_all(self) -> int:
        """Do every piece of work there is, in this thread; returns how many rounds had any.

        A chore that fails is left alone from then on.
        """
        done, left = 0, dict(enumerate(self._chores))
        while True:
            worked = {key: self._piece(*chore) for key, chore in left.items()}
            left = {key: chore for key, chore in left.items() if worked[key] is not None}
            if not any(worked.values()):
                return done
            done += 1

    def _join(self) -> None:
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _run(self, name: str, chore: Chore) -> None:
        while not self._stopped.is_set():
            if not self._ready():
                self._stopped.wait(AFTER_FAILURE_SECONDS)
                continue
            worked = self._piece(name, chore)
            if worked is None:
                self._stopped.wait(AFTER_FAILURE_SECONDS)
            elif not worked:
                self._stopped.wait(IDLE_SECONDS)

    @staticmethod
    def _piece(name: str, chore: Chore) -> bool | None:
        """Do one piece; None if the chore failed."""
        try:
            return chore()
        except Exception as error:  # noqa: BLE001  one failure must not end the chore for good
            # The type alone: a message may hold what somebody sent.
            log.error("chore failed", chore=name, kind=type(error).__name__)  # noqa: TRY400
            return None
