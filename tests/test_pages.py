"""Pages: sound HTML in three languages, the figures of the API, releases that stay."""

import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.deps import Shape, View
from gaptracker.publish.api.page_answers import EMBED_POLICY, PAGE_POLICY, SCRIPT_POLICY
from gaptracker.publish.pages.asked import Asked
from gaptracker.publish.pages.cell_page import build_cell_page
from gaptracker.publish.pages.chart_page import inline
from gaptracker.publish.pages.frame import Place
from gaptracker.publish.pages.static_files import static_file
from tests.api_world import World, shared_world, the_error
from tests.page_checks import require_sound
from tests.pages_world import LANGUAGES, SITE, a_pair, page_addresses, with_language

CELL = "/cells/MEX/death_penalty/2022"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound_in_every_language(world: World, language: str) -> None:
    for address in page_addresses(world):
        answer = world.get(with_language(address, language), Accept="text/html")
        assert answer.status_code == 200, (address, answer.text)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-language"] == language
        require_sound(answer.text, language=language, site=SITE)


def test_policies_forbid_everything_that_a_page_does_not_need(world: World) -> None:
    for address in page_addresses(world):
        policy = world.get(address).headers["content-security-policy"]
        kind = address.split("/")[1]
        expected = {"embed": EMBED_POLICY, "charts": SCRIPT_POLICY}.get(kind, PAGE_POLICY)
        assert policy == expected
        assert "unsafe" not in policy
        assert ("frame-ancestors *" in policy) == (kind == "embed")
        assert ("script-src" in policy) == (kind == "charts")


def test_a_cell_shows_the_figures_of_the_api(world: World) -> None:
    (cell,) = world.data("/v1/gaps?actor=MEX&theme=death_penalty&year=2022")
    page = require_sound(world.get(CELL).text, language="en", site=SITE)
    text = page.one("main").text
    gap, low, high = (round(cell[name]) for name in ("gap", "gap_low", "gap_high"))
    assert f"Gap +{gap} points (90% interval −{-low} to +{high})" in text
    assert f"{round(cell['says'])}" in text
    pairs = world.data("/v1/pairs?actor=MEX&theme=death_penalty&year=2022")
    assert len(page.all("article")) == min(len(pairs), 10)
    assert pairs[0]["statement"]["source"]["title"] in text
    for link in (cell["links"]["page"], cell["links"]["cite"], cell["links"]["chart"]):
        assert world.get(link).status_code == 200


def test_a_probability_on_a_page_is_not_rounded_to_certainty_nor_over_a_threshold(
    world: World,
) -> None:
    standing = world.shelf.standing
    assert standing.current is not None
    cell = standing.current.cell("MEX", "death_penalty", 2022)
    cell = replace(cell, p_words_ahead=0.8975, p_close=0.1021, p_deeds_ahead=0.0004)
    shape = Shape(form="html", language="en", pinned=False)
    asked = Asked(
        view=View(standing=standing, release=standing.current, shape=shape),
        place=Place(site=SITE, path=CELL, parameters={}, language="en"),
        release=None,
    )
    text = build_cell_page(asked, cell).decode("utf-8")
    assert "89.8% that words are ahead" in text
    assert "less than 1% that deeds are ahead" in text


def test_a_missing_figure_says_why(world: World) -> None:
    (cell,) = world.data("/v1/gaps?actor=URY&theme=cannabis&year=2022&min_grade=D")
    assert cell["gap"] is None
    page = require_sound(world.get("/cells/URY/cannabis/2022").text, language="en", site=SITE)
    assert "No gap is given: " in page.one("main").text
    assert page.meta("description").startswith("No gap is given: ")


def test_a_cell_with_little_evidence_is_not_told_as_a_finding(world: World) -> None:
    rows = world.data("/v1/gaps?min_grade=D")
    thin = next(each for each in rows if each["grade"] == "D" and each["gap"] is not None)
    address = thin["links"]["page"]
    page = require_sound(world.get(address).text, language="en", site=SITE)
    assert page.meta("og:description").startswith("Not enough evidence to print a gap.")


