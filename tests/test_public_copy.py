"""What is public holds what is seen and nothing else: no place, no name, no hidden text."""

import io
import sys
import tempfile
from collections.abc import Sequence

import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image

from gaptracker.domain.errors import InvalidValue
from gaptracker.intake.content_type import detect
from gaptracker.intake.file_types import CSV, DOCX, PDF, TEXT, WARC, NoPublicCopy
from gaptracker.intake.redaction import Box
from gaptracker.intake.sandboxed import COPY_LIMITS, Limits, Sandbox
from tests import hostile_files as files

WHOLE = Box(page=0, left=0, top=0, right=1, bottom=1)
HEADLINE = Box(page=0, left=0, top=0.05, right=1, bottom=0.15)
UNDER_A_BOX = "0 0 0 rg 30 690 500 40 re f"
WHITE_TEXT = f"1 1 1 rg BT /F 20 Tf 40 400 Td (Hidden {files.CANARY}) Tj ET"
SCRIPT = f"/OpenAction << /S /JavaScript /JS ({files.CANARY}) >> /Lang (es)"
# A picture without any of these says nothing but its pixels. The JFIF head is the format's own.
OF_THE_FORMAT = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def copied(
    content: bytes,
    media_type: str,
    boxes: Sequence[Box] = (),
    sandbox: Sandbox | None = None,
) -> tuple[str, bytes]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        with (sandbox or Sandbox()).public_copy(file, media_type, boxes) as copy:
            return copy.media_type, copy.file.read()


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "".join(document[n].get_textpage().get_text_bounded() for n in range(len(document)))
    finally:
        document.close()


def first_page(content: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    try:
        picture: Image.Image = document[0].render(scale=1).to_pil().convert("RGB")
    finally:
        document.close()
    return picture


def shades(picture: Image.Image) -> list[tuple[int, int, int]]:
    return [shade for _, shade in picture.convert("RGB").getcolors(2**24) or ()]  # type: ignore[misc]


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        pytest.param(files.telling_jpeg(), "image/jpeg", id="jpeg-exif-gps-xmp-icc-comment"),
        pytest.param(files.telling_png(), "image/png", id="png-text-xmp-exif-icc"),
        pytest.param(files.telling_webp(), "image/webp", id="webp-exif-xmp-icc"),
        pytest.param(files.picture("JPEG") + files.telling_jpeg(), "image/jpeg", id="jpeg-second"),
    ],
)
def test_a_pictures_copy_has_no_tags(content: bytes, media_type: str) -> None:
    assert files.CANARY.encode() in content
    made, copy = copied(content, media_type)
    assert files.CANARY.encode() not in copy
    with Image.open(io.BytesIO(copy)) as picture:
        assert set(picture.info) <= OF_THE_FORMAT
        assert dict(picture.getexif()) == {}
        assert picture.getexif().get_ifd(0x8825) == {}
    assert detect(io.BytesIO(copy), made).problems == ()


def test_a_picture_stands_upright_though_its_tag_is_gone() -> None:
    _, copy = copied(files.telling_jpeg(), "image/jpeg")
    assert Image.open(io.BytesIO(copy)).size == (48, 64)


def test_what_lies_under_full_transparency_does_not_come_along() -> None:
    _, copy = copied(files.telling_png(), "image/png")
    assert shades(Image.open(io.BytesIO(copy))) == [(255, 255, 255)]


def test_sixteen_bits_a_pixel_keep_their_shades() -> None:
    out = io.BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(out, "PNG")
    _, copy = copied(out.getvalue(), "image/png")
    assert shades(Image.open(io.BytesIO(copy))) == [(128, 128, 128)]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_has_no_public_copy(kind: str) -> None:
    with pytest.raises(NoPublicCopy, match="one by one"):
        copied(files.animation(kind), f"image/{kind.lower()}")


@pytest.mark.hostile
def test_a_pdfs_copy_is_pictures_and_nothing_hidden() -> None:
    original = files.pdf(f"{UNDER_A_BOX} {WHITE_TEXT}", catalogue=SCRIPT)
    assert "Hidden CANARY" in text_of(original)
    made, copy = copied(original, PDF)
    assert made == PDF
    assert text_of(copy) == ""
    for trace in (files.CANARY.encode(), b"JavaScript", b"/Info", b"Date", b"Author", b"/Lang"):
        assert trace not in copy
    document = pypdfium2.PdfDocument(copy)
    assert document.get_metadata_dict(skip_empty=True) == {}
    document.close()
    assert detect(io.BytesIO(copy), PDF).flags == ()


