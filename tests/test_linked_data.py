"""JSON-LD on pages expands without errors, and says what the API says."""

from typing import Any

import pytest
from pyld import jsonld

from tests.api_world import World, shared_world
from tests.page_checks import require_sound
from tests.pages_world import SITE, a_pair

SCHEMA = "https://schema.org/"
# schema.org's own context, as far as our terms go: nothing is fetched in a test.
IRI = {"@type": "@id"}
CONTEXT = {
    "@context": {
        "@vocab": SCHEMA,
        **{
            name: {"@id": SCHEMA + name, **IRI}
            for name in ("url", "contentUrl", "license", "measurementTechnique")
        },
        **{
            name: {"@id": SCHEMA + name, "@type": SCHEMA + "Date"}
            for name in ("datePublished", "temporalCoverage")
        },
    }
}


def load_here(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    assert url == "https://schema.org", url
    return {"contextUrl": None, "documentUrl": url, "document": CONTEXT}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def expanded(world: World, address: str) -> dict[str, Any]:
    page = require_sound(world.get(address).text, language="en", site=SITE)
    (document,) = page.linked_data()
    (found,) = jsonld.expand(document, {"documentLoader": load_here})
    result: dict[str, Any] = found
    return result


def values(node: dict[str, Any], name: str) -> list[Any]:
    return [each.get("@value", each.get("@id")) for each in node[SCHEMA + name]]


def test_every_term_of_ours_expands(world: World) -> None:
    for address in (
        "/cells/MEX/death_penalty/2022",
        f"/pairs/{a_pair(world)}",
        f"/releases/{world.newer}",
        "/charts/over_years?actor=MEX&theme=death_penalty",
    ):
        assert all(name.startswith(("@", SCHEMA)) for name in expanded(world, address)), address


def test_a_release_is_a_dataset_with_its_files(world: World) -> None:
    node = expanded(world, f"/releases/{world.newer}")
    assert node["@type"] == [f"{SCHEMA}Dataset"]
    assert node["@id"] == f"{SITE}/releases/{world.newer}"
    assert values(node, "version") == [world.newer]
    assert values(node, "temporalCoverage") == ["2021/2023"]
    assert 50 <= len(values(node, "description")[0]) <= 5000
    files = world.data(f"/v1/releases/{world.newer}/files")
    parts = node[f"{SCHEMA}distribution"]
    assert {values(each, "contentUrl")[0] for each in parts} == {
        SITE + each["link"] for each in files
    }
    assert {values(each, "sha256")[0] for each in parts} == {each["sha256"] for each in files}


def test_a_pair_stands_in_the_manner_of_a_fact_check(world: World) -> None:
    pair = world.data(f"/v1/pairs/{a_pair(world)}")
    node = expanded(world, f"/pairs/{pair['id']}")
    assert node["@type"] == [f"{SCHEMA}ClaimReview"]
    provisional = world.get(f"/v1/pairs/{pair['id']}").json()["meta"]["provisional"]
    assert values(node, "creativeWorkStatus") == ["Provisional" if provisional else "Published"]
    said = pair["statement"]
    assert values(node, "claimReviewed") == [said["excerpt"] or said["paraphrase"]]
    (claim,) = node[f"{SCHEMA}itemReviewed"]
    assert claim["@type"] == [f"{SCHEMA}Claim"]
    assert values(claim[f"{SCHEMA}author"][0], "name") == [said["actor_name"]]
    assert values(claim[f"{SCHEMA}appearance"][0], "url") == [said["source"]["url"]]
    (rating,) = node[f"{SCHEMA}reviewRating"]
    assert values(rating, "alternateName")[0]
    assert f"{SCHEMA}ratingValue" not in rating
    sources = {values(each, "name")[0] for each in node[f"{SCHEMA}isBasedOn"]}
    assert sources == {said["source"]["title"], pair["deed"]["source"]["title"]}
    assert values(node, "url")[0].endswith(f"?release={world.newer}")