def test_a_pinned_page_stays_and_says_what_is_newer(world: World) -> None:
    pinned = f"{CELL}?release={world.older}"
    page = require_sound(world.get(pinned).text, language="en", site=SITE)
    notes = [each.text for each in page.all("p") if each.attributes.get("class") == "note"]
    assert len(notes) == 1
    assert f"This page shows release {world.older}." in notes[0]
    assert f"A newer release exists: {world.newer}." in notes[0]
    (now,) = world.data("/v1/gaps?actor=MEX&theme=death_penalty&year=2022")
    assert f"Gap +{round(now['gap'])} points" in notes[0]
    (then,) = world.data(f"/v1/gaps?actor=MEX&theme=death_penalty&year=2022&release={world.older}")
    assert f"Gap +{round(then['gap'])} points" in page.meta("description")
    link = next(each for each in page.all("a") if each.text == "See the newest figures")
    assert "release" not in link.attributes["href"]
    assert world.get(link.attributes["href"]).headers["gaptracker-release"] == world.newer
    assert "note" not in world.get(CELL).text.split("<main")[1].split("warning")[0]


def test_a_page_is_never_immutable_but_is_not_sent_twice(world: World) -> None:
    answer = world.get(f"{CELL}?release={world.older}")
    assert "immutable" not in answer.headers["cache-control"]
    again = world.get(f"{CELL}?release={world.older}", If_None_Match=answer.headers["etag"])
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == PAGE_POLICY
    others = {world.get(each).headers["etag"] for each in (CELL, with_language(CELL, "es"))}
    assert len({answer.headers["etag"], *others}) == 3


def test_a_page_leads_to_the_feed_of_what_it_shows(world: World) -> None:
    page = require_sound(world.get(CELL).text, language="en", site=SITE)
    (link,) = page.all("link", type="application/atom+xml")
    feed = link.attributes["href"]
    assert feed == f"{SITE}/feed.atom?actor=MEX&theme=death_penalty&lang=en"
    assert world.get(feed).headers["content-type"].startswith("application/atom+xml")


def test_links_inside_pages_resolve(world: World) -> None:
    seen: set[str] = set()
    for address in page_addresses(world):
        page = require_sound(world.get(address).text, language="en", site=SITE)
        for each in (*page.all("a"), *page.all("link"), *page.all("img"), *page.all("source")):
            values = each.attributes
            target = values.get("href") or values.get("src") or values.get("srcset") or ""
            target = target.removeprefix(SITE)
            # What `charts` and `compare` draw and work out has tests of its own.
            if target.startswith("/") and "/diff?" not in target and "/v1/charts" not in target:
                seen.add(target.partition("#")[0])
    assert len(seen) > 60
    for target in sorted(seen):
        answer = world.get(target)
        assert answer.status_code == 200, (target, answer.text)


def test_the_page_of_a_release_lists_its_files_as_the_api_does(world: World) -> None:
    text = world.get(f"/releases/{world.newer}").text
    page = require_sound(text, language="en", site=SITE)
    hashes = {each.text for each in page.all("span") if each.attributes.get("class") == "hash"}
    files = world.data(f"/v1/releases/{world.newer}/files")
    assert hashes == {f"SHA-256 {each['sha256']}" for each in files}
    links = [each.text for each in page.all("a") if "/files/" in each.attributes["href"]]
    assert links[:4] == ["gaps.csv", "gaps.ndjson", "gaps.parquet", "gaps.xlsx"]
    assert links.index("pairs.csv") < links.index("alike_apart.csv")
    assert f"/v1/releases/{world.newer}/diff?from={world.older}&amp;lang=en" in text
    assert "This is the first release." in world.get(f"/releases/{world.older}").text


