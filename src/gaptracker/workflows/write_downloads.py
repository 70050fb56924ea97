"""Write the files of a release that people take away: the same release, the same bytes."""

import io
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import msgspec
import polars as pl

from gaptracker.domain.errors import WorkersLost
from gaptracker.domain.results import Manifest
from gaptracker.records.downloads import LISTING_FILE, StagedDownloads, file_sha256
from gaptracker.release.csv_text import write_csv
from gaptracker.release.data_package import (
    DEFINITIONS_FILE,
    PACKAGE_FILE,
    FileFacts,
    write_definitions,
    write_package,
)
from gaptracker.release.documents import ACTORS_FILE, MANIFEST_FILE, METHODOLOGY_FILE
from gaptracker.release.download_tables import marked
from gaptracker.release.heading import heading_of
from gaptracker.release.manifest import sha256_of
from gaptracker.release.record_tables import SOURCES
from gaptracker.release.table_definitions import DOWNLOADED_LAYOUTS, WORKBOOK_LAYOUTS
from gaptracker.workflows.shown_tables import ShownTables
from gaptracker.workflows.workbooks import WorkbookTask, write_workbook

ARCHIVE_FILE = "release.zip"
# The oldest time that a zip can hold, in place of a clock.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
READABLE_FILE = 0o100644 << 16
# Below, writing workbooks one after the other is faster than starting processes.
ROWS_WORTH_A_PROCESS = 30_000
# Packed already: a second time gains nothing.
PACKED = (".parquet", ".xlsx")
DOCUMENTS = (ACTORS_FILE, METHODOLOGY_FILE, MANIFEST_FILE)


def write_downloads(
    manifest: Manifest, frozen: Mapping[str, bytes], folder: Path, *, workers: int = 1
) -> StagedDownloads:
    """Write every file of a release that people take away, and the list that names their bytes.

    Values that a licence keeps from readers are in none of them.

    Args:
        manifest: The release's manifest.
        frozen: Its frozen files, by name.
        folder: An empty folder; nothing but these files is in it afterwards.
        workers: Most processes that write workbooks.

    Raises:
        WorkersLost: If one of the processes died.
    """
    heading = heading_of(manifest)
    shown = ShownTables(heading, frozen)
    tasks, rows = [], 0
    for layout in DOWNLOADED_LAYOUTS:
        parquet = folder / layout.file
        content = shown.content(layout.file)
        parquet.write_bytes(content)
        frame = marked(pl.read_parquet(io.BytesIO(content)), heading)
        (folder / f"{layout.name}.csv").write_bytes(write_csv(frame))
        frame.write_ndjson(folder / f"{layout.name}.ndjson")
        if layout in WORKBOOK_LAYOUTS:
            rows += frame.height
            tasks.append(
                WorkbookTask(
                    table=layout.name,
                    heading=heading,
                    parquet=parquet,
                    target=folder / f"{layout.name}.xlsx",
                )
            )
    _write_workbooks(tasks, workers if rows > ROWS_WORTH_A_PROCESS else 1)
    methodology = msgspec.json.decode(frozen[METHODOLOGY_FILE])
    (folder / DEFINITIONS_FILE).write_bytes(write_definitions(methodology))
    sources = pl.read_parquet(folder / SOURCES.file).select("title", "url").to_dicts()
    (folder / PACKAGE_FILE).write_bytes(write_package(heading, _facts(folder), sources))
    _write_archive(folder, {name: frozen[name] for name in DOCUMENTS})
    return _listed(folder)


def _write_workbooks(tasks: Sequence[WorkbookTask], workers: int) -> None:
    if workers == 1:
        for task in tasks:
            write_workbook(task)
        return
    # Spawned, since a fork of a process in which Polars has run hangs.
    with ProcessPoolExecutor(min(workers, len(tasks)), get_context("spawn")) as pool:
        try:
            for _ in pool.map(write_workbook, tasks):
                pass
        except BrokenProcessPool as error:
            raise WorkersLost(
                "a process that wrote workbooks died, perhaps for want of memory; cut again, "
                "with --workers 1 if it happens twice"
            ) from error


def _facts(folder: Path) -> dict[str, FileFacts]:
    return {
        path.name: FileFacts(size_bytes=path.stat().st_size, sha256=file_sha256(path))
        for path in folder.iterdir()
    }


def _write_archive(folder: Path, documents: Mapping[str, bytes]) -> None:
    """Write the data package as one file: tables as CSV and Parquet, with the rules."""
    members = sorted(
        path
        for path in folder.iterdir()
        if path.suffix in {".csv", ".parquet"} or path.name == PACKAGE_FILE
    )
    sums = {path.name: file_sha256(path) for path in members}
    sums |= {name: sha256_of(content) for name, content in documents.items()}
    with zipfile.ZipFile(folder / ARCHIVE_FILE, "w") as archive:
        for path in members:
            with path.open("rb") as source, archive.open(_member(path.name), "w") as target:
                shutil.copyfileobj(source, target)
        for name, content in sorted(documents.items()):
            archive.writestr(_member(name), content)
        archive.writestr(_member(LISTING_FILE), _listing(sums.items()))


def _member(name: str) -> zipfile.ZipInfo:
    """Return a member of an archive that says nothing of when and where it was written."""
    member = zipfile.ZipInfo(name, ZIP_TIME)
    member.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
    member.create_system = UNIX
    member.external_attr = READABLE_FILE
    return member


def _listed(folder: Path) -> StagedDownloads:
    listing = _listing((path.name, file_sha256(path)) for path in folder.iterdir())
    (folder / LISTING_FILE).write_bytes(listing)
    return StagedDownloads(folder=folder, sha256=sha256_of(listing))


def _listing(sums: Iterable[tuple[str, str]]) -> bytes:
    """Return the list of files that `sha256sum --check` reads."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums)).encode("utf-8")
