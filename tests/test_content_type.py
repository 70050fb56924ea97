"""A file is what its bytes say; what is dressed, doubled, broken or a bomb is refused."""

import gzip
import io
import tempfile

import pytest

from gaptracker.intake.content.findings import Flag
from gaptracker.intake.content_type import detect
from gaptracker.intake.file_types import CSV, DOCX, PDF, TEXT, WARC, XLSX, ContentProblem, Detected
from gaptracker.intake.sandboxed import Limits, Sandbox
from tests import hostile_files as files

HONEST = {
    PDF: files.pdf(),
    "image/png": files.picture("PNG"),
    "image/jpeg": files.picture("JPEG"),
    "image/webp": files.picture("WEBP"),
    TEXT: "Año 2024: naloxona < 5 dosis\r\n".encode(),
    CSV: "actor;año\nPER;2024\n".encode(),
    DOCX: files.docx("<w:t>Hola</w:t>"),
    XLSX: files.xlsx("<f>SUM(A1:A2)</f>"),
    WARC: files.warc(),
}
UNSAFE, MISMATCH = ContentProblem.UNSAFE_FILE, ContentProblem.MEDIA_TYPE_MISMATCH
ZIP, PNG, JPEG, WEBP = files.docx(), HONEST["image/png"], HONEST["image/jpeg"], HONEST["image/webp"]
LINK = '<r><Relationship Type="t/{}" TargetMode="External" Target="http://a"/></r>'
TEMPLATE = files.docx(files={"_rels/a.rels": LINK.format("attachedTemplate")})