def test_language_follows_the_browser_unless_the_address_names_one(world: World) -> None:
    spanish = world.get(CELL, Accept_Language="es-MX,es;q=0.9")
    assert "Brecha de +" in spanish.text
    assert "Descompasso de +" in world.get(with_language(CELL, "pt"), Accept_Language="es").text
    assert "Accept-Language" in spanish.headers["vary"]


def test_a_browser_gets_refusals_as_pages_and_a_program_as_problems(world: World) -> None:
    address = "/cells/MEX/death_penalti/2022?lang=es"
    page = world.get(address, Accept="text/html,*/*;q=0.8")
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"] == PAGE_POLICY
    sound = require_sound(page.text, language="es", site=SITE)
    assert "did you mean death_penalty?" in sound.one("main").text
    error = the_error(world.get(address))
    assert (error["code"], error["nearest"]) == ("theme.unknown", ["death_penalty"])


def test_a_mistyped_address_is_a_page_in_a_browser_and_a_problem_elsewhere(world: World) -> None:
    page = world.get("/cell/MEX?lang=pt", Accept="text/html,*/*;q=0.8")
    assert page.status_code == 404
    sound = require_sound(page.text, language="pt", site=SITE)
    assert "/cell/MEX" in sound.one("main").text
    assert the_error(world.get("/cell/MEX"))["code"] == "path.unknown"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/cells/MEX/death_penalti/2022?lang=es", "No hay ninguna página en esta dirección."),
        ("/cells/MEX/death_penalty/2022?lang=pt&x=1", "Algo neste endereço não é válido."),
        ("/releases/none?lang=en", "There is no page at this address."),
    ],
)
def test_the_page_of_a_refusal_speaks_the_readers_language(
    world: World, address: str, title: str
) -> None:
    language = address.partition("lang=")[2][:2]
    text = world.get(address, Accept="text/html").text
    page = require_sound(text, language=language, site=SITE)
    assert page.one("p", **{"class": "lead"}).text == title
    # What is left in English is marked so.
    assert '<p class="cap" lang="en" dir="auto">' in text


def test_the_page_of_a_refusal_lists_each_thing_that_is_wrong(world: World) -> None:
    address = "/charts/alliance_network"
    page = world.get(address, Accept="text/html")
    assert page.status_code == 422
    told = require_sound(page.text, language="en", site=SITE).one("main").text
    errors = world.get(address).json()["errors"]
    assert len(errors) > 1
    assert all(error["detail"] in told for error in errors)


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/cells/MEXX/death_penalty/2022", 404, "actor.unknown"),
        ("/cells/MEX/death_penalty/1950", 404, "year.unknown"),
        ("/cells/MEX/death_penalty/+2022", 404, "year.unknown"),
        ("/cells/MEX/death_penalty/٢٠٢٢", 404, "year.unknown"),
        ("/cells/MEX/death_penalty/2022?release=none", 422, "release.unknown"),
        ("/cells/MEX/death_penalty/2022?relaese=none", 422, "parameter.unknown"),
        ("/pairs/pair_none", 404, "pair.unknown"),
        ("/releases/none", 404, "release.unknown"),
        ("/charts/none?theme=cannabis&year=2022", 404, "chart.unknown"),
        ("/embed/says_does?theme=cannabis", 422, "parameter.missing"),
        ("/charts/says_does?theme=cannabis&year=2022&size=card", 422, "parameter.unknown"),
        ("/embed/pair/none", 404, "pair.unknown"),
        ("/static/style.000000000000.css", 404, "file.unknown"),
    ],
)
def test_what_is_not_there_is_refused(world: World, address: str, status: int, code: str) -> None:
    answer = world.get(address)
    assert answer.status_code == status
    assert the_error(answer)["code"] == code


