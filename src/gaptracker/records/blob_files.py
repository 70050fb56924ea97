"""Files of a blob store on a disk: private, and whole before they have their name."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from io import FileIO, RawIOBase
from pathlib import Path
from typing import cast
from uuid import uuid4

from gaptracker.records.whole_files import sync_folder

FILE_MODE = 0o600
FOLDER_MODE = 0o700


class NamedPartial(FileIO):
    """A new file, for its owner alone, without a buffer: a failed write is told at once."""

    def __init__(self, place: Path) -> None:
        """Make the file; its name must be new."""
        self._place = place
        super().__init__(place, "x+b", opener=_private)

    def move_to(self, final: Path) -> None:
        """Wait until the disk has the bytes, then give them their name, and wait for that too."""
        os.fsync(self.fileno())
        make_private_folder(final.parent)
        self._place.replace(final)
        sync_folder(final.parent)

    def discard(self) -> None:
        """Remove the file unless it was moved."""
        self._place.unlink(missing_ok=True)


@contextlib.contextmanager
def partial_file(folder: Path) -> Iterator[NamedPartial]:
    """Open a new file in a folder; if nobody moved it, it is gone afterwards."""
    make_private_folder(folder)
    with NamedPartial(folder / uuid4().hex) as file:
        try:
            yield file
        finally:
            file.discard()


@contextlib.contextmanager
def unnamed_file() -> Iterator[RawIOBase]:
    """Open a temporary file that has no name and ends with the process, however that ends."""
    with tempfile.TemporaryFile(buffering=0) as file:
        yield cast("RawIOBase", file)  # what it is without a buffer; its type says less


def delete_file(place: Path) -> None:
    """Remove a file and wait until the disk knows; one that is not there is removed."""
    with contextlib.suppress(FileNotFoundError):
        place.unlink()
        sync_folder(place.parent)


def sweep(folder: Path, older_than: datetime) -> int:
    """Remove files last written to before a time; return how many."""
    removed = 0
    for file in folder.glob("*"):
        # Its writer may finish or give up meanwhile.
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_mtime < older_than.timestamp():
                file.unlink()
                removed += 1
    return removed


def make_private_folder(folder: Path) -> None:
    """Make a folder for its owner alone, and those above it, and wait until the disk has them."""
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    sync_folder(folder.parent)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)
