"""`/docs`: every address explained, every request of it answered as it is written."""

import re
import shlex

import pytest

from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.pages.docs_page import prose
from gaptracker.records.release_store import ReleaseStore
from tests.api_world import World, client_of
from tests.example_requests import example_world
from tests.page_checks import Page, require_sound
from tests.pages_world import SITE

# What they ask for are names that only the site of an example has.
ELSEWHERE = {"/oembed", "/static/{name}"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return example_world(tmp_path_factory.mktemp("docs"))


@pytest.fixture(scope="module")
def page(world: World) -> Page:
    return require_sound(world.get("/docs").text, language="en", site=SITE)


def test_the_bare_address_leads_there(world: World) -> None:
    answer = world.get("/")
    assert (answer.status_code, answer.url.path) == (200, "/docs")
    spanish = world.get("/?lang=es&utm_source=a-newsletter")
    assert (spanish.status_code, str(spanish.url.query, "ascii")) == (200, "lang=es")
    assert spanish.headers["content-language"] == "es"


@pytest.mark.hostile(id="parameters-of-the-bare-address")
def test_the_bare_address_takes_no_other_parameter(world: World) -> None:
    answer = world.get("/?lang=es&x=1")
    assert answer.status_code == 422
    assert "no parameter is called" in answer.text


def test_every_operation_and_code_is_there(world: World, page: Page) -> None:
    document = world.get("/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            heading = page.one("h3", id=operation["operationId"])
            assert heading.text == f"{method.upper()} {path}"
    text = page.one("main").text
    for code in (*ProblemCode, *ErrorCode):
        assert code.value in text


def test_every_request_can_be_copied_and_is_answered(world: World, page: Page) -> None:
    lines = [each.text for each in page.all("pre") if each.text.startswith("curl")]
    assert len(lines) >= 25
    asked = 0
    for line in lines:
        command, *options, url = shlex.split(line)
        assert command == "curl"
        path = url.removeprefix(SITE)
        if options or any(path.startswith(each.partition("{")[0]) for each in ELSEWHERE):
            continue
        answer = world.get(path)
        assert answer.status_code in {200, 307}, (line, answer.text)
        asked += 1
    assert asked >= 20


def test_parameters_are_explained_with_their_values(world: World, page: Page) -> None:
    document = world.get("/v1/openapi.json").json()
    text = re.sub(r"\s+", " ", page.one("main").text)
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                told = parameter.get("description", "").replace("`", "")
                assert re.sub(r"\s+", " ", told) in text


def test_it_is_there_before_a_release_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    client = client_of(Shelf(ReleaseStore(folder.as_posix())))
    require_sound(client.get("/docs?lang=es").text, language="es", site=SITE)


def test_prose_escapes_before_it_marks_code() -> None:
    assert prose("a `<b>` & c\n\nd") == "<p>a <code>&lt;b&gt;</code> &amp; c</p>\n<p>d</p>"
