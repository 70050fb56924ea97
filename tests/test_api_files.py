"""Release files over the API: whole, in parts, unchanged, refused; from a disk and from objects."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import duckdb
import duckdb_extension_httpfs
import polars as pl
import pytest
import uvicorn
from httpx2 import Response

from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.byte_ranges import RangeBeyondEnd, choose_range
from gaptracker.publish.api.shelf import Shelf
from gaptracker.records import downloads
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.checks import INVARIANTS
from gaptracker.workflows.cut_release import CutPlan, cut_release
from tests.api_world import World, client_of, open_store, open_world, the_error, the_problem
from tests.cli_world import METHODOLOGY, YEARS
from tests.download_world import hostile_evidence
from tests.server_world import running
from tests.small_release import freeze, small_evidence


@pytest.fixture(scope="module", params=["disk", "objects"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A release on a disk, and in a store that like an object store knows no rename."""
    folder = tmp_path_factory.mktemp("files")
    objects = f"memory://{uuid4().hex}"
    store = ReleaseStore(objects) if request.param == "objects" else open_store(folder)
    plan = CutPlan(checks=INVARIANTS, years=YEARS)
    name = cut_release(hostile_evidence(), METHODOLOGY, store, plan).entry.id
    shelf = Shelf(store)
    shelf.refresh()
    return World(client=client_of(shelf), shelf=shelf, folder=folder, older=name, newer=name)


@pytest.fixture
def own_world(tmp_path: Path) -> World:
    """A world that a test may damage."""
    return open_world(tmp_path)


def path_of(world: World, name: str) -> str:
    return f"/v1/releases/{world.newer}/files/{name}"


def kept(world: World, name: str) -> bytes:
    listing = str(world.shelf.standing.published[world.newer].entry.downloads_sha256)
    return world.shelf.downloads.read(listing, name)


def test_every_listed_file_is_given_as_it_was_written(world: World) -> None:
    rows = world.data(f"/v1/releases/{world.newer}/files")
    assert {row["name"] for row in rows} >= {
        *(f"gaps.{form}" for form in ("csv", "ndjson", "parquet", "xlsx")),
        "datapackage.json",
        "release.zip",
        "SHA256SUMS",
    }
    for row in rows:
        answer = world.get(row["link"])
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == row["sha256"]
        assert answer.headers["etag"] == f'"{row["sha256"]}"'
        assert answer.headers["content-type"] == row["media_type"]
        assert int(answer.headers["content-length"]) == row["bytes"] == len(answer.content)
    assert world.data("/v1/releases")[0]["links"]["files"] == f"/v1/releases/{world.newer}/files"


def test_headers_say_what_it_is_and_that_it_never_changes(world: World) -> None:
    headers = world.get(path_of(world, "gaps.csv")).headers
    assert headers["cache-control"] == "public, max-age=31536000, immutable, no-transform"
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert headers["content-disposition"] == (
        f'attachment; filename="gaptracker-gaps-{world.newer}.csv"'
    )
    assert headers["gaptracker-release"] == world.newer
    sums = world.get(path_of(world, "SHA256SUMS")).headers
    assert sums["content-type"] == "text/plain; charset=utf-8"
    assert sums["content-disposition"] == 'inline; filename="SHA256SUMS"'


def test_head_gives_the_same_headers_and_no_bytes(world: World) -> None:
    whole = world.get(path_of(world, "gaps.parquet"))
    head = world.client.head(path_of(world, "gaps.parquet"), headers={"Range": "bytes=0-3"})
    assert head.status_code == 200
    assert head.content == b""
    own = {"x-request-id", "date"}
    assert {name: text for name, text in head.headers.items() if name not in own} == {
        name: text for name, text in whole.headers.items() if name not in own
    }


def test_latest_leads_to_the_newest_release(world: World) -> None:
    for name in ("gaps.csv", "SHA256SUMS"):
        answer = world.client.get(f"/v1/releases/latest/files/{name}", follow_redirects=False)
        assert answer.status_code == 307
        assert answer.headers["location"] == path_of(world, name)
        assert "stale-while-revalidate" in answer.headers["cache-control"]
    assert world.get("/v1/releases/latest/files/gaps.csv").content == kept(world, "gaps.csv")
    listed = world.client.get("/v1/releases/latest/files?lang=es", follow_redirects=False)
    assert listed.headers["location"] == f"/v1/releases/{world.newer}/files?lang=es"


