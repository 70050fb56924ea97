"""Which files may be attached, and what is found out about one.

Nothing here opens a file, so that a server which only asks the sandbox loads none of the readers
that meet hostile ones.
"""

from dataclasses import dataclass
from enum import StrEnum

from gaptracker.domain.errors import GapTrackerError
from gaptracker.intake.content.findings import Flag

PDF, TEXT, CSV, WARC = "application/pdf", "text/plain", "text/csv", "application/warc+gzip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
ACCEPTED = frozenset({PDF, *PICTURES, TEXT, CSV, DOCX, XLSX, WARC})
# Of these a public copy is made; of the others nothing but the items' text becomes public.
COPIED_TYPES = frozenset({PDF, *PICTURES, TEXT, CSV})
# Other names under which senders know the same.
ALIASES = {
    "image/apng": "image/png",
    "image/jpg": "image/jpeg",
    "application/csv": CSV,
    "application/warc": WARC,
    "application/gzip": WARC,
    "application/x-gzip": WARC,
}


class ContentProblem(StrEnum):
    """Why a file is not taken; each is a problem code of the API."""

    MEDIA_TYPE_MISMATCH = "media-type-mismatch"
    UNSAFE_FILE = "unsafe-file"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What a file is.

    `media_type` is None where nothing we take was recognised. `detail` says in a sentence for the
    sender what the first problem is; it holds nothing from inside the file. `flags` are what a
    reader of the original should know.
    """

    media_type: str | None
    problems: tuple[ContentProblem, ...] = ()
    flags: tuple[Flag, ...] = ()
    detail: str = ""


def accepted_type(declared: str) -> str | None:
    """Return the type that a `Content-Type` names, None if it is none of ours.

    Examples:
        >>> accepted_type("Text/CSV; charset=utf-8"), accepted_type("text/html")
        ('text/csv', None)
    """
    bare = declared.partition(";")[0].strip().lower()
    named = ALIASES.get(bare, bare)
    return named if named in ACCEPTED else None


def refusal(problem: ContentProblem, detail: str) -> Detected:
    """Return the value for a file about which nothing else is known."""
    return Detected(media_type=None, problems=(problem,), detail=detail)


class NoPublicCopy(GapTrackerError):
    """Of this file no copy can be made that is safe to show."""
