"""A printed figure is held against every release: who said so, and what it is now."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.checked_claims import Verdict, check_claim, parse_printed
from gaptracker.publish.frozen import load_release
from gaptracker.publish.said_figures import KeptRelease, SaidFigures
from gaptracker.publish.sentences.checked import ClaimTopic, claim_sentence
from tests.api_world import World, client_of, open_store, shared_world, the_error, the_problem
from tests.core.builders import ACTOR
from tests.core.rules import RULES, THEME
from tests.small_release import cut, graded_evidence

NAMED_RULES = replace(
    RULES,
    themes={
        name: replace(theme, name={"en": name.capitalize()}) for name, theme in RULES.themes.items()
    },
)
BASE = "/v1/check?actor=MEX&theme=death_penalty&year=2022"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture
def moved(tmp_path: Path) -> World:
    """Two releases between which all deeds turned from the worst end to the best."""
    store, known = open_store(tmp_path), graded_evidence()
    names = []
    for value in (0.0, 100.0):
        figures = tuple(
            replace(each, value=value, lower=None, upper=None) if each.value is not None else each
            for each in known.observations
        )
        given = replace(known, observations=figures)
        names.append(cut(store, given, methodology=NAMED_RULES).entry.id)
    shelf = Shelf(store)
    shelf.refresh()
    older, newer = names
    return World(client=client_of(shelf), shelf=shelf, folder=tmp_path, older=older, newer=newer)


def gap_in(world: World, release: str) -> float:
    rows = world.data(f"/v1/gaps?actor=MEX&theme=death_penalty&year=2022&release={release}")
    gap: float = rows[0]["gap"]
    return gap


@pytest.mark.parametrize("decimals", [0, 1, 5])
def test_the_current_figure_is_found_however_it_was_rounded(world: World, decimals: int) -> None:
    printed = f"{gap_in(world, world.newer):.{decimals}f}"
    data = world.data(f"{BASE}&gap={printed}")
    assert data["verdict"] == "current"
    assert data["said_by"] == [world.newer]
    assert data["now"]["gap"] == gap_in(world, world.newer)
    assert data["change"] is None
    assert data["sentence"].startswith(f"Mexico, Death penalty, 2022: +{printed} points is the cur")
    cell = world.data(data["now"]["link"])[0]
    for name in ("gap", "gap_low", "gap_high", "grade", "label", "reason"):
        assert cell[name] == data["now"][name]


def test_an_earlier_figure_names_the_release_and_the_figure_of_now(world: World) -> None:
    printed = f"{gap_in(world, world.older):.1f}"
    data = world.data(f"{BASE}&gap={printed}")
    assert (data["verdict"], data["said_by"]) == ("earlier", [world.older])
    assert [row["matches"] for row in data["releases"]] == [False, True]
    assert data["change"]["release"] == world.older
    assert data["change"]["demonstrated"] is False
    assert world.older in data["sentence"]
    assert "cannot be told apart" in data["sentence"]
    (change,) = world.data(data["change"]["link"])
    assert change["p_after_higher"] == pytest.approx(data["change"]["p_now_higher"])


@pytest.mark.parametrize(
    ("language", "words"), [("es", "ninguna edición"), ("pt", "nenhuma edição")]
)
def test_a_figure_that_was_never_published_is_said_so(
    world: World, language: str, words: str
) -> None:
    data = world.data(f"{BASE}&gap=-99&lang={language}")
    assert (data["verdict"], data["said_by"], data["change"]) == ("never", [], None)
    assert words in data["sentence"]
    assert world.newer in data["sentence"]


def test_the_sign_matters_and_a_true_minus_is_taken(moved: World) -> None:
    release = load_release(open_store(moved.folder))
    gap = release.cell(ACTOR, THEME, 2022).gap
    assert gap is not None
    assert gap < 0
    base = f"/v1/check?actor={quote(ACTOR)}&theme={THEME}&year=2022"
    for sign in ("-", "\N{MINUS SIGN}", "\N{EN DASH}"):
        assert moved.data(f"{base}&gap={quote(sign)}{abs(gap):.1f}")["verdict"] == "current"
    assert moved.data(f"{base}&gap={abs(gap):.1f}")["verdict"] == "never"
    # A plus that was not escaped arrives as a blank.
    assert moved.data(f"{base}&gap=+{abs(gap):.1f}")["verdict"] == "never"


def test_a_demonstrated_change_is_said_so(moved: World) -> None:
    store = open_store(moved.folder)
    before = load_release(store, moved.older).cell(ACTOR, THEME, 2022).gap
    base = f"/v1/check?actor={quote(ACTOR)}&theme={THEME}&year=2022"
    data = moved.data(f"{base}&gap={before:.2f}")
    assert data["verdict"] == "earlier"
    assert data["change"]["demonstrated"]
    assert "The change is demonstrated" in data["sentence"]


def test_a_cell_without_a_gap_gives_its_reason(world: World) -> None:
    data = world.data("/v1/check?actor=CHN&theme=death_penalty&year=2022&gap=10")
    assert data["now"]["gap"] is None
    assert data["now"]["reason"] == "opaque"
    assert "withholds the figure" in data["sentence"]


def test_a_release_that_is_damaged_is_named_and_does_not_speak(moved: World) -> None:
    gaps = moved.folder / "releases" / moved.older / "gaps.parquet"
    gaps.write_bytes(gaps.read_bytes()[:-1] + b"x")
    base = f"/v1/check?actor={quote(ACTOR)}&theme={THEME}&year=2021"
    data = moved.data(f"{base}&gap=12")
    assert data["not_read"] == [moved.older]
    assert (data["verdict"], data["said_by"]) == ("unknown", [])
    assert [row["release"] for row in data["releases"]] == [moved.newer]
    assert f"what they say is not known: {moved.older}." in data["sentence"]


def test_of_a_newest_release_that_cannot_be_read_nothing_is_claimed(moved: World) -> None:
    release = load_release(open_store(moved.folder), moved.newer)
    kept = KeptRelease(entry=release.entry, manifest=release.manifest)
    gone = replace(kept, entry=replace(kept.entry, id="newest", folder="newest", number=99))
    claim = check_claim(
        SaidFigures(open_store(moved.folder)),
        [gone, kept],
        (ACTOR, THEME, 2022),
        parse_printed(f"{release.cell(ACTOR, THEME, 2022).gap:.1f}"),
        (0.9, (0.05, 0.95)),
    )
    topic = ClaimTopic(actor="A", theme="T", year=2022, newest="newest", threshold=0.9)
    assert (claim.verdict, claim.not_read) == (Verdict.UNKNOWN, ("newest",))
    said = claim_sentence(claim, topic, "en")
    assert said.endswith(f"{moved.newer}. Not read, and what they say is not known: newest.")
    assert "no longer" not in said
    assert "no such cell" not in said


def test_every_cell_is_read_as_the_whole_release_has_it(world: World) -> None:
    store = open_store(world.folder)
    figures = SaidFigures(store)
    for name in (world.older, world.newer):
        release = load_release(store, name)
        kept = KeptRelease(entry=release.entry, manifest=release.manifest)
        for cell in release.cells_of(theme="death_penalty").rows():
            said = figures.said(kept, (cell.actor, cell.theme, cell.year))
            assert said is not None
            assert (said.gap, said.gap_low, said.grade, said.label, said.reason) == (
                cell.gap,
                cell.gap_low,
                cell.grade,
                cell.label,
                cell.reason,
            )
            grids = release.grids_of(cell)
            expected = grids.gap if grids else None
            assert figures.grid(kept, (cell.actor, cell.theme, cell.year)) == expected
        assert figures.said(kept, ("MEX", "death_penalty", 1950)) is None


@pytest.mark.parametrize(
    ("written", "gap", "matches"),
    [
        ("56", 55.5, True),
        ("56", 56.499, True),
        ("56", 56.51, False),
        ("56.2", 56.149, False),
        ("56,2", 56.2499, True),
        ("56.20", 56.21, False),
        ("0", -0.4, True),
        ("-0", 0.3, True),
        ("56", -56.0, False),
        ("100", 100.0, True),
    ],
)
def test_a_figure_is_rounded_as_the_asker_wrote_it(written: str, gap: float, matches: bool) -> None:
    assert parse_printed(written).matches(gap) is matches


@pytest.mark.hostile
@pytest.mark.parametrize(
    "text",
    ["", "abc", "5e1", "1_0", "٥٦", "101", "--5", "1.2.3", "0x10", "nan", "inf", "5\n6", "1" * 20],
)
def test_what_is_no_figure_is_refused(world: World, text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_printed(text)
    answer = world.get(f"{BASE}&gap={quote(text)}")
    assert answer.status_code == 422
    assert the_error(answer)["parameter"] == "gap"


def test_all_that_is_wrong_is_said_at_once_with_nearest_names(world: World) -> None:
    answer = world.get("/v1/check?actor=MEXX&theme=death-penalty&year=1999&gap=x")
    assert answer.status_code == 422
    errors = {error["parameter"]: error for error in the_problem(answer)["errors"]}
    assert set(errors) == {"actor", "theme", "year", "gap"}
    assert errors["actor"]["nearest"] == ["MEX"]
    assert errors["theme"]["nearest"][0] == "death_penalty"
    absent = {e["parameter"]: e for e in the_problem(world.get("/v1/check"))["errors"]}
    assert set(absent) == set(errors)
    assert absent["gap"]["detail"] == "gap is missing; this address asks for it"
    assert (absent["gap"]["given"], absent["gap"]["expected"]) == ("", "a value of gap")


def test_the_answer_lives_a_minute_since_a_release_may_come(world: World) -> None:
    answer = world.get(f"{BASE}&gap=1")
    assert answer.headers["cache-control"].startswith("public, max-age=60")
    again = world.get(f"{BASE}&gap=1", if_none_match=answer.headers["etag"])
    assert again.status_code == 304