def part(world: World, given: str, **headers: str) -> Response:
    return world.get(path_of(world, "gaps.csv"), Range=given, **headers)


@pytest.mark.parametrize(
    ("given", "start", "stop"),
    [("bytes=0-0", 0, 1), ("bytes=5-19", 5, 20), ("bytes=-7", -7, None), ("BYTES=10-", 10, None)],
)
def test_a_range_gives_that_part(world: World, given: str, start: int, stop: int | None) -> None:
    whole = kept(world, "gaps.csv")
    answer = part(world, given)
    assert answer.status_code == 206
    assert answer.content == whole[start:stop]
    first = start % len(whole)
    last = first + len(answer.content) - 1
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_range_that_ends_behind_the_end_gives_what_there_is(world: World) -> None:
    whole = kept(world, "gaps.csv")
    assert part(world, f"bytes={len(whole) - 3}-{10**17}").content == whole[-3:]
    assert part(world, f"bytes=-{10**17}").content == whole


@pytest.mark.hostile
@pytest.mark.parametrize(
    "given",
    ["bytes=5-3", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", "bytes=", "", "bytes 0-1",
     "bytes=" + "9" * 400 + "-"],
    ids=["descending", "no-end", "letters", "unit", "several", "empty", "nothing", "blank",
         "digits"],
)  # fmt: skip
def test_a_range_that_is_none_gives_the_whole(world: World, given: str) -> None:
    answer = part(world, given)
    assert answer.status_code == 200
    assert answer.content == kept(world, "gaps.csv")


@pytest.mark.hostile
@pytest.mark.parametrize("given", ["bytes={size}-", "bytes=999999999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(world: World, given: str) -> None:
    size = len(kept(world, "gaps.csv"))
    answer = part(world, given.format(size=size))
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"
    assert the_problem(answer)["code"] == "range-not-satisfiable"
    assert the_error(answer)["code"] == "value.out_of_range"


def test_a_part_of_another_version_is_never_given(world: World) -> None:
    tag = world.get(path_of(world, "gaps.csv")).headers["etag"]
    assert part(world, "bytes=0-3", If_Range=tag).status_code == 206
    for other in ('"other"', f"W/{tag}", "Wed, 25 Nov 2026 21:00:00 GMT"):
        answer = part(world, "bytes=0-3", If_Range=other)
        assert (answer.status_code, len(answer.content)) == (200, len(kept(world, "gaps.csv")))
    assert part(world, "bytes=0-3", If_Match=tag).status_code == 206
    refused = part(world, "bytes=0-3", If_Match='"other"')
    assert refused.status_code == 412
    assert the_problem(refused)["code"] == "precondition-failed"


def test_what_the_client_has_is_not_sent_again(world: World) -> None:
    tag = world.get(path_of(world, "gaps.csv")).headers["etag"]
    for given in (tag, f'"other", {tag}', "*"):
        answer = world.get(path_of(world, "gaps.csv"), If_None_Match=given, Range="bytes=0-3")
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == tag


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("name", "nearest"),
    [("gaps.xls", "gaps.xlsx"), ("gap.csv", "gaps.csv"), ("..%2F..%2Findex.json", None),
     ("manifest.json", None), ("gaps.csv%00", "gaps.csv"), ("%2Fetc%2Fpasswd", None)],
    ids=["form", "name", "above", "frozen", "null", "root"],
)  # fmt: skip
def test_a_name_that_is_not_listed_is_not_found(
    world: World, name: str, nearest: str | None
) -> None:
    answer = world.get(path_of(world, name))
    assert answer.status_code == 404
    error = the_error(answer)
    assert nearest is None or nearest in error["nearest"]
    assert error["code"] in {"file.unknown", "path.unknown"}


def test_an_unknown_release_and_a_parameter_are_refused(world: World) -> None:
    answer = world.get(f"/v1/releases/{world.newer[:-1]}/files/gaps.csv")
    assert answer.status_code == 404
    assert the_error(answer)["code"] == "release.unknown"
    assert world.newer in the_error(answer)["nearest"]
    assert world.get(f"{path_of(world, 'gaps.csv')}?actor=MEX").status_code == 422
    assert world.client.post(path_of(world, "gaps.csv")).status_code == 405


@pytest.mark.hostile
@pytest.mark.parametrize("damage", ["changed", "cut", "gone", "list"])
def test_a_damaged_file_is_refused_and_the_others_stay(own_world: World, damage: str) -> None:
    assert own_world.get(path_of(own_world, "gaps.csv")).status_code == 200
    (folder,) = [
        each
        for each in (own_world.folder / "releases" / "downloads").iterdir()
        if each.name == own_world.shelf.standing.published[own_world.newer].entry.downloads_sha256
    ]
    file = folder / ("SHA256SUMS" if damage == "list" else "gaps.csv")
    content = file.read_bytes()
    file.unlink()
    if damage == "changed":
        file.write_bytes(content.replace(b"MEX", b"COL", 1))
    if damage == "cut":
        file.write_bytes(content[:-1])
    answer = own_world.get(path_of(own_world, file.name))
    assert answer.status_code == 503
    assert the_problem(answer)["code"] == "unavailable"
    assert own_world.get(path_of(own_world, "gaps.xlsx")).status_code == 200
    file.write_bytes(content)
    assert own_world.get(path_of(own_world, file.name)).content == content


def test_a_release_from_before_there_were_files_says_so(tmp_path: Path) -> None:
    store = ReleaseStore(str(tmp_path))
    name = store.keep(freeze(small_evidence())).id
    shelf = Shelf(store)
    shelf.refresh()
    client = client_of(shelf)
    assert client.get("/v1/releases").json()["data"][0]["links"]["files"] is None
    answer = client.get(f"/v1/releases/{name}/files/gaps.csv")
    assert answer.status_code == 404
    assert "before there were files" in the_error(answer)["detail"]


def test_a_file_is_read_a_piece_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "CHUNK_BYTES", 1000)
    listing = str(world.shelf.standing.published[world.newer].entry.downloads_sha256)
    size = len(kept(world, "gaps.csv"))
    pieces = list(world.shelf.downloads.chunks(listing, "gaps.csv", start=1, stop=size))
    assert max(map(len, pieces)) == 1000
    assert b"".join(pieces) == kept(world, "gaps.csv")[1:]


