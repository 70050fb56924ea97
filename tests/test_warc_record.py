"""A captured page as a web archive, read back by a parser of the test's own."""

import base64
import gzip
import hashlib
import io
import zlib
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as some

from gaptracker.intake.content_type import detect
from gaptracker.intake.file_types import WARC
from gaptracker.intake.page_capture import Page
from gaptracker.intake.warc_record import warc_pieces

AT = datetime(2026, 11, 23, 12, 0, 0, 999_999, tzinfo=UTC)
Record = tuple[dict[str, str], bytes]


def page(body: bytes = b"Decree 12", *headers: tuple[bytes, bytes]) -> Page:
    return Page(
        asked="https://gazette.example.org/old",
        url="https://gazette.example.org/12",
        status=200,
        reason="OK",
        headers=headers,
        body=body,
    )


def written(made: Page, at: datetime = AT, seed: int = 0) -> bytes:
    turn = iter(range(seed, 256))
    return b"".join(warc_pieces(made, at=at, random=lambda count: bytes([next(turn)]) * count))


def members(archive: bytes) -> list[bytes]:
    """The gzip members of a file, each unpacked by itself."""
    found = []
    while archive:
        unpacking = zlib.decompressobj(wbits=31)
        found.append(unpacking.decompress(archive) + unpacking.flush())
        assert unpacking.eof
        archive = unpacking.unused_data
    return found


def record(member: bytes) -> Record:
    head, _, rest = member.partition(b"\r\n\r\n")
    version, *lines = head.decode().split("\r\n")
    assert version == "WARC/1.1"
    fields = dict(line.split(": ", 1) for line in lines)
    length = int(fields["Content-Length"])
    assert rest[length:] == b"\r\n\r\n"
    return fields, rest[:length]


def sha256(content: bytes) -> str:
    return f"sha256:{base64.b32encode(hashlib.sha256(content).digest()).decode()}"


def test_an_archive_is_two_records_that_name_each_other() -> None:
    info, response = map(record, members(written(page())))
    assert info[0]["WARC-Type"] == "warcinfo"
    assert b"description: capture of https://gazette.example.org/old\r\n" in info[1]
    assert response[0]["WARC-Type"] == "response"
    assert response[0]["WARC-Warcinfo-ID"] == info[0]["WARC-Record-ID"]
    assert response[0]["WARC-Record-ID"] != info[0]["WARC-Record-ID"]
    assert response[0]["WARC-Target-URI"] == "https://gazette.example.org/12"
    assert response[0]["Content-Type"] == "application/http;msgtype=response"
    assert {info[0]["WARC-Date"], response[0]["WARC-Date"]} == {"2026-11-23T12:00:00Z"}


def test_the_page_s_own_framing_gives_way_to_its_true_length() -> None:
    made = page(
        b"x" * 11,
        (b"Transfer-Encoding", b"chunked"),
        (b"content-length", b"3"),
        (b"Content-Encoding", b"gzip"),
        (b"Set-Cookie", b"a=1"),
        (b"Set-Cookie", b"b=2"),
    )
    _, (_, block) = map(record, members(written(made)))
    assert block == (
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 11\r\n\r\n"
        + b"x" * 11
    )


# A long page is one drawn byte many times over: drawing each byte takes Hypothesis half a minute.
@given(
    body=some.binary(max_size=2_000)
    | some.builds(
        bytes.__mul__, some.binary(min_size=1, max_size=1), some.integers(300_000, 300_010)
    )
)
def test_whatever_the_page_is_comes_back_with_its_digests(body: bytes) -> None:
    archive = written(page(body, (b"Content-Type", b"text/html")))
    for fields, block in map(record, members(archive)):
        assert fields["WARC-Block-Digest"] == sha256(block)
    assert fields["WARC-Payload-Digest"] == sha256(body)
    assert block.partition(b"\r\n\r\n")[2] == body


def test_the_same_page_moment_and_randomness_are_the_same_bytes() -> None:
    assert written(page()) == written(page())
    east = AT.astimezone(timezone(timedelta(hours=5)))
    assert written(page(), east) == written(page())
    assert written(page(), AT + timedelta(seconds=1)) != written(page())
    assert written(page(), seed=9) != written(page())


def test_the_intake_knows_the_file_again() -> None:
    found = detect(io.BytesIO(written(page())), WARC)
    assert (found.media_type, found.problems) == (WARC, ())
    assert gzip.decompress(written(page())).count(b"WARC/1.1\r\n") == 2