def test_styles_are_kept_for_ever_under_a_name_of_their_bytes(world: World) -> None:
    page = require_sound(world.get(CELL).text, language="en", site=SITE)
    address = page.one("link", rel="stylesheet").attributes["href"]
    answer = world.get(address)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == static_file("style.css").content
    assert world.get(address, If_None_Match=answer.headers["etag"]).status_code == 304
    assert not re.search(rb"url\(|@import", answer.content)


def test_cards_name_a_picture_that_is_pinned(world: World) -> None:
    page = require_sound(world.get(CELL).text, language="en", site=SITE)
    image = page.meta("og:image")
    assert image.startswith(f"{SITE}/v1/charts/over_years.png?actor=MEX&theme=death_penalty")
    assert f"release={world.newer}" in image
    assert image.endswith("size=card")
    assert page.meta("twitter:image") == image
    assert page.meta("twitter:card") == "summary_large_image"
    assert page.meta("og:url") == f"{SITE}{CELL}?release={world.newer}"
    assert page.meta("og:title") == "Mexico: Death penalty, 2022"
    assert page.meta("og:image:alt").startswith("Mexico: Death penalty, 2022. Gap +")


def test_the_site_is_called_as_the_setting_says(world: World) -> None:
    app = create_api(world.shelf, watch_seconds=None, public_url="https://gaps.example.org")
    text = TestClient(app).get(f"/pairs/{a_pair(world)}").text
    page = require_sound(text, language="en", site="https://gaps.example.org")
    assert page.meta("og:url").startswith("https://gaps.example.org/pairs/")
    assert SITE not in text


def test_pages_of_two_hosts_are_two_answers(world: World) -> None:
    tags = {world.get(CELL, Host=host).headers["etag"] for host in ("a.example", "b.example")}
    assert len(tags) == 2


def test_a_picture_in_a_page_is_told_as_one(world: World) -> None:
    drawn = b"""<svg role="img" aria-label="whole"><g role="graphics-symbol" \
aria-label="part"><text aria-hidden="true">he said role="x" </text></g></svg>"""
    assert inline(drawn, "wide") == (
        """<svg role="img" aria-label="whole"><g><text>he said role="x" </text></g></svg>"""
    )
    text = world.get("/charts/says_does?theme=death_penalty&year=2022", Accept="text/html").text
    assert 'role="img"' in text
    assert "graphics-" not in text


def test_two_drawings_of_one_page_share_no_names() -> None:
    drawn = b'<svg id="clip1"><g clip-path="url(#clip1)" style="italic"></g></svg>'
    assert inline(drawn, "wide") == (
        '<svg id="wide-clip1"><g clip-path="url(#wide-clip1)" font-style="italic"></g></svg>'
    )


@pytest.mark.hostile
@pytest.mark.parametrize(
    "host",
    ['evil"><script>', "a b", "evil.example/path", "evil.example?x", "user@evil.example", ""],
    ids=["markup", "space", "path", "query", "user", "empty"],
)
def test_a_host_that_is_none_is_refused(world: World, host: str) -> None:
    for address in (CELL, "/v1/cite", "/docs", f"/releases/{world.newer}"):
        answer = world.get(address, Host=host)
        assert answer.status_code == 422, (address, host)
        assert the_error(answer)["parameter"] == "Host"


def test_pages_pass_over_what_others_add_to_links_and_data_does_not(world: World) -> None:
    for address in page_addresses(world):
        joined = "&" if "?" in address else "?"
        marked = world.get(f"{address}{joined}fbclid=abc&utm_source=news&utm_x%5B%5D=1")
        plain = world.get(address)
        assert marked.status_code == 200, marked.text
        assert marked.content == plain.content
        assert marked.headers["etag"] == plain.headers["etag"]
        assert world.get(f"{address}{joined}fbclid=abc&fclid=1").status_code == 422
    for address in ("/v1/gaps?fbclid=abc", "/v1/gaps.csv?utm_source=news"):
        assert world.get(address).status_code == 422
