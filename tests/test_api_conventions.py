"""What every reading address keeps to: examples that work, HEAD, Allow, CORS, entity tags."""

import json
import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response
from jsonschema import Draft202012Validator

from gaptracker.main.openapi import openapi_text
from gaptracker.publish.api.app import ROUTERS as READING_ROUTERS
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.envelope import EXPOSED_HEADERS
from gaptracker.publish.api.errors import PROBLEM_MEDIA_TYPE
from gaptracker.publish.api.shelf import Shelf
from gaptracker.receive.app import ROUTERS
from tests.api_world import World, open_store, the_problem
from tests.example_requests import Document, Example, example_world, examples_of, reading

DOCUMENT: Document = json.loads(openapi_text())
OPERATIONS = tuple(reading(DOCUMENT))
READING = [path for path, _ in OPERATIONS]
PLACE = re.compile(r"\{[^}]*\}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# They differ from request to request, or say how the body was sent.
OWN = {"x-request-id"}
GOT: dict[str, Response] = {}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return example_world(tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def whole_app(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The whole application; what is asked here needs neither a release nor records."""
    shelf = Shelf(open_store(tmp_path_factory.mktemp("none")))
    return TestClient(create_api(shelf, watch_seconds=None, more=ROUTERS))


@pytest.fixture(params=OPERATIONS, ids=READING)
def examples(request: pytest.FixtureRequest, world: World) -> list[Example]:
    return list(examples_of(world, *request.param))


def got(world: World, address: str) -> Response:
    """Ask once for what several tests look at: a chart takes a while to draw."""
    if address not in GOT:
        GOT[address] = world.client.get(address, follow_redirects=False)
    return GOT[address]


def test_every_parameter_that_may_be_filled_in_has_an_example() -> None:
    missing = [
        (path, parameter["name"])
        for path, operation in OPERATIONS
        for parameter in operation.get("parameters", ())
        if parameter["name"] != "cursor"  # the server makes them; nobody writes one
        and not parameter["schema"].keys() & {"examples", "enum", "default"}
    ]
    assert not missing


def test_every_example_is_answered_as_the_document_says(
    world: World, examples: list[Example]
) -> None:
    for example in examples:
        answer = got(world, example.address)
        assert answer.status_code == 200, (example.address, answer.text)
        kind = answer.headers["content-type"].partition(";")[0]
        documented = example.operation["responses"]["200"]["content"]
        assert kind in documented or "*/*" in documented, example.address
        if kind == "application/json" and kind in documented:
            schema = {**documented[kind]["schema"], "components": DOCUMENT["components"]}
            errors = list(Draft202012Validator(schema).iter_errors(answer.json()))
            assert not errors, (example.address, errors[0].message)


def test_head_answers_like_get_without_the_body(world: World, examples: list[Example]) -> None:
    for example in examples:
        head = world.client.head(example.address)
        assert (head.status_code, head.content) == (200, b""), example.address
        assert {name: value for name, value in head.headers.items() if name not in OWN} == {
            name: value
            for name, value in got(world, example.address).headers.items()
            if name not in OWN
        }, example.address


def test_who_holds_an_answer_gets_304(world: World, examples: list[Example]) -> None:
    for example in examples:
        first = got(world, example.address)
        if first.headers["cache-control"] == "no-store":
            continue
        etag = first.headers["etag"]
        assert etag.startswith('"'), "strong"
        again = world.get(example.address, If_None_Match=etag)
        assert (again.status_code, again.content) == (304, b""), example.address
        assert again.headers["etag"] == etag


def test_every_reading_address_refuses_what_it_does_not_know(
    world: World, examples: list[Example]
) -> None:
    first = examples[0]
    mark = "&" if "?" in first.address else "?"
    if "422" in first.operation["responses"]:
        answer = world.get(f"{first.address}{mark}nonsense=1")
        assert answer.status_code == 422, first.address
        assert the_problem(answer)["errors"][0]["code"] == "parameter.unknown"
        content = first.operation["responses"]["422"]["content"][PROBLEM_MEDIA_TYPE]
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        assert not list(Draft202012Validator(schema).iter_errors(answer.json()))


def every_route() -> dict[str, set[str]]:
    """Return the template of each address that the application has, with its methods."""
    found: dict[str, set[str]] = {}
    for router in (*READING_ROUTERS, *ROUTERS):
        for route in router.routes:
            assert isinstance(route, APIRoute)
            found.setdefault(route.path, set()).update(route.methods or ())
    assert len(found) > 60
    return found


def filled(template: str) -> str:
    return PLACE.sub("x", template)


def methods_of_all_that_fit(address: str, routes: dict[str, set[str]]) -> set[str]:
    """Return the methods of every route that an address fits.

    `/v1/jobs/x:cancel` could be the name of a job: who asks for it hears that it is not there.
    """
    fitting = (
        methods
        for template, methods in routes.items()
        if re.fullmatch("[^/]+".join(map(re.escape, PLACE.split(template))), address)
    )
    return {method for methods in fitting for method in methods}


@pytest.mark.hostile(id="methods")
def test_every_address_says_all_that_it_takes_and_refuses_the_rest(whole_app: TestClient) -> None:
    routes = every_route()
    for template, methods in routes.items():
        address = filled(template)
        taken = methods | ({"HEAD"} if "GET" in methods else set())
        allow = ", ".join((*(each for each in METHODS if each in taken), "OPTIONS"))
        answer = whole_app.options(address)
        assert (answer.status_code, answer.headers["allow"]) == (204, allow), address
        elsewhere = methods_of_all_that_fit(address, routes)
        for method in {*METHODS, "TRACE", "BREW"} - elsewhere - {"HEAD"}:
            refused = whole_app.request(method, address)
            assert refused.status_code == 405, (method, address, refused.text)
            assert refused.headers["allow"] == allow, (method, address)
            assert the_problem(refused)["code"] == "method-not-allowed"


def test_any_page_may_read_every_address_and_write_to_none(whole_app: TestClient) -> None:
    asks = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    for address in (*map(filled, every_route()), "/v1/gaps.csv", "/v1/gaps.ndjson"):
        answer = whole_app.options(address, headers=asks)
        assert (answer.status_code, answer.content) == (204, b""), address
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
        assert "If-None-Match" in answer.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in answer.headers


def test_a_script_of_another_page_may_read_the_headers_that_matter() -> None:
    exposed = set(EXPOSED_HEADERS.split(", "))
    assert exposed > {"ETag", "Link", "X-Total-Count", "Deprecation", "Sunset", "Retry-After"}


def test_an_address_that_is_not_there_has_no_methods(whole_app: TestClient) -> None:
    for method in ("OPTIONS", "GET", "DELETE"):
        assert whole_app.request(method, "/v1/nothing").status_code == 404


def test_the_policy_of_versions_is_linked(project_root: Path) -> None:
    for page in ("README.md", "docs/api.md"):
        assert "versioning.md" in (project_root / page).read_text(encoding="utf-8"), page
