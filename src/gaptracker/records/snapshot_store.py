"""Where the bytes of publishers are kept: by their hash, once, verified when they are read."""

import hashlib
from pathlib import Path

from gaptracker.domain.errors import GapTrackerError
from gaptracker.records.release_files import ReleaseFiles

CHUNK_BYTES = 1 << 20


class SnapshotDamaged(GapTrackerError):
    """Kept bytes of a publisher are gone, or not what arrived."""


class SnapshotStore:
    """Snapshots in a folder, or behind an fsspec URL."""

    def __init__(self, url: str) -> None:
        """Open a store; it is made when the first snapshot is kept.

        Args:
            url: As in `GAPTRACKER_SNAPSHOTS_URL`.
        """
        self.url = url
        self._files = ReleaseFiles(url)

    def keep(self, path: Path, sha256: str) -> None:
        """Keep a file's bytes, unless they are kept already."""
        if self._files.state(_place(sha256)) is None:
            self._files.write(_place(sha256), path.read_bytes())

    def fetch(self, sha256: str, to: Path) -> None:
        """Copy kept bytes into a file, verified.

        Raises:
            SnapshotDamaged: If they are gone or differ; no file is left.
        """
        digest = hashlib.sha256()
        try:
            with self._files.open(_place(sha256), CHUNK_BYTES) as file, to.open("wb") as copy:
                while chunk := file.read(CHUNK_BYTES):
                    digest.update(chunk)
                    copy.write(chunk)
        except FileNotFoundError:
            found = "no such file"
        else:
            found = digest.hexdigest()
        if found != sha256:
            to.unlink(missing_ok=True)
            raise SnapshotDamaged(
                f"{_place(sha256)} in {self.url} is not what arrived: found {found}; restore it "
                "from a copy, or fetch the source again with `gaptracker sync --again`"
            )


def _place(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
