"""Copies that may be public: only what is seen survives, nothing that was hidden beside it.

Called in the sandbox only (`intake/sandboxed.py`): the readers below meet hostile files.
"""

import csv
import errno
import io
import math
from collections.abc import Sequence
from typing import BinaryIO

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageOps

from gaptracker.domain.formula_guard import formula_safe_cell
from gaptracker.intake.content.findings import Unsafe
from gaptracker.intake.content.pictures import FORMATS, is_animated, open_picture
from gaptracker.intake.content.texts import csv_rows, decoded
from gaptracker.intake.file_types import CSV, PDF, TEXT, NoPublicCopy
from gaptracker.intake.picture_document import POINTS_PER_INCH, PictureDocument
from gaptracker.intake.redaction import Box

DOTS_PER_INCH = 150
MOST_PAGES = 300
# A2 at 150 dots an inch; a larger page gets fewer dots.
MOST_PAGE_PIXELS = 9_000_000
JPEG_QUALITY = 85
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
SIXTEEN_BIT_MODES = ("I;16", "I;16B", "I;16L", "I")
SIXTEEN_TO_EIGHT = 1 / 256


def write_public_copy(file: BinaryIO, media_type: str, out: BinaryIO) -> str:
    """Write the public copy of a checked file.

    Args:
        file: The original, seekable.
        media_type: Its type, as detected.
        out: Where the copy goes.

    Returns:
        The copy's media type: a webp comes out as a png, all others as what they were.

    Raises:
        NoPublicCopy: For an office file or a web archive (publish their content as text instead),
            an animated picture, an encrypted or overlong PDF, or a file that cannot be read.
    """
    return write_redacted(file, media_type, (), out)


def write_redacted(file: BinaryIO, media_type: str, boxes: Sequence[Box], out: BinaryIO) -> str:
    """Write the public copy of a picture or a PDF with boxes burnt into its pixels.

    Args:
        file: The original, seekable.
        media_type: Its type, as detected.
        boxes: What to cover.
        out: Where the copy goes.

    Returns:
        The copy's media type.

    Raises:
        NoPublicCopy: As for `write_public_copy`; also if a box is on no page of the file, or the
            file has no pages.
    """
    try:
        if media_type in FORMATS:
            return _copy_picture(file, media_type, boxes, out)
        if media_type == PDF:
            return _copy_pdf(file, boxes, out)
        if boxes:
            raise NoPublicCopy("only pictures and PDFs can be redacted with boxes")
        return _copy_text(file, media_type, out)
    except Unsafe as error:
        raise NoPublicCopy(str(error)) from error
    except OSError as error:
        full = error.errno in (errno.EFBIG, errno.ENOSPC)
        reason = "the copy needs too much space" if full else "the file cannot be read to its end"
        raise NoPublicCopy(reason) from error
    except (UnicodeDecodeError, csv.Error, pypdfium2.PdfiumError) as error:
        raise NoPublicCopy("the file cannot be read to its end") from error


def _copy_picture(file: BinaryIO, media_type: str, boxes: Sequence[Box], out: BinaryIO) -> str:
    _require_pages(boxes, 1)
    with open_picture(file, media_type) as picture:
        if is_animated(picture, media_type):
            raise NoPublicCopy("the picture is animated; publish the pictures one by one")
        picture.load()
        pixels = _only_pixels(picture)
    burn(pixels, boxes, 0)
    if media_type == "image/jpeg":
        pixels.save(out, "JPEG", quality=JPEG_QUALITY)
        return media_type
    pixels.save(out, "PNG", optimize=False)
    return "image/png"


def _only_pixels(picture: Image.Image) -> Image.Image:
    """Copy what is seen into a new picture, which knows nothing else.

    Saving the old one again would keep a jpeg's comment. What lies under full transparency, or in
    a palette's unused places, is not seen and does not come along.
    """
    if picture.mode in SIXTEEN_BIT_MODES:
        # Pillow would cut off all that is brighter than 255.
        picture = picture.convert("I").point(lambda value: value * SIXTEEN_TO_EIGHT).convert("L")
    upright = ImageOps.exif_transpose(picture)
    seen = Image.new("RGB", upright.size, WHITE)
    if upright.has_transparency_data:
        clear = upright.convert("RGBA")
        seen.paste(clear, mask=clear.getchannel("A"))
    else:
        seen.paste(upright.convert("RGB"))
    return seen


def _copy_pdf(file: BinaryIO, boxes: Sequence[Box], out: BinaryIO) -> str:
    """Write a new PDF of pictures of the pages, as Dangerzone does."""
    file.seek(0)
    document = pypdfium2.PdfDocument(file)
    try:
        if len(document) > MOST_PAGES:
            raise NoPublicCopy(f"the PDF has more than {MOST_PAGES} pages; publish a part of it")
        _require_pages(boxes, len(document))
        document.init_forms()  # what was filled in is seen, so it is shown
        pictures = PictureDocument(out)
        for number in range(len(document)):
            _add_page(pictures, document[number], boxes, number)
        pictures.finish()
    finally:
        document.close()
    return PDF


# pypdfium2 has no types.
def _add_page(
    pictures: PictureDocument, page: "pypdfium2.PdfPage", boxes: Sequence[Box], number: int
) -> None:
    wide, high = page.get_size()
    dots = float(DOTS_PER_INCH)
    pixels = wide * high * (dots / POINTS_PER_INCH) ** 2
    if pixels > MOST_PAGE_PIXELS:
        dots *= (MOST_PAGE_PIXELS / pixels) ** 0.5
    bitmap = page.render(scale=dots / POINTS_PER_INCH, rev_byteorder=True)
    picture = _only_pixels(bitmap.to_pil())
    bitmap.close()
    page.close()
    burn(picture, boxes, number)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=JPEG_QUALITY)
    pictures.add_page(jpeg.getvalue(), picture, dots_per_inch=dots)


def _copy_text(file: BinaryIO, media_type: str, out: BinaryIO) -> str:
    if media_type == TEXT:
        for piece in decoded(file):
            out.write(piece.encode("utf-8"))
    elif media_type == CSV:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        for row in csv_rows(file):
            writer.writerow([formula_safe_cell(cell) for cell in row])
        text.detach()
    else:
        raise NoPublicCopy(
            f"no public copy is made of {media_type}: it holds more than is seen. "
            "Publish its content as text, or send it as a PDF"
        )
    return media_type


def _require_pages(boxes: Sequence[Box], count: int) -> None:
    """Refuse a box that would cover nothing: its sender believes that something is covered."""
    if beyond := sorted({box.page for box in boxes if box.page >= count}):
        raise NoPublicCopy(f"boxes are on page {beyond[0]}; expected 0 to {count - 1}")


def burn(picture: Image.Image, boxes: Sequence[Box], page: int) -> None:
    """Blacken a page's boxes, rounded outwards, so that no pixel at an edge tells anything."""
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        if box.page == page:
            left, top = box.left * picture.width, box.top * picture.height
            right, bottom = box.right * picture.width, box.bottom * picture.height
            edges = (math.floor(left) - 1, math.floor(top) - 1, math.ceil(right), math.ceil(bottom))
            draw.rectangle(edges, fill=BLACK)
