"""The client as a reader has it: over a real socket, on real releases, and on bad days."""

import contextlib
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import uvicorn

from gaptracker.client import (
    BadConnection,
    Cell,
    Client,
    FileProblem,
    PandasMissing,
    ProblemRaised,
    Retries,
)
from gaptracker.client import rows as client_rows
from gaptracker.client.errors import UnexpectedAnswer
from gaptracker.client.paging import Rows
from gaptracker.client.read_rows import read_row
from gaptracker.domain.errors import InvalidValue
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.schemas import Cell as ServedCell
from gaptracker.publish.api.schemas_actors import ActorRow
from gaptracker.publish.api.schemas_methods import ThemeRow
from gaptracker.publish.api.schemas_pairs import Did, Pair, Said
from gaptracker.publish.api.schemas_releases import ReleaseRow
from gaptracker.publish.api.shelf import Shelf
from tests.api_world import API_EVIDENCE, World, open_store, open_world
from tests.cli_world import THEME, cut, without_last_vote
from tests.flaky_proxy import GOOD, Fate, flaky_line
from tests.server_world import running
from tests.test_client import problem, scripted

NO_KEY = ""
QUICK = Retries(attempts=6, first_seconds=0.001, longest_seconds=0.002)


@contextlib.contextmanager
def serving(shelf: Shelf) -> Iterator[str]:
    """The application on a real socket."""
    app = create_api(shelf, watch_seconds=None)
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="off")
    with running(uvicorn.Server(config)) as address:
        yield address


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_world(tmp_path_factory.mktemp("reading"))


@pytest.fixture(scope="module")
def base(world: World) -> Iterator[str]:
    with serving(world.shelf) as address:
        yield address


@pytest.fixture
def client(base: str) -> Iterator[Client]:
    with Client(base, NO_KEY, retries=QUICK) as found:
        yield found


def frozen_file(world: World, name: str) -> bytes:
    listing = str(world.shelf.standing.published[world.newer].entry.downloads_sha256)
    return world.shelf.downloads.read(listing, name)


def by_sevens(client: Client) -> Rows[Cell]:
    """All cells on pages of seven."""
    return Rows(Cell, client._get, "/v1/gaps?min_grade=D&limit=7")  # noqa: SLF001  small pages


def test_a_table_has_the_values_and_types_of_the_releases_own_file(
    client: Client, world: World
) -> None:
    frozen = pl.read_parquet(io.BytesIO(frozen_file(world, "gaps.parquet")))
    frame = by_sevens(client).to_polars()
    shared = [name for name in frame.columns if name in frozen.columns]
    assert len(shared) == len(frozen.columns)
    assert frame.select(shared).equals(frozen.select(shared))
    assert {name: frame.schema[name] for name in shared} == {
        name: frozen.schema[name] for name in shared
    }


def test_columns_are_those_of_the_csv(client: Client, world: World) -> None:
    for path, frame in (
        ("/v1/gaps.csv", client.gaps().to_polars()),
        ("/v1/pairs.csv", client.pairs().to_polars()),
        ("/v1/actors.csv", client.actors().to_polars()),
        ("/v1/themes.csv", client.themes().to_polars()),
        ("/v1/releases.csv", client.releases().to_polars()),
    ):
        assert frame.columns == world.get(path).text.split("\r\n", maxsplit=1)[0].split(",")


@pytest.mark.parametrize(
    ("ours", "served"),
    [
        (client_rows.Cell, ServedCell),
        (client_rows.Pair, Pair),
        (client_rows.Said, Said),
        (client_rows.Did, Did),
        (client_rows.Actor, ActorRow),
        (client_rows.Theme, ThemeRow),
        (client_rows.Release, ReleaseRow),
    ],
)
def test_a_row_has_every_member_that_is_served(ours: type[Any], served: type[Any]) -> None:
    assert [each.name for each in fields(ours)][1:] == list(served.model_fields)


