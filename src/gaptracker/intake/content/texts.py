"""Is it plain text, a table as CSV, or a web archive?"""

import codecs
import csv
import io
import itertools
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from gaptracker.intake.content.findings import Unsafe
from gaptracker.intake.content.scanning import (
    WINDOW_BYTES,
    read_at,
    refuse_archive_inside,
    windows,
)

# HTML, SVG, XML, RTF, PostScript and MHTML are programs to somebody.
DRESSED = re.compile(r"\s*(?:<[!?a-zA-Z]|\{\\rtf|%!PS|%PDF-|MIME-Version:)", re.I)
MARKUP = re.compile(r"<(?:!doctype\s|html|script|svg|iframe|object|embed)[\s>/]", re.I)
# All but tab, the ends of lines and of pages; in UTF-8 their bytes mean nothing else.
CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\f\r"))
OVERLAP = 64
MOST_CELL_CHARACTERS = 1_000_000
MOST_WARC_HEAD_BYTES = 64 * 1024
WARC_RECORD = re.compile(rb"WARC/1\.[01]\r\n(?:[^\r\n]+\r\n)*?WARC-Type:", re.I)


def is_text(file: BinaryIO) -> bool:
    """Say whether a file is UTF-8 text without control characters.

    Raises:
        Unsafe: If it is, and a browser or an office program would run it.
    """
    refuse_archive_inside(file)
    try:
        _check_markup(file)
    except UnicodeDecodeError:
        return False
    pieces = windows(file)
    return all(len(piece.translate(None, CONTROLS)) == len(piece) for piece in pieces)


def is_csv(file: BinaryIO) -> bool:
    """Say whether a text is a table: a header, and rows of as many cells."""
    try:
        lengths = {len(row) for row in csv_rows(file) if row}
    except csv.Error:
        return False
    return len(lengths) == 1


def csv_rows(file: BinaryIO) -> Iterator[list[str]]:
    """Read the rows of a CSV file in UTF-8, with comma, semicolon or tab between its cells."""
    csv.field_size_limit(MOST_CELL_CHARACTERS)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        first = text.readline(WINDOW_BYTES)
        delimiter = max(",;\t", key=first.count)
        yield from csv.reader(itertools.chain([first], text), delimiter=delimiter, strict=True)
    finally:
        text.detach()


def is_web_archive(file: BinaryIO) -> bool:
    """Say whether the first record in a gzip file is WARC's; no more of it is unpacked."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        head = unpack.decompress(read_at(file, 0, MOST_WARC_HEAD_BYTES), MOST_WARC_HEAD_BYTES)
    except zlib.error:
        return False
    return WARC_RECORD.match(head) is not None


def decoded(file: BinaryIO) -> Iterator[str]:
    """Read UTF-8 piece by piece, without its byte order mark."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    file.seek(0)
    while piece := file.read(WINDOW_BYTES):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _check_markup(file: BinaryIO) -> None:
    before = ""
    for number, piece in enumerate(decoded(file)):
        if number == 0 and DRESSED.match(piece):
            raise Unsafe("it is a page or a document dressed as text")
        if MARKUP.search(before + piece):
            raise Unsafe("there is markup inside that a browser could run")
        before = piece[-OVERLAP:]
