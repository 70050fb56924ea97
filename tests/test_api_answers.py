"""What each address answers, and what surrounds every answer."""

from pathlib import Path

import pytest

from gaptracker.domain.vocabulary import Grade
from gaptracker.publish.api.schemas import Cell
from tests.api_world import NAMES, World, open_union, shared_world, the_error, the_problem

# The order that was promised, in which a saved table has to stay readable.
CONTRACT = (
    *("actor", "actor_name", "theme", "year"),
    *("says", "says_low", "says_high", "law", "law_low", "law_high"),
    *("does", "does_low", "does_high", "practice", "practice_low", "practice_high"),
    *("gap", "gap_low", "gap_high", "p_words_ahead", "p_deeds_ahead", "p_close"),
    *("mixed_message_points", "n_statements", "n_deeds", "n_eff_says", "n_eff_does"),
    *("silence_rate", "grade", "label", "reason"),
    *("release", "methodology", "as_of", "reply_status"),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def every_address(world: World) -> list[str]:
    pair = world.data("/v1/pairs?limit=1")[0]["id"]
    return [
        "/v1/gaps",
        "/v1/pairs",
        f"/v1/pairs/{pair}",
        "/v1/actors",
        "/v1/actors/MEX",
        "/v1/themes",
        "/v1/themes/death_penalty",
        "/v1/releases",
        f"/v1/releases/{world.newer}",
        "/v1/methodologies/1.0.0",
        "/v1/problems",
        "/v1/problems/not-found",
        "/v1/openapi.json",
        "/healthz",
        "/readyz",
    ]


def test_the_cell_has_the_members_of_the_contract_in_their_order() -> None:
    assert list(Cell.model_fields)[: len(CONTRACT)] == list(CONTRACT)
    assert list(Cell.model_fields)[-1] == "links"


def test_a_cell_is_the_frozen_one_unrounded(world: World) -> None:
    frozen = world.shelf.standing.current
    assert frozen is not None
    kept = frozen.cell("MEX", "death_penalty", 2022)
    (cell,) = world.data("/v1/gaps?actor=MEX&theme=death_penalty&year=2022")
    assert (cell["gap"], cell["says"], cell["practice"]) == (kept.gap, kept.says, kept.practice)
    assert (cell["release"], cell["grade"]) == (world.newer, kept.grade)


def test_words_ahead_means_demonstrably_so_in_public(world: World) -> None:
    frozen = world.shelf.standing.current
    assert frozen is not None
    kept = frozen.cell("MEX", "death_penalty", 2022)
    (cell,) = world.data("/v1/gaps?actor=MEX&theme=death_penalty&year=2022")
    for name in ("p_gap_positive", "p_words_ahead", "p_deeds_ahead"):
        assert cell[name] == getattr(kept, name)
    assert cell["p_words_ahead"] < cell["p_gap_positive"]
    assert cell["p_words_ahead"] + cell["p_deeds_ahead"] + cell["p_close"] == pytest.approx(1)


def test_every_missing_number_has_its_reason(world: World) -> None:
    for cell in world.data("/v1/gaps?min_grade=D&limit=1000"):
        for name in ("gap", "gap_low", "gap_high", "p_words_ahead", "p_deeds_ahead", "p_close"):
            assert (cell[name] is None) == (cell["reason"] is not None)
        assert (cell["says"] is None) == (cell["says_reason"] is not None)
        assert (cell["mixed_message_points"] is None) == (cell["says_reason"] is not None)
        assert (cell["law"] is None) == (cell["law_reason"] is not None)
        assert (cell["does"] is None) == (cell["does_reason"] is not None)
        neither = cell["law"] is None and cell["does"] is None
        assert (cell["practice"] is None) == neither
        assert (cell["silence_rate"] is None) == (cell["n_opportunities"] == 0)
        assert (cell["newest_deed_on"] is None) == (cell["n_deeds"] == 0)


def test_weak_cells_are_shown_on_request_only(world: World) -> None:
    shown = {cell["grade"] for cell in world.data("/v1/gaps")}
    assert shown
    assert shown <= {Grade.A, Grade.B, Grade.C}
    assert Grade.D in {cell["grade"] for cell in world.data("/v1/gaps?min_grade=D")}


def test_a_profile_has_one_cell_for_each_theme_that_can_have_a_gap(world: World) -> None:
    profile = world.data("/v1/actors/MEX")
    assert len(profile["themes"]) == 12
    death_penalty = profile["themes"][0]
    assert death_penalty["theme"] == death_penalty["cell"]["theme"] == "death_penalty"
    # The newest year of grade C or better, not a newer one without evidence.
    assert death_penalty["cell"]["grade"] == "C"
    assert profile["n_cells"] == len(world.data("/v1/gaps?actor=MEX"))


def test_a_profile_has_the_years_of_each_theme_and_leads_to_their_comparison(world: World) -> None:
    profile = world.data("/v1/actors/MEX")
    told = [theme for theme in profile["themes"] if theme["compare"] is not None]
    assert told
    for theme in profile["themes"]:
        cells = world.data(f"/v1/gaps?actor=MEX&theme={theme['theme']}&sort=year")
        assert [year["year"] for year in theme["trend"]] == [cell["year"] for cell in cells]
        for year, cell in zip(theme["trend"], cells, strict=True):
            assert year == {name: cell[name] for name in year}
        assert (theme["compare"] is None) is (len(cells) < 2)
    compared = world.data(told[0]["compare"])
    years = [year["year"] for year in told[0]["trend"]]
    assert {row["year"] for row in compared["figures"]} == {years[0], years[-1]}


def test_a_profile_says_what_may_be_said_across_themes(world: World) -> None:
    years = world.data("/v1/actors/MEX")["years"]
    assert [year["year"] for year in years] == sorted({year["year"] for year in years})
    for year in years:
        cells = world.data(f"/v1/gaps?actor=MEX&year={year['year']}")
        gaps = [cell["gap"] for cell in cells if cell["gap"] is not None]
        assert year["n_themes"] == len(gaps)
        assert year["mean_points"] == pytest.approx(sum(gaps) / len(gaps))
        assert (year["lowest_points"], year["highest_points"]) == (min(gaps), max(gaps))
        labels = [cell["label"] for cell in cells]
        assert year["words_ahead"] == labels.count("words_ahead")
    assert years


def test_a_profile_lists_pledges_with_what_became_of_them(world: World) -> None:
    pledges = world.data("/v1/actors/MEX")["pledges"]
    pairs = {pair["id"]: pair for pair in world.data("/v1/pairs?actor=MEX&reading=pledge")}
    assert pledges
    assert [pledge["pair"] for pledge in pledges] == sorted(
        pairs, key=lambda name: (pairs[name]["due_on"], name)
    )
    for pledge in pledges:
        pair = world.data(pledge["link"])
        assert pledge["outcome"] == pair["outcome"] == pairs[pledge["pair"]]["outcome"]
        assert pledge["paraphrase"] == pair["statement"]["paraphrase"]


def test_an_actor_of_which_nothing_is_known_has_an_empty_profile(world: World) -> None:
    profile = world.data("/v1/actors/UNODC")
    assert (profile["years"], profile["pledges"]) == ([], [])
    assert {len(theme["trend"]) for theme in profile["themes"]} <= {0}


def test_actors_can_be_narrowed_to_a_kind(world: World) -> None:
    assert [row["code"] for row in world.data("/v1/actors?kind=agency")] == ["UNODC"]


def test_a_theme_shows_its_ladder_and_its_indicators(world: World) -> None:
    theme = world.data("/v1/themes/death_penalty")
    assert [rung["points"] for rung in theme["rungs"]] == [0, 25, 50, 75, 100]
    assert all(rung["title"] and rung["description"] for rung in theme["rungs"])
    assert theme["indicators"]
    for indicator in theme["indicators"]:
        goalposts = indicator["goalposts"]
        placed = (goalposts["worst"] is not None, goalposts["categories"], goalposts["steps"])
        assert any(placed), indicator["id"]
        assert indicator["weight"] > 0


def test_a_theme_of_positions_only_leads_to_no_gaps(world: World) -> None:
    links = {row["id"]: row["links"]["gaps"] for row in world.data("/v1/themes")}
    assert links.pop("treaty_regime") is None
    assert all(links.values())
    error = the_error(world.get("/v1/gaps?theme=treaty_regime"))
    assert error["code"] == "theme.unknown"


def test_a_pair_shows_what_was_said_and_done_with_both_sources(world: World) -> None:
    pairs = world.data("/v1/pairs?actor=MEX&theme=death_penalty&year=2022&reading=now")
    (cell,) = world.data("/v1/gaps?actor=MEX&theme=death_penalty&year=2022")
    assert sum(pair["contribution_points"] for pair in pairs) == pytest.approx(cell["gap"])
    for pair in pairs:
        assert pair["statement"]["paraphrase"]
        assert pair["statement"]["source"]["citation"]
        assert pair["deed"]["title"]
        assert pair["deed"]["source"]["url"]


def test_a_unions_words_are_not_put_into_its_members_mouth(tmp_path: Path) -> None:
    world = open_union(tmp_path)
    pairs = world.data("/v1/pairs?actor=MEX&theme=death_penalty&year=2022&reading=now&lang=es")
    spoken = {pair["relation"]: (pair["actor"], pair["statement"]["actor"]) for pair in pairs}
    assert spoken["competent_unit"] == ("MEX", "EUU")
    assert spoken["same_actor"] == ("MEX", "MEX")
    inherited = [pair for pair in pairs if pair["relation"] == "competent_unit"]
    assert {pair["statement"]["actor_name"] for pair in inherited} == {"Una unión"}
    detail = world.data(f"/v1/pairs/{inherited[0]['id']}")
    assert (detail["actor"], detail["statement"]["actor_name"]) == ("MEX", "A union")
    years = [year["year"] for year in detail["years"]]
    assert len(set(years)) == len(years)


def test_words_without_a_deed_are_paired_with_its_absence(world: World) -> None:
    pairs = world.data("/v1/pairs?actor=CHN&year=2022&reading=now")
    assert pairs
    assert {(pair["deed"], pair["outcome"]) for pair in pairs} == {(None, "no_evidence")}


def test_one_pair_is_given_in_every_year_that_holds_it(world: World) -> None:
    listed = world.data("/v1/pairs?actor=MEX&reading=now")
    name = listed[0]["id"]
    detail = world.data(f"/v1/pairs/{name}")
    expected = sorted({pair["year"] for pair in listed if pair["id"] == name}, reverse=True)
    assert [year["year"] for year in detail["years"]] == expected
    assert detail["year"] == expected[0]


def test_a_release_shows_its_checks_and_the_hash_of_every_file(world: World) -> None:
    release = world.data(f"/v1/releases/{world.newer}")
    assert {check["passed"] for check in release["checks"] if check["kind"] == "floor"} == {True}
    assert all(check["reason"] for check in release["checks"])
    assert all(len(sha256) == 64 for sha256 in release["files"].values())
    assert "gaps.parquet" in release["files"]


def test_releases_are_listed_the_newest_first(world: World) -> None:
    rows = world.data("/v1/releases")
    assert [row["id"] for row in rows] == [world.newer, world.older]
    assert [row["number"] for row in rows] == [2, 1]


def test_a_methodology_is_given_whole(world: World) -> None:
    rules = world.data("/v1/methodologies/1.0.0")
    assert len(rules["themes"]) == 13
    assert rules["codebook"]["roll_calls"]
    assert rules["labels"]["demonstrable_points"] == 12.5


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_names_come_in_the_language_that_was_asked_for(world: World, language: str) -> None:
    by_parameter = world.get(f"/v1/actors/IRN?lang={language}")
    by_header = world.get("/v1/actors/IRN", Accept_Language=f"{language}-XX, fr;q=0.9")
    for answer in (by_parameter, by_header):
        assert answer.headers["content-language"] == language
        assert answer.json()["data"]["name"] == NAMES["IRN"][language]
        assert answer.json()["data"]["themes"][0]["cell"]["actor_name"] == NAMES["IRN"][language]


def test_a_name_that_is_not_recorded_comes_in_english(world: World) -> None:
    assert world.data("/v1/actors/UNODC?lang=pt")["name"] == "UN drugs office"


def test_every_link_of_every_answer_resolves(world: World) -> None:
    found: set[str] = set()
    for address in ("/v1/gaps", "/v1/pairs", "/v1/actors", "/v1/themes", "/v1/releases"):
        for row in world.data(address):
            found.update(link for link in row["links"].values() if link is not None)
    assert len(found) > 50
    for link in sorted(found):
        assert world.get(link).status_code == 200, link


def test_figures_say_that_their_release_is_provisional(world: World) -> None:
    for address in every_address(world)[:10]:
        answer = world.get(address)
        assert answer.json()["meta"]["provisional"] is True, address
        assert answer.json()["meta"]["notice"].startswith("Provisional")
        assert answer.headers["gaptracker-provisional"] == "true"
        assert answer.headers["gaptracker-release"] == world.newer
    (cell,) = world.data("/v1/gaps?actor=MEX&year=2022")
    assert cell["provisional"] is True


def test_head_answers_like_get_without_the_body(world: World) -> None:
    for address in every_address(world):
        got, head = world.get(address), world.client.head(address)
        assert (head.status_code, head.content) == (200, b""), address
        drop = {"x-request-id"}
        assert {name: value for name, value in head.headers.items() if name not in drop} == {
            name: value for name, value in got.headers.items() if name not in drop
        }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused_with_those_that_are_taken(world: World, method: str) -> None:
    for address in every_address(world):
        answer = world.client.request(method, address)
        assert answer.status_code == 405, address
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
        assert the_problem(answer)["code"] == "method-not-allowed"


def test_any_page_may_read_and_none_may_write(world: World) -> None:
    answer = world.client.options(
        "/v1/gaps",
        headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"},
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    for address in ("/v1/gaps", "/v1/nothing"):
        headers = world.get(address).headers
        assert headers["access-control-allow-origin"] == "*"
        assert "ETag" in headers["access-control-expose-headers"]


def test_every_answer_has_a_request_id_and_keeps_a_plain_one(world: World) -> None:
    ids = {world.get("/healthz").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert world.get("/healthz", X_Request_Id="mine-1").headers["x-request-id"] == "mine-1"
    for hostile in ("two words", "x" * 65, "<script>"):
        assert world.get("/healthz", X_Request_Id=hostile).headers["x-request-id"] != hostile


def test_every_code_is_listed_and_explained_at_its_own_address(world: World) -> None:
    rows = world.data("/v1/problems")
    assert {row["code"] for row in rows} > {"not-found", "validation-failed", "actor.unknown"}
    for row in rows:
        assert world.data(f"/v1/problems/{row['code']}") == row
        assert row["advice"]


@pytest.mark.parametrize(
    ("address", "code", "nearest"),
    [
        ("/v1/actors/mexico", "actor.unknown", ["MEX"]),
        ("/v1/actors/M%C3%89XICO", "actor.unknown", ["MEX"]),
        ("/v1/themes/deathpenalty", "theme.unknown", ["death_penalty"]),
        ("/v1/pairs/pair_none", "pair.unknown", []),
        ("/v1/methodologies/1.0.1", "methodology.unknown", ["1.0.0"]),
        ("/v1/problems/notfound", "problem.unknown", ["not-found"]),
        ("/v1/gap", "path.unknown", ["/v1/gaps"]),
        ("/v1/gaps/", "path.unknown", ["/v1/gaps/{actor}/{theme}/{year}", "/v1/gaps"]),
    ],
)
def test_an_absent_address_names_the_nearest(
    world: World, address: str, code: str, nearest: list[str]
) -> None:
    answer = world.get(address)
    assert answer.status_code == 404
    error = the_error(answer)
    assert error["code"] == code
    assert error["nearest"][: len(nearest)] == nearest


def test_an_absent_release_names_those_there_are(world: World) -> None:
    answer = world.get(f"/v1/releases/{world.newer[:-1]}")
    assert answer.status_code == 404
    assert the_error(answer)["nearest"][0] == world.newer
