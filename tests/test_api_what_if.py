"""A cell under other choices, from the frozen release alone; never official."""

import asyncio
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import pytest

from gaptracker.publish.api.errors import RequestRefused
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.api.slow_work import SlowWork
from gaptracker.publish.cell_record import cell_record
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.frozen_evidence import FrozenSurroundings, evidence_of
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.calibrate import calibrate_file
from gaptracker.workflows.what_if import CellAsked, methodology_choices, score_under
from tests.api_world import World, client_of, open_store, shared_world, the_error, the_problem
from tests.cli_world import EVIDENCE, METHODOLOGY, THEME, cut
from tests.compare_world import with_a_union
from tests.test_calibrate import VIGNETTES, as_csv, coded

BASE = f"/v1/what-if?actor=MEX&theme={THEME}&year=2022"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def differing(store: ReleaseStore, release: FrozenRelease) -> list[str]:
    """Return the cells whose figures are not those that their evidence gives again."""
    surroundings = FrozenSurroundings(store).of(release)
    own = methodology_choices(release.methodology)
    found = []
    for cell in release.cells_of(theme=THEME).rows():
        asked = CellAsked(
            actor=cell.actor,
            theme=cell.theme,
            year=cell.year,
            opportunities=cell.n_opportunities,
            silent=round((cell.silence_rate or 0) * cell.n_opportunities),
        )
        evidence = evidence_of(release, surroundings.belonging, cell.actor)
        again = score_under(asked, evidence, release.methodology, own, surroundings.confusions).cell
        record = cell_record(again)
        same = all(getattr(cell, name) == value for name, value in record.items())
        coverage = again.coverage.silence_rate_share == cell.silence_rate
        if not same or not coverage or again.says_reason != cell.says_reason:
            found.append(f"{cell.actor} {cell.year}")
    return found


@pytest.mark.parametrize(
    "evidence", [EVIDENCE, with_a_union("MEX", "URY")], ids=["alone", "in a union"]
)
def test_the_methodologys_own_choices_give_every_published_cell_exactly(
    tmp_path: Path, evidence: object
) -> None:
    cut(tmp_path, evidence=evidence)  # type: ignore[arg-type]  # both are evidence
    store = open_store(tmp_path)
    release = load_release(store)
    assert release.cells_of(theme=THEME).rows()
    assert differing(store, release) == []


def test_a_release_with_calibrated_coders_is_recomputed_with_their_own_errors(
    tmp_path: Path,
) -> None:
    names = [name for name, vignette in VIGNETTES.items() if vignette.theme == THEME]
    file = tmp_path / "coded.csv"
    file.write_bytes(as_csv([*coded("reader-1", names=names), *coded("ben", names=names)]))
    cut(tmp_path, calibration=calibrate_file(file, METHODOLOGY))
    store = open_store(tmp_path)
    release = load_release(store)
    assert FrozenSurroundings(store).of(release).confusions
    assert differing(store, release) == []
    uncalibrated = cut(tmp_path).entry.id
    assert [cell.says_low for cell in load_release(store, uncalibrated).cells_of("MEX").rows()] != [
        cell.says_low for cell in release.cells_of("MEX").rows()
    ]


def test_without_a_choice_the_answer_is_the_published_figure(world: World) -> None:
    data = world.data(BASE)
    assert data["official"] is False
    assert data["what_if"] == data["published"]
    assert data["changed"] == []
    assert data["parameters"] == data["published_parameters"]
    cell = world.data(data["link"])[0]
    assert {name: cell[name] for name in data["published"]} == data["published"]
    assert cell["gap_low"] is not None


def test_other_choices_are_echoed_and_move_the_figure(world: World) -> None:
    data = world.data(
        f"{BASE}&half_life=1&aggregation=geometric&spacing=wide_below&solicited=false"
        "&weights=source_grade.4=0,measure=2"
    )
    assert data["parameters"] == {
        "half_life": 1.0,
        "aggregation": "geometric",
        "spacing": "wide_below",
        "solicited": False,
        "weights": {"measure": 2.0, "source_grade.4": 0.0},
    }
    assert data["changed"] == ["half_life", "aggregation", "spacing", "solicited", "weights"]
    assert data["what_if"]["gap"] != data["published"]["gap"]
    assert data["published"] == world.data(BASE)["published"]


def test_words_that_never_age_are_asked_for_by_name(world: World) -> None:
    data = world.data(f"{BASE}&half_life=never")
    assert data["parameters"]["half_life"] == "never"
    assert data["what_if"]["says"] != data["published"]["says"]


