"""Citations: pinned, in three styles and languages, escaped for each."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gaptracker.publish.citations.styles import STYLES, tex, write_bibtex, write_text
from gaptracker.publish.citations.works import Work
from tests.api_world import World, shared_world, the_error
from tests.pages_world import HOSTILE, a_pair

CELL = "/v1/cite?actor=MEX&theme=death_penalty&year=2022"
WORK = Work(
    key="gaptracker-mex-cannabis-2022-r",
    title="México: Cannabis, 2022",
    finding="Gap +26 points",
    author="GapTracker",
    published_on=date(2026, 8, 16),
    version="2026-08-16-1f0c33ab",
    methodology="1.0.0",
    provisional=True,
    url="https://gaps.example.org/cells/MEX/cannabis/2022?release=2026-08-16-1f0c33ab&lang=es",
    language="es",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def read_bibtex(text: str) -> dict[str, str]:
    """Read one entry as BibTeX does: a key, then fields in balanced braces or bare words."""
    head = re.match(r"@misc\{([a-z0-9_-]+),\n", text)
    assert head
    fields, place = {"key": head[1]}, head.end()
    while text[place] != "}":
        name = re.compile(r"\s*([a-z]+) = ").match(text, place)
        assert name, text[place:]
        place = name.end()
        if text[place] == "{":
            end = _closing(text, place)
            fields[name[1]] = text[place + 1 : end]
        else:
            end = text.index(",", place) - 1
            fields[name[1]] = text[place : end + 1]
        place = end + 1
        if text[place] == ",":
            place += 1
        while text[place] == "\n":
            place += 1
    assert text[place:] == "}\n"
    return fields


def _closing(text: str, start: int) -> int:
    """Find the brace that closes one; BibTeX counts braces, a backslash before one is no matter."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise AssertionError(text[start:])


def test_a_citation_is_pinned_to_the_newest_release_if_none_is_named(world: World) -> None:
    text = world.get(CELL).text
    assert f"release={world.newer}" in text
    older = world.get(f"{CELL}&release={world.older}")
    assert f"release={world.older}" in older.text
    assert "immutable" in older.headers["cache-control"]
    assert "immutable" not in world.get(CELL).headers["cache-control"]


def test_a_citation_leads_to_what_it_cites(world: World) -> None:
    for query in ("", "?actor=MEX&theme=death_penalty&year=2022", f"?pair={a_pair(world)}"):
        for lang in ("en", "es", "pt"):
            text = world.get(f"/v1/cite{query}{'&' if query else '?'}lang={lang}").text
            address = text.split()[-1]
            page = world.get(address, Accept_Language="en")
            assert page.status_code == 200
            assert page.headers["content-language"] == lang
            assert page.headers["gaptracker-release"] == world.newer


def test_the_text_says_title_figure_release_and_method(world: World) -> None:
    (cell,) = world.data("/v1/gaps?actor=MEX&theme=death_penalty&year=2022")
    gap, low, high = (round(cell[name]) for name in ("gap", "gap_low", "gap_high"))
    assert world.get(CELL).text == (
        f"GapTracker (2023). Mexico: Death penalty, 2022. Gap +{gap} points (90% interval "
        f"−{-low} to +{high}), words likely ahead of deeds, grade C. Release {world.newer} of "
        f"30 June 2023, methodology 1.0.0, provisional. http://testserver/cells/MEX/death_penalty/"
        f"2022?release={world.newer}\n"
    )
    assert "México: Pena de muerte, 2022. Brecha de +" in world.get(f"{CELL}&lang=es").text
    assert "México: Pena de morte, 2022. Descompasso de +" in world.get(f"{CELL}&lang=pt").text


def test_a_final_release_is_not_called_provisional() -> None:
    assert "provisional" in write_text(WORK)
    assert "provisional" not in write_text(replace(WORK, provisional=False))