def test_a_pdfs_copy_shows_what_the_original_shows() -> None:
    _, copy = copied(files.pdf(pages=3), PDF)
    document = pypdfium2.PdfDocument(copy)
    assert len(document) == 3
    assert [round(side) for side in document[0].get_size()] == [612, 792]
    document.close()
    assert min(min(shade) for shade in shades(first_page(copy))) < 60


def test_the_same_file_has_the_same_copy() -> None:
    assert copied(files.pdf(), PDF) == copied(files.pdf(), PDF)
    assert copied(files.telling_jpeg(), "image/jpeg") == copied(files.telling_jpeg(), "image/jpeg")


@pytest.mark.hostile
def test_text_under_a_box_is_really_gone() -> None:
    _, open_copy = copied(files.pdf(), PDF)
    _, copy = copied(files.pdf(), PDF, [HEADLINE])
    headline = (0, 50, 612, 110)
    assert len(shades(first_page(open_copy).crop(headline))) > 20
    assert max(max(shade) for shade in shades(first_page(copy).crop(headline))) < 10
    assert text_of(copy) == ""
    assert shades(first_page(copy).crop((0, 300, 612, 700))) == [(255, 255, 255)]


@pytest.mark.hostile
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_under_a_box_is_black(kind: str) -> None:
    _, copy = copied(files.picture(kind), f"image/{kind.lower()}", [WHOLE])
    assert shades(Image.open(io.BytesIO(copy))) == [(0, 0, 0)]


@pytest.mark.hostile
@pytest.mark.parametrize("media_type", [PDF, "image/png", TEXT])
def test_a_box_that_would_cover_nothing_is_refused(media_type: str) -> None:
    content = {PDF: files.pdf(), "image/png": files.picture("PNG"), TEXT: b"a"}[media_type]
    with pytest.raises(NoPublicCopy):
        copied(content, media_type, [Box(page=1, left=0, top=0, right=1, bottom=1)])


@pytest.mark.parametrize(
    "edge", [{"left": 1.0}, {"bottom": 1.1}, {"page": -1}, {"top": float("nan")}]
)
def test_an_impossible_box_is_no_box(edge: dict[str, float]) -> None:
    given = {"page": 0, "left": 0.0, "top": 0.0, "right": 1.0, "bottom": 1.0, **edge}
    with pytest.raises(InvalidValue, match="covers nothing"):
        Box(**given)  # type: ignore[arg-type]


def test_a_text_is_copied_without_its_byte_order_mark() -> None:
    assert copied("\ufeffaño\n".encode(), TEXT) == (TEXT, "año\n".encode())


@pytest.mark.hostile
def test_a_tables_copy_runs_nothing() -> None:
    table = "a;b\n=1+1;-5\n\t@cmd;\uff1dx\n'=;|x\n"
    _, copy = copied(f"\ufeff{table}".encode(), CSV)
    assert copy.decode() == "a,b\r\n'=1+1,-5\r\n'\t@cmd,'\uff1dx\r\n'=,'|x\r\n"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(files.docx(), DOCX), (files.warc(), WARC)],
    # Not the bytes, which hold the time: every process has to find the same tests.
    ids=["docx", "warc"],
)
def test_what_holds_more_than_is_seen_has_no_public_copy(content: bytes, media_type: str) -> None:
    with pytest.raises(NoPublicCopy, match="as text"):
        copied(content, media_type)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        pytest.param(b"%PDF-1.4\n%%EOF", PDF, id="pdf-of-nothing"),
        pytest.param(files.pdf(pages=301), PDF, id="pdf-of-many-pages"),
        pytest.param(files.wide_png(), "image/png", id="png-bomb"),
        pytest.param(files.picture("JPEG")[:-60], "image/jpeg", id="jpeg-cut-off"),
        pytest.param(b"", "image/png", id="empty"),
        pytest.param(b"\xff", TEXT, id="bad-utf-8"),
    ],
)
def test_a_file_that_cannot_be_read_has_no_public_copy(content: bytes, media_type: str) -> None:
    with pytest.raises(NoPublicCopy):
        copied(content, media_type)


@pytest.mark.hostile
@pytest.mark.skipif(sys.platform == "win32", reason="no limits there")
@pytest.mark.parametrize("limit", ["memory_bytes", "cpu_seconds", "wall_seconds", "out_bytes"])
def test_a_copy_that_costs_too_much_is_given_up(limit: str) -> None:
    little = {"memory_bytes": 2**26, "cpu_seconds": 1, "wall_seconds": 0.3, "out_bytes": 2000}
    costs = {name: getattr(COPY_LIMITS, name) for name in little} | {limit: little[limit]}
    with pytest.raises(NoPublicCopy, match="too much"):
        copied(files.costly_pdf(), PDF, sandbox=Sandbox(copy_limits=Limits(**costs)))