def test_a_range_has_a_byte_or_is_refused() -> None:
    with pytest.raises(RangeBeyondEnd):
        choose_range("bytes=0-", 0)
    assert choose_range(None, 0) is None
    assert choose_range("bytes=٣-٤", 10) is None


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server."""
    world = open_world(tmp_path_factory.mktemp("served"))
    app = create_api(world.shelf, watch_seconds=None)
    with running(uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))) as address:
        yield address


def parquet_addresses(base: str) -> list[str]:
    found = f"{base}/v1/releases/latest/files/gaps.parquet"
    release = json.loads(pl.read_parquet(found, columns=["release"]).unique().write_json())[0][
        "release"
    ]
    return [found, f"{base}/v1/releases/{release}/files/gaps.parquet"]


def test_polars_reads_a_file_in_place(base: str) -> None:
    for address in parquet_addresses(base):
        gaps = pl.scan_parquet(address).filter(pl.col("actor") == "MEX").select("year", "gap")
        assert gaps.collect().height == len(YEARS) * 12
    assert pl.read_csv(f"{base}/v1/releases/latest/files/pairs.csv").height > 0


def test_polars_reads_a_table_by_its_address(base: str) -> None:
    gaps = pl.read_csv(f"{base}/v1/gaps.csv?actor=MEX&min_grade=D")
    assert gaps.height == len(YEARS) * 12
    compared = pl.read_csv(f"{base}/v1/compare.csv?actors=MEX&theme=death_penalty&years=2021,2022")
    assert compared.height == 1


def test_duckdb_reads_a_file_in_place(base: str, tmp_path: Path) -> None:
    places = Path(duckdb_extension_httpfs.__file__).parent
    (extension,) = places.rglob("httpfs.duckdb_extension")
    with duckdb.connect(config={"home_directory": str(tmp_path)}) as connection:
        connection.execute(f"LOAD '{extension}'")
        for address in parquet_addresses(base):
            question = f"SELECT count(*) FROM read_parquet('{address}') WHERE actor = 'MEX'"
            assert connection.execute(question).fetchone() == (len(YEARS) * 12,)
        rows = connection.execute(f"SELECT key FROM parquet_kv_metadata('{address}')").fetchall()
        assert (b"gaptracker:release",) in rows
        for path in ("releases/latest/files/gaps.csv", "gaps.csv?actor=MEX"):
            table = f"read_csv('{base}/v1/{path}')"
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,)