@pytest.mark.parametrize(
    ("style", "media_type"),
    [
        ("text", "text/plain; charset=utf-8"),
        ("bibtex", "application/x-bibtex; charset=utf-8"),
        ("csl", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_a_style_is_named_by_parameter_or_by_accept(
    world: World, style: str, media_type: str
) -> None:
    named = world.get(f"{CELL}&style={style}")
    asked = world.get(CELL, Accept=media_type.partition(";")[0])
    assert named.headers["content-type"] == asked.headers["content-type"] == media_type
    assert named.content == asked.content
    assert named.headers["etag"] == asked.headers["etag"]


def test_bibtex_is_read_back(world: World) -> None:
    fields = read_bibtex(world.get(f"{CELL}&style=bibtex&lang=es").text)
    assert fields["author"] == "{GapTracker}"
    assert fields["title"] == "{México: Pena de muerte, 2022}"
    assert (fields["year"], fields["month"]) == ("2023", "jun")
    assert fields["version"] == world.newer
    assert fields["url"].endswith(f"?release={world.newer}&lang=es")
    assert fields["note"].endswith("Metodología 1.0.0. Provisional")


@pytest.mark.hostile
@pytest.mark.parametrize(
    "title",
    [
        HOSTILE,
        "}, note = {x",
        "{" * 9,
        "}" * 9,
        "a\nb\r\n\x00c",
        "\\input{/etc/passwd}",
        "@misc{x,",
    ],
    ids=["markup", "close", "open-many", "close-many", "lines", "command", "entry"],
)
def test_bibtex_keeps_any_title_inside_its_field(title: str) -> None:
    fields = read_bibtex(write_bibtex(replace(WORK, title=title)))
    assert set(fields) == {
        *("key", "author", "title", "year", "month", "version", "howpublished", "note", "url"),
        "language",
    }
    assert fields["title"] == f"{{{tex(title)}}}"
    assert "\\input" not in fields["title"].replace("\\textbackslash{}", "")


def test_csl_has_the_shape_that_reference_managers_read(world: World) -> None:
    answer: list[dict[str, Any]] = world.get(f"{CELL}&style=csl").json()
    (item,) = answer
    assert item["type"] == "dataset"
    assert item["author"] == [{"literal": "GapTracker"}]
    assert item["issued"] == {"date-parts": [[2023, 6, 30]]}
    assert item["version"] == world.newer
    assert item["URL"].startswith("http://testserver/cells/MEX/death_penalty/2022?release=")
    texts = {"id", "type", "title", "publisher", "version", "note", "URL", "language"}
    assert set(item) == texts | {"author", "issued"}
    assert all(isinstance(item[name], str) for name in texts)


def test_what_is_cited_together_has_different_keys() -> None:
    keys = {read_bibtex(write_bibtex(replace(WORK, key=key)))["key"] for key in ("a-1", "a-2")}
    assert keys == {"a-1", "a-2"}
    assert set(STYLES) == {"text", "bibtex", "csl"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("actor=MEX", "parameter.missing"),
        ("actor=MEX&theme=death_penalty", "parameter.missing"),
        ("actor=MEX&theme=death_penalty&year=2022&pair=x", "parameter.conflict"),
        ("actor=MEXX&theme=death_penalty&year=2022", "actor.unknown"),
        ("actor=MEX&theme=death&year=2022", "theme.unknown"),
        ("actor=MEX&theme=death_penalty&year=1066", "year.unknown"),
        ("pair=pair_none", "pair.unknown"),
        ("style=apa", "value.not_listed"),
        ("release=none", "release.unknown"),
    ],
)
def test_what_cannot_be_cited_is_refused(world: World, query: str, code: str) -> None:
    answer = world.get(f"/v1/cite?{query}")
    assert answer.status_code == 422
    assert the_error(answer)["code"] == code


def test_a_style_that_is_not_given_is_not_acceptable(world: World) -> None:
    assert world.get("/v1/cite", Accept="application/pdf").status_code == 406
    assert world.get("/v1/cite.csv").status_code == 404
