"""Files of a report: whole under their final names, or not there."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from gaptracker.domain.errors import GapTrackerError
from gaptracker.records.whole_files import PARTIAL_PREFIX, sync_folder, write_through


class ReportNotWritten(GapTrackerError):
    """A report's files could not be written; none of them is there in part."""


def require_writable(folder: Path) -> None:
    """Refuse a folder that nothing can be written to, before any work is done.

    Raises:
        ReportNotWritten: If it cannot be made or written to.
    """
    place = folder / f"{PARTIAL_PREFIX}{uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place.touch(exist_ok=False)
        place.unlink()
    except OSError as error:
        raise _not_written(folder, error) from error


def write_whole(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files: first all of them under other names, then each under its own.

    Args:
        folder: Where; made if it is not there.
        files: Content by name.

    Returns:
        Their paths, in the order of their names.

    Raises:
        ReportNotWritten: If the folder cannot be made or written to, or the disk is full. What
            had been written is removed, and files of those names stay as they were.
    """
    beside: dict[str, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in sorted(files.items()):
            beside[name] = folder / f"{PARTIAL_PREFIX}{uuid4().hex}"
            write_through(beside[name], content)
        for name in sorted(beside):
            beside[name].replace(folder / name)
        sync_folder(folder)
    except OSError as error:
        raise _not_written(folder, error) from error
    finally:
        for place in beside.values():
            with contextlib.suppress(OSError):
                place.unlink()
    return tuple(folder / name for name in sorted(files))


def _not_written(folder: Path, error: OSError) -> ReportNotWritten:
    return ReportNotWritten(
        f"the report cannot be written to {folder}: {error.strerror or error}; expected a folder "
        "that this user may write to, on a disk with room. Nothing was left there in part"
    )
