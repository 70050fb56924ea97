"""Figures held against each other over the API: what is told apart, in which words."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from gaptracker.domain.vocabulary import Grade
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.api.slow_work import SlowWork
from gaptracker.publish.comparing import Subject, compare_subjects
from gaptracker.publish.frozen import load_release
from gaptracker.publish.sentences.compared import pair_sentence
from gaptracker.publish.sentences.probabilities import probability_words
from gaptracker.publish.texts import texts_of
from gaptracker.workflows.compare_figures import NamedFigure, compare_figures
from tests.api_world import World, client_of, open_store, rows_of, the_error, the_problem
from tests.cli_world import THEME, cut, without_last_vote
from tests.compare_world import COMPARABLE, with_a_union

BASE = f"/v1/compare?theme={THEME}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("compare")
    older = cut(folder, evidence=without_last_vote(COMPARABLE)).entry.id
    newer = cut(folder, evidence=COMPARABLE).entry.id
    shelf = Shelf(open_store(folder))
    shelf.refresh()
    return World(client=client_of(shelf), shelf=shelf, folder=folder, older=older, newer=newer)


def test_figures_that_are_told_apart_come_with_difference_and_sentence(world: World) -> None:
    data = world.data(f"{BASE}&actors=URY,JAM&year=2022")
    (pair,) = data["pairs"]
    gaps = {row["name"]: row["points"] for row in data["figures"]}
    assert pair["told_apart"]
    assert pair["difference_points"] == gaps[pair["first"]] - gaps[pair["second"]]
    assert pair["difference_low"] < pair["difference_points"] < pair["difference_high"]
    assert pair["p_first_higher"] >= 0.9
    assert "Uruguay is " in pair["sentence"]
    assert "points higher than Jamaica" in pair["sentence"]
    assert pair["sentence"].startswith("Gap between words and deeds, Death penalty")
    assert [tier["members"] for tier in data["tiers"]] == [["URY"], ["JAM"]]
    assert [(row["place_best"], row["place_worst"]) for row in data["figures"]] == [(1, 1), (2, 2)]


def test_a_comparison_is_that_of_the_same_release_read_by_the_program(world: World) -> None:
    release = load_release(open_store(world.folder))
    subjects = [
        Subject(name=code, release=release, cell=release.cell(code, THEME, 2022))
        for code in ("MEX", "URY", "JAM")
    ]
    expected = compare_subjects(subjects, "gap")
    data = world.data(f"{BASE}&actors=MEX,URY,JAM&year=2022")
    assert [row["p_first_higher"] for row in data["pairs"]] == [
        pair.p_first_higher for pair in expected.pairs
    ]
    for row in data["figures"]:
        cell = world.data(row["link"])[0]
        assert (cell["gap"], cell["gap_low"]) == (row["points"], row["low"])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "cannot be told apart"),
        ("es", "no se puede distinguir entre"),
        ("pt", "não é possível distinguir"),
    ],
)
def test_what_cannot_be_told_apart_is_said_so_in_the_readers_language(
    world: World, language: str, words: str
) -> None:
    data = world.data(f"{BASE}&actors=MEX,URY&year=2022&lang={language}")
    (pair,) = data["pairs"]
    assert not pair["told_apart"]
    assert pair["difference_points"] is pair["difference_low"] is None
    assert words in pair["sentence"]
    assert {(row["place_best"], row["place_worst"]) for row in data["figures"]} == {(1, 2)}
    assert len(data["tiers"]) == 1


@pytest.mark.parametrize(
    ("points", "grid", "words"),
    [
        (0.0, (-1.0, 1.0), "Mexico and Uruguay have the same figure"),
        (3.0, (-2.0, 2.0), "cannot be told apart. The probability that the figure of Mexico is"),
    ],
)
def test_even_odds_alone_are_not_the_same_figure(
    points: float, grid: tuple[float, ...], words: str
) -> None:
    one = NamedFigure(name="MEX", points=0.0, grade=Grade.C, grid=(-1.0, 1.0))
    other = NamedFigure(name="URY", points=points, grade=Grade.C, grid=grid)
    (pair,) = compare_figures((one, other), 0.9, (0.05, 0.95)).pairs
    assert pair.p_first_higher == 0.5
    spoken = {"MEX": "Mexico", "URY": "Uruguay"}
    assert words in pair_sentence(pair, 0.9, "Gap", spoken, texts_of("sentences", "en"))


def test_a_cell_of_grade_d_is_left_out_with_the_reason(world: World) -> None:
    data = world.data(f"{BASE}&actors=CHN,UNODC,MEX&year=2022")
    left = {row["name"]: row for row in data["left_out"]}
    assert set(left) == {"CHN", "UNODC"}
    assert left["CHN"]["reason"] == "opaque"
    assert "withholds the figure" in left["CHN"]["sentence"]
    assert data["pairs"] == []
    assert "nothing to compare" in data["sentences"][0]
    thin = world.data(f"{BASE}&actors=IRN,MEX&year=2021")["left_out"]
    assert [(row["name"], row["grade"]) for row in thin] == [("IRN", "D")]


def test_years_of_one_actor_share_evidence_and_that_is_said(world: World) -> None:
    data = world.data(f"{BASE}&actors=JAM&years=2022,2021")
    assert {row["name"] for row in data["figures"]} == {"JAM 2021", "JAM 2022"}
    assert "Jamaica in 2022" in data["pairs"][0]["sentence"]
    assert any("same evidence" in sentence for sentence in data["sentences"])


def test_releases_of_one_actor_are_compared_and_the_answer_is_for_ever(world: World) -> None:
    answer = world.get(f"{BASE}&actors=MEX&year=2022&releases={world.older},{world.newer}")
    assert "immutable" in answer.headers["cache-control"]
    data = answer.json()["data"]
    assert {row["release"] for row in data["figures"]} == {world.older, world.newer}
    assert answer.json()["meta"]["release"] == world.newer
    assert f"Mexico in release {world.newer}" in data["pairs"][0]["sentence"]


def test_without_a_year_the_newest_is_taken_in_which_all_can_be_compared(world: World) -> None:
    years = {row["year"] for row in world.data(f"{BASE}&actors=MEX,JAM")["figures"]}
    assert len(years) == 1
    newest = years.pop()
    assert not world.data(f"{BASE}&actors=MEX,JAM&year={newest}")["left_out"]


def test_csv_gives_the_pairs(world: World) -> None:
    rows = rows_of(world.get(f"/v1/compare.csv?theme={THEME}&actors=MEX,URY,JAM&year=2022"))
    assert len(rows) == 3
    assert {row["told_apart"] for row in rows} == {"true", "false"}


@pytest.mark.parametrize(
    ("query", "year"), [("actors=MEX,URY&year=2022", "2022"), ("actors=JAM&years=2021,2022", "")]
)
def test_a_row_of_a_comparison_says_of_which_figures_it_is(
    world: World, query: str, year: str
) -> None:
    meta = world.get(f"{BASE}&{query}").json()["meta"]
    for row in rows_of(world.get(f"/v1/compare.csv?theme={THEME}&{query}")):
        assert (row["release"], row["methodology"]) == (world.newer, meta["methodology"])
        assert row["provisional"] == str(meta["provisional"]).lower()
        assert (row["theme"], row["figure"], row["year"]) == (THEME, "gap", year)


def test_words_and_practice_can_be_compared_too(world: World) -> None:
    says = world.data(f"{BASE}&actors=URY,JAM&year=2022&figure=says")
    assert says["pairs"][0]["sentence"].startswith("Words, ")
    assert says["pairs"][0]["told_apart"]


def test_members_of_a_union_rest_on_the_same_words(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("union")
    cut(folder, evidence=with_a_union("MEX", "URY"))
    shelf = Shelf(open_store(folder))
    shelf.refresh()
    answer = client_of(shelf).get(f"{BASE}&actors=MEX,URY,JAM&year=2022")
    (sentence,) = [each for each in answer.json()["data"]["sentences"] if "same evidence" in each]
    assert sentence.startswith("Mexico and Uruguay rest")


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("actors=MEX,COL", "actors", "actor.unknown"),
        ("actors=MEX", "actors", "value.out_of_range"),
        ("actors=MEX,MEX", "actors", "value.invalid"),
        ("actors=MEX,,URY", "actors", "value.invalid"),
        ("actors=MEX,URY&years=2021,2022", "actors", "parameter.conflict"),
        ("actors=MEX&year=2021&years=2021,2022", "years", "parameter.conflict"),
        ("actors=MEX&years=2021,1999", "years", "year.unknown"),
        ("actors=MEX,URY&year=1999", "year", "year.unknown"),
        ("actors=MEX,URY&year=20222", "year", "value.invalid"),
        ("actors=MEX&releases=a,b", None, "release.unknown"),
        ("actors=MEX,URY&figure=law", "figure", "value.not_listed"),
        (
            "actors=" + ",".join(f"A{number}" for number in range(41)),
            "actors",
            "value.out_of_range",
        ),
    ],
)
def test_a_wrong_comparison_is_refused(
    world: World, query: str, parameter: str | None, code: str
) -> None:
    answer = world.get(f"{BASE}&{query}")
    assert answer.status_code == 422
    errors = the_problem(answer)["errors"]
    assert {error["code"] for error in errors} == {code}
    assert parameter is None or {error["parameter"] for error in errors} == {parameter}


def test_the_nearest_names_are_given_and_a_theme_is_asked_for(world: World) -> None:
    error = the_error(world.get("/v1/compare?theme=death-penalty&actors=MEX,URY"))
    assert (error["code"], error["nearest"][0]) == ("theme.unknown", "death_penalty")
    assert the_error(world.get("/v1/compare?actors=MEX,URY"))["parameter"] == "theme"


def test_a_probability_is_never_rounded_over_its_threshold_nor_to_certainty() -> None:
    assert probability_words(0.8999, (0.9,), "en") == "89.99%"
    assert probability_words(0.9, (0.9,), "en") == "90%"
    assert probability_words(1.0, (0.9,), "en") == "more than 99%"
    assert probability_words(0.62, (0.9,), "en") == "62%"
    assert probability_words(0.7497, (0.9, 0.75), "en") == "74.97%"
    assert probability_words(0.0, (0.9,), "es") == "menos del 1\N{NO-BREAK SPACE}%"


@contextlib.contextmanager
def nothing_may_wait(world: World, queue: str) -> Iterator[None]:
    app = world.client.app
    assert isinstance(app, FastAPI)
    ordinary = getattr(app.state, queue)
    setattr(app.state, queue, SlowWork("full", most_waiting=0))
    try:
        yield
    finally:
        setattr(app.state, queue, ordinary)


@pytest.mark.hostile(id="many-comparisons")
def test_comparisons_wait_in_the_queue_of_what_is_computed(world: World) -> None:
    with nothing_may_wait(world, "slow_work"):
        answer = world.get(f"{BASE}&actors=MEX,URY&year=2022")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert world.get("/v1/gaps?actor=MEX").status_code == 200


@pytest.mark.hostile(id="many-pages-of-rows")
@pytest.mark.parametrize("path", ["pairs", "observations", "positions", "alliances", "abroad"])
def test_pages_of_rows_wait_in_a_queue_of_their_own(world: World, path: str) -> None:
    assert world.get(f"/v1/{path}?limit=3").status_code == 200
    with nothing_may_wait(world, "row_work"):
        assert world.get(f"/v1/{path}?limit=3").status_code == 503
        assert world.get("/v1/gaps?actor=MEX&sort=-gap").status_code == 200


@pytest.mark.parametrize(
    ("question", "queue"),
    [
        (f"{BASE}&actors=MEX,URY&year=2022", "slow_work"),
        (f"/v1/check?actor=MEX&theme={THEME}&year=2022&gap=8", "slow_work"),
        (f"/v1/what-if?actor=MEX&theme={THEME}&year=2022&half_life=2", "slow_work"),
        ("/v1/releases/{newer}/diff?lang=es", "comparing"),
    ],
)
def test_who_holds_a_computed_answer_is_told_so_though_nothing_can_be_computed(
    world: World, question: str, queue: str
) -> None:
    question = question.format(newer=world.newer)
    etag = world.get(question).headers["etag"]
    # Another process, which has computed nothing yet.
    other = replace(world, client=client_of(world.shelf))
    with nothing_may_wait(other, queue):
        assert other.get(question).status_code == 503
        assert other.get(question, If_None_Match=etag).status_code == 304
        assert other.get(question, If_None_Match="*").status_code == 503