def test_rows_are_fetched_when_they_are_looked_at(base: str) -> None:
    with flaky_line(base, lambda _: GOOD) as line, Client(line.base, NO_KEY) as client:
        rows = client.gaps(min_grade="D")
        assert repr(rows) == "<Rows of Cell, nothing fetched yet>"
        assert line.connections == 0
        assert len(rows) == len(list(rows)) == len(rows.to_dicts())
        first, last = rows[0], rows[-1]
        assert (first.actor, last.actor) == ("CHN", "URY")
        assert [each.actor for each in rows[:2]] == ["CHN", "CHN"]
        assert isinstance(first.as_of, date)
        assert hash(first) == hash(rows[0])


def test_filters_take_one_or_several(client: Client) -> None:
    one = client.gaps(actor="MEX", theme=THEME, year=2022, min_grade="D")
    assert [(each.actor, each.theme, each.year) for each in one] == [("MEX", THEME, 2022)]
    several = client.gaps(actor=["MEX", "CHN"], year=range(2021, 2023), theme=THEME, sort="-year")
    assert {each.actor for each in several} <= {"MEX", "CHN"}
    assert [each.year for each in several] == sorted((each.year for each in several), reverse=True)
    now = client.pairs(actor="MEX", reading="now", year=2022)
    assert {each.reading for each in now} == {"now"}
    assert client.gaps(actor="MEX", theme="cannabis", year=2022).to_polars().height == 0


def test_contributions_of_pairs_lead_from_a_gap_to_its_sentences(client: Client) -> None:
    (cell,) = client.gaps(actor="MEX", theme=THEME, year=2022, min_grade="D")
    pairs = client.pairs(actor="MEX", theme=THEME, year=2022, reading="now")
    total = sum(each.contribution_points or 0.0 for each in pairs)
    assert total == pytest.approx(cell.gap, abs=1e-9)
    assert all(each.statement.source.citation for each in pairs)


def test_an_older_release_is_read_by_its_id(client: Client, world: World) -> None:
    assert [each.id for each in client.releases()] == [world.newer, world.older]
    assert client.gaps(release=world.older).release == world.older
    assert client.gaps().release == client.actors().release == world.newer


def test_a_walk_ends_in_the_release_it_began_in(tmp_path: Path) -> None:
    older = cut(tmp_path, evidence=without_last_vote(API_EVIDENCE)).entry.id
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    with serving(shelf) as base, Client(base, NO_KEY) as client:
        rows = by_sevens(client)
        assert rows[0].release == older
        newer = cut(tmp_path, evidence=API_EVIDENCE).entry.id
        shelf.refresh()
        assert client.gaps().release == newer
        assert {each.release for each in rows} == {older}
        assert rows.to_dicts() == client.gaps(min_grade="D", release=older).to_dicts()


def test_an_unknown_name_comes_back_with_the_nearest(client: Client) -> None:
    with pytest.raises(ProblemRaised, match="did you mean MEX") as raised:
        len(client.gaps(actor="MEXX"))
    assert raised.value.errors[0].nearest[0] == "MEX"


def test_pandas_gets_days_numbers_and_truth(client: Client) -> None:
    frame = client.gaps(min_grade="D").to_pandas()
    polars = client.gaps(min_grade="D").to_polars()
    assert list(frame.columns) == polars.columns
    assert str(frame["as_of"].dtype).startswith("datetime64")
    assert str(frame["newest_deed_on"].dtype).startswith("datetime64")
    assert (frame["gap"].dtype, frame["year"].dtype, frame["capped"].dtype) == (
        "float64",
        "int64",
        "bool",
    )
    assert frame["gap"].isna().sum() == polars["gap"].null_count() > 0
    assert frame["gap"].dropna().tolist() == polars["gap"].drop_nulls().to_list()


