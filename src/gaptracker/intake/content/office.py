"""Is it really a docx or an xlsx: an honest archive, without macros, links out or nested files?"""

import html
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

# Without types of its own.
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from gaptracker.intake.content.findings import Unsafe
from gaptracker.intake.content.scanning import read_at
from gaptracker.intake.file_types import DOCX, XLSX

MAIN_PARTS = {
    DOCX: ("/word/document.xml", f"{DOCX}.main+xml"),
    XLSX: ("/xl/workbook.xml", f"{XLSX}.main+xml"),
}
MOST_ENTRIES = 2_000
MOST_UNPACKED_BYTES = 100_000_000
MOST_RATIO = 100
RATIO_FROM_BYTES = 1_000_000
MOST_PART_BYTES = 50_000_000
ENCRYPTED_BIT = 1
CONTENT_TYPES = "[Content_Types].xml"
FORBIDDEN_PARTS = re.compile(
    r"vbaproject|vbadata|activex|externallinks?/|embeddings/|macrosheets/|oleobject|\.bin$|customui",
    re.I,
)
# Printer settings are bytes of a printer's driver; every second spreadsheet has them.
HARMLESS_PARTS = re.compile(r"xl/printerSettings/printerSettings\d+\.bin")
ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"MZ")
TAG = re.compile(r"<[^>]*>")
FIELD = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE)\s", re.I)
FORMULA = re.compile(
    r"<(?:\w+:)?f[ >][^<]*?(?:\|[^<]*!|\b(?:DDE|WEBSERVICE|CALL|REGISTER)\()", re.I
)
OUTSIDE = re.compile(r"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[^>]*>", re.I)


def office_type(file: BinaryIO) -> str | None:
    """Return the media type of an office file, None for another archive.

    Raises:
        Unsafe: If it is broken, a bomb, nested, or holds what runs or calls outside.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_archive(file, archive, entries)
            found = _main_type(archive)
            if found is not None:
                _check_parts(archive, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        raise Unsafe("the archive is broken or cut off") from error
    except (ParseError, DefusedXmlException, UnicodeDecodeError, LookupError) as error:
        raise Unsafe("the XML inside is broken or made to do harm") from error
    return found


def _check_archive(
    file: BinaryIO, archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]
) -> None:
    """Judge an archive by its directory, before anything is unpacked."""
    if len(entries) > MOST_ENTRIES:
        raise Unsafe(f"the archive has more than {MOST_ENTRIES} files")
    if archive.comment or not entries or min(each.header_offset for each in entries) != 0:
        raise Unsafe("something is before, after or instead of the archive's files")
    names = [each.filename.casefold() for each in entries]
    if len(set(names)) != len(names):
        raise Unsafe("two files in the archive have one name")
    if sum(each.file_size for each in entries) > MOST_UNPACKED_BYTES:
        raise Unsafe(f"the archive unpacks to more than {MOST_UNPACKED_BYTES} bytes")
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end or read_at(file, entry.header_offset, 2) != b"PK":
            raise Unsafe("files in the archive overlap")
        end = entry.header_offset + entry.compress_size
        _check_entry(entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if name.startswith(("/", "\\")) or ".." in name.split("/") or "\\" in name or ":" in name:
        raise Unsafe("a file in the archive would leave its folder")
    if entry.flag_bits & ENCRYPTED_BIT:
        raise Unsafe("a file in the archive is encrypted")
    many = entry.file_size > RATIO_FROM_BYTES
    if many and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise Unsafe("a file in the archive unpacks to far more than it is")
    if FORBIDDEN_PARTS.search(name) and not HARMLESS_PARTS.fullmatch(name):
        raise Unsafe("it holds macros, links to other files or embedded objects")


def _main_type(archive: zipfile.ZipFile) -> str | None:
    """Read which part is the main one and of what type."""
    names = set(archive.namelist())
    if CONTENT_TYPES not in names:
        return None
    root = fromstring(_part(archive, CONTENT_TYPES), forbid_dtd=True)
    declared = {each.get("PartName", ""): each.get("ContentType", "") for each in root}
    if any(re.search("macro|vba|activex", each, re.I) for each in declared.values()):
        raise Unsafe("it holds macros")
    for media_type, (part, content_type) in MAIN_PARTS.items():
        if declared.get(part) == content_type and part[1:] in names:
            return media_type
    return None


def _check_parts(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Unpack each part within its bounds and look for what runs, nests or calls outside."""
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _check_text(_part(archive, entry.filename))
            continue
        with archive.open(entry) as part:
            if part.read(8).startswith(ARCHIVES):
                raise Unsafe("there is an archive or a program inside")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(MOST_PART_BYTES + 1)
    if len(content) > MOST_PART_BYTES:
        raise Unsafe("a file in the archive is too large")
    return content


def _check_text(content: bytes) -> None:
    text = content.decode("utf-8-sig")
    if "\0" in text or "<![CDATA[" in text or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unsafe("its XML is not as an office program writes it")
    # Field codes can be cut into runs, so they are looked for without the tags, too.
    if FIELD.search(html.unescape(TAG.sub("", text))) or FIELD.search(_instructions(text)):
        raise Unsafe("it holds a field that runs or fetches something")
    if FORMULA.search(html.unescape(text)):
        raise Unsafe("it holds a formula that runs or fetches something")
    if any("/hyperlink" not in link for link in OUTSIDE.findall(text)):
        raise Unsafe("it fetches something from outside when it is opened")


def _instructions(text: str) -> str:
    return html.unescape("\n".join(re.findall(r"\binstr\s*=\s*[\"']([^\"']*)", text)))
