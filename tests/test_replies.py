"""`gaptracker reply` and `gaptracker correction`: kept whole, once, beside the releases."""

import hashlib
import json
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import text

from gaptracker.records.schema import open_database
from gaptracker.workflows.annotations import read_annotations
from gaptracker.workflows.migrate_database import migrate_database
from tests.annotation_world import SIGNED, TEXT, Annotated

FORM = """
actor = "MEX"
release = "{release}"
who = "A. Ruiz"
office = "Foreign ministry"
received_on = 2026-11-20
language = "pt-BR"
text = '''
Two lines,
with "quotes" and <tags>.'''
link = ""
pairs = ["{pair}"]
cells = [{{theme = "death_penalty", year = 2022}}]
"""


@pytest.fixture
def world(tmp_path: Path) -> Annotated:
    return Annotated(folder=tmp_path)


def files(folder: Path) -> dict[str, str]:
    """Every file of the release store but for replies and errata, by its hash."""
    found = sorted(each for each in (folder / "releases").rglob("*") if each.is_file())
    return {
        str(each): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in found
        if "annotations" not in str(each) and each.name != ".lock"
    }


def test_a_reply_is_kept_whole_pending_and_laid_beside_releases_that_stay_as_they_are(
    world: Annotated,
) -> None:
    before = files(world.folder)

    name = world.reply("--cell", "death-penalty/2022", "--link", "https://example.org/reply")

    assert files(world.folder) == before
    (kept,) = world.beside()["replies"]
    assert kept["decision"] is None
    assert kept["reply"] | {"recorded_at": ""} == {
        "id": name,
        "actor": "MEX",
        "release": world.newer,
        "who": "A. Ruiz",
        "office": "Foreign ministry",
        "received_on": kept["reply"]["recorded_at"][:10],
        "language": "es",
        "text": TEXT,
        "link": "https://example.org/reply",
        "attachment_sha256": None,
        "cells": [{"actor": "MEX", "theme": "death_penalty", "year": 2022}],
        "pairs": [],
        "recorded_at": "",
    }
    assert TEXT in world.typed("reply", "show", name)


def test_the_filled_form_says_all_and_options_win_over_it(world: Annotated) -> None:
    form, attachment = world.folder / "reply.toml", world.folder / "annex.pdf"
    form.write_text(FORM.format(release=world.older, pair=world.pair()), encoding="utf-8")
    attachment.write_bytes(b"%PDF")

    words = ("--office", "Permanent mission", "--attachment", str(attachment))
    world.typed("reply", "add", "mex", "--file", str(form), *words)

    (kept,) = world.beside()["replies"]
    reply = kept["reply"]
    assert (reply["release"], reply["received_on"]) == (world.older, "2026-11-20")
    assert reply["office"] == "Permanent mission"
    assert reply["link"] is None
    assert reply["attachment_sha256"] == hashlib.sha256(b"%PDF").hexdigest()
    assert reply["text"] == 'Two lines,\nwith "quotes" and <tags>.'
    assert reply["pairs"] == [world.pair()]
    assert {"actor": "MEX", "theme": "death_penalty", "year": 2022} in reply["cells"]
    assert len(reply["cells"]) > 1, "the pair stands for its cells"


def test_a_decision_is_laid_beside_the_reply_and_each_version_names_the_one_before(
    world: Annotated,
) -> None:
    name = world.reply()
    first = world.store.annotations.head()
    world.typed("reply", "decide", name, "--partly", "--because", "The law of 2025 is missing.")

    document = world.beside()

    assert first is not None
    assert (document["version"], document["previous_sha256"]) == (2, first.sha256)
    assert document["replies"][0]["decision"]["outcome"] == "partly"
    assert document["replies"][0]["decision"]["because"] == "The law of 2025 is missing."
    assert json.loads(world.store.annotations.read(first.sha256))["replies"][0]["decision"] is None
    assert world.replies()[0]["outcome"] == "partly"


def test_an_erratum_names_its_release_and_the_cells_that_rest_on_what_it_names(
    world: Annotated,
) -> None:
    name = world.erratum("--record", "law-MEX-2005", "--language", "en")

    (kept,) = world.beside()["errata"]

    assert (kept["id"], kept["release"], kept["records"]) == (name, world.newer, ["law-MEX-2005"])
    assert {each["actor"] for each in kept["cells"]} == {"MEX"}
    assert name in world.typed("correction", "list")