def test_all_weights_move_the_gap_at_least_as_far_as_bounded_ones(world: World) -> None:
    data = world.data(BASE)
    every, bounded = data["ranges"]["all_weights"], data["ranges"]["bounded_weights"]
    assert every["low"] <= bounded["low"] <= data["what_if"]["gap"]
    assert data["what_if"]["gap"] <= bounded["high"] <= every["high"]


def test_a_cell_without_a_gap_keeps_its_reason(world: World) -> None:
    data = world.data(f"/v1/what-if?actor=CHN&theme={THEME}&year=2022&half_life=2")
    assert data["what_if"]["gap"] is None
    assert data["what_if"]["reason"] == "opaque"
    assert data["ranges"]["all_weights"] is None


@pytest.mark.parametrize(("language", "begin"), [("es", "No oficial:"), ("pt", "Não oficial:")])
def test_the_notice_is_in_the_readers_language(world: World, language: str, begin: str) -> None:
    assert world.data(f"{BASE}&lang={language}")["notice"].startswith(begin)


def test_a_release_that_is_named_gives_its_own_figures_for_ever(world: World) -> None:
    answer = world.get(f"{BASE}&release={world.older}")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.json()["meta"]["release"] == world.older
    assert answer.json()["data"]["what_if"] == answer.json()["data"]["published"]


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("query", "code", "nearest"),
    [
        ("half_life=0", "value.invalid", []),
        ("half_life=-1", "value.invalid", []),
        ("half_life=nan", "value.invalid", []),
        ("half_life=inf", "value.invalid", []),
        ("half_life=1e999", "value.invalid", []),
        ("half_life=1_0", "value.invalid", []),
        ("half_life=abc", "value.invalid", []),
        ("aggregation=mean", "value.not_listed", None),
        ("spacing=wide", "spacing.unknown", None),
        ("solicited=no", "value.not_listed", None),
        ("weights=instrument.vote", "value.invalid", []),
        ("weights=instrument.vote=x", "value.invalid", []),
        ("weights=instrument.vote=-1", "value.invalid", []),
        ("weights=instrument.vote=1001", "value.invalid", []),
        ("weights=instrument.vote=nan", "value.invalid", []),
        ("weights=vote=1", "weight.unknown", ["instrument.vote", "office.vote"]),
        ("weights=measure=1,measure=2", "value.invalid", []),
        ("weights=,", "value.invalid", None),
        ("weights=source_grade.1=0,source_grade.2=0,source_grade.4=0", "value.out_of_range", []),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_a_choice_that_cannot_be_is_named(
    world: World, query: str, code: str, nearest: list[str] | None
) -> None:
    answer = world.get(f"{BASE}&{quote(query, safe='=&,')}")
    assert answer.status_code == 422, answer.text
    problem = the_problem(answer)
    assert {error["code"] for error in problem["errors"]} == {code}
    if nearest is not None:
        assert problem["errors"][0]["nearest"][: len(nearest) or 1] == nearest


def test_the_allowed_values_are_told(world: World) -> None:
    half_life = the_error(world.get(f"{BASE}&half_life=long"))
    assert half_life["expected"] == "years above 0, or never"
    weight = the_error(world.get(f"{BASE}&weights=measure=9999"))
    assert weight["expected"] == "a number from 0 to 1,000"


def test_a_release_damaged_on_disk_is_not_answered_from(tmp_path: Path) -> None:
    cut(tmp_path)
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    (actors,) = (tmp_path / "releases").glob("*/actors.json")
    actors.write_bytes(actors.read_bytes() + b" ")
    answer = client_of(shelf).get(BASE)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_one_is_computed_at_a_time_and_too_many_are_sent_away() -> None:
    work, gate = SlowWork("a test", most_waiting=3), threading.Event()
    running: list[int] = []
    together: list[int] = []

    def slow() -> int:
        running.append(1)
        together.append(len(running))
        gate.wait(10)
        running.pop()
        return len(together)

    async def ask() -> tuple[Iterable[object], object]:
        asked = [asyncio.create_task(work.run(slow)) for _ in range(3)]
        await asyncio.sleep(0)
        try:
            await work.run(slow)
        except RequestRefused as refused:
            sent_away: object = refused
        gate.set()
        done = await asyncio.gather(*asked)
        assert await work.run(lambda: "free again") == "free again"
        return done, sent_away

    done, refused = asyncio.run(ask())
    assert list(done) == [1, 2, 3]
    assert together == [1, 1, 1]
    assert isinstance(refused, RequestRefused)
    assert refused.headers["Retry-After"]
