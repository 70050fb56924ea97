"""A release that is gone or damaged under a running server: 503 or an end that is missing."""

import asyncio
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.publish.api.shelf import Shelf
from gaptracker.records import downloads
from tests.api_world import World, client_of, open_store, shared_world, the_problem

Damage = Callable[[Path], object]


@pytest.fixture
def world(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world that a test may damage: a copy of one that all tests share."""
    kept = shared_world(tmp_path_factory)
    shutil.copytree(kept.folder / "releases", tmp_path / "releases")
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    return replace(kept, client=client_of(shelf), shelf=shelf, folder=tmp_path)


def flip(file: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def frozen_files(world: World, release: str) -> list[Path]:
    return sorted((world.folder / "releases" / release).iterdir())


def download(world: World, name: str) -> Path:
    listing = str(world.shelf.standing.published[world.newer].entry.downloads_sha256)
    return world.folder / "releases" / "downloads" / listing / name


@pytest.mark.hostile(id="release-gone")
def test_a_release_that_is_gone_is_unavailable_and_the_newest_stays(world: World) -> None:
    shutil.rmtree(world.folder / "releases" / world.older)
    for address in ("/v1/gaps", "/v1/gaps.csv", "/v1/pairs.ndjson", "/v1/actors/MEX"):
        answer = world.get(f"{address}?release={world.older}")
        assert answer.status_code == 503
        assert the_problem(answer)["code"] == "unavailable"
        assert str(world.folder) not in answer.text, "no path of this machine"
        assert world.get(address).headers["gaptracker-release"] == world.newer


@pytest.mark.hostile(id="release-gone-on-the-way")
def test_a_walk_through_a_release_that_goes_ends_with_a_refusal(world: World) -> None:
    first = world.get(f"/v1/gaps?min_grade=D&limit=100&release={world.older}")
    following = first.json()["meta"]["next"]
    shutil.rmtree(world.folder / "releases" / world.older)
    # It is still in memory: the walk goes on in it. Another process has it no more.
    assert world.get(following).headers["gaptracker-release"] == world.older
    shelf = Shelf(open_store(world.folder))
    shelf.refresh()
    answer = client_of(shelf).get(following)
    assert (answer.status_code, the_problem(answer)["code"]) == (503, "unavailable")


@pytest.mark.hostile(id="release-bits")
def test_one_bit_in_any_file_of_a_release_is_found_when_it_is_read(world: World) -> None:
    store = open_store(world.folder)
    entry = store.find(world.older)
    files = frozen_files(world, world.older)
    assert {"manifest.json", "gaps.parquet"} < {file.name for file in files}
    for file in files:
        kept = file.read_bytes()
        flip(file)
        with pytest.raises(ReleaseCorrupt, match=re.escape(file.name)):
            store.read(entry)
        file.write_bytes(kept)
    flip(files[0])
    answer = world.get(f"/v1/gaps?release={world.older}")
    assert (answer.status_code, the_problem(answer)["errors"]) == (503, [])
    flip(files[0])
    assert world.get(f"/v1/gaps?release={world.older}").status_code == 200


@pytest.mark.hostile(id="store-gone")
def test_a_store_that_goes_leaves_what_is_in_memory(world: World) -> None:
    expected = world.get("/v1/gaps").content
    shutil.rmtree(world.folder / "releases")
    world.shelf.refresh()
    assert world.get("/v1/gaps").content == expected
    assert world.get(f"/v1/releases/{world.newer}/files/gaps.csv").status_code == 503


@pytest.mark.hostile(id="index-damaged")
@pytest.mark.parametrize("content", [b"", b"[", b"{}", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_index_takes_nothing_over(world: World, content: bytes) -> None:
    (world.folder / "releases" / "index.json").write_bytes(content)
    (world.folder / "releases" / "latest").write_text(world.older)
    world.shelf.refresh()
    assert world.get("/readyz").json()["refused"] == world.older
    assert world.get("/v1/gaps").headers["gaptracker-release"] == world.newer
    assert open_store(world.folder).latest() == world.older


@pytest.mark.hostile(id="latest-damaged")
@pytest.mark.parametrize("content", [b"\xff\xfe", b"../../etc", b"x" * 10_000, b"\0"])
def test_a_latest_that_names_nothing_takes_nothing_over(world: World, content: bytes) -> None:
    (world.folder / "releases" / "latest").write_bytes(content)
    world.shelf.refresh()
    assert world.get("/v1/gaps").headers["gaptracker-release"] == world.newer
    assert world.get("/readyz").json()["refused"]


@pytest.mark.hostile(id="download-gone")
@pytest.mark.parametrize("damage", [Path.unlink, flip, shorten], ids=["gone", "bit", "cut"])
def test_a_file_that_is_damaged_is_never_given(world: World, damage: Damage) -> None:
    address = f"/v1/releases/{world.newer}/files/gaps.parquet"
    assert world.get(address).status_code == 200
    damage(download(world, "gaps.parquet"))
    for headers in ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=-9"}):
        answer = world.get(address, **headers)
        assert answer.status_code == 503
        assert the_problem(answer)["code"] == "unavailable"
    assert world.get(address.replace("parquet", "csv")).status_code == 200


@pytest.mark.hostile(id="download-damaged-while-it-is-sent")
@pytest.mark.parametrize("damage", [Path.unlink, flip, shorten], ids=["gone", "bit", "cut"])
@pytest.mark.parametrize("asked", [[], [(b"range", b"bytes=5-900")]], ids=["whole", "part"])
def test_a_file_that_is_damaged_while_it_is_sent_has_no_end(
    world: World, damage: Damage, asked: list[tuple[bytes, bytes]]
) -> None:
    messages = sent_while(
        world, lambda: damage(download(world, "gaps.csv")), headers=asked, name="gaps.csv"
    )
    assert messages[0]["status"] == (206 if asked else 200), "the headers were on their way"
    assert not any(
        message["type"] == "http.response.body" and not message.get("more_body")
        for message in messages
    ), "who reads it sees that the end is missing"
    assert world.get(f"/v1/releases/{world.newer}/files/gaps.csv").status_code == 503


def test_a_file_that_nobody_touches_is_sent_to_its_end(world: World) -> None:
    messages = sent_while(world, lambda: None, headers=[], name="gaps.csv")
    assert not messages[-1].get("more_body")
    body = b"".join(message.get("body", b"") for message in messages)
    assert body == download(world, "gaps.csv").read_bytes()


def sent_while(
    world: World, happens: Callable[[], object], *, headers: list[tuple[bytes, bytes]], name: str
) -> list[dict[str, Any]]:
    """Ask for a file; let something happen as soon as the answer's headers are out."""
    path = f"/v1/releases/{world.newer}/files/{name}"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
    }
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:  # noqa: ANN401  as ASGI has it
        messages.append(message)
        if message["type"] == "http.response.start":
            happens()

    app: Any = world.client.app
    asyncio.run(app(scope, receive, send))
    return messages


@pytest.mark.hostile(id="download-damaged-between-pieces")
def test_the_last_piece_of_a_touched_file_is_held_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "CHUNK_BYTES", 1000)
    listing = str(world.shelf.standing.published[world.newer].entry.downloads_sha256)
    found = world.shelf.downloads.find(listing, "gaps.csv")
    pieces = world.shelf.downloads.chunks(listing, "gaps.csv", start=0, stop=found.size_bytes)
    got = [next(pieces)]
    flip(download(world, "gaps.csv"))
    with pytest.raises(ReleaseCorrupt, match="changed while it was read"):
        got.extend(pieces)
    assert 0 < sum(map(len, got)) < found.size_bytes
