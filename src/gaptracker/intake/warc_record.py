"""Write a captured page as a web archive: WARC 1.1, each record a gzip member of its own.

The time and the randomness are given, and nothing else varies: the same page at the same time with
the same random bytes is the same file.

References:
    ISO 28500:2017, WARC 1.1; RFC 9110 and 9112 for what stands in the response record.
"""

import base64
import hashlib
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from gaptracker import __version__
from gaptracker.intake.page_capture import Page

VERSION = b"WARC/1.1\r\n"
RECORD_END = b"\r\n\r\n"
PIECE_BYTES = 256 * 1024
# zlib's way of saying: write a gzip member, whose header then holds no time.
GZIP = zlib.MAX_WBITS | 16
# They described how the body travelled, and it is kept as it was before.
FRAMING = frozenset({b"transfer-encoding", b"content-length", b"content-encoding", b"trailer"})

Fields = Sequence[tuple[str, str]]


def warc_pieces(page: Page, *, at: datetime, random: Callable[[int], bytes]) -> Iterator[bytes]:
    """Yield a web archive with one page: a warcinfo record and a response record.

    Args:
        page: What was fetched.
        at: When the fetching began, an aware time; WARC keeps the second.
        random: Gives that many random bytes, for the records' ids.
    """
    date = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about, response = _record_id(random), _record_id(random)
    info = _fields(
        [
            ("software", f"GapTracker/{__version__}"),
            ("format", "WARC File Format 1.1"),
            ("description", f"capture of {page.asked}"),
        ]
    )
    yield from _record(
        [
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", about),
            ("WARC-Date", date),
            ("WARC-Block-Digest", _digest([info])),
            ("Content-Type", "application/warc-fields"),
        ],
        [info],
    )
    head = _http_head(page)
    yield from _record(
        [
            ("WARC-Type", "response"),
            ("WARC-Record-ID", response),
            ("WARC-Warcinfo-ID", about),
            ("WARC-Date", date),
            ("WARC-Target-URI", page.url),
            ("WARC-Payload-Digest", _digest([page.body])),
            ("WARC-Block-Digest", _digest([head, page.body])),
            ("Content-Type", "application/http;msgtype=response"),
        ],
        [head, page.body],
    )


def _record(fields: Fields, block: Sequence[bytes]) -> Iterator[bytes]:
    """Yield one record, packed; its block comes in parts, so that none is copied."""
    length = ("Content-Length", str(sum(map(len, block))))
    packing = zlib.compressobj(wbits=GZIP)
    yield packing.compress(VERSION + _fields([*fields, length]) + b"\r\n")
    for part in block:
        view = memoryview(part)
        for start in range(0, len(view), PIECE_BYTES):
            yield packing.compress(view[start : start + PIECE_BYTES])
    yield packing.compress(RECORD_END) + packing.flush()


def _http_head(page: Page) -> bytes:
    """Return the answer's head for a body that is neither packed nor in chunks."""
    kept = [(name, value) for name, value in page.headers if name.lower() not in FRAMING]
    lines = [
        f"HTTP/1.1 {page.status} {page.reason}".encode("ascii"),
        *(name + b": " + value for name, value in kept),
        f"Content-Length: {len(page.body)}".encode("ascii"),
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _fields(fields: Fields) -> bytes:
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in fields)


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return f"sha256:{base64.b32encode(found.digest()).decode('ascii')}"


def _record_id(random: Callable[[int], bytes]) -> str:
    return f"<urn:uuid:{uuid.UUID(bytes=random(16), version=4)}>"
