"""Copy a release out of the store, with its gaps as a table that any spreadsheet opens."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from gaptracker.domain.errors import InvalidValue
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.cell_tables import GAPS
from gaptracker.release.csv_text import write_csv

GAPS_CSV = "gaps.csv"


def export_release(
    store: ReleaseStore, folder: Path, release: str | None = None
) -> tuple[Path, ...]:
    """Write a release's files, byte for byte, and `gaps.csv` into a new folder.

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
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidValue(f"{folder} is there already; expected a new or an empty folder")
    files = dict(store.read(store.find(release)).files)
    files[GAPS_CSV] = write_csv(pl.read_parquet(io.BytesIO(files[GAPS.file])))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".partial-") as partial:
        complete = Path(partial) / folder.name
        complete.mkdir()
        for name, content in files.items():
            (complete / name).write_bytes(content)
        if folder.exists():
            folder.rmdir()
        complete.rename(folder)
    return tuple(folder / name for name in sorted(files))
