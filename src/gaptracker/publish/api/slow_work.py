"""Work that takes more than a moment: off the event loop, one at a time, behind a short queue."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from fastapi import Request

from gaptracker.publish.api.deps import not_ready

Result = TypeVar("Result")

MOST_WAITING = 8
FULL = "too many questions that have to be computed are waiting; ask again in a moment"


class SlowWork:
    """One thread that computes, and a bound on how much may wait for it.

    Other answers go on meanwhile: they come from memory and need no thread.
    """

    def __init__(self, name: str, most_waiting: int = MOST_WAITING) -> None:
        """Begin with nothing to do.

        Args:
            name: What the thread is called.
            most_waiting: How many may wait or be computed at once.
        """
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._most = most_waiting
        self._held = 0
        self._lock = threading.Lock()

    async def run(self, work: Callable[[], Result]) -> Result:
        """Compute something when its turn comes.

        Args:
            work: What is to be done, in the thread.

        Raises:
            RequestRefused: If too many are waiting (503, with `Retry-After`).
        """
        with self._lock:
            if self._held >= self._most:
                raise not_ready(FULL)
            self._held += 1
        future = self._thread.submit(work)
        # Also where the one who asked has gone: what is cancelled before its turn is done, too.
        future.add_done_callback(self._let_go)
        return await asyncio.wrap_future(future)

    def _let_go(self, _future: "Future[Result]") -> None:
        with self._lock:
            self._held -= 1


def slow_work_of(request: Request) -> SlowWork:
    """Return the application's thread for what is computed in well under a second."""
    return _thread(request.app.state.slow_work)


def row_work_of(request: Request) -> SlowWork:
    """Return the application's thread for pages of rows."""
    return _thread(request.app.state.row_work)


def _thread(given: object) -> SlowWork:
    if not isinstance(given, SlowWork):
        raise TypeError(f"{type(given).__name__} where the application's thread was expected")
    return given
