"""Actors' names with everything that breaks files come out of every form as they went in."""

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest
from openpyxl.utils.escape import unescape

from gaptracker.domain.actors import Actor
from gaptracker.domain.formula_guard import formula_safe
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.publish.api.shelf import Shelf
from gaptracker.workflows.export_release import export_release
from tests.api_world import API_EVIDENCE, World, client_of, lines_of, open_store
from tests.cli_world import cut

NAMES = {
    "CHN": {
        "en": "=cmd|' /C calc'!A0",
        "es": "中华人民共和国, “公报”, 𠮷",
        "pt": "\n=1+1",
    },
    "IRN": {
        "en": "إيران, \u202eIran\u202c; \u200f\u05e9\u05dc",
        "es": '"Irán", "comillas" y "',
        "pt": "@SUM(1;1)",
    },
    "MEX": {
        "en": 'México,\r\n"quoted",\nthird line, \ttab',
        "es": "-México",
        "pt": "'=já com apóstrofo",
    },
    "URY": {
        "en": "+Uruguay _x000D_ <b>&amp;</b> \u2028 \ufeff e\u0301 👩‍👩‍👧",
        "es": " Uruguay, con espacios ",
        "pt": "乌拉圭;|\\",
    },
}
ENGLISH = {code: names["en"] for code, names in NAMES.items()}
FILE = "gaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A release with these names: its API and its files."""

    world: World
    folder: Path

    def file(self, form: str) -> Path:
        """Return the file of cells in a form."""
        return self.folder / f"{FILE}.{form}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Cut:
    folder = tmp_path_factory.mktemp("names")
    actors = {
        code: Actor(code=code, kind=ActorKind.STATE, names=names) for code, names in NAMES.items()
    }
    name = cut(folder, evidence=replace(API_EVIDENCE, actors=actors)).entry.id
    shelf = Shelf(open_store(folder))
    shelf.refresh()
    export_release(open_store(folder), folder / "exported")
    world = World(client=client_of(shelf), shelf=shelf, folder=folder, older=name, newer=name)
    return Cut(world=world, folder=folder / "exported")


def guarded(names: dict[str, str]) -> dict[str, str]:
    """Return names as CSV holds them: what a spreadsheet would run begins with an apostrophe."""
    return {code: formula_safe(name) for code, name in names.items()}


def by_pandas(content: bytes) -> dict[str, str]:
    frame = pd.read_csv(io.BytesIO(content), keep_default_na=False)
    return dict(zip(frame["actor"], frame["actor_name"], strict=True))


def by_csv(content: bytes) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    return {row["actor"]: row["actor_name"] for row in rows}


@pytest.mark.hostile(id="names-in-answers")
@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_names_survive_every_form_of_an_answer(made: Cut, language: str) -> None:
    expected = {code: names[language] for code, names in NAMES.items()}
    asked = f"min_grade=D&limit=1000&lang={language}"
    cells = made.world.data(f"/v1/gaps?{asked}")
    assert {cell["actor"]: cell["actor_name"] for cell in cells} == expected
    lines = lines_of(made.world.get(f"/v1/gaps.ndjson?{asked}"))
    assert {cell["actor"]: cell["actor_name"] for cell in lines} == expected
    content = made.world.get(f"/v1/gaps.csv?{asked}").content
    assert by_csv(content) == by_pandas(content) == guarded(expected)
    assert content.isascii() is False
    rows = made.world.data(f"/v1/actors?lang={language}")
    assert {row["code"]: row["name"] for row in rows} == expected


@pytest.mark.hostile(id="names-in-files")
def test_names_survive_every_form_of_a_release_file(made: Cut) -> None:
    content = made.file("csv").read_bytes()
    assert by_csv(content) == by_pandas(content) == guarded(ENGLISH)
    frame = pl.read_parquet(made.file("parquet"), columns=["actor", "actor_name"]).unique()
    assert dict(frame.iter_rows()) == ENGLISH
    lines = (
        pl.read_ndjson(made.file("ndjson"), infer_schema_length=None)
        .select("actor", "actor_name")
        .unique()
    )
    assert dict(lines.iter_rows()) == ENGLISH


@pytest.mark.hostile(id="names-in-workbooks")
def test_names_survive_a_workbook_as_text_and_no_formula(made: Cut) -> None:
    book = openpyxl.load_workbook(made.file("xlsx"))
    header, *rows = book.worksheets[0].iter_rows()
    places = {cell.value: place for place, cell in enumerate(header)}
    named = {row[places["actor"]].value: row[places["actor_name"]] for row in rows}
    # Openpyxl leaves the format's own escapes (`_x000D_`) as they stand; Excel reads them.
    assert {code: unescape(str(cell.value)) for code, cell in named.items()} == ENGLISH
    assert {cell.data_type for cell in named.values()} == {"s"}


@pytest.mark.hostile(id="names-in-sql")
def test_names_survive_a_query_over_csv_and_parquet(made: Cut) -> None:
    for reader, expected in (("read_csv", guarded(ENGLISH)), ("read_parquet", ENGLISH)):
        form = reader.removeprefix("read_")
        found = duckdb.sql(
            f"SELECT DISTINCT actor, actor_name FROM {reader}('{made.file(form)}')"
        ).fetchall()
        assert dict(found) == expected
