"""What a licence keeps from readers counts and is found in nothing that they can get."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import polars as pl
import pypdfium2  # type: ignore[import-untyped]
import pytest

from gaptracker.publish.documents import read_belonging
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.frozen_evidence import evidence_of
from gaptracker.publish.pack.contents import PackOrder
from gaptracker.publish.pack.write import pack_files
from gaptracker.publish.report.write import write_report
from gaptracker.release.documents import ACTORS_FILE
from gaptracker.workflows.export_release import export_release
from tests.api_world import World, open_store, rows_of
from tests.cli_world import THEME, WATCH
from tests.example_requests import examples_of, reading
from tests.pages_world import LANGUAGES, page_addresses, with_language
from tests.report_world import order
from tests.withheld_world import DIGITS, ITEM, NOTE, VALUE, digits_in, open_withheld

FORMS = ("", ".csv", ".ndjson")
TABLES = ("gaps", "pairs", "observations")
SHOWN_LICENCE = "CC-BY-NC-SA-3.0-IGO"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_withheld(tmp_path_factory.mktemp("withheld"))


@pytest.fixture(scope="module")
def open_one(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_withheld(tmp_path_factory.mktemp("shown"), SHOWN_LICENCE)


def release_of(world: World) -> FrozenRelease:
    return load_release(open_store(world.folder))


def texts_in(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the text of a file, that of every member of a package, and every cell of a table."""
    if name.endswith((".zip", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from texts_in(f"{name}/{member}", archive.read(member))
    elif name.endswith(".parquet"):
        frame = pl.read_parquet(io.BytesIO(content))
        yield name, "\n".join(str(row) for row in frame.iter_rows())
    elif name.endswith(".pdf"):
        pages = pypdfium2.PdfDocument(content)
        yield name, "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    else:
        yield name, content.decode("utf-8", errors="replace")


def told_in(name: str, content: bytes) -> list[tuple[str, str]]:
    return [(part, each) for part, text in texts_in(name, content) for each in digits_in(text)]


def addresses(world: World) -> Iterator[str]:
    """Every example of every public address but pictures as points; every pair, record and cell."""
    document = world.get("/v1/openapi.json").json()
    for path, operation in reading(document):
        if not path.startswith("/static") and "{name}" not in path:
            examples = [each.address for each in examples_of(world, path, operation)]
            # Of a chart one form and one size: none shows an observation.
            yield from examples[:12] if "{chart}" in path else examples
    yield from (f"/v1/{table}{form}?limit=500" for table in TABLES for form in FORMS)
    release = release_of(world)
    for name in release.pairs.table.column("id").unique():
        yield f"/v1/pairs/{name}"
        yield from (f"/pairs/{name}?lang={each}" for each in LANGUAGES)
        yield f"/embed/pair/{name}"
    for actor, year in product(("MEX", "IRN", "URY"), (2021, 2022, 2023)):
        yield f"/v1/gaps/{actor}/{THEME}/{year}"
        yield f"/cells/{actor}/{THEME}/{year}"
    yield from (f"/v1/statements/{each}" for each in release.statements.frame["id"])
    yield from (f"/v1/measures/{each}" for each in release.measures.frame["id"])
    yield from page_addresses(world)


def test_the_values_are_counted_and_known_to_scoring(world: World) -> None:
    release = release_of(world)
    found = release.counted_observations.get(ITEM)
    assert found is not None
    assert (found.value, found.note) == (VALUE, NOTE)
    files = release_files(world)
    evidence = evidence_of(release, read_belonging(files[ACTORS_FILE]), "MEX")
    assert found in evidence.observations


def release_files(world: World) -> dict[str, bytes]:
    store = open_store(world.folder)
    return dict(store.read(store.find()).files)


def test_the_scores_are_those_without_the_guard(world: World, open_one: World) -> None:
    own = ("release", "inputs_sha256", "factor_names")
    for table in ("gaps", "contributions", "pairs", "method_bands", "leave_out"):
        first, second = (
            pl.read_parquet(release_files(each)[f"{table}.parquet"]).drop(*own, strict=False)
            for each in (world, open_one)
        )
        assert first.equals(second), table


def test_what_if_scores_what_was_counted(world: World, open_one: World) -> None:
    asked = f"/v1/what-if?actor=IRN&theme={THEME}&year=2022&half_life=2"
    first, second = (
        [each.data(asked)[name] for name in ("what_if", "published", "ranges", "changed")]
        for each in (world, open_one)
    )
    assert first == second
    assert first[-1] == ["half_life"]


def test_values_under_other_terms_are_shown_with_their_licence(open_one: World) -> None:
    (row,) = open_one.data(f"/v1/observations?id={ITEM}")
    assert (row["value"], row["withheld"]) == (VALUE, None)
    assert row["source"]["licence"] == SHOWN_LICENCE
    (pair, *_) = (
        each
        for each in open_one.data("/v1/pairs?actor=MEX&limit=500")
        if each["deed"] and each["deed"]["id"] == ITEM
    )
    page = open_one.get(f"/pairs/{pair['id']}").text
    assert "7.3" in page
    assert SHOWN_LICENCE in page


def test_no_answer_tells_the_value(world: World, open_one: World) -> None:
    walked = list(addresses(world))
    answers = {each: world.get(each) for each in walked}
    refused = [each for each in walked if answers[each].status_code != 200]
    assert len(refused) < len(walked) / 10, refused
    assert {
        each: found
        for each, answer in answers.items()
        if (found := told_in("answer", answer.content))
    } == {}
    # The same walk finds it where it is shown.
    assert told_in("answer", open_one.get("/v1/observations.csv?limit=500").content)
    assert told_in("answer", open_one.get("/v1/pairs?limit=500").content)


def test_a_row_says_why_and_leads_to_the_source(world: World) -> None:
    (row,) = world.data(f"/v1/observations?id={ITEM}")
    told = {name: row[name] for name in ("value", "category", "lower", "upper", "note")}
    assert set(told.values()) == {None}
    assert (row["withheld"], row["status"]) == ("licence", "observed")
    assert row["source"]["url"] == WATCH.url
    every = world.data("/v1/observations?limit=500")
    for each in every:
        reasons = (each["category"], each["withheld"], each["status"] == "opaque" or None)
        assert each["value"] is not None or any(reasons), each
    (secret,) = (each for each in every if each["status"] == "opaque")
    assert rows_of(world.get(f"/v1/observations.csv?id={ITEM}"))[0]["withheld"] == "licence"
    assert secret["value"] is None


def test_points_of_a_withheld_value_are_whole_and_others_are_not_touched(
    world: World, open_one: World
) -> None:
    def points(given: World) -> dict[str, float]:
        return {
            f"{each['id']}": each["deed_points"]
            for each in given.data("/v1/pairs?actor=IRN&year=2022&reading=now&limit=500")
            if each["deed"]["kind"] == "observation"
        }

    hidden, known = points(world), points(open_one)
    assert hidden.keys() == known.keys()
    assert hidden != known
    assert {name: round(each) for name, each in known.items()} == hidden
    parts = world.data(f"/v1/gaps/IRN/{THEME}/2022")["contributions"]
    exact = open_one.data(f"/v1/gaps/IRN/{THEME}/2022")["contributions"]
    kept = {"share", "weight", "contribution_points"}
    for shown, counted in zip(parts, exact, strict=True):
        assert {name: shown[name] for name in kept} == {name: counted[name] for name in kept}
        assert shown["points"] in {counted["points"], round(counted["points"])}
        assert (shown["points"] == round(shown["points"])) or shown["source"] != WATCH.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_names_the_source_and_says_that_it_has_the_value(
    world: World, language: str
) -> None:
    said = {"en": "withheld: licence", "es": "por su licencia", "pt": "por causa da licença"}
    pair = next(
        each
        for each in world.data("/v1/pairs?actor=MEX&limit=500")
        if each["deed"] and each["deed"]["id"] == ITEM
    )
    page = world.get(with_language(f"/pairs/{pair['id']}", language)).text
    assert said[language] in page
    assert str(WATCH.url) in page


def test_no_file_that_leaves_holds_the_value(world: World, open_one: World, tmp_path: Path) -> None:
    for name, given in (("kept", world), ("open", open_one)):
        written = export_release(open_store(given.folder), tmp_path / name)
        told = {each.name for each in written if told_in(each.name, each.read_bytes())}
        expected = {f"observations.{each}" for each in ("csv", "ndjson", "parquet", "xlsx")}
        assert told == (set() if given is world else {*expected, "release.zip"})
    frame = pl.read_parquet(tmp_path / "kept" / "observations.parquet")
    row = frame.row(by_predicate=pl.col("id") == ITEM, named=True)
    assert (row["value"], row["withheld"]) == (None, "licence")
    served = world.data(f"/v1/releases/{world.newer}/files")
    listing = open_store(world.folder).downloads.names(
        str(open_store(world.folder).find().downloads_sha256)
    )
    assert {each["name"] for each in served} == listing.keys()
    for each in served:
        content = world.get(each["link"]).content
        assert told_in(each["name"], content) == []


def test_frozen_tables_are_not_served(world: World) -> None:
    for name in release_files(world):
        answer = world.get(f"/v1/releases/{world.newer}/files/{name}")
        if answer.status_code == 200:
            assert told_in(name, answer.content) == []
        else:
            assert answer.status_code == 404
    assert world.get(f"/v1/releases/{world.newer}/files/contributions.parquet").status_code == 404


def test_no_report_and_no_pack_tells_the_value(world: World, tmp_path: Path) -> None:
    release = release_of(world)
    settings = order(languages=("en", "es"), actors=("MEX", "IRN"))
    written = write_report(release, settings, tmp_path)
    assert {each.path.suffix for each in written.files} == {".html", ".md", ".pdf", ".zip"}
    for each in written.files:
        assert told_in(each.path.name, each.path.read_bytes()) == []
    told = {each.path.name: each.path.read_bytes() for each in written.files}
    assert any(b"withheld: licence" in each for name, each in told.items() if "_en.md" in name)
    for language in LANGUAGES:
        asked = PackOrder(actor="MEX", language=language, first=date(2026, 12, 1), days=30)
        for name, content in pack_files(release, asked).items():
            assert told_in(name, content) == [], name


def test_the_walk_would_see_each_way_of_writing_the_value() -> None:
    assert set(DIGITS) <= set(digits_in(" ".join(DIGITS)))
