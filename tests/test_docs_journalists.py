"""The page for journalists does what it says: its recipes are run against the reference release."""

import csv
import html
import io
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import duckdb_extension_httpfs
import openpyxl
import pytest

from gaptracker.publish.api.formats import columns_of
from gaptracker.publish.api.schemas import Cell
from tests.reference_demo import reference_demo
from tests.test_cli_processes import environment, served
from tests.test_docs_organisations import matches

FENCE = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"
URL = re.compile(re.escape(ADDRESS) + r"[^\s\"'`<>)]*")
RECIPES = (
    *("pandas", "polars", "R", "DuckDB", "Google Sheets"),
    *("Excel", "Datawrapper", "Observable", "curl", "Embed"),
)
PATIENCE_SECONDS = 120
PAGE = Path(__file__).resolve().parent.parent / "docs" / "journalists.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A recipe: its language, its text, and what the page says that it prints."""

    language: str
    text: str
    printed: str | None


def blocks() -> list[Block]:
    """Every block that is run, with the output that follows it."""
    fences = FENCE.findall(PAGE.read_text("utf-8"))
    return [
        Block(
            language=language,
            text=text,
            printed=following[2] if following and following[:2] == ("text", "out") else None,
        )
        for (language, kind, text), following in zip(fences, [*fences[1:], None], strict=True)
        if kind == "run"
    ]


def block_of(language: str, kind: str) -> list[str]:
    """The texts of blocks that cannot be run here."""
    return [
        text for *mark, text in FENCE.findall(PAGE.read_text("utf-8")) if mark == [language, kind]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The reference release on a server, and the folder that holds it."""

    folder: Path
    address: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = reference_demo(tmp_path_factory).folder
    with served(folder) as (_, address):
        yield Served(folder=folder, address=address)


def run(block: Block, server: Served, folder: Path) -> str:
    """Run a block as a reader would; returns what it prints."""
    text = block.text.replace(ADDRESS, server.address)
    if block.language == "sql":
        return duckdb_of(text, folder)
    program = {"sh": ["bash", "-eu"], "python": [sys.executable], "r": ["Rscript"]}
    script = folder / "recipe"
    script.write_text(text, "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*program[block.language], str(script)],
        cwd=folder,
        env=environment(server.folder, COLUMNS="80", PATH=path),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.replace(server.address, ADDRESS)


def duckdb_of(text: str, folder: Path) -> str:
    """Run SQL with the extension that `INSTALL` would fetch from elsewhere, as pip brought it."""
    (extension,) = Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
    _, _, question = text.partition("INSTALL httpfs;\nLOAD httpfs;\n")
    with duckdb.connect(config={"home_directory": str(folder)}) as connection:
        connection.execute(f"LOAD '{extension}'")
        return str(connection.sql(question))


@pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash"
)
@pytest.mark.parametrize("place", range(len(blocks())))
def test_a_recipe_prints_what_the_page_says(place: int, server: Served, tmp_path: Path) -> None:
    block = blocks()[place]
    if block.language == "r" and shutil.which("Rscript") is None:
        pytest.skip("needs R")
    printed = run(block, server, tmp_path)
    assert matches(printed, block.printed or ""), f"{block.text}\nprinted:\n{printed}"


def test_the_page_has_the_ten_recipes_and_those_that_can_be_are_run() -> None:
    page = PAGE.read_text("utf-8")
    assert tuple(re.findall(r"^## \d+\. (.*)$", page, re.MULTILINE)) == RECIPES
    assert [block.language for block in blocks()].count("python") >= 3
    assert {"sh", "python", "sql", "r"} == {block.language for block in blocks()}
    assert not [block for block in blocks() if block.printed == ""]


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return bytes(answer.read())


@pytest.mark.parametrize("kind", ["sheets", "powerquery", "datawrapper", "observable"])
def test_tables_that_other_programs_fetch_are_there(kind: str, server: Served) -> None:
    texts = [text for *mark, text in FENCE.findall(PAGE.read_text("utf-8")) if mark[1] == kind]
    addresses = [address for text in texts for address in URL.findall(text)]
    assert addresses
    for address in addresses:
        body = get(address.replace(ADDRESS, server.address)).decode("utf-8")
        rows = list(csv.DictReader(io.StringIO(body, newline="")))
        assert len(rows) > 5
        assert all(row["release"] and float(row["gap"]) for row in rows)


def test_what_is_embedded_is_there_and_runs_no_script(server: Served) -> None:
    (frame,), (picture,) = block_of("html", "embed"), block_of("text", "embed")
    for text, begins in ((frame, b"<!DOCTYPE html>"), (picture, b"<svg")):
        (address,) = (html.unescape(each) for each in URL.findall(text))
        body = get(address.replace(ADDRESS, server.address))
        assert body.startswith(begins)
        assert b"<script" not in body


def test_numbers_and_names_of_columns_on_the_page_are_right() -> None:
    places = re.findall(r"\d+", block_of("text", "sheets")[1].split('"en_US")')[1])
    columns = columns_of(Cell)
    assert [columns[int(place) - 1] for place in places] == [
        "actor_name",
        "gap",
        "gap_low",
        "gap_high",
        "grade",
    ]
    (query,) = block_of("text", "powerquery")
    assert set(re.findall(r'\{"(\w+)", type', query)) < set(columns)
    named = re.findall(r"`([a-z_]+)`", PAGE.read_text("utf-8").split("What not to say")[0])
    assert set(named) - {"compare", "explain"} >= {"says", "gap", "label", "provisional"}


def test_the_workbook_opens_with_its_definitions(server: Served, tmp_path: Path) -> None:
    (block,) = (each for each in blocks() if "gaps.xlsx" in each.text)
    run(block, server, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "gaps.xlsx", read_only=True)
    assert book.sheetnames == ["gaps", "definitions"]
    heads, first = (list(row) for row in book["gaps"].iter_rows(max_row=2, values_only=True))
    row = dict(zip(heads, first, strict=True))
    assert isinstance(row["year"], int)
    book.close()
