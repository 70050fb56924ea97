"""Keep a period's report: whole under its period's name, or not there; written once.

The files are written in a folder beside, which is renamed when all of it is on the disk. A process
that is killed before leaves a folder that nobody reads and the next attempt removes; one that is
killed after leaves the report, and the next attempt finds it. So the first report of a period
stays, byte for byte, whatever becomes of those who wrote it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.report_delivery import KeptFile, PeriodReport, ReportFile, ReportText
from gaptracker.records.whole_files import PARTIAL_PREFIX, sync_folder

LIST_NAME = "report.json"
BLOCK_BYTES = 1 << 20


class ReportDamaged(GapTrackerError):
    """A report's files are not those that were written, or are missing."""


class ReportWriter(Protocol):
    """Writes the report of a period on a release into an empty folder."""

    def __call__(
        self, release: str, period: str, languages: Sequence[str], folder: Path
    ) -> PeriodReport:
        """Write the files into the folder itself, and say which they are and what they tell."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReport:
    """A report as it is kept: its folder, its files, and the hash of the list of them.

    `texts` are none for a report from before they were listed.
    """

    folder: Path
    period: str
    release: str
    files: tuple[KeptFile, ...]
    sha256: str
    texts: tuple[ReportText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """What is to be written; `attempt` names this attempt alone, `release` the release it is on."""

    period: str
    release: str
    languages: tuple[str, ...]
    attempt: str


def keep_report(root: Path, order: ReportOrder, write: ReportWriter) -> KeptReport:
    """Write a period's report, or find it; only one process at a time may be at one period.

    Args:
        root: The folder of all reports.
        order: What is to be written.
        write: Writes it.

    Raises:
        ReportDamaged: If what is there already is not whole.
        OSError: If the disk is full, say; nothing is left under the report's name then.
    """
    if (root / order.period).exists():
        return find_report(root, order.period)
    staging = root / f"{PARTIAL_PREFIX}{order.period}-{order.attempt}"
    for leftover in root.glob(f"{PARTIAL_PREFIX}{order.period}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        written = write(order.release, order.period, order.languages, staging)
        _write_list(staging, order, written)
        _place(staging, root / order.period)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return find_report(root, order.period)


def find_report(root: Path, period: str) -> KeptReport:
    """Return a report that was kept, after hashing every file of it.

    Raises:
        ReportDamaged: If it is not there, or not as it was written.
    """
    folder = root / period
    try:
        content = (folder / LIST_NAME).read_bytes()
    except FileNotFoundError:
        raise ReportDamaged(
            f"there is no report of {period} in {root}; expected {LIST_NAME} in a folder of that "
            "name: all schedulers have to share this folder"
        ) from None
    listed = json.loads(content)
    files = tuple(KeptFile(**each) for each in listed["files"])
    for file in files:
        path = folder / file.name
        if not path.is_file() or sha256_of(path) != file.sha256:
            raise ReportDamaged(
                f"{path} is not the file that was written; bring it back from a copy, or remove "
                f"the folder {folder} and retry the report"
            )
    return KeptReport(
        folder=folder,
        period=period,
        release=listed["release"],
        files=files,
        sha256=hashlib.sha256(content).hexdigest(),
        texts=tuple(ReportText(**each) for each in listed.get("texts", ())),
    )


def release_of(root: Path, period: str) -> str | None:
    """Return the release that a period's report is on; None if there is no such report."""
    try:
        content = (root / period / LIST_NAME).read_bytes()
    except FileNotFoundError:
        return None
    return str(json.loads(content)["release"])


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_list(folder: Path, order: ReportOrder, written: PeriodReport) -> None:
    """Write the list of the files with their hashes, once they are on the disk."""
    kept = [_kept(folder, file) for file in sorted(written.files, key=lambda each: each.name)]
    listed = {
        "period": order.period,
        "release": order.release,
        "files": [asdict(file) for file in kept],
        "texts": [asdict(text) for text in written.texts],
    }
    text = json.dumps(listed, indent=2, ensure_ascii=False) + "\n"
    with (folder / LIST_NAME).open("xb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)


def _kept(folder: Path, file: ReportFile) -> KeptFile:
    path = folder / file.name
    with path.open("rb") as opened:
        os.fsync(opened.fileno())
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    return KeptFile(**asdict(file), sha256=sha256, size_bytes=path.stat().st_size)


def _place(staging: Path, place: Path) -> None:
    """Rename a folder into its place; another's that came before stays."""
    try:
        staging.rename(place)
    except OSError:
        if not (place / LIST_NAME).is_file():
            raise
    sync_folder(place.parent)
