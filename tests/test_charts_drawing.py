"""Drawing: a process of its own that is safe, bounded and replaceable; names that mean harm."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.charts.asked import Size
from gaptracker.publish.charts.catalogue import CHARTS
from gaptracker.publish.charts.draw import DrawingFailed, Job, Painter, described
from gaptracker.publish.charts.drawings import Drawings, TooManyDrawings
from gaptracker.publish.charts.script import make_script, script_name
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.texts import LANGUAGES
from tests.api_world import API_EVIDENCE, client_of, open_store
from tests.chart_world import question, rows_of, texts_of_picture
from tests.cli_world import cut

HOSTILE_NAMES = {
    "script": "<script>alert(1)</script>",
    "attribute": '" onload="alert(1)" x="',
    "entity": "&lt;b&gt; &amp; &#x3C; ]]>",
    "formula": '=HYPERLINK("https://example.org","x"), more',
    "right-to-left": "\u202e\u0625\u064a\u0631\u0627\u0646, Iran\u202c",
    "chinese": "乌拉圭东岸共和国",
    "expression": "'+datum.constructor.constructor('return 1')()+'",
    "long": "W" * 400,
    "accents": "Ñandú Æther Łódź São Tomé e Príncipe Côte d’Ivoire",
}
SVG = "{http://www.w3.org/2000/svg}"
PLAIN: dict[str, object] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "description": "one point",
    "data": {"values": [{"a": 1}]},
    "mark": "point",
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
}


@pytest.fixture(scope="module")
def painter() -> Iterator[Painter]:
    made = Painter()
    yield made
    made.close()


def until(holds: object, seconds: float = 60.0) -> bool:
    """Wait until something holds."""
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(holds())


def hostile_release(folder: Path, names: dict[str, str]) -> FrozenRelease:
    """Cut a release in which the actor that is drawn has these names."""
    actors = {
        code: replace(actor, names=names) if code == "MEX" else actor
        for code, actor in API_EVIDENCE.actors.items()
    }
    cut(folder, evidence=replace(API_EVIDENCE, actors=actors))
    return load_release(open_store(folder))


@pytest.mark.hostile
@pytest.mark.parametrize("group", range(3), ids=["markup", "letters", "lengths"])
def test_a_name_that_means_harm_is_text_and_nothing_else(
    group: int, tmp_path: Path, painter: Painter
) -> None:
    three = list(HOSTILE_NAMES.values())[3 * group : 3 * group + 3]
    names = dict(zip(("en", "es", "pt"), three, strict=True))
    release = hostile_release(tmp_path, names)
    for language, name in names.items():
        for chart in CHARTS:
            asked = question(chart, language=language, size=Size.CARD)
            svg = painter.draw(Job.of(CHARTS[chart].build(release, asked), asked, "svg"))
            for element in ET.fromstring(svg).iter():
                assert element.tag.removeprefix(SVG) in ALLOWED
                assert not [key for key in element.attrib if key.startswith("on")]
                assert not [key for key in element.attrib if key.endswith("href")]
            if "actor" in CHARTS[chart].parameters:
                shown = "".join(ET.fromstring(svg).itertext()).replace(" ", "")
                assert name.replace(" ", "")[:12] in shown
        rows = rows_of(CHARTS["profile"].build(release, question("profile", language=language)))
        assert {row["name"] for row in rows if "name" in row} == {name}


@pytest.mark.hostile
def test_a_name_without_end_leaves_the_picture_whole(tmp_path: Path) -> None:
    release = hostile_release(tmp_path, {"en": "W" * 400, "es": "la " * 200, "pt": "乌" * 300})
    for language in LANGUAGES:
        for size in Size:
            asked = question("profile", language=language, size=size)
            width, height, lines = texts_of_picture(CHARTS["profile"].build(release, asked))
            assert max(line[2] for line in lines) <= width + 1
            assert max(line[3] for line in lines) <= height


ALLOWED = {"svg", "desc", "g", "rect", "path", "line", "text", "tspan", "defs", "clipPath"}


def test_a_drawing_that_asks_for_an_address_gets_nothing(painter: Painter, tmp_path: Path) -> None:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'[{"a": 41}]')

    secret = tmp_path / "secret.json"
    secret.write_text('[{"a": 41}]', "utf-8")
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for address in (f"http://127.0.0.1:{server.server_port}/x.json", secret.as_uri()):
            for specification in (
                {**PLAIN, "data": {"url": address}},
                {**PLAIN, "mark": {"type": "image", "url": address}},
            ):
                try:
                    drawn = painter.draw(Job(specification=specification, form="png"))
                except DrawingFailed:
                    continue
                assert drawn.startswith(b"\x89PNG")
        server.shutdown()
    assert asked == []


def test_a_specification_that_vega_refuses_fails_and_the_next_is_drawn(painter: Painter) -> None:
    with pytest.raises(DrawingFailed, match="refused the specification"):
        painter.draw(Job(specification={"mark": "nonsense"}, form="svg"))
    assert painter.draw(Job(specification=PLAIN, form="svg")).startswith(b"<svg ")


def test_the_same_picture_has_the_same_bytes_in_any_process_and_at_any_time(
    painter: Painter,
) -> None:
    job = Job(specification={**PLAIN, "mark": {"type": "point", "clip": True}}, form="svg")
    first = painter.draw(job)
    assert b"clipPath" in first
    assert painter.draw(job) == first
    other = Painter()
    try:
        assert other.draw(job) == first
    finally:
        other.close()


def test_a_picture_says_what_it_shows_to_those_who_do_not_see_it() -> None:
    svg = described(b'<svg width="1"><g/></svg>', 'a < b & "c"')
    root = ET.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == root[0].text == 'a < b & "c"'


def test_a_process_that_dies_is_replaced() -> None:
    painter = Painter()
    try:
        painter.draw(Job(specification=PLAIN, form="svg"))
        died = painter.process_id
        assert died is not None
        os.kill(died, 9)
        with pytest.raises(DrawingFailed, match="ask again"):
            painter.draw(Job(specification=PLAIN, form="svg"))
        assert painter.draw(Job(specification=PLAIN, form="svg")).startswith(b"<svg ")
        assert painter.process_id != died
    finally:
        painter.close()


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    painter = Painter(seconds_to_draw=0.001)
    with pytest.raises(DrawingFailed, match="ask again"):
        painter.draw(Job(specification=PLAIN, form="svg"))
    assert painter.process_id is None
    painter.close()


def test_an_idle_process_ends_and_nothing_is_left_of_it() -> None:
    painter = Painter(idle_seconds=0.05)
    painter.draw(Job(specification=PLAIN, form="svg"))
    assert until(lambda: painter.process_id is None)
    assert painter.draw(Job(specification=PLAIN, form="svg")).startswith(b"<svg ")
    painter.close()


def test_the_process_is_told_no_secret_of_the_servers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GAPTRACKER_DATABASE_URL", "postgresql://somebody:secret@host/base")
    fresh = Painter()
    try:
        fresh.draw(Job(specification=PLAIN, form="svg"))
        environment = Path(f"/proc/{fresh.process_id}/environ").read_bytes()
        assert b"secret" not in environment
    finally:
        fresh.close()


def test_a_picture_asked_for_by_many_at_once_is_made_once() -> None:
    made: list[int] = []

    def make() -> bytes:
        time.sleep(0.05)
        made.append(1)
        return b"picture"

    async def ask() -> list[bytes]:
        drawings = Drawings(Painter())
        several = await asyncio.gather(*(drawings.take(("a",), make) for _ in range(20)))
        several.append(await drawings.take(("a",), make))
        drawings.close()
        return several

    assert asyncio.run(ask()) == [b"picture"] * 21
    assert made == [1]


def test_too_many_waiting_are_sent_away_and_those_inside_are_served() -> None:
    door = threading.Event()

    def make() -> bytes:
        door.wait(10)
        return b"picture"

    async def ask() -> None:
        drawings = Drawings(Painter(), most_waiting=2)
        inside = [asyncio.create_task(drawings.take((name,), make)) for name in "ab"]
        await asyncio.sleep(0)
        with pytest.raises(TooManyDrawings, match="ask again"):
            await drawings.take(("c",), make)
        door.set()
        assert await asyncio.gather(*inside) == [b"picture"] * 2
        assert await drawings.take(("c",), make) == b"picture"
        drawings.close()

    asyncio.run(ask())


def test_what_is_kept_stays_within_its_bound_and_failures_are_not_kept() -> None:
    async def ask() -> None:
        drawings = Drawings(Painter(), most_bytes=100)
        for name in "abcde":
            await drawings.take((name,), lambda: b"x" * 40)
        assert drawings.kept_bytes == 80
        await drawings.take(("large",), lambda: b"x" * 101)
        assert drawings.kept_bytes == 80

        def fail() -> bytes:
            raise DrawingFailed("no")

        with pytest.raises(DrawingFailed):
            await drawings.take(("f",), fail)
        assert await drawings.take(("f",), lambda: b"drawn") == b"drawn"
        drawings.close()

    asyncio.run(ask())


def test_a_server_whose_drawing_fails_says_when_to_ask_again(tmp_path: Path) -> None:
    cut(tmp_path, evidence=API_EVIDENCE)
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    client = client_of(shelf)
    client.app.state.drawings = Drawings(Painter(seconds_to_draw=0.001))  # type: ignore[attr-defined]
    answer = client.get("/v1/charts/map.png?theme=death_penalty&year=2022")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert client.get("/v1/charts/map.json?theme=death_penalty&year=2022").status_code == 200


def test_the_script_for_pages_is_our_own_copy_under_a_name_that_is_known_before(
    painter: Painter,
) -> None:
    script = make_script(painter)
    assert script_name().startswith("vega-")
    assert script_name().endswith(".js")
    assert b"window.vegaEmbed" in script
    assert len(script) > 500_000
