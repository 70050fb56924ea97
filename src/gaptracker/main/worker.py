"""The worker: chores that nobody waits for, one after another, beside the server or alone.

Any number of workers may run. Each chore takes its own piece of work by a lease in the database, so
two of them never do the same piece at once, and a piece whose worker died is taken up by another.
"""

import threading
from collections.abc import Callable, Sequence

import structlog

IDLE_SECONDS = 1.0
# A chore that fails every time must not fill the log or the processor.
AFTER_FAILURE_SECONDS = 10.0

Chore = Callable[[], bool]
"""Does one piece of work; says whether there was any."""

log = structlog.get_logger("gaptracker.worker")


class Worker:
    """Does chores in a thread until it is stopped."""

    def __init__(self, chores: Sequence[tuple[str, Chore]]) -> None:
        """Prepare; `start` begins.

        Args:
            chores: Names, for the log, and what they do.
        """
        self._chores = tuple(chores)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gaptracker-worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Let the piece at hand end, and wait for it that long."""
        self._stopped.set()
        self._thread.join(seconds)

    def do_all(self) -> int:
        """Do every piece of work there is, in this thread; returns how many there were."""
        done = 0
        while self._round():
            done += 1
        return done

    def _run(self) -> None:
        while not self._stopped.is_set():
            if not self._round():
                self._stopped.wait(IDLE_SECONDS)

    def _round(self) -> bool:
        """Do one piece of each chore; says whether there was any."""
        worked = False
        for name, chore in self._chores:
            if self._stopped.is_set():
                return False
            try:
                worked = chore() or worked
            except Exception as error:  # noqa: BLE001  one chore's failure must not stop the others
                # The type alone: a message may hold what somebody sent.
                log.error("chore failed", chore=name, kind=type(error).__name__)  # noqa: TRY400
                self._stopped.wait(AFTER_FAILURE_SECONDS)
        return worked
