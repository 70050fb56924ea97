"""Pictures that were drawn lately, and a door that lets few wait for new ones."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from gaptracker.domain.errors import GapTrackerError
from gaptracker.publish.charts.draw import Painter

MOST_BYTES = 16 * 1024 * 1024
MOST_WAITING = 12

Key = tuple[str, ...]


class TooManyDrawings(GapTrackerError):
    """More pictures are being waited for than will be drawn soon."""


class Drawings:
    """Drawn pictures by what decides their bytes; each is drawn once, however many ask.

    Building and drawing happen on one thread beside the event loop.
    """

    def __init__(
        self,
        painter: Painter,
        *,
        most_bytes: int = MOST_BYTES,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        """Begin with none.

        Args:
            painter: Draws.
            most_bytes: How much is kept; the picture asked for the longest ago goes first.
            most_waiting: How many different pictures may be waited for at once.
        """
        self.painter = painter
        self._most_bytes = most_bytes
        self._most_waiting = most_waiting
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._bytes = 0
        self._coming: dict[Key, asyncio.Future[bytes]] = {}
        self._thread: ThreadPoolExecutor | None = None

    @property
    def kept_bytes(self) -> int:
        """Return how much is kept now."""
        return self._bytes

    async def take(self, key: Key, make: Callable[[], bytes]) -> bytes:
        """Return a picture, made if it is not kept.

        Args:
            key: All that decides its bytes.
            make: Makes it; runs on another thread, where it may block.

        Raises:
            TooManyDrawings: If too many others are being waited for.
            DrawingFailed: If it cannot be drawn.
        """
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        coming = self._coming.get(key)
        if coming is None:
            if len(self._coming) >= self._most_waiting:
                raise TooManyDrawings(f"{self._most_waiting} pictures are being drawn; ask again")
            if self._thread is None:
                self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawings")
            coming = asyncio.get_running_loop().run_in_executor(self._thread, make)
            self._coming[key] = coming
            coming.add_done_callback(lambda done: self._arrived(key, done))
        # Whoever asked first may hang up; the others still wait for the same picture.
        return await asyncio.shield(coming)

    def close(self) -> None:
        """End the thread and the process that draw; they start again when asked."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=False, cancel_futures=True)
        self.painter.close()

    def _arrived(self, key: Key, done: "asyncio.Future[bytes]") -> None:
        self._coming.pop(key, None)
        if done.cancelled() or done.exception() is not None:
            return
        body = done.result()
        if len(body) > self._most_bytes:
            return
        self._kept[key] = body
        self._bytes += len(body)
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest)
