"""The files of releases that people take away: written once, named by hash, verified when read.

Layout: `downloads/<SHA-256 of the list>/`, beside the releases, with `SHA256SUMS` naming the bytes
of every file in it. The index entry of a release names the SHA-256 of that list.
"""

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.records.release_files import ReleaseFiles

DOWNLOADS_FOLDER = "downloads"
LISTING_FILE = "SHA256SUMS"
LISTED = re.compile(r"(?P<sha256>[0-9a-f]{64})  (?P<name>[A-Za-z0-9_.-]+)")
# What is held in memory of a file that is read, however large it is.
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedDownloads:
    """Files that were written and wait to be kept; `sha256` is that of their list."""

    folder: Path
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file whose bytes were verified."""

    name: str
    size_bytes: int
    sha256: str


class Downloads:
    """The files to take away of all releases of a store."""

    def __init__(self, files: ReleaseFiles, url: str) -> None:
        """Look into a store.

        Args:
            files: The store's files.
            url: Where that is, for messages.
        """
        self._files = files
        self._url = url
        self._listings: dict[str, Mapping[str, str]] = {}
        # What a file's system says of it (size, times, tag) when its bytes were last verified.
        self._verified: dict[str, str] = {}
        self._lock = threading.Lock()

    def names(self, listing: str) -> Mapping[str, str]:
        """Return the SHA-256 of each file by name, the list itself among them.

        Args:
            listing: SHA-256 of the list, as the index names it.

        Raises:
            ReleaseCorrupt: If the list is not what was written.
        """
        if listing not in self._listings:
            place = f"{_folder(listing)}/{LISTING_FILE}"
            content = self._files.read(place) or b""
            found = hashlib.sha256(content).hexdigest()
            if found != listing:
                raise self._damaged(place, listing, found)
            lines = map(LISTED.fullmatch, content.decode("utf-8").splitlines())
            named = {line["name"]: line["sha256"] for line in lines if line}
            self._listings[listing] = {**named, LISTING_FILE: listing}
        return self._listings[listing]

    def sizes(self, listing: str) -> dict[str, int]:
        """Return the size in bytes of each file by name.

        Raises:
            ReleaseCorrupt: If a file is gone.
        """
        sizes = {}
        for name, expected in self.names(listing).items():
            state = self._files.state(f"{_folder(listing)}/{name}")
            if state is None:
                raise self._damaged(f"{_folder(listing)}/{name}", expected, "no such file")
            sizes[name] = state.size_bytes
        return sizes

    def find(self, listing: str, name: str) -> Download:
        """Return a file after verifying its bytes, once for as long as nobody touches it.

        Args:
            listing: SHA-256 of the list.
            name: One of the names in it.

        Raises:
            KeyError: If the list names no such file.
            ReleaseCorrupt: If a byte differs from what was written.
        """
        expected = self.names(listing)[name]
        place = f"{_folder(listing)}/{name}"
        # One file is hashed at a time; those that were, are only looked at.
        with self._lock:
            state = self._files.state(place)
            if state is None:
                raise self._damaged(place, expected, "no such file")
            if self._verified.get(place) != state.fingerprint:
                self._verify(place, expected)
                self._verified[place] = state.fingerprint
        return Download(name=name, size_bytes=state.size_bytes, sha256=expected)

    def chunks(self, listing: str, name: str, *, start: int, stop: int) -> Iterator[bytes]:
        """Yield a part of a file that was found, a mebibyte at a time.

        The last piece is held back if somebody touched the file since it was verified: whoever
        reads it sees that the end is missing, and never takes other bytes for ours.

        Args:
            listing: SHA-256 of the list.
            name: One of the names in it.
            start: Place of the first byte.
            stop: Place after the last one.

        Raises:
            ReleaseCorrupt: If the file is no longer the one that was verified.
        """
        place = f"{_folder(listing)}/{name}"
        with self._files.open(place, CHUNK_BYTES) as file:
            file.seek(start)
            left = stop - start
            while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                if left <= 0:
                    self._require_untouched(place, self.names(listing)[name])
                yield chunk
        if left > 0:
            raise self._damaged(place, self.names(listing)[name], "a file that ends too early")

    def read(self, listing: str, name: str) -> bytes:
        """Return a file's bytes.

        Raises:
            ReleaseCorrupt: If one differs from what was written.
        """
        found = self.find(listing, name)
        return b"".join(self.chunks(listing, name, start=0, stop=found.size_bytes))

    def verify(self, listing: str) -> int:
        """Hash every file again and return how many there are, without the list.

        Raises:
            ReleaseCorrupt: If a byte differs from what was written.
        """
        self._listings.pop(listing, None)
        names = self.names(listing)
        for name, expected in names.items():
            self._verify(f"{_folder(listing)}/{name}", expected)
        return len(names) - 1

    def keep(self, staged: StagedDownloads) -> None:
        """Keep files, unless they are kept already and whole; call it under the store's lock."""
        try:
            self.verify(staged.sha256)
        except ReleaseCorrupt:
            self._files.copy_folder(_folder(staged.sha256), staged.folder, last=LISTING_FILE)

    def _verify(self, place: str, expected: str) -> None:
        digest = hashlib.sha256()
        try:
            with self._files.open(place, CHUNK_BYTES) as file:
                while chunk := file.read(CHUNK_BYTES):
                    digest.update(chunk)
        except FileNotFoundError as error:
            raise self._damaged(place, expected, "no such file") from error
        if digest.hexdigest() != expected:
            raise self._damaged(place, expected, digest.hexdigest())

    def _require_untouched(self, place: str, expected: str) -> None:
        state = self._files.state(place)
        if state is None or self._verified.get(place) != state.fingerprint:
            raise self._damaged(place, expected, "a file that was changed while it was read")

    def _damaged(self, place: str, expected: str, found: str) -> ReleaseCorrupt:
        return ReleaseCorrupt(
            f"{place} in {self._url} is not what was written at the cut: expected SHA-256 "
            f"{expected}, found {found}; restore it from a copy, or run "
            "`gaptracker release cut --again`"
        )


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal, without holding them."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder(listing: str) -> str:
    return f"{DOWNLOADS_FOLDER}/{listing}"
