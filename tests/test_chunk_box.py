"""Files in chunks: what goes in comes out, anywhere; nothing else opens."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.custody.chunk_box import ChunkBox
from gaptracker.custody.chunk_reader import (
    CHUNK_BYTES,
    CLOSED_CHUNK_BYTES,
    HEADER_BYTES,
    ChunkReader,
    ReadAt,
    plain_size,
)
from gaptracker.domain.errors import KeyUnreadable, SealUnopened

KEY = bytes(range(32))
BOX = ChunkBox(KEY, os.urandom)
NAME = BOX.name_of("ab" * 32)
SIZES = st.sampled_from(
    [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]
)


def closed(content: bytes, box: ChunkBox = BOX, step: int = 10_000) -> bytes:
    closing = box.begin()
    pieces = [content[place : place + step] for place in range(0, len(content), step)]
    body = b"".join(chunk for piece in pieces for chunk in closing.add(piece)) + closing.finish()
    return box.header(closing, NAME) + body


def reading(file: bytes) -> ReadAt:
    return lambda start, length: file[start : start + length]


def opened(file: bytes, name: str = NAME, box: ChunkBox = BOX) -> ChunkReader:
    return box.open(name, len(file), reading(file))


def everything(reader: ChunkReader) -> bytes:
    found = b""
    while piece := reader.read(len(found), 50_000):
        found += piece
    return found


@given(size=SIZES, step=st.sampled_from([1_000, CHUNK_BYTES, 200_000]), start=st.integers(0, 10**6))
def test_what_was_closed_is_read_from_any_place(size: int, step: int, start: int) -> None:
    content = (KEY * (size // 32 + 1))[:size]
    file = closed(content, step=step)
    reader = opened(file)
    assert reader.size == plain_size(len(file)) == size
    assert everything(reader) == content
    piece = reader.read(start, 100)
    assert content[start:].startswith(piece)
    assert bool(piece) == (start < size)


@pytest.mark.hostile
@given(place=st.integers(0, HEADER_BYTES + 2 * CLOSED_CHUNK_BYTES + 100), bit=st.integers(0, 7))
def test_no_bit_can_be_changed(place: int, bit: int) -> None:
    file = bytearray(closed(b"a" * (2 * CHUNK_BYTES + 100)))
    file[min(place, len(file) - 1)] ^= 1 << bit
    with pytest.raises(SealUnopened):
        everything(opened(bytes(file)))


@pytest.mark.hostile
@pytest.mark.parametrize("count", [1, 15, 16, 17, 116, CLOSED_CHUNK_BYTES, 10**6])
def test_nothing_can_be_cut_off(count: int) -> None:
    file = closed(b"a" * (2 * CHUNK_BYTES + 100))
    with pytest.raises(SealUnopened):
        opened(file[:-count])


@pytest.mark.hostile
def test_chunks_can_be_neither_exchanged_nor_taken_from_another_file() -> None:
    content = b"a" * (3 * CHUNK_BYTES)
    file, other = closed(content), closed(content)
    first, second = (HEADER_BYTES + index * CLOSED_CHUNK_BYTES for index in (0, 1))
    third = second + CLOSED_CHUNK_BYTES
    exchanged = file[:first] + file[second:third] + file[first:second] + file[third:]
    foreign = file[:first] + other[first:second] + file[second:]
    for made in (exchanged, foreign):
        with pytest.raises(SealUnopened, match="part 0"):
            everything(opened(made))


@pytest.mark.hostile
def test_a_file_opens_neither_under_another_name_nor_under_another_key() -> None:
    file = closed(b"a")
    with pytest.raises(SealUnopened, match="GAPTRACKER_CONTENT_KEY_FILE"):
        opened(file, BOX.name_of("cd" * 32))
    with pytest.raises(SealUnopened):
        opened(file, box=ChunkBox(bytes(32), os.urandom))


def test_equal_content_looks_different_and_has_one_name() -> None:
    assert closed(b"a") != closed(b"a")
    assert BOX.name_of("ab" * 32) == ChunkBox(KEY, os.urandom).name_of("ab" * 32)
    assert BOX.name_of("ab" * 32) != ChunkBox(bytes(32), os.urandom).name_of("ab" * 32)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(KeyUnreadable, match="16 bytes"):
        ChunkBox(bytes(16), os.urandom)