def test_without_pandas_it_says_what_to_do(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(PandasMissing, match="pip install pandas"):
        client.gaps(actor="MEX").to_pandas()


@pytest.mark.parametrize("size", [0, 1, 300, 4_000])
def test_a_line_that_is_cut_anywhere_changes_no_row(base: str, client: Client, size: int) -> None:
    fate = Fate(response_bytes=size)
    with (
        flaky_line(base, lambda number: fate if number % 3 else GOOD) as line,
        Client(line.base, NO_KEY, retries=QUICK) as shaky,
    ):
        assert by_sevens(shaky).to_dicts() == by_sevens(client).to_dicts()


def test_a_servers_own_fault_passes_when_it_is_asked_again() -> None:
    meta = {
        "release": "r",
        "methodology": "1",
        "as_of": "2022-01-01",
        "provisional": False,
        "notice": "",
        "language": "en",
    }
    good = (
        200,
        {"Content-Type": "application/json"},
        json.dumps({"meta": meta, "data": []}).encode(),
    )
    with (
        scripted(problem(500, "internal"), problem(429, "rate-limited"), good) as server,
        Client(server.base, NO_KEY, retries=QUICK) as client,
    ):
        assert list(client.releases()) == []
    assert len(server.asked) == 3
    assert "authorization" not in server.asked[0][2]


def test_an_answer_whose_packing_is_damaged_is_asked_for_again(client: Client) -> None:
    body = client._get("/v1/releases").body  # noqa: SLF001  as it is served
    kind = {"Content-Type": "application/json"}
    with (
        scripted(
            (200, {**kind, "Content-Encoding": "gzip"}, b"\x1f\x8bxx"), (200, kind, body)
        ) as line,
        Client(line.base, NO_KEY, retries=QUICK) as reader,
    ):
        assert reader.releases().to_dicts() == client.releases().to_dicts()


def test_names_come_in_the_readers_language(base: str) -> None:
    with Client(base, NO_KEY, language="es") as client:
        (mexico,) = client.gaps(actor="MEX", theme=THEME, year=2022)
        assert (mexico.actor_name, client.gaps().meta.language) == ("México", "es")


def test_reading_needs_no_secrecy_and_sending_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAPTRACKER_API_KEY", raising=False)
    monkeypatch.setenv("GAPTRACKER_API_URL", "http://gaptracker.example/")
    with Client() as client:
        assert client.address == "http://gaptracker.example"
        with pytest.raises(InvalidValue, match="in the clear"):
            client.create({"language": "es"})
    with pytest.raises(InvalidValue, match="in the clear"):
        Client(key="gtk_" + "k" * 43)
    monkeypatch.delenv("GAPTRACKER_API_URL")
    with pytest.raises(InvalidValue, match="GAPTRACKER_API_URL"):
        Client()


def served_cell(client: Client) -> dict[str, Any]:
    return client.gaps(actor="MEX").to_dicts()[0]


def test_what_a_later_api_adds_is_kept_aside(client: Client) -> None:
    document = served_cell(client) | {"label": "a_new_label", "reply": {"text": "No."}}
    document["links"] = {**document["links"], "film": "/v1/films/1"}
    cell = read_row(Cell, document)
    assert cell.label == "a_new_label"
    assert cell.more == {"reply": {"text": "No."}}
    assert cell.links.more == {"film": "/v1/films/1"}


@pytest.mark.hostile
@pytest.mark.parametrize(
    "change", [{"gap": "12"}, {"year": None}, {"as_of": "yesterday"}, {"links": 3}, {"actor": []}]
)
def test_a_cell_of_another_shape_is_refused(client: Client, change: dict[str, object]) -> None:
    """CLIENT-OTHER-SHAPE."""
    with pytest.raises(UnexpectedAnswer, match="is no Cell"):
        read_row(Cell, served_cell(client) | change)
    document = served_cell(client)
    del document[next(iter(change))]
    with pytest.raises(UnexpectedAnswer, match="is no Cell"):
        read_row(Cell, document)


def page(client: Client, link: str, **meta: object) -> tuple[int, dict[str, str], bytes]:
    answer = client._get("/v1/gaps?limit=1").document()  # noqa: SLF001  a page as it is served
    answer["meta"] |= {"total": 3} | meta
    headers = {"Content-Type": "application/json", "Link": f'<{link}>; rel="next"'}
    return 200, headers, json.dumps(answer).encode()


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("link", "more", "said"),
    [
        ("http://other.example/v1/gaps", {}, "on another server"),
        ("//other.example/v1/gaps", {}, "on another server"),
        ("/v1/gaps", {}, "other rows than the 3"),
        ("/v1/gaps", {"release": "another"}, "a page is of another"),
        ("/v1/gaps", {"total": 4}, "a page is of"),
    ],
    ids=["elsewhere", "elsewhere-by-slashes", "endless", "mixed", "grown"],
)
def test_pages_that_do_not_belong_together_are_refused(
    client: Client, link: str, more: dict[str, object], said: str
) -> None:
    """CLIENT-PAGES."""
    pages = [page(client, link), *(page(client, link, **more) for _ in range(4))]
    with (
        scripted(*pages) as server,
        Client(server.base, NO_KEY) as reader,
        pytest.raises(UnexpectedAnswer, match=said),
    ):
        list(reader.gaps())