def test_publishing_again_writes_nothing(world: Annotated) -> None:
    assert world.typed("reply", "publish") == ""
    world.reply()
    head = world.store.annotations.head()
    assert head is not None
    assert world.typed("reply", "publish") == f"1 {head.sha256}\n"
    assert world.store.annotations.head() == head


def test_what_was_published_is_never_taken_back_by_other_records(world: Annotated) -> None:
    world.reply()
    head = world.store.annotations.head()
    other = world.folder / "other.sqlite3"
    migrate_database(f"sqlite:///{other}")
    world.database_url = f"sqlite:///{other}"

    result = world.type("reply", "publish")

    assert result.exit_code == 4
    assert "they belong together" in result.stderr
    assert world.store.annotations.head() == head


def test_both_databases_keep_the_same_and_refuse_every_change(
    database_url: str, tmp_path: Path
) -> None:
    migrate_database(database_url)
    world = Annotated(folder=tmp_path, database_url=database_url)
    name = world.reply("--cell", "cannabis/2022")
    world.typed("reply", "decide", name, "--rejected", "--because", "No source was named.")
    world.erratum("--cell", "MEX/cannabis/2022")

    kept, _ = read_annotations(world.store)
    assert kept.replies[0].outcome.value == "declined"
    assert kept.errata[0].release == world.newer
    engine = open_database(database_url)
    changes = (
        "UPDATE reply SET text = 'nothing'",
        "DELETE FROM reply_decision",
        "UPDATE erratum SET is_right = 'something'",
        "DELETE FROM erratum",
    )
    for change in changes:
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(change))
    engine.dispose()


def written(world: Annotated, name: str, content: bytes) -> str:
    place = world.folder / name
    place.write_bytes(content)
    return str(place)


@pytest.mark.hostile(id="reply-unknown-actor")
def test_a_reply_of_nobody_names_the_nearest_actor(world: Annotated) -> None:
    result = world.type("reply", "add", "MXE", "--file", world.letter, *SIGNED)
    assert result.exit_code == 3
    assert "did you mean MEX" in result.stderr
    assert world.replies() == []


@pytest.mark.hostile(id="reply-unknown-cell-or-pair")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--cell", "deth_penalty/2022"), 3, "did you mean death_penalty"),
        (("--cell", "death_penalty/1999"), 3, "no year is called '1999'"),
        (("--cell", "death_penalty"), 2, "expected THEME/YEAR"),
        (("--cell", "death_penalty/２０２２"), 2, "expected THEME/YEAR"),  # noqa: RUF001
        (("--pair", "pair_0000000000000000"), 3, "no pair of MEX is called"),
    ],
)
def test_a_reply_to_what_the_release_does_not_hold_is_refused(
    world: Annotated, words: tuple[str, ...], code: int, told: str
) -> None:
    result = world.type("reply", "add", "MEX", "--file", world.letter, *SIGNED, *words)
    assert result.exit_code == code, result.output
    assert told in " ".join(result.stderr.replace("│", " ").split()).replace("No ", "no ")
    assert world.store.annotations.head() is None


@pytest.mark.hostile(id="reply-pair-of-somebody-else")
def test_a_government_replies_to_its_own_pairs_only(world: Annotated) -> None:
    result = world.type(
        "reply", "add", "CHN", "--file", world.letter, *SIGNED, "--pair", world.pair("MEX")
    )
    assert result.exit_code == 3
    assert "No pair of CHN is called" in result.stderr


@pytest.mark.hostile(id="reply-bad-file")
@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "text: an empty text came"),
        ("blank.txt", " \n\u00a0\n".encode(), "text: "),
        ("long.txt", b"a" * 10_000_000, "more than 1,000,000 bytes came"),
        ("rather_long.txt", b"a" * 100_001, "100,001 characters came; expected at most 100,000"),
        ("latin.txt", "México".encode("latin-1"), "no TXT in UTF-8"),
        ("override.txt", "see \u202etxt.exe".encode(), "U+202E came at position 4"),
        ("bell.txt", b"ring \x07", "U+0007 came at position 5"),
        ("letter.pdf", b"%PDF-1.7", "expected .toml, .json, .txt"),
        ("reply.json", b"[" * 100_000, "no JSON in UTF-8"),
        ("list.json", b"[]", "list came; expected one object"),
        ("reply.toml", b"text = ", "no TOML in UTF-8"),
        ("more.toml", b'text = "a"\nstance = 4', "stance: nothing is called so"),
        ("link.toml", b'text = "a"\nlink = "javascript:alert(1)"', "only http and https"),
        ("day.toml", b'text = "a"\nreceived_on = "20.11.2026"', "is no day; expected YYYY-MM-DD"),
        ("mine.toml", b'text = "a"\nactor = "CHN"', "the file is a reply of CHN"),
    ],
)
def test_a_file_that_is_no_reply_is_refused_with_every_reason(
    world: Annotated, name: str, content: bytes, told: str
) -> None:
    result = world.type("reply", "add", "MEX", "--file", written(world, name, content), *SIGNED)
    assert result.exit_code == 4, result.output
    assert told in result.stderr.replace("The file", "the file")
    assert len(result.stderr) < 2_000, "what came is not printed"
    assert world.replies() == []


