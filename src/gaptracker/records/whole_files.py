"""Files and folders on this machine that are whole under their names, or not there."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from gaptracker.domain.errors import InvalidValue

# How the name of what is not whole yet begins; nobody reads it.
PARTIAL_PREFIX = ".partial-"
COPY_BYTES = 1 << 20


def write_through(place: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    with place.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def copy_through(place: Path, source: Path) -> None:
    """Copy a file and wait until the disk has it."""
    with source.open("rb") as given, place.open("xb") as file:
        shutil.copyfileobj(given, file, COPY_BYTES)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has a folder's entries, where the system can say so."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def require_free(folder: Path) -> None:
    """Refuse the name of a folder that holds something, or of a file.

    Raises:
        InvalidValue: If there is something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidValue(f"{folder} is there already; expected a new or an empty folder")


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder to write into, which has its name once all of it is written.

    What fails in between leaves nothing.

    Raises:
        InvalidValue: If the folder holds something.
    """
    require_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=PARTIAL_PREFIX) as partial:
        complete = Path(partial) / folder.name
        complete.mkdir()
        yield complete
        if folder.exists():
            folder.rmdir()
        complete.rename(folder)
