"""Copy a release out of the store, with its tables as files that any spreadsheet opens."""

import io
from pathlib import Path

import polars as pl

from gaptracker.records.downloads import Downloads
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.whole_files import require_free, whole_folder
from gaptracker.release.cell_tables import GAPS
from gaptracker.release.csv_text import write_csv
from gaptracker.release.documents import MANIFEST_FILE
from gaptracker.release.heading import heading_of
from gaptracker.release.manifest import read_manifest
from gaptracker.workflows.shown_tables import ShownTables

GAPS_CSV = "gaps.csv"


def export_release(
    store: ReleaseStore, folder: Path, release: str | None = None
) -> tuple[Path, ...]:
    """Write a release's files into a new folder, those to take away too.

    They are those of the store, byte for byte; but of tables that hold what a licence keeps from
    readers, what leaves is what readers are shown. Of a release from before there were files to
    take away, `gaps.csv` is made here.

    Args:
        store: Where releases are kept.
        folder: Where to write; it must not exist yet, or be empty.
        release: The release's id; None for the current one.

    Returns:
        The files written, sorted by name.

    Raises:
        InvalidValue: If the folder holds something.
        UnknownName: If no release of that id was published.
        ReleaseCorrupt: If a byte differs from what was frozen; nothing is written then.
    """
    require_free(folder)
    entry = store.find(release)
    frozen = store.read(entry).files
    manifest, _ = read_manifest(frozen[MANIFEST_FILE], entry.id)
    shown = ShownTables(heading_of(manifest), frozen)
    files = {name: shown.content(name) for name in frozen}
    listing = entry.downloads_sha256
    names = store.downloads.names(listing) if listing else {}
    if not listing:
        files[GAPS_CSV] = write_csv(pl.read_parquet(io.BytesIO(files[GAPS.file])))
    with whole_folder(folder) as complete:
        for name, content in files.items():
            (complete / name).write_bytes(content)
        for name in names:
            _copy_download(store.downloads, str(listing), name, complete / name)
    return tuple(folder / name for name in sorted({*files, *names}))


def _copy_download(downloads: Downloads, listing: str, name: str, place: Path) -> None:
    found = downloads.find(listing, name)
    with place.open("wb") as file:
        for chunk in downloads.chunks(listing, name, start=0, stop=found.size_bytes):
            file.write(chunk)
