"""Is it really a PDF, and only that? Scripts and files inside are flagged, not refused."""

import re
from typing import BinaryIO

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from gaptracker.intake.content.findings import Flag, Unsafe
from gaptracker.intake.content.scanning import (
    MARKUP,
    read_at,
    refuse_archive_inside,
    size_of,
    windows,
)

# Readers look this far for the header and for the end.
SLACK_BYTES = 1024
HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
END = b"%%EOF"
ACTIVE = re.compile(rb"/(?:JavaScript|JS|OpenAction|AA|Launch|SubmitForm|ImportData|XFA)\b")
EMBEDDED = re.compile(rb"/(?:EmbeddedFiles?|RichMedia|Filespec)\b")
HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(file: BinaryIO) -> set[Flag]:
    """Check a file that begins as a PDF.

    A script in a PDF is no reason to lose it: governments publish such forms. It is kept sealed,
    flagged, and what the public sees is pictures of its pages.

    Raises:
        Unsafe: If it is cut off, broken, or another kind of file as well.
    """
    head = read_at(file, 0, SLACK_BYTES)
    if not HEADER.match(head):
        raise Unsafe("the PDF does not begin at the first byte")
    if MARKUP.search(head):
        raise Unsafe("it is a page of markup as well as a PDF")
    tail = read_at(file, size_of(file) - SLACK_BYTES, SLACK_BYTES)
    if END not in tail:
        raise Unsafe("the PDF is cut off: its end mark is missing")
    if tail.rpartition(END)[2].strip(b"\0\r\n\t\f "):
        raise Unsafe("something is appended to the PDF")
    refuse_archive_inside(file)
    return _named_flags(file) | _reader_flags(file)


def _named_flags(file: BinaryIO) -> set[Flag]:
    """Look for tell-tale names; those in compressed parts are not seen."""
    flags = set()
    for piece in windows(file):
        plain = HEX_IN_NAME.sub(lambda found: bytes([int(found[1], 16)]), piece)
        if ACTIVE.search(plain):
            flags.add(Flag.ACTIVE_CONTENT)
        if EMBEDDED.search(plain):
            flags.add(Flag.EMBEDDED_FILES)
    return flags


def _reader_flags(file: BinaryIO) -> set[Flag]:
    """Let the real reader open it, and ask what it saw."""
    file.seek(0)
    flags = set()
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            return {Flag.ENCRYPTED}
        raise Unsafe("its reader finds it broken") from error
    try:
        if len(document) == 0:
            raise Unsafe("the PDF has no page")
        if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            flags.add(Flag.ACTIVE_CONTENT)
        if document.count_attachments() > 0:
            flags.add(Flag.EMBEDDED_FILES)
    finally:
        document.close()
    return flags
