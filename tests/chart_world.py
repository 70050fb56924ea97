"""What tests of charts share: a release with graded cells, questions, and what was drawn where."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import vl_convert

from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.catalogue import CHARTS
from gaptracker.publish.charts.painter import VEGA_LITE
from gaptracker.publish.charts.widths import text_width
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.texts import LANGUAGES
from tests.api_world import API_EVIDENCE, open_store
from tests.cli_world import cut

EXAMPLES: dict[str, Any] = {
    "actor": "MEX",
    "actors": ("MEX", "CHN"),
    "side": "words",
    "theme": "death_penalty",
    "year": 2022,
}
# `Any` because a specification is JSON of every shape.
Spec = dict[str, Any]
# Left, top, right, bottom and the line itself, in pixels of the sheet.
Line = tuple[float, float, float, float, str]


def cut_release(folder: Path) -> FrozenRelease:
    """Cut a release under names that hurt, and load it."""
    cut(folder, evidence=API_EVIDENCE)
    return load_release(open_store(folder))


def question(chart: str, **other: Any) -> Asked:  # noqa: ANN401  parameters of every type
    """Return a question that a chart answers with something drawn."""
    asked: dict[str, Any] = {name: EXAMPLES[name] for name in CHARTS[chart].parameters}
    return Asked(**(asked | other))


def every_picture() -> Iterator[tuple[str, Asked]]:
    """Yield each chart in each language and size."""
    for chart in CHARTS:
        for language in LANGUAGES:
            for size in Size:
                yield chart, question(chart, language=language, size=size)


def rows_of(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  any part of a specification
    """Yield every row of data in a specification."""
    if isinstance(part, dict):
        yield from part.get("data", {}).get("values", ())
        for value in part.values():
            yield from rows_of(value)
    elif isinstance(part, list):
        for value in part:
            yield from rows_of(value)


def texts_of_picture(specification: Spec) -> tuple[float, float, list[Line]]:
    """Lay a specification out, and return width, height and every line of text in it."""
    drawn = vl_convert.vegalite_to_scenegraph(
        specification, vl_version=VEGA_LITE, allowed_base_urls=[]
    )
    left, top = drawn["origin"]
    return drawn["width"], drawn["height"], list(_lines(drawn["scenegraph"], left, top))


def _lines(part: Spec, left: float, top: float) -> Iterator[Line]:
    for item in part.get("items", ()):
        if "marktype" in item:
            yield from _lines(item, left, top)
        elif part.get("marktype") == "text":
            yield from _lines_of(item, left, top)
        else:
            yield from _lines(item, left + item.get("x", 0), top + item.get("y", 0))


def _lines_of(item: Spec, left: float, top: float) -> Iterator[Line]:
    """Yield the lines of one text; the white edge behind a name is no text of its own."""
    if item.get("stroke") == "#ffffff":
        return
    given: Any = item.get("text", "")
    letter: float = item["fontSize"]
    x, y = left + item.get("x", 0), top + item.get("y", 0)
    for place, line in enumerate(given if isinstance(given, list) else [given]):
        width = text_width(str(line), letter, bold=item.get("fontWeight") == "bold")
        if item.get("angle"):
            yield x - letter, y - width / 2, x, y + width / 2, line
            continue
        begin = x - {"left": 0.0, "right": width}.get(item.get("align", "left"), width / 2)
        above = {"top": 0.0, "middle": letter / 2}.get(item.get("baseline", ""), letter * 0.8)
        upper = y + place * float(item.get("lineHeight", letter)) - above
        yield begin, upper + letter * 0.12, begin + width, upper + letter * 0.95, str(line)