HOSTILE: dict[str, tuple[str, bytes, ContentProblem]] = {
    "empty": (TEXT, b"", UNSAFE),
    "pdf-that-is-a-png": (PDF, PNG, MISMATCH),
    "png-that-is-a-jpeg": ("image/png", JPEG, MISMATCH),
    "png-that-is-a-program": ("image/png", b"MZ\x90\0" + bytes(300), MISMATCH),
    "docx-that-is-an-xlsx": (DOCX, files.xlsx(), MISMATCH),
    "docx-that-is-a-zip": (DOCX, files.archive({"a.txt": "a"}), MISMATCH),
    "warc-that-is-gzip": (WARC, gzip.compress(b"hello"), MISMATCH),
    "warc-that-is-a-bomb": (WARC, gzip.compress(bytes(50_000_000)), MISMATCH),
    "text-in-latin-1": (TEXT, "año".encode("latin-1"), MISMATCH),
    "text-in-utf-16": (TEXT, "year".encode("utf-16"), MISMATCH),
    "text-with-nul": (TEXT, b"a\0b", MISMATCH),
    "csv-of-unequal-rows": (CSV, b"a,b\n1,2,3\n", MISMATCH),
    "text-that-is-html": (TEXT, b" \n<!DOCTYPE html><p>", UNSAFE),
    "text-that-is-svg-behind-bom": (TEXT, b"\xef\xbb\xbf<svg xmlns='x'>", UNSAFE),
    "text-with-late-script": (TEXT, b"a" * 2_000_000 + b"<script>alert(1)</script>", UNSAFE),
    "text-that-is-rtf": (TEXT, b"{\\rtf1 {\\object}}", MISMATCH),
    "csv-with-script": (CSV, b"a,b\n<script >,1\n", UNSAFE),
    "pdf-behind-html": (PDF, b"<html><script>1</script>" + HONEST[PDF], UNSAFE),
    "pdf-behind-script": (TEXT, b"/* " + HONEST[PDF], UNSAFE),
    "pdf-with-html-in-head": (PDF, HONEST[PDF].replace(b"\n", b"\n%<script >\n", 1), UNSAFE),
    "pdf-before-zip": (PDF, HONEST[PDF] + ZIP, UNSAFE),
    "pdf-before-html": (PDF, HONEST[PDF] + b"<html>", UNSAFE),
    "pdf-cut-off": (PDF, HONEST[PDF][:-60], UNSAFE),
    "pdf-of-nothing": (PDF, b"%PDF-1.4\n%%EOF\n", UNSAFE),
    "zip-before-pdf": (DOCX, ZIP + HONEST[PDF], UNSAFE),
    "jpeg-before-zip": ("image/jpeg", JPEG + ZIP, UNSAFE),
    "jpeg-before-padded-zip": ("image/jpeg", JPEG + ZIP + bytes(100_000), UNSAFE),
    "jpeg-before-program": ("image/jpeg", JPEG + b"\x7fELF" + bytes(99), UNSAFE),
    "jpeg-that-is-script": ("image/jpeg", JPEG[:4] + b"/*" + JPEG[6:], UNSAFE),
    "jpeg-cut-off": ("image/jpeg", JPEG[:-40], UNSAFE),
    "png-before-pdf": ("image/png", PNG + HONEST[PDF], UNSAFE),
    "png-around-zip": ("image/png", files.png_around(ZIP), UNSAFE),
    "png-with-php": ("image/png", PNG + b"<?php system('id');", UNSAFE),
    "png-cut-off": ("image/png", PNG[:-20], UNSAFE),
    "png-damaged": ("image/png", PNG[:50] + b"\0\0\0" + PNG[53:], UNSAFE),
    "png-bomb": ("image/png", files.wide_png(), UNSAFE),
    "webp-cut-off": ("image/webp", WEBP[:-9], UNSAFE),
    "webp-before-zip": ("image/webp", WEBP + ZIP, UNSAFE),
    "zip-bomb": (DOCX, files.docx(files={"word/media/a.png": bytes(99_000_000)}), UNSAFE),
    "zip-bomb-of-many": (DOCX, files.docx(files={f"{n}": "" for n in range(2001)}), UNSAFE),
    "zip-in-zip": (DOCX, files.docx(files={"word/media/a.png": ZIP}), UNSAFE),
    "zip-cut-off": (DOCX, ZIP[:-30], UNSAFE),
    "zip-behind-bytes": (DOCX, b"PK\x03\x04junk" + ZIP, UNSAFE),
    "zip-path": (DOCX, files.docx(files={"../../a.xml": "<a/>"}), UNSAFE),
    "zip-twins": (DOCX, files.docx(files={"WORD/document.xml": "<a/>"}), UNSAFE),
    "docx-macro": (DOCX, files.docx(files={"word/vbaProject.bin": b"x"}), UNSAFE),
    "docx-macro-type": (DOCX, files.docx(types='<Default ContentType="a.macroEnabled"/>'), UNSAFE),
    "docx-object": (DOCX, files.docx(files={"word/embeddings/oleObject1.bin": b"x"}), UNSAFE),
    "docx-dde": (DOCX, files.docx("<w:instrText>DDEAUTO c:\\cmd</w:instrText>"), UNSAFE),
    "docx-dde-in-runs": (DOCX, files.docx("<w:t>&#68;D</w:t><w:t>E </w:t>"), UNSAFE),
    "docx-dde-attribute": (DOCX, files.docx('<w:fldSimple w:instr="DDE a b"/>'), UNSAFE),
    "docx-template": (DOCX, TEMPLATE, UNSAFE),
    "docx-far-image": (DOCX, files.docx(files={"_rels/a.rels": LINK.format("image")}), UNSAFE),
    "docx-entities": (DOCX, files.docx(types='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), UNSAFE),
    "xlsx-external": (XLSX, files.xlsx(files={"xl/externalLinks/a.xml": "<a/>"}), UNSAFE),
    "xlsx-dde": (XLSX, files.xlsx("<f>cmd|' /C calc'!A0</f>"), UNSAFE),
    "xlsx-webservice": (XLSX, files.xlsx('<f>WEBSERVICE("http://a")</f>'), UNSAFE),
}  # fmt: skip


def looked_at(content: bytes, declared: str) -> Detected:
    return detect(io.BytesIO(content), declared)


def in_sandbox(sandbox: Sandbox, content: bytes, declared: str) -> Detected:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return sandbox.detect(file, declared)


@pytest.mark.parametrize("media_type", HONEST)
def test_an_honest_file_is_taken_in_the_sandbox(media_type: str) -> None:
    found = in_sandbox(Sandbox(), HONEST[media_type], f"{media_type}; charset=utf-8")
    assert found == Detected(media_type=media_type), found


@pytest.mark.hostile
@pytest.mark.parametrize(("declared", "content", "problem"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(declared: str, content: bytes, problem: ContentProblem) -> None:
    found = looked_at(content, declared)
    assert found.problems == (problem,), found
    assert found.detail


@pytest.mark.hostile
@pytest.mark.parametrize("declared", ["text/html", "image/svg+xml", "image/gif", "", "pdf"])
def test_what_is_not_on_the_list_is_unsupported_whatever_its_content(declared: str) -> None:
    found = looked_at(HONEST[PDF], declared)
    assert found.problems == (ContentProblem.UNSUPPORTED_MEDIA_TYPE,)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("content", "flag"),
    [
        (files.pdf(catalogue="/OpenAction << /S /JavaScript /JS (a) >>"), Flag.ACTIVE_CONTENT),
        (files.pdf(catalogue="/Open#41ction 5 0 R"), Flag.ACTIVE_CONTENT),
        (files.pdf(catalogue="/Names << /EmbeddedFiles 5 0 R >>"), Flag.EMBEDDED_FILES),
    ],
)
def test_a_pdf_that_does_something_is_kept_and_flagged(content: bytes, flag: Flag) -> None:
    found = looked_at(content, PDF)
    assert found.problems == ()
    assert flag in found.flags


def test_a_telephones_second_picture_is_flagged_not_refused() -> None:
    found = looked_at(JPEG + JPEG, "image/jpeg")
    assert found == Detected(media_type="image/jpeg", flags=(Flag.TRAILING_BYTES,))
    assert looked_at(files.animation("WEBP"), "image/webp").flags == (Flag.ANIMATED,)
    assert looked_at(files.animation("PNG"), "image/png").flags == (Flag.ANIMATED,)


@pytest.mark.hostile
@pytest.mark.parametrize("limit", ["memory_bytes", "cpu_seconds", "wall_seconds"])
def test_a_reader_without_time_or_memory_ends_as_an_unsafe_file(limit: str) -> None:
    enough = {"memory_bytes": 2**30, "cpu_seconds": 9, "wall_seconds": 9, "out_bytes": 2**20}
    little = {"memory_bytes": 2**20, "cpu_seconds": 0, "wall_seconds": 0.01}
    sandbox = Sandbox(detect_limits=Limits(**{**enough, limit: little[limit]}))  # type: ignore[arg-type]
    found = in_sandbox(sandbox, PNG, "image/png")
    assert found.problems == (UNSAFE,)
