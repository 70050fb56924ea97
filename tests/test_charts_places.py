"""Places: of tiles by a written rule, of names beside points, of lines that fit."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.vocabulary import ActorKind
from gaptracker.publish.charts import tiles
from gaptracker.publish.charts.asked import Size
from gaptracker.publish.charts.catalogue import CHARTS
from gaptracker.publish.charts.label_places import Box, Wish, place_names
from gaptracker.publish.charts.tiles import REGIONS, by_region, homes, like_the_world
from gaptracker.publish.charts.widths import shorten, text_width, wrap
from gaptracker.publish.frozen import load_release
from scripts.place_tiles import ATLANTIC, CAPITALS, HEIGHT, TILES, WIDTH, place_tiles
from tests.api_world import API_EVIDENCE, open_store
from tests.chart_world import question, rows_of, texts_of_picture
from tests.cli_world import cut


def states_of_reference() -> set[str]:
    place = Path(tiles.__file__).parents[2] / "reference" / "actors.csv"
    with place.open(encoding="utf-8") as file:
        return {row["code"] for row in csv.DictReader(file) if row["kind"] == "state"}


def test_every_state_of_the_reference_data_has_a_tile() -> None:
    assert states_of_reference() - set(homes()) == set()
    assert len(states_of_reference()) > 190


def test_the_tiles_are_those_that_the_written_rule_gives() -> None:
    assert place_tiles(CAPITALS.read_text("utf-8")) == TILES.read_text("utf-8")


def test_no_two_states_share_a_tile_and_the_atlantic_is_free() -> None:
    taken = Counter((home.column, home.row) for home in homes().values())
    assert set(taken.values()) == {1}
    assert {column for column, _ in taken} <= set(range(WIDTH)) - {ATLANTIC}
    assert {row for _, row in taken} <= set(range(HEIGHT))
    assert {home.region for home in homes().values()} == set(REGIONS)


@pytest.mark.parametrize(
    ("one", "other", "direction"),
    [
        ("CAN", "USA", "north"),
        ("USA", "MEX", "north"),
        ("NOR", "ZAF", "north"),
        ("PRT", "ESP", "west"),
        ("CUB", "HTI", "west"),
        ("IND", "JPN", "west"),
        ("AUS", "NZL", "west"),
    ],
)
def test_neighbours_lie_as_on_the_globe(one: str, other: str, direction: str) -> None:
    here, there = homes()[one], homes()[other]
    assert here.row < there.row if direction == "north" else here.column < there.column


@pytest.mark.parametrize("narrow", [True, False])
def test_tiles_are_of_one_size_and_lie_apart(narrow: bool) -> None:
    states = sorted(homes())
    names = {region: region for region in REGIONS}
    board = (
        by_region(states, names, width=300, row_px=29, letter_px=10.5)
        if narrow
        else like_the_world(states, width=680, row_px=27)
    )
    assert sorted(tile.actor for tile in board.tiles) == states
    boxes = [
        Box(left=t.left, top=t.top, right=t.left + t.width, bottom=t.top + t.height)
        for t in board.tiles
    ]
    assert not any(
        one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[place + 1 :]
    )
    assert max(box.bottom for box in boxes) <= board.height
    assert min(box.right - box.left for box in boxes) > 20


def test_who_is_no_state_stands_aside_on_the_map(tmp_path: Path) -> None:
    actors = {
        code: replace(actor, kind=ActorKind.AGENCY) if code == "MEX" else actor
        for code, actor in API_EVIDENCE.actors.items()
    }
    cut(tmp_path, evidence=replace(API_EVIDENCE, actors=actors))
    release = load_release(open_store(tmp_path))
    for size in Size:
        asked = question("map", size=size)
        specification = CHARTS["map"].build(release, asked)
        tiles_drawn = [row for row in rows_of(specification) if "ground" in row]
        assert {row["actor"] for row in tiles_drawn} == {"CHN", "IRN", "MEX", "URY"}
        aside = next(row for row in tiles_drawn if row["actor"] == "MEX")
        assert aside["top"] > max(row["bottom"] for row in tiles_drawn if row is not aside)
        _, height, lines = texts_of_picture(specification)
        assert any("Unions" in line[4] for line in lines)
        assert max(line[3] for line in lines) <= height


names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=30)
pixels = st.floats(0, 600)


@given(st.lists(st.tuples(names, pixels, pixels), max_size=40), st.integers(0, 40))
def test_names_lie_inside_and_over_no_other(
    wished: list[tuple[str, float, float]], most_led: int
) -> None:
    room = Box(left=0, top=0, right=600, bottom=600)
    wishes = [Wish(text=text, x=x, y=y) for text, x, y in wished]
    points = [(x, y) for _, x, y in wished]
    places = place_names(wishes, points, within=room, letter_px=11, most_led=most_led)
    for place, one in enumerate(places):
        assert one.box.within(room)
        assert not any(one.box.overlaps(other.box) for other in places[place + 1 :])


@given(st.text(max_size=120), st.floats(20, 400), st.floats(8, 20))
def test_lines_fit_and_lose_no_letter(text: str, width: float, letter: float) -> None:
    lines = wrap(text, width, letter)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert text_width(line, letter) <= width or len(line) == 1
    assert text_width(shorten(text, width, letter), letter) <= width
