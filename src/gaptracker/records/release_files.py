"""The files under the release store: whole or not there, on a disk or in an object store."""

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO
from uuid import uuid4

# fsspec brings no types: the methods of its file systems return `Any`.
from fsspec.core import url_to_fs  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from gaptracker.records.whole_files import (
    PARTIAL_PREFIX,
    copy_through,
    sync_folder,
    write_through,
)

LOCK_NAME = ".lock"
LOCK_WAIT_SECONDS = 60.0
LOCK_RETRY_SECONDS = 0.05

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """A file's size, and a text that changes when somebody changes the file."""

    size_bytes: int
    fingerprint: str


class ReleaseFiles:
    """A folder, or an fsspec URL, in which nothing is ever half written.

    On a disk, files and folders are written beside their place and then renamed. An object
    store has no rename, but shows an object only when it is whole; there a folder counts from
    the moment its last file, named by the caller, is there.
    """

    def __init__(self, url: str) -> None:
        """Open a store; it is made when something is first written.

        Args:
            url: A folder, or an fsspec URL such as `s3://bucket/path`.
        """
        self._fs, root = url_to_fs(url)
        self._root = str(root).rstrip("/")
        self._local = isinstance(self._fs, LocalFileSystem)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, None if there is no such file."""
        try:
            content: bytes = self._fs.cat_file(self._at(name))
        except FileNotFoundError:
            return None
        return content

    def state(self, name: str) -> FileState | None:
        """Return what the file system says of a file, None if there is no such file."""
        try:
            size: int = self._fs.info(self._at(name))["size"]
            fingerprint: str = self._fs.ukey(self._at(name))
        except FileNotFoundError:
            return None
        return FileState(size_bytes=size, fingerprint=fingerprint)

    def open(self, name: str, block_bytes: int) -> IO[bytes]:
        """Open a file for reading, in a store far away a block at a time.

        Raises:
            FileNotFoundError: If there is no such file.
        """
        file: IO[bytes] = self._fs.open(
            self._at(name), "rb", block_size=block_bytes, cache_type="none"
        )
        return file

    def write(self, name: str, content: bytes) -> None:
        """Write one file, all of it or nothing, over what was there."""
        if not self._local:
            self._fs.pipe_file(self._at(name), content)
            return
        place = Path(self._at(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.parent / f"{PARTIAL_PREFIX}{uuid4().hex}"
        write_through(beside, content)
        beside.replace(place)
        sync_folder(place.parent)

    def write_folder(self, name: str, files: Mapping[str, bytes], *, last: str) -> None:
        """Write a folder, all of it or nothing, in place of one of that name.

        Args:
            name: The folder's name in the store.
            files: Content by file name.
            last: The file that makes the folder count where there is no rename.
        """
        if not self._local:
            for file in sorted(files, key=lambda each: each == last):
                self._fs.pipe_file(f"{self._at(name)}/{file}", files[file])
            return
        self._place_folder(
            name,
            {file: partial(write_through, content=content) for file, content in files.items()},
        )

    def copy_folder(self, name: str, source: Path, *, last: str) -> None:
        """Write a folder as `write_folder` does, with the files of one on this machine.

        Args:
            name: The folder's name in the store.
            source: The folder to copy; it holds files only.
            last: The file that makes the folder count where there is no rename.
        """
        paths = sorted(source.iterdir(), key=lambda each: (each.name == last, each.name))
        if not self._local:
            for path in paths:
                self._fs.put_file(str(path), f"{self._at(name)}/{path.name}")
            return
        self._place_folder(name, {path.name: partial(copy_through, source=path) for path in paths})

    def _place_folder(self, name: str, writers: Mapping[str, Callable[[Path], None]]) -> None:
        """Let each file be written in a folder beside, and rename that into its place."""
        place = Path(self._at(name))
        beside = Path(self._root) / f"{PARTIAL_PREFIX}{uuid4().hex}"
        beside.mkdir(parents=True)
        for file, write in writers.items():
            write(beside / file)
        sync_folder(beside)
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(self._root) / f"{PARTIAL_PREFIX}{uuid4().hex}"
        if place.exists():
            place.rename(aside)
        beside.rename(place)
        sync_folder(place.parent)
        if aside.exists():
            shutil.rmtree(aside)

    def remove_leftovers(self) -> None:
        """Remove what a killed process was writing; call it under the lock only."""
        if self._local:
            for leftover in Path(self._root).glob(f"{PARTIAL_PREFIX}*"):
                if leftover.is_dir():
                    shutil.rmtree(leftover)
                else:
                    leftover.unlink()

    @contextlib.contextmanager
    def locked(self, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
        """Hold the store against other writers on this machine.

        The lock belongs to the process and ends with it, however it ends, so that none is ever
        stale; the file says who holds it. In an object store there is no lock: let one
        process at a time cut releases there.

        Args:
            wait_seconds: How long to wait for another writer.

        Raises:
            TimeoutError: If another process holds the lock all that time.
        """
        if not self._local:
            yield
            return
        place = Path(self._root) / LOCK_NAME
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a+b") as file:
            _wait_for(file.fileno(), place, wait_seconds)
            file.truncate(0)
            file.write(f"process {os.getpid()}\n".encode())
            file.flush()
            yield

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"


def _wait_for(descriptor: int, place: Path, wait_seconds: float) -> None:
    until = time.monotonic() + wait_seconds
    while True:
        try:
            _try_lock(descriptor)
        except OSError as error:
            if time.monotonic() >= until:
                owner = place.read_text(encoding="utf-8").strip() or "another process"
                raise TimeoutError(
                    f"{place} was held by {owner} for {wait_seconds:g} seconds; expected a cut to "
                    "end sooner. Try again, or end that process"
                ) from error
            time.sleep(LOCK_RETRY_SECONDS)
        else:
            return
