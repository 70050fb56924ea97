"""The type of a file from its content, and whether it is what it was said to be.

Called in the sandbox only (`intake/sandboxed.py`): the readers below meet hostile files.
"""

from typing import BinaryIO

import filetype  # type: ignore[import-untyped]

from gaptracker.intake.content.documents import check_pdf
from gaptracker.intake.content.findings import Flag, Unsafe
from gaptracker.intake.content.office import office_type
from gaptracker.intake.content.pictures import FORMATS, check_picture
from gaptracker.intake.content.scanning import read_at, size_of
from gaptracker.intake.content.texts import is_csv, is_text, is_web_archive
from gaptracker.intake.file_types import (
    ALIASES,
    CSV,
    PDF,
    TEXT,
    WARC,
    ContentProblem,
    Detected,
    accepted_type,
    refusal,
)

HEAD_BYTES = 8192
PDF_SLACK_BYTES = 1024


def detect(file: BinaryIO, declared: str) -> Detected:
    """Tell what a file is from its content.

    Args:
        file: The bytes, seekable.
        declared: What its sender said, as in `Content-Type`.

    Returns:
        The type found and every problem; the file may be kept if there is none.
    """
    wanted = accepted_type(declared)
    if wanted is None:
        return refusal(
            ContentProblem.UNSUPPORTED_MEDIA_TYPE,
            "the declared type is not taken; expected pdf, png, jpeg, webp, plain text, csv, "
            "docx, xlsx or warc.gz",
        )
    if size_of(file) == 0:
        return refusal(ContentProblem.UNSAFE_FILE, "the file is empty")
    try:
        found, flags = _look(file, wanted)
    except Unsafe as error:
        return refusal(ContentProblem.UNSAFE_FILE, str(error))
    if found != wanted:
        return Detected(
            media_type=found,
            problems=(ContentProblem.MEDIA_TYPE_MISMATCH,),
            flags=flags,
            detail=f"the file was declared as {wanted}, and its content is "
            f"{found or 'none of the types taken'}. Declare what it is; text must be UTF-8",
        )
    return Detected(media_type=found, flags=flags)


def _look(file: BinaryIO, wanted: str) -> tuple[str | None, tuple[Flag, ...]]:
    head = read_at(file, 0, HEAD_BYTES)
    guess = filetype.guess(head)
    mime = ALIASES.get(guess.mime, guess.mime) if guess is not None else None
    flags: set[Flag] = set()
    if mime in FORMATS:
        flags = check_picture(file, mime)
        return mime, tuple(sorted(flags))
    if mime == PDF or b"%PDF-" in head[:PDF_SLACK_BYTES]:
        flags = check_pdf(file)
        return PDF, tuple(sorted(flags))
    if head.startswith(b"PK"):  # `filetype` calls every second office file a zip
        return office_type(file), ()
    if mime == WARC:  # as yet, any gzip file
        return (WARC if is_web_archive(file) else None), ()
    # `filetype` knows no text; whatever else it recognised is not ours.
    if mime is None and is_text(file):
        return (CSV if wanted == CSV and is_csv(file) else TEXT), ()
    return None, ()
