"""What lies beside the releases: versions of a document under their hash, one of them current.

Layout, in the release store: `<name>/<SHA-256>.json`, one file a version, never changed;
`<name>.json`, which names the current one. A version counts from the moment that file names it:
whoever is killed before leaves the version before in force.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.records.release_files import LOCK_WAIT_SECONDS, ReleaseFiles
from gaptracker.release.documents import plain, write_json
from gaptracker.release.manifest import sha256_of

ANNOTATIONS, ANNOUNCEMENTS = "annotations", "announcements"
HELD = {ANNOTATIONS: "replies and errata", ANNOUNCEMENTS: "announced reports"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideHead:
    """The current version: its number, and the hash that its file is called by."""

    version: int
    sha256: str


class BesideStore:
    """The versions of one document that is laid beside releases."""

    def __init__(self, files: ReleaseFiles, url: str, *, name: str) -> None:
        """Read and write in a release store.

        Args:
            files: The store's files.
            url: Its address, for messages.
            name: Which document: `ANNOTATIONS` or `ANNOUNCEMENTS`.
        """
        self._files, self._url, self._name = files, url, name

    def locked(self, wait_seconds: float = LOCK_WAIT_SECONDS) -> AbstractContextManager[None]:
        """Hold the store against other writers on this machine.

        Raises:
            TimeoutError: If another process holds it all that time.
        """
        return self._files.locked(wait_seconds)

    def head(self) -> BesideHead | None:
        """Return which version is current, None if nothing was ever laid beside a release.

        Raises:
            ReleaseCorrupt: If what stands there names no version.
        """
        content = self._files.read(self._current)
        if content is None:
            return None
        try:
            return msgspec.json.decode(content, type=BesideHead)
        except msgspec.MsgspecError as error:
            raise ReleaseCorrupt(
                f"{self._current} in {self._url} names no version of {HELD[self._name]} ({error}); "
                "restore it from a copy"
            ) from error

    def read(self, sha256: str) -> bytes:
        """Return a version's document.

        Raises:
            ReleaseCorrupt: If a byte differs from what was written, or it is gone.
        """
        place = self._place(sha256)
        content = self._files.read(place)
        if content is None or sha256_of(content) != sha256:
            raise ReleaseCorrupt(
                f"{place} in {self._url} is not what was written; restore it from a copy"
            )
        return content

    def keep(self, content: bytes, version: int) -> BesideHead:
        """Write a version and make it the current one; call it under the lock only."""
        head = BesideHead(version=version, sha256=sha256_of(content))
        self._files.write(self._place(head.sha256), content)
        self._files.write(self._current, write_json(plain(head)))
        return head

    @property
    def _current(self) -> str:
        return f"{self._name}.json"

    def _place(self, sha256: str) -> str:
        return f"{self._name}/{sha256}.json"
