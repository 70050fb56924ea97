"""Packed answers: which coding a reader gets, its tag, and what is never packed."""

import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.publish.api.encodings import (
    ENCODINGS,
    THOROUGH,
    WORTH_PACKING_BYTES,
    choose_encoding,
    compress,
    held_tag,
    takes_plain,
)
from tests.api_world import World, shared_world

LARGE = "/v1/gaps?min_grade=D"
SMALL = "/v1/problems/not-found"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def unpack(name: str | None, body: bytes) -> bytes:
    match name:
        case "zstd":
            return zstandard.ZstdDecompressor().decompress(body)
        case "br":
            return bytes(brotli.decompress(body))
        case "gzip":
            return gzip.decompress(body)
        case _:
            return body


def raw(world: World, address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask over the client without its own unpacking."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with world.client.stream("GET", address, headers=given) as answer:
        body = b"".join(answer.iter_raw())
        return answer.status_code, dict(answer.headers), body


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate", None),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.9", "gzip"),
        ("br;q=0.001", "br"),
        ("br;q=0", None),
        ("*", "zstd"),
        ("*;q=0", None),
        ("zstd;q=0, *", "br"),
        ("gzip;q=0.5, *;q=0.1", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("identity;q=0", None),
        ("identity;q=0, *", "zstd"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        (" ,;q=1,, gzip ;q=0.2", "gzip"),
    ],
)
def test_the_reader_chooses_the_coding(header: str | None, chosen: str | None) -> None:
    assert choose_encoding(header, ENCODINGS) == chosen


def test_only_what_is_offered_is_chosen() -> None:
    assert choose_encoding("zstd, br, gzip", ("gzip",)) == "gzip"
    assert choose_encoding("*", ()) is None


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (None, True),
        ("gzip", True),
        ("identity;q=0", False),
        ("*;q=0", False),
        ("*;q=0, identity;q=0.1", True),
        ("gzip, *", True),
    ],
)
def test_plain_bytes_are_taken_unless_they_are_refused(header: str | None, taken: bool) -> None:
    assert takes_plain(header) is taken


@given(header=st.text(max_size=60))
def test_no_header_breaks_the_choice(header: str) -> None:
    assert choose_encoding(header, ENCODINGS) in (*ENCODINGS, None)


@given(name=st.sampled_from(ENCODINGS), body=st.binary(max_size=4000))
def test_what_is_packed_can_be_unpacked_and_is_the_same_every_time(name: str, body: bytes) -> None:
    packed = compress(name, body)
    assert unpack(name, packed) == unpack(name, compress(name, body, effort=THOROUGH)) == body
    assert compress(name, body) == packed


def test_a_coding_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no content coding is called 'deflate'"):
        compress("deflate", b"")


def test_a_tag_of_any_coding_is_known_and_no_other() -> None:
    for listed in ('"a"', 'W/"a-br"', '"x", "a-zstd"', '"a-gzip"'):
        assert held_tag('"a"', [listed]) == listed.rpartition("W/")[2].rpartition(", ")[2]
    assert held_tag('"a"', ['"a-deflate"', '"aa"', "a", '"b-br"']) is None


@pytest.mark.parametrize("form", ["json", "csv"])
def test_one_answer_in_every_coding_has_the_same_content_and_a_tag_of_its_own(
    world: World, form: str
) -> None:
    tags = set()
    _, plain, body = raw(world, f"{LARGE}&format={form}", Accept_Encoding="identity")
    assert "content-encoding" not in plain
    for name in ENCODINGS:
        status, headers, packed = raw(world, f"{LARGE}&format={form}", Accept_Encoding=name)
        assert (status, headers["content-encoding"]) == (200, name)
        assert headers["content-length"] == str(len(packed))
        assert len(packed) < len(body) / 3
        assert unpack(name, packed) == body
        assert headers["etag"] == f'{plain["etag"][:-1]}-{name}"'
        tags.add(headers["etag"])
        own = {"etag", "content-encoding", "content-length", "x-request-id"}
        assert {key: value for key, value in headers.items() if key not in own} == {
            key: value for key, value in plain.items() if key not in own
        }
    assert len(tags | {plain["etag"]}) == 4


@pytest.mark.parametrize("asked", ["identity", *ENCODINGS])
@pytest.mark.parametrize("held", ["identity", *ENCODINGS])
def test_who_holds_the_answer_in_any_coding_gets_304_with_that_tag(
    world: World, held: str, asked: str
) -> None:
    _, headers, _ = raw(world, LARGE, Accept_Encoding=held)
    status, again, body = raw(
        world, LARGE, Accept_Encoding=asked, If_None_Match=f'"other", {headers["etag"]}'
    )
    assert (status, body, again["etag"]) == (304, b"", headers["etag"])
    assert again["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert "content-encoding" not in again


def test_a_small_answer_is_packed_only_for_who_refuses_plain_bytes(world: World) -> None:
    _, headers, body = raw(world, SMALL, Accept_Encoding="gzip")
    assert len(body) < WORTH_PACKING_BYTES
    assert "content-encoding" not in headers
    _, headers, packed = raw(world, SMALL, Accept_Encoding="gzip, identity;q=0")
    assert headers["content-encoding"] == "gzip"
    assert unpack("gzip", packed) == body


@pytest.mark.hostile
def test_an_answer_to_a_request_with_a_key_is_never_packed(world: World) -> None:
    _, headers, _ = raw(world, LARGE, Accept_Encoding="br", Authorization="Bearer gtk_x")
    assert "content-encoding" not in headers


def test_a_release_file_keeps_its_bytes(world: World) -> None:
    address = f"/v1/releases/{world.newer}/files/gaps.csv"
    for more in ({}, {"Range": "bytes=0-9"}):
        _, headers, _ = raw(world, address, Accept_Encoding="br, gzip", **more)
        assert "content-encoding" not in headers
        assert "accept-encoding" not in headers.get("vary", "").lower()


def test_problems_are_packed_by_nobody(world: World) -> None:
    status, headers, body = raw(world, f"/v1/gaps?actor={'x,' * 300}", Accept_Encoding="br")
    assert (status, len(body) > WORTH_PACKING_BYTES) == (422, True)
    assert "content-encoding" not in headers
