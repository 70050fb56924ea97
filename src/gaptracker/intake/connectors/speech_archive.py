"""Speeches out of an archive: a tar or zip of texts, or one within the other, never unpacked."""

import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import MEBIBYTE, Arrived, SourceUnreadable

# The longest speech of the corpus has about 0.2 MB; the whole corpus about 200 MB.
MOST_SPEECH_BYTES = 2 * MEBIBYTE
MOST_BYTES = 1024 * MEBIBYTE
MOST_MEMBERS = 100_000
PACKED = (".tar.gz", ".tgz", ".tar")
_NAME = re.compile(r"([A-Z]{2,3})_(\d{1,3})_(\d{4})\.txt$")
# What a Macintosh puts beside each file.
_JUNK = "._"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One file of the corpus: who spoke, in which session and year, and the bytes of the text."""

    where: str
    country: str
    session: int
    year: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSpeech:
    """A file that is none, or too long to be one."""

    where: str
    too_long: bool = False


@dataclass(slots=True)
class _Budget:
    """What may be read in all, however well it was packed."""

    where: str
    members: int = 0
    size_bytes: int = 0

    def spend(self, size_bytes: int) -> None:
        """Count a member; stop when there is more than any corpus has."""
        self.members += 1
        self.size_bytes += size_bytes
        if self.members > MOST_MEMBERS or self.size_bytes > MOST_BYTES:
            raise SourceUnreadable(
                IssueKind.SHAPE_UNKNOWN,
                self.where,
                f"more than {MOST_MEMBERS:,} files or {MOST_BYTES:,} bytes are packed in it; "
                "expected a corpus of speeches",
            )


def speeches(arrived: Arrived) -> Iterator[Speech | NoSpeech]:
    """Yield what an archive holds, in its order.

    Raises:
        SourceUnreadable: If it is no archive, is damaged, or holds more than a corpus has.
    """
    budget = _Budget(arrived.where)
    try:
        if zipfile.is_zipfile(arrived.path):
            yield from _of_zip(arrived, budget)
        else:
            with arrived.path.open("rb") as file:
                yield from _of_tar(file, arrived.where, budget)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"no whole tar or zip came ({error}); expected one of texts, as MEX_78_2023.txt",
        ) from error
    except RuntimeError as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"the zip is packed in a way that is not read ({error}); pack it anew",
        ) from error


def _of_zip(arrived: Arrived, budget: _Budget) -> Iterator[Speech | NoSpeech]:
    with zipfile.ZipFile(arrived.path) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            with archive.open(member) as file:
                if member.filename.endswith(PACKED):
                    yield from _of_tar(file, arrived.where, budget)
                else:
                    yield from _made(member.filename, file, arrived.where, budget)


def _of_tar(file: IO[bytes], where: str, budget: _Budget) -> Iterator[Speech | NoSpeech]:
    with tarfile.open(fileobj=file, mode="r|*") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                yield from _made(member.name, content, where, budget)


def _made(name: str, file: IO[bytes], where: str, budget: _Budget) -> Iterator[Speech | NoSpeech]:
    base = PurePosixPath(name).name
    found = _NAME.match(base)
    if base.startswith(_JUNK):
        budget.spend(0)
        return
    if found is None:
        budget.spend(0)
        yield NoSpeech(where=f"{where} {base[:80]}")
        return
    content = file.read(MOST_SPEECH_BYTES + 1)
    budget.spend(len(content))
    if len(content) > MOST_SPEECH_BYTES:
        yield NoSpeech(where=f"{where} {base}", too_long=True)
        return
    country, session, year = found.groups()
    yield Speech(
        where=f"{where} {base}",
        country=country,
        session=int(session),
        year=int(year),
        content=content,
    )