def test_a_file_is_fetched_whole_and_once(client: Client, world: World, tmp_path: Path) -> None:
    found = client.download("gaps.csv", tmp_path)
    assert found == tmp_path / "gaps.csv"
    assert found.read_bytes() == frozen_file(world, "gaps.csv")
    before = found.stat().st_mtime_ns
    assert client.download("gaps.csv", tmp_path / "gaps.csv") == found
    assert found.stat().st_mtime_ns == before
    found.write_bytes(b"changed")
    client.download("gaps.csv", tmp_path)
    assert found.read_bytes() == frozen_file(world, "gaps.csv")
    assert [each.name for each in tmp_path.iterdir()] == ["gaps.csv"]


def test_a_download_goes_on_where_the_line_broke(base: str, world: World, tmp_path: Path) -> None:
    whole = frozen_file(world, "release.zip")
    assert len(whole) > 60_000
    fate = Fate(response_bytes=20_000)
    with flaky_line(base, lambda _: fate) as line:
        for _ in range(2):
            with (
                Client(line.base, NO_KEY, retries=Retries(attempts=1)) as shaky,
                pytest.raises(BadConnection),
            ):
                shaky.download("release.zip", tmp_path, release=world.newer)
        (part,) = tmp_path.glob("release.zip.*.part")
        assert 0 < part.stat().st_size < len(whole)
        assert whole.startswith(part.read_bytes())
        with Client(line.base, NO_KEY, retries=QUICK) as shaky:
            done = shaky.download("release.zip", tmp_path, release=world.newer)
    assert done.read_bytes() == whole
    assert hashlib.sha256(whole).hexdigest() in frozen_file(world, "SHA256SUMS").decode()
    assert line.connections >= len(whole) // 20_000


@pytest.mark.hostile
def test_bytes_that_are_not_the_files_are_not_kept(tmp_path: Path) -> None:
    """CLIENT-DAMAGED-FILE."""
    nothing: dict[str, str] = {}
    sums = 200, nothing, f"{'0' * 64}  gaps.csv\n".encode()
    other = 200, nothing, b"something else"
    with (
        scripted(sums, other, other) as server,
        Client(server.base, NO_KEY) as client,
        pytest.raises(FileProblem, match="not those that SHA256SUMS names"),
    ):
        client.download("gaps.csv", tmp_path, release="r")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.hostile
@pytest.mark.parametrize("name", ["../gaps.csv", "nothing.csv", "a/b.csv"])
def test_a_file_that_is_not_listed_is_not_asked_for(
    client: Client, tmp_path: Path, name: str
) -> None:
    """CLIENT-FILE-NAME."""
    with pytest.raises(FileProblem, match=r"there are .*gaps\.csv"):
        client.download(name, tmp_path)
    assert list(tmp_path.iterdir()) == []
