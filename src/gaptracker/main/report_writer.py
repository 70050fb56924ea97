"""The data behind a report: one archive of everything that the release lets people take away."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from gaptracker.domain.report_delivery import ReportFile
from gaptracker.main.cli.stores import open_store
from gaptracker.workflows.export_release import export_release

GLOBAL = "global"
DATA_NAME = "gaptracker-{period}-data.zip"
# The first moment that the format can hold: the same bytes, whenever they are packed.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_report_data(
    release: str, period: str, languages: Sequence[str], folder: Path
) -> Sequence[ReportFile]:
    """Write the release's files into an archive; they have no words, so every language has one."""
    del languages
    name = DATA_NAME.format(period=period)
    with TemporaryDirectory(dir=folder) as whole, zipfile.ZipFile(folder / name, "x") as archive:
        for path in export_release(open_store(), Path(whole) / "release", release):
            member = zipfile.ZipInfo(path.name, ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())
    return (ReportFile(name=name, edition=GLOBAL, language=None, form="zip"),)
