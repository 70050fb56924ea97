"""What can go wrong with the bytes of attachments."""

import contextlib
import errno
from collections.abc import Iterator

from gaptracker.domain.errors import GapTrackerError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StorageFull(GapTrackerError):
    """The storage has no room for what arrived."""


class BlobTooLarge(GapTrackerError):
    """More bytes arrived than are taken."""

    def __init__(self, limit_bytes: int) -> None:
        """Say how many bytes are taken at most."""
        self.limit_bytes = limit_bytes
        super().__init__(
            f"the file has more than {limit_bytes} bytes; expected at most that many. "
            "Send a smaller one, or split it"
        )


class BlobCorrupt(GapTrackerError):
    """Kept bytes differ from what was kept."""


@contextlib.contextmanager
def storage_errors() -> Iterator[None]:
    """Turn the system's words for a full storage into `StorageFull`."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise StorageFull(
            f"the storage has no room for the file ({error.strerror}); nothing of it was kept. "
            "Make room, then send it again"
        ) from error
