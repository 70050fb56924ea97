"""Walking every page of `/v1/gaps` gives the rows of the Parquet file of its release, once each.

In any order, form and size of page, and while other releases take over on the way.
"""

import io
import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st

from gaptracker.domain.formula_guard import formula_safe
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.queries import CellOrder
from gaptracker.publish.api.shelf import Shelf
from tests.api_world import (
    API_EVIDENCE,
    World,
    client_of,
    lines_of,
    open_store,
    open_world,
    rows_of,
)
from tests.cli_world import cut, without_last_vote
from tests.server_world import running

ORDERS = CellOrder.__args__  # type: ignore[attr-defined]  # how typing keeps a Literal's values
FORMS = ("json", "csv", "ndjson")
LIMITS = (1, 7, 59, 60, 179, 180, 181, 1000)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_world(tmp_path_factory.mktemp("walks"))


@pytest.fixture(scope="module")
def kept(world: World) -> dict[str, list[Row]]:
    """The rows of each release's Parquet file, as they are given away."""
    return {
        release: pl.read_parquet(
            io.BytesIO(world.get(f"/v1/releases/{release}/files/gaps.parquet").content)
        ).to_dicts()
        for release in (world.older, world.newer)
    }


def walk(get: Callable[[str], Any], address: str, between: Callable[[], object]) -> Iterator[Row]:
    """Follow `Link` to the last page; let something happen after each."""
    following: str | None = address
    while following is not None:
        answer = get(following)
        assert answer.status_code == 200, answer.text
        kind = answer.headers["content-type"].partition(";")[0]
        rows: list[Row]
        match kind:
            case "application/json":
                rows = answer.json()["data"]
            case "text/csv":
                rows = [*rows_of(answer)]
            case _:
                rows = lines_of(answer)
        yield from rows
        between()
        following = answer.links.get("next", {}).get("url")


def written(value: object, form: str) -> object:
    """Return a value of the Parquet file as a form has it."""
    if isinstance(value, date):
        value = value.isoformat()
    if form != "csv":
        return value
    if isinstance(value, str):
        return formula_safe(value)
    return "" if value is None else json.dumps(value)


def same_rows(met: list[Row], kept: list[Row], form: str) -> None:
    """Check that what was met is what is kept: every row once, every shared column."""
    shared = [column for column in kept[0] if column in met[0]]
    assert len(shared) > 45
    key = ("actor", "theme", "year")
    found = {tuple(str(row[part]) for part in key): row for row in met}
    assert len(found) == len(met) == len(kept), "each row once"
    for row in kept:
        other = found[tuple(str(row[part]) for part in key)]
        assert {column: other[column] for column in shared} == {
            column: written(row[column], form) for column in shared
        }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_and_form_gives_the_rows_of_the_file(
    world: World, kept: dict[str, list[Row]], order: str, form: str
) -> None:
    address = f"/v1/gaps.{form}?min_grade=D&limit=97&sort={order}"
    same_rows(list(walk(world.get, address, lambda: None)), kept[world.newer], form)


@settings(max_examples=40)
@given(data=st.data())
def test_other_releases_may_take_over_anywhere_on_the_way(
    world: World, kept: dict[str, list[Row]], data: st.DataObject
) -> None:
    order, form = data.draw(st.sampled_from(ORDERS)), data.draw(st.sampled_from(FORMS))
    limit = data.draw(st.sampled_from(LIMITS[1:]))
    begun = data.draw(st.sampled_from((world.older, world.newer)))
    latest = world.folder / "releases" / "latest"

    def switch() -> None:
        if data.draw(st.booleans()):
            latest.write_text(data.draw(st.sampled_from((world.older, world.newer))))
            world.shelf.refresh()

    latest.write_text(begun)
    world.shelf.refresh()
    met = list(walk(world.get, f"/v1/gaps.{form}?min_grade=D&limit={limit}&sort={order}", switch))
    assert {row["release"] for row in met} == {begun}
    same_rows(met, kept[begun], form)


def test_rows_one_by_one(world: World, kept: dict[str, list[Row]]) -> None:
    (world.folder / "releases" / "latest").write_text(world.newer)
    world.shelf.refresh()
    address = f"/v1/gaps.ndjson?min_grade=D&limit={LIMITS[0]}&sort=-mixed_message_points"
    same_rows(list(walk(world.get, address, lambda: None)), kept[world.newer], "ndjson")


def test_a_walk_over_a_socket_goes_on_while_a_newer_release_is_cut(tmp_path: Path) -> None:
    older = cut(tmp_path, evidence=without_last_vote(API_EVIDENCE)).entry.id
    shelf = Shelf(open_store(tmp_path))
    app = create_api(shelf, watch_seconds=0.05)
    shelf.refresh()
    with (
        running(uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        cutting = threading.Thread(target=cut, args=(tmp_path,), kwargs={"evidence": API_EVIDENCE})
        current: set[str] = set()

        def between() -> None:
            if not current:
                cutting.start()
            current.add(client.get("/readyz").json()["release"])

        met: list[Row] = []
        # Walks follow each other until one saw both releases become the newest.
        while len(current) < 2:
            met = list(walk(client.get, "/v1/gaps.csv?min_grade=D&limit=3&sort=-gap", between))
            (release,) = {row["release"] for row in met}
        cutting.join()
        content = client.get(f"/v1/releases/{release}/files/gaps.parquet").content
    same_rows(met, pl.read_parquet(io.BytesIO(content)).to_dicts(), "csv")
    assert older in current
    assert client_of(shelf).get("/readyz").json()["release"] != older
