"""Cells put together from ready texts are byte for byte what the schema writes of each one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import get_args

import polars as pl
import pytest

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.publish.api.cell_rows import ready_cells, take_cells
from gaptracker.publish.api.cells import build_cells
from gaptracker.publish.api.deps import Shape, View
from gaptracker.publish.api.filters import cells_asked
from gaptracker.publish.api.formats import write_csv, write_ndjson
from gaptracker.publish.api.pages import Order, ReadyPage, RowKey, take_page
from gaptracker.publish.api.queries import CellOrder, GapsQuery
from gaptracker.publish.api.schemas import Cell, CellPage
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.scratch import LET_GO_BYTES, ScratchFile
from tests.api_world import World, shared_world

LANGUAGES = ("en", "es", "pt")
IDENTITY = ("actor", "theme", "year")
QUESTIONS: tuple[dict[str, str], ...] = (
    {},
    {"min_grade": "D"},
    {"actor": "MEX", "min_grade": "D"},
    {"actor": "URY,CHN", "min_grade": "D"},
    {"theme": "death_penalty"},
    {"theme": "cannabis,death_penalty", "min_grade": "D"},
    {"year": "2022", "min_grade": "D"},
    {"year": "2023,2021"},
    {"theme": "death_penalty", "year": "2021,2023", "min_grade": "D"},
    {"actor": "MEX,IRN", "theme": "death_penalty", "year": "2022", "min_grade": "D"},
    {"label": "insufficient_evidence", "min_grade": "D"},
    {"label": "words_ahead,indeterminate", "actor": "MEX"},
    {"actor": "UNODC", "min_grade": "A"},
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question, and what the schema answers to it."""

    view: View
    query: GapsQuery

    @property
    def order(self) -> Order:
        return Order.parse(self.query.sort, IDENTITY)

    def ready(self, after: RowKey | None) -> ReadyPage | None:
        wanted = cells_asked(self.view.release, self.query)
        return take_cells(self.view, wanted, self.order, after, self.query.limit)

    def written(self, after: RowKey | None) -> ReadyPage | None:
        rows = self.view.release.cells.table.frame.filter(
            cells_asked(self.view.release, self.query).condition()
        )
        page = take_page(rows, self.order, after=after, limit=self.query.limit)
        if page is None:
            return None
        cells = [cell.model_dump_json().encode() for cell in build_cells(self.view, page.rows)]
        return ReadyPage(
            objects=lambda between: [between.join(cells)],
            count=len(cells),
            total=page.total,
            last=page.last,
        )


def joined(page: ReadyPage, between: bytes = b",") -> bytes:
    return b"".join(page.objects(between))


def view_of(world: World, language: str = "en") -> View:
    standing = world.shelf.standing
    assert standing.current is not None
    shape = Shape(form="json", language=language, pinned=False)
    return View(standing=standing, release=standing.current, shape=shape)


def questions(world: World, language: str, **more: object) -> Iterator[Asked]:
    for filters, sort in product(QUESTIONS, get_args(CellOrder)):
        query = GapsQuery.model_validate({**filters, **more, "sort": sort})
        yield Asked(view=view_of(world, language), query=query)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_in_every_order_gives_the_same_bytes(world: World, language: str) -> None:
    rows = 0
    for asked in questions(world, language, limit=1000):
        ready, written = asked.ready(None), asked.written(None)
        assert ready is not None
        assert written is not None
        for between in (b",", b"\n"):
            assert joined(ready, between) == joined(written, between), asked.query
        assert (ready.count, ready.total, ready.last) == (written.count, written.total, None)
        rows += ready.count
    assert rows > 1000


def test_every_page_begins_and_ends_where_it_should(world: World) -> None:
    for asked in questions(world, "es", limit=7):
        after: RowKey | None = None
        while True:
            ready, written = asked.ready(after), asked.written(after)
            assert ready is not None
            assert written is not None
            assert joined(ready) == joined(written)
            assert (ready.last, ready.total) == (written.last, written.total), asked.query
            if ready.last is None:
                break
            after = ready.last


@pytest.mark.parametrize(
    "after",
    [
        ("MEX", "death_penalty", 1900),
        ("XXX", "death_penalty", 2022),
        ("MEX", "death_penalty", "2022"),
        ("MEX", 2022, "death_penalty"),
        ("MEX", "death_penalty", True),
        ("MEX", "death_penalty"),
        (),
        ("CHN", "death_penalty", 2022),
    ],
)
def test_a_place_that_the_question_does_not_have_is_none(world: World, after: RowKey) -> None:
    query = GapsQuery.model_validate({"actor": "MEX", "min_grade": "D"})
    asked = Asked(view=view_of(world), query=query)
    assert asked.ready(after) is None
    assert asked.written(after) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_answer_is_what_the_schema_writes(world: World, language: str) -> None:
    view = view_of(world, language)
    rows = view.release.cells.table.frame.filter(pl.col("actor") == "URY")
    cells = build_cells(view, rows)
    address = f"/v1/gaps?actor=URY&min_grade=D&limit=1000&lang={language}"
    answer = world.get(address)
    page = CellPage.model_validate_json(answer.content)
    assert page.data == cells
    assert answer.content == page.model_dump_json().encode()
    file = world.get(address.replace("/v1/gaps", "/v1/gaps.csv"))
    assert file.content == write_csv(Cell, cells)
    lines = world.get(address.replace("/v1/gaps", "/v1/gaps.ndjson"))
    assert lines.content == write_ndjson(cells)


def test_a_release_with_a_number_that_is_none_is_refused(world: World) -> None:
    current = view_of(world).release
    for odd in (float("nan"), float("inf")):
        gaps = current.frames["gaps"].with_columns(
            says=pl.when(pl.col("year") == 2022).then(odd).otherwise(pl.col("says"))
        )
        damaged: FrozenRelease = replace(current, frames={**current.frames, "gaps": gaps})
        with pytest.raises(ReleaseCorrupt, match="not a number in says"):
            ready_cells(damaged)


def test_a_scratch_file_gives_back_what_was_written() -> None:
    file = ScratchFile()
    assert [file.append(part) for part in (b"one", b"", b"two")] == [0, 3, 3]
    assert file.read(3, 6) == b"two"
    assert file.read(1, 5) == b"netw"
    assert bytes(file.view(1, 5)) == b"netw"
    assert bytes(file.view(2, 2)) == b""


def test_a_view_holds_while_a_scratch_file_grows_and_lets_go_of_memory() -> None:
    file = ScratchFile()
    file.append(bytes(LET_GO_BYTES // 2) + b"end")
    first = file.view(LET_GO_BYTES // 2, LET_GO_BYTES // 2 + 3)
    file.append(b"more")
    for _ in range(3):
        assert bytes(file.view(0, file.size_bytes)[-7:]) == b"endmore"
    assert bytes(first) == b"end"
    del file
    assert bytes(first) == b"end"
