"""What will go away says so: headers, links, the OpenAPI document, and a year's notice."""

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.deprecations import DEPRECATIONS, Deprecation
from tests.api_world import World, shared_world

ADDRESS = Deprecation(
    path="/v1/actors/{code}",
    since=date(2026, 1, 1),
    until=date(2027, 1, 1),
    successor="/v1/gaps?actor=MEX",
)
PARAMETER = Deprecation(
    path="/v1/gaps", parameter="label", since=date(2026, 3, 1), until=date(2027, 6, 1)
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    return TestClient(
        create_api(world.shelf, watch_seconds=None, deprecations=(ADDRESS, PARAMETER))
    )


def test_an_address_that_goes_says_since_when_until_when_and_what_instead(
    client: TestClient,
) -> None:
    for method, address in (
        ("GET", "/v1/actors/MEX"),
        ("HEAD", "/v1/actors/MEX"),
        ("GET", "/v1/actors/mexico"),
    ):
        headers = client.request(method, address).headers
        assert headers["deprecation"] == "@1767225600"
        moment = datetime.fromtimestamp(int(headers["deprecation"][1:]), tz=UTC)
        assert moment == datetime(2026, 1, 1, tzinfo=UTC)
        assert headers["sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
        assert parsedate_to_datetime(headers["sunset"]) == datetime(2027, 1, 1, tzinfo=UTC)
        assert '</v1/gaps?actor=MEX>; rel="successor-version"' in headers["link"]
        assert '</docs>; rel="deprecation"' in headers["link"]


def test_a_parameter_that_goes_is_named_where_it_comes(client: TestClient) -> None:
    answer = client.get("/v1/gaps?label=words_ahead_likely")
    assert answer.headers["sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert "sunset" not in client.get("/v1/gaps?actor=MEX").headers
    assert "deprecation" not in client.get("/v1/actors").headers


def test_the_link_to_the_next_page_stays(client: TestClient) -> None:
    answer = client.get("/v1/gaps?label=words_ahead_likely&limit=1")
    assert answer.links["deprecation"]["url"] == "/docs"
    assert client.get(answer.links["next"]["url"]).status_code == 200


def test_the_document_marks_what_goes(client: TestClient, world: World) -> None:
    document = client.get("/v1/openapi.json").json()["paths"]
    assert document["/v1/actors/{code}"]["get"]["deprecated"] is True
    assert "deprecated" not in document["/v1/gaps"]["get"]
    marked = {
        parameter["name"]
        for parameter in document["/v1/gaps"]["get"]["parameters"]
        if parameter.get("deprecated")
    }
    assert marked == {"label"}
    unchanged = world.get("/v1/openapi.json").json()["paths"]
    assert "deprecated" not in unchanged["/v1/actors/{code}"]["get"]


def test_what_is_not_there_cannot_be_deprecated(world: World) -> None:
    for path, parameter in (("/v1/nothing", None), ("/v1/gaps", "nothing")):
        entry = Deprecation(
            path=path, parameter=parameter, since=date(2026, 1, 1), until=date(2027, 1, 1)
        )
        app = create_api(world.shelf, watch_seconds=None, deprecations=(entry,))
        with pytest.raises(KeyError):
            app.openapi()


def test_a_notice_shorter_than_a_year_is_refused() -> None:
    with pytest.raises(ValueError, match="364 days after its notice; the policy promises 365"):
        Deprecation(path="/v1/gaps", since=date(2026, 1, 1), until=date(2026, 12, 31))


def test_nothing_is_deprecated_without_a_word_in_the_changelog(project_root: Path) -> None:
    changelog = (project_root / "CHANGELOG.md").read_text(encoding="utf-8")
    for each in DEPRECATIONS:
        assert f"`{each.parameter or each.path}`" in changelog
