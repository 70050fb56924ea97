"""`gaptracker reply` and `gaptracker correction`: kept whole, once, beside the releases."""

import hashlib
import json
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import text

from gaptracker.records.annotations_repository import DECISION, ERRATUM, REPLY
from gaptracker.records.schema import open_database
from gaptracker.workflows.annotations import read_annotations
from tests.annotation_world import TEXT, Annotated
from tests.migrated_databases import at_schema

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
    at_schema(f"sqlite:///{other}")
    world.database_url = f"sqlite:///{other}"

    result = world.type("reply", "publish")

    assert result.exit_code == 4
    assert "they belong together" in result.stderr
    assert world.store.annotations.head() == head


def test_both_databases_keep_the_same_and_refuse_every_change(
    database_url: str, tmp_path: Path
) -> None:
    at_schema(database_url)
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


def test_nothing_that_an_organisation_sent_has_a_way_in() -> None:
    for table in (REPLY, DECISION, ERRATUM):
        assert {key.column.table.name for key in table.foreign_keys} <= {"reply"}
        names = {column.name for column in table.columns}
        assert not {name for name in names if "submission" in name or "organisation" in name}
