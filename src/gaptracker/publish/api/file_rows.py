"""The files of a release as the API and the pages list them."""

from collections.abc import Mapping

from gaptracker.publish.addresses import path_part
from gaptracker.publish.api.file_answers import media_type_of
from gaptracker.publish.api.release_rows import files_path
from gaptracker.publish.api.schemas_releases import FileRow
from gaptracker.release.data_package import DEFINITIONS_FILE, PACKAGE_FILE
from gaptracker.release.table_definitions import TABLE_DEFINITIONS

TITLES = {
    DEFINITIONS_FILE: "What every column and indicator means, and its unit",
    PACKAGE_FILE: "The tables described for programs (Data Package v2)",
    "release.zip": "The data package as one file: CSV, Parquet, definitions and rules",
    "SHA256SUMS": "The SHA-256 of every file, for `sha256sum --check`",
}


def build_files(release: str, names: Mapping[str, str], sizes: Mapping[str, int]) -> list[FileRow]:
    """Return what is said of each file.

    Args:
        release: The release's id.
        names: SHA-256 of each file, by name.
        sizes: Bytes of each file, by name.
    """
    return [
        FileRow(
            name=file,
            title=TITLES.get(file) or TABLE_DEFINITIONS[file.partition(".")[0]].title,
            media_type=media_type_of(file),
            bytes=sizes[file],
            sha256=sha256,
            link=f"{files_path(release)}/{path_part(file)}",
        )
        for file, sha256 in names.items()
    ]
