"""Looking through a file in constant memory."""

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from gaptracker.intake.content.findings import Unsafe

WINDOW_BYTES = 1024 * 1024
# No pattern matches more than this; two windows share so much that none is cut in two.
OVERLAP_BYTES = 128

# A browser that guesses would run these. `[\s>]` keeps chance out of compressed bytes.
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|script|svg|iframe|body)[\s>/]|<\?php\s", re.I)
ZIP_MEMBER = re.compile(rb"PK\x03\x04[\x00-\x3f][\x00-\x03]..[\x00\x08\x09\x0c\x0e]\x00", re.S)


def size_of(file: BinaryIO) -> int:
    """Return how many bytes a file has."""
    return file.seek(0, 2)


def read_at(file: BinaryIO, start: int, length: int) -> bytes:
    """Return bytes from a place; fewer at the file's end."""
    file.seek(max(start, 0))
    return file.read(length)


def windows(file: BinaryIO, start: int = 0) -> Iterator[bytes]:
    """Read a file in pieces that overlap a little."""
    while True:
        piece = read_at(file, start, WINDOW_BYTES)
        if not piece:
            return
        yield piece
        if len(piece) < WINDOW_BYTES:
            return
        start += WINDOW_BYTES - OVERLAP_BYTES


def occurs(pattern: re.Pattern[bytes], file: BinaryIO, start: int = 0) -> bool:
    """Say whether a short pattern is anywhere after a place."""
    return any(pattern.search(piece) for piece in windows(file, start))


def refuse_archive_inside(file: BinaryIO) -> None:
    """Refuse a file that an archive reader would open as well.

    Raises:
        Unsafe: If it ends as a zip archive ends.
    """
    if zipfile.is_zipfile(file):
        raise Unsafe("a zip archive is appended to it")


def refuse_after(file: BinaryIO, end: int) -> bool:
    """Refuse what is hidden behind the end of a picture, and say whether anything is there.

    Telephones append a second picture or a film; those stay, in the original only.

    Raises:
        Unsafe: If there is an archive, a document, a program or markup.
    """
    tail = read_at(file, end, 16).lstrip(b"\0\r\n ")
    if tail.startswith((b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08")):
        raise Unsafe("a program or an archive is appended to it")
    if occurs(ZIP_MEMBER, file, end) or occurs(re.compile(rb"%PDF-[12]\."), file, end):
        raise Unsafe("an archive or a document is appended to it")
    return bool(tail)
