"""Attachment bytes are hashed, whole, private, and nothing half written stays."""

import hashlib
import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.custody.chunk_box import ChunkBox
from gaptracker.domain.errors import SealUnopened, UnknownName
from gaptracker.intake.closed_file import open_closed
from gaptracker.records.blob_errors import BlobCorrupt, BlobTooLarge, StorageFull
from gaptracker.records.blob_store import BlobStore, Incoming, StoredBlob
from tests.object_world import full_objects

CONTENT = bytes(range(256)) * 3000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LIMIT = 10_000_000
BOX = ChunkBox(bytes(range(32)), os.urandom)
WRITE_BEYOND = """
import resource, signal, sys
from gaptracker.records.blob_errors import StorageFull
from gaptracker.records.blob_store import BlobStore
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    BlobStore(sys.argv[1]).receive([b"x" * 64_000] * 10, limit_bytes=10_000_000)
except StorageFull as error:
    print(error)
"""
KILLED_HALF_WAY = """
import os, signal, sys
from gaptracker.records.blob_store import BlobStore
with BlobStore(sys.argv[1]).incoming(limit_bytes=10_000_000) as incoming:
    incoming.write(b"half of it")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture(params=["plain", "closed"])
def store(request: pytest.FixtureRequest, folder: Path) -> BlobStore:
    return BlobStore(str(folder), BOX if request.param == "closed" else None)


@pytest.fixture(params=["disk", "objects", "closed disk", "closed objects"])
def any_store(request: pytest.FixtureRequest, folder: Path) -> BlobStore:
    url = f"objects://{uuid4().hex}" if "objects" in request.param else str(folder)
    return BlobStore(url, BOX if "closed" in request.param else None)


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def kept(store: BlobStore, content: bytes = CONTENT) -> StoredBlob:
    return store.receive([content[:7], content[7:]], limit_bytes=LIMIT)


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(program), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_what_was_received_is_read_back_under_its_hash(any_store: BlobStore) -> None:
    assert kept(any_store) == StoredBlob(sha256=SHA256, size=len(CONTENT))
    assert b"".join(any_store.open(SHA256)) == CONTENT
    assert any_store.size(SHA256) == len(CONTENT)
    assert any_store.verify(SHA256).size == len(CONTENT)


def test_the_same_content_twice_is_one_file(store: BlobStore, folder: Path) -> None:
    assert kept(store) == kept(store)
    assert [path.name for path in files_under(folder)] == [store.name_of(SHA256)]


def test_only_the_owner_may_read_files_and_folders(store: BlobStore, folder: Path) -> None:
    before = os.umask(0)
    try:
        kept(store)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in files_under(folder)}
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_an_empty_file_is_kept_too(any_store: BlobStore) -> None:
    blob = any_store.receive([], limit_bytes=0)
    assert blob.size == 0
    assert list(any_store.open(blob.sha256)) == []


@given(
    start=st.integers(0, 200_000),
    length=st.none() | st.integers(0, 200_000),
    size=st.sampled_from([0, 1, 256, 65_536, 65_537, 131_072, 150_000]),
    box=st.sampled_from([None, BOX]),
)
def test_a_range_is_the_slice_of_the_content(
    start: int, length: int | None, size: int, box: ChunkBox | None
) -> None:
    store = BlobStore(f"memory://{uuid4().hex}", box)
    content = CONTENT[:size]
    sha256 = kept(store, content).sha256
    end = None if length is None else start + length
    assert b"".join(store.open(sha256, start, length)) == content[start:end]


def test_a_reader_that_is_dropped_before_its_first_piece_closes_its_file(store: BlobStore) -> None:
    kept(store)
    store.open(SHA256).close()
    del store


@pytest.mark.parametrize("sha256", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_an_unknown_blob_is_told_before_anything_is_read(any_store: BlobStore, sha256: str) -> None:
    for ask in (any_store.open, any_store.size, any_store.verify):
        with pytest.raises(UnknownName, match="no blob"):
            ask(sha256)


def test_what_is_not_kept_is_gone(store: BlobStore, folder: Path) -> None:
    with store.incoming(limit_bytes=LIMIT) as incoming:
        incoming.write(CONTENT)
        assert incoming.sha256 == SHA256
        file = incoming.file
        plain = file if incoming.key is None else open_closed(file, incoming.key)
        plain.seek(0)
        assert plain.read(256) == CONTENT[:256]
    assert files_under(folder) == []


@pytest.mark.hostile
def test_more_than_the_limit_is_refused_and_leaves_nothing(store: BlobStore, folder: Path) -> None:
    seen = []

    def endless() -> Iterator[bytes]:
        while True:
            seen.append(1)
            yield b"x" * 1000

    with pytest.raises(BlobTooLarge, match="more than 5000 bytes"):
        store.receive(endless(), limit_bytes=5000)
    assert len(seen) == 6
    assert files_under(folder) == []


@pytest.mark.hostile
def test_a_sender_that_breaks_off_leaves_nothing(store: BlobStore, folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.receive(broken(), limit_bytes=LIMIT)
    assert files_under(folder) == []


@pytest.mark.hostile
@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes there")
def test_a_full_disk_is_told_and_leaves_nothing(folder: Path) -> None:
    done = run(WRITE_BEYOND, folder)
    assert done.stdout.startswith("the storage has no room"), done.stderr
    assert files_under(folder) == []


@pytest.mark.hostile
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device there")
def test_a_full_device_is_told() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        incoming = Incoming(BlobStore("unused"), full, limit_bytes=LIMIT)
        with pytest.raises(StorageFull):
            incoming.write(b"x")


@pytest.mark.hostile
def test_a_full_object_store_shows_no_half_object() -> None:
    name = uuid4().hex
    store = BlobStore(f"objects://{name}")
    with full_objects() as objects, pytest.raises(StorageFull, match="Make room"):
        kept(store)
    assert objects.find(f"/{name}") == []
    assert kept(store).sha256 == SHA256


@pytest.mark.hostile
def test_what_a_killed_process_was_writing_is_swept_when_old(
    store: BlobStore, folder: Path
) -> None:
    assert run(KILLED_HALF_WAY, folder).returncode != 0
    (left,) = files_under(folder)
    written = datetime.fromtimestamp(left.stat().st_mtime, UTC)
    assert store.sweep_partial(written - timedelta(seconds=1)) == 0
    assert store.sweep_partial(written + timedelta(seconds=1)) == 1
    assert files_under(folder) == []


def test_erasing_is_final_and_may_be_repeated(any_store: BlobStore) -> None:
    kept(any_store)
    any_store.delete(SHA256)
    any_store.delete(SHA256)
    with pytest.raises(UnknownName):
        any_store.open(SHA256)


@pytest.mark.hostile
def test_a_damaged_blob_is_noticed_and_mended_by_the_same_content(
    store: BlobStore, folder: Path
) -> None:
    kept(store)
    (file,) = files_under(folder)
    file.write_bytes(b"something else")
    with pytest.raises(BlobCorrupt, match="restore"):
        store.verify(SHA256)
    kept(store)
    assert store.verify(SHA256).size == len(CONTENT)


@pytest.mark.hostile
def test_a_closed_store_tells_neither_what_is_kept_nor_which_known_file_it_is(folder: Path) -> None:
    text = b"CANARY-said-in-confidence " * 10_000
    sha256 = BlobStore(str(folder), BOX).receive([text], limit_bytes=LIMIT).sha256
    (file,) = files_under(folder)
    assert b"CANARY" not in file.read_bytes()
    assert sha256 not in str(file)
    with pytest.raises(UnknownName):
        BlobStore(str(folder), ChunkBox(bytes(32), os.urandom)).open(sha256)


@pytest.mark.hostile
@pytest.mark.parametrize("change", ["swap", "cut", "flip"])
def test_a_closed_file_that_was_exchanged_cut_or_changed_is_noticed(
    folder: Path, change: str
) -> None:
    store = BlobStore(str(folder), BOX)
    kept(store)
    (file,) = files_under(folder)
    content = file.read_bytes()
    other = store.receive([b"x" * len(CONTENT)], limit_bytes=LIMIT)
    if change == "swap":
        file = next(path for path in files_under(folder) if path != file)
        file.write_bytes(content)
        wanted = other.sha256
    else:
        damaged = content[:-70_000] if change == "cut" else content[:-1] + b"!"
        file.write_bytes(damaged)
        wanted = SHA256
    with pytest.raises(SealUnopened):
        list(store.open(wanted))
    with pytest.raises(BlobCorrupt):
        store.verify(wanted)


def test_only_old_files_are_listed_by_their_names(any_store: BlobStore) -> None:
    kept(any_store)
    assert list(any_store.names(datetime(2000, 1, 1, tzinfo=UTC))) == []
    (name,) = any_store.names(datetime(2999, 1, 1, tzinfo=UTC))
    assert name == any_store.name_of(SHA256)
    any_store.delete_named(any_store.name_of(SHA256))
    assert not any_store.is_kept(SHA256)