@pytest.mark.hostile(id="reply-language")
@pytest.mark.parametrize("language", ["spanish", "xx", "es_MX", "e", "es;drop table reply"])
def test_a_language_is_one_that_there_is(world: Annotated, language: str) -> None:
    words = ("--who", "A", "--office", "B", "--language", language)
    result = world.type("reply", "add", "MEX", "--file", world.letter, *words)
    assert result.exit_code == 4
    assert "language: " in result.stderr


@pytest.mark.hostile(id="reply-in-the-future")
def test_a_reply_that_was_not_received_yet_is_refused(world: Annotated) -> None:
    words = ("--received", "2999-01-01")
    result = world.type("reply", "add", "MEX", "--file", world.letter, *SIGNED, *words)
    assert result.exit_code == 4
    assert "expected the day on which it came" in result.stderr


@pytest.mark.hostile(id="reply-decided-twice")
def test_a_decision_stands(world: Annotated) -> None:
    name = world.reply()
    world.typed("reply", "decide", name, "--accepted", "--because", "It is right.")
    result = world.type("reply", "decide", name, "--declined", "--because", "It is not.")
    assert result.exit_code == 4
    assert "was decided already" in result.stderr
    assert world.replies()[0]["outcome"] == "accepted"


@pytest.mark.hostile(id="reply-decided-badly")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--because", "Nothing is chosen."), 2),
        (("--accepted", "--partly", "--because", "Two are."), 2),
        (("--accepted", "--because", ""), 4),
        (("--accepted", "--because", "\x1b[31mred"), 4),
    ],
)
def test_a_decision_is_one_and_has_its_reason(
    world: Annotated, words: tuple[str, ...], code: int
) -> None:
    name = world.reply()
    assert world.type("reply", "decide", name, *words).exit_code == code
    assert world.replies()[0]["outcome"] == "pending"


@pytest.mark.hostile(id="reply-unknown-reply")
def test_an_unknown_reply_names_the_newest(world: Annotated) -> None:
    name = world.reply()
    result = world.type("reply", "decide", "rep_a", "--accepted", "--because", "x")
    assert result.exit_code == 3
    assert name in result.stderr


@pytest.mark.hostile(id="reply-release-gone")
def test_a_reply_to_a_release_that_is_gone_is_refused(world: Annotated) -> None:
    gone = "2020-01-01-00000000"
    result = world.type("reply", "add", "MEX", "--file", world.letter, *SIGNED, "--release", gone)
    assert result.exit_code == 3
    assert f"No release is called '{gone}'" in result.stderr
    result = world.type(
        "correction", "add", "--release", gone, "--said", "a", "--right", "b", "--because", "c"
    )
    assert result.exit_code == 3


@pytest.mark.hostile(id="erratum-of-nothing")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--record", "law-MEX-9999"), 3),
        (("--pair", "pair_0000000000000000"), 3),
        (("--cell", "MEX/death_penalty"), 2),
        (("--cell", "MXE/death_penalty/2022"), 3),
        (("--language", "klingonese"), 4),
    ],
)
def test_an_erratum_of_what_is_not_there_is_refused(
    world: Annotated, words: tuple[str, ...], code: int
) -> None:
    texts = ("--said", "a", "--right", "b", "--because", "c")
    result = world.type("correction", "add", "--release", world.newer, *texts, *words)
    assert result.exit_code == code, result.output
    assert world.store.annotations.head() is None


@pytest.mark.hostile(id="annotations-damaged")
@pytest.mark.parametrize("name", ["annotations.json", "annotations/{sha256}.json"])
def test_damaged_annotations_are_refused_and_not_written_over(world: Annotated, name: str) -> None:
    world.reply()
    head = world.store.annotations.head()
    assert head is not None
    place = world.folder / "releases" / name.format(sha256=head.sha256)
    place.write_bytes(place.read_bytes().replace(b"a", b"e", 1))

    result = world.type("reply", "publish")

    assert result.exit_code == 7, result.output
    assert "restore it from a copy" in result.stderr
