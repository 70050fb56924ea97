"""Is it really a png, a jpeg or a webp, from its first byte to its last?"""

import struct
import warnings
from typing import BinaryIO

from PIL import Image

from gaptracker.intake.content.findings import Flag, Unsafe
from gaptracker.intake.content.scanning import (
    MARKUP,
    occurs,
    read_at,
    refuse_after,
    refuse_archive_inside,
    size_of,
)

# 50 megapixels are a good camera's; Pillow itself only warns at 89 and stops at 179.
MOST_PIXELS = 50_000_000
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
RIFF_HEAD_BYTES = 8
JPEG_END = b"\xff\xd9"
MARKER_START = 0xFF
SCAN_START = 0xDA


def check_picture(file: BinaryIO, media_type: str) -> set[Flag]:
    """Check a picture that calls itself one of ours.

    Returns:
        What a reader of the original should know.

    Raises:
        Unsafe: If it is broken, too large when unpacked, or something else as well.
    """
    refuse_archive_inside(file)
    if occurs(MARKUP, file):
        raise Unsafe("there is markup inside that a browser could run")
    end = _end_of(file, media_type)
    flags = {Flag.TRAILING_BYTES} if refuse_after(file, end) else set()
    with open_picture(file, media_type) as picture:
        if is_animated(picture, media_type):
            flags.add(Flag.ANIMATED)
        _decode(picture, media_type)
    return flags


def open_picture(file: BinaryIO, media_type: str) -> Image.Image:
    """Open a picture with one reader only, within a number of pixels.

    Raises:
        Unsafe: If it has more pixels, or the reader finds it broken.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            picture = Image.open(file, formats=(FORMATS[media_type],))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Unsafe(f"it has more than {MOST_PIXELS} pixels") from error
        except (OSError, SyntaxError, ValueError, Warning, struct.error) as error:
            raise Unsafe("its reader finds it broken") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise Unsafe(f"it has more than {MOST_PIXELS} pixels")
    return picture


def is_animated(picture: Image.Image, media_type: str) -> bool:
    """Say whether there are several pictures that are meant to be seen.

    A telephone's jpeg may carry a second one, too; its first is the one that is seen.
    """
    return media_type != "image/jpeg" and getattr(picture, "n_frames", 1) > 1


def _decode(picture: Image.Image, media_type: str) -> None:
    """Find out whether it is whole: a jpeg in an eighth of its size, a png by its checksums."""
    try:
        if media_type == "image/jpeg":
            picture.draft("L", (picture.width // 8 or 1, picture.height // 8 or 1))
            picture.load()
        elif media_type == "image/png":
            picture.verify()
    except Exception as error:
        raise Unsafe("its reader finds it broken or cut off") from error


def _end_of(file: BinaryIO, media_type: str) -> int:
    match media_type:
        case "image/png":
            return _png_end(file)
        case "image/jpeg":
            return _jpeg_end(file)
        case _:
            return _webp_end(file)


def _png_end(file: BinaryIO) -> int:
    place = 8
    while len(head := read_at(file, place, 8)) == 8:  # noqa: PLR2004 - length and name
        place += int.from_bytes(head[:4], "big") + 12
        if head[4:] == b"IEND":
            return place
    raise Unsafe("the png is cut off")


def _webp_end(file: BinaryIO) -> int:
    end = int.from_bytes(read_at(file, 4, 4), "little") + RIFF_HEAD_BYTES
    if end > size_of(file):
        raise Unsafe("the webp is cut off")
    return end


def _jpeg_end(file: BinaryIO) -> int:
    """Find the end of the first picture: walk its segments, then search behind its data."""
    if read_at(file, 4, 2) == b"/*":
        raise Unsafe("it is a script as well as a jpeg")
    place = 2
    while len(head := read_at(file, place, 4)) == 4:  # noqa: PLR2004 - marker and length
        if head[0] != MARKER_START:
            raise Unsafe("the jpeg is broken")
        if head[1] == MARKER_START:  # fill bytes may stand before a marker
            place += 1
            continue
        if head[1] == SCAN_START:
            return _after_scans(file, place)
        place += int.from_bytes(head[2:], "big") + 2
    raise Unsafe("the jpeg is cut off")


def _after_scans(file: BinaryIO, place: int) -> int:
    """Return where the picture's data end; inside them, FF D9 means nothing else."""
    step = 1024 * 1024
    while piece := read_at(file, place, step + 1):
        found = piece.find(JPEG_END)
        if found >= 0:
            return place + found + len(JPEG_END)
        place += step
    raise Unsafe("the jpeg is cut off")
