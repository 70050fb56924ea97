"""An actor's profile: for each theme what it says, what it does, and the gap between."""

from collections.abc import Sequence
from dataclasses import dataclass

from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.cells import (
    gap_text,
    graded,
    name_of,
    row_of,
    theme_name,
    verdict,
)
from gaptracker.publish.charts.looks import LABEL_LOOKS
from gaptracker.publish.charts.origins import publishers
from gaptracker.publish.charts.picture import (
    LINE,
    PART,
    Canvas,
    Spec,
    Wanted,
    Words,
    compose,
    lay_out,
    nothing_to_draw,
    paper_of,
    text_block,
)
from gaptracker.publish.charts.readings import READINGS, point_of, reading_keys
from gaptracker.publish.charts.scales import POINTS, points_axis, scale_note
from gaptracker.publish.charts.widths import shorten, text_width, wrap
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.texts import Texts, texts_of

ROW_PX = {Size.PAGE: 52.0, Size.EMBED: 66.0, Size.CARD: 52.0}
NAMED_IN_ALT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RowText:
    """What stands beside a row."""

    theme: str
    gap: str
    verdict: str
    colour: str


def words_of(release: FrozenRelease, asked: Asked) -> Words:
    """Say what the picture shows."""
    texts = texts_of(PART, asked.language)
    cells = _cells(release, asked)
    name = name_of(release, asked.the_actor, asked.language)
    return Words(
        title=texts.say("{name}, {year}: words and deeds", name=name, year=asked.the_year),
        subtitle=texts.say(
            "For each theme: what it says, what it does, and the gap in points with its 90% "
            "interval. Plus: words ahead of deeds."
        ),
        alt=_alt(name, cells, release, asked),
        key=reading_keys(_shown(cells), texts) if cells else (),
        notes=_notes(release, asked, cells, texts),
        sources=publishers(release, cells, asked.language),
    )


def build(release: FrozenRelease, asked: Asked) -> Spec:
    """Draw the themes of an actor and year."""
    texts = texts_of(PART, asked.language)
    words = words_of(release, asked)
    cells = _cells(release, asked)
    if not cells:
        why = [texts.say("No theme has enough evidence (grade C or better): nothing is drawn.")]
        return nothing_to_draw(release, asked, words, why)
    canvas = lay_out(release, asked, words, _wanted(asked, len(cells)))
    rows = [
        {**row_of(release, cell, texts), "row": place + 0.5} for place, cell in enumerate(cells)
    ]
    layers = [
        _axes(len(cells)),
        *_bars(rows, canvas, drop=14.0 if asked.size is Size.EMBED else 0.0),
        *_texts(release, cells, canvas, asked),
    ]
    return compose(release, asked, words, canvas, layers)


def _cells(release: FrozenRelease, asked: Asked) -> list[FrozenCell]:
    found = graded(release, actor=asked.the_actor, year=asked.the_year)
    return sorted(found, key=lambda cell: release.themes[cell.theme].order)


def _shown(cells: Sequence[FrozenCell]) -> list[str]:
    return [name for name in READINGS if any(getattr(cell, name) is not None for cell in cells)]


def _alt(name: str, cells: Sequence[FrozenCell], release: FrozenRelease, asked: Asked) -> str:
    texts = texts_of(PART, asked.language)
    if not cells:
        return texts.say(
            "{name}, {year}: no theme has enough evidence.", name=name, year=asked.the_year
        )
    widest = sorted(cells, key=lambda cell: -abs(cell.gap or 0.0))[:NAMED_IN_ALT]
    listed = "; ".join(
        f"{theme_name(release, cell.theme, asked.language)} {gap_text(cell, texts)}, "
        f"{verdict(cell.label, asked.language)}"
        for cell in widest
    )
    return texts.count(
        "{name}, {year}, {number} theme with enough evidence: {listed}.",
        "{name}, {year}, {number} themes with enough evidence, the widest gaps first: {listed}.",
        len(cells),
        name=name,
        year=asked.the_year,
        listed=listed,
    )


def _notes(
    release: FrozenRelease, asked: Asked, cells: Sequence[FrozenCell], texts: Texts
) -> tuple[str, ...]:
    seen = {cell.theme for cell in cells}
    thin = [
        theme_name(release, theme.id, asked.language)
        for theme in sorted(release.scored_themes.values(), key=lambda theme: theme.order)
        if theme.id not in seen
    ]
    notes = [
        scale_note(release, None, asked.language),
        texts.say("Thin lines: 90% intervals. A, B, C: strength of the evidence, A the best."),
    ]
    if any(cell.law_only for cell in cells):
        notes.append(texts.say("Where no practice is on record here, the law stands for it."))
    if thin and cells:
        notes.append(texts.say("Too little evidence to draw: {themes}.", themes=", ".join(thin)))
    return tuple(notes)


def _wanted(asked: Asked, rows: int) -> Wanted:
    paper = paper_of(asked)
    height = ROW_PX[asked.size] * rows
    if asked.size is Size.EMBED:
        return Wanted(left=10, right=10, below=30, height=height)
    side = paper.width * 0.26
    return Wanted(left=side, right=side, below=paper.small_px * 2.4, height=height)


def _axes(rows: int) -> Spec:
    return {
        "data": {"values": [{"x": 0, "row": 0}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                "field": "x",
                "type": "quantitative",
                "scale": POINTS,
                "axis": points_axis(None),
            },
            "y": _row_channel(rows),
        },
    }


def _row_channel(rows: int) -> Spec:
    return {
        "field": "row",
        "type": "quantitative",
        "scale": {"domain": [0, rows], "reverse": True, "nice": False},
        "axis": None,
    }


def _bars(rows: Sequence[Spec], canvas: Canvas, *, drop: float) -> list[Spec]:
    """Draw the bar of each gap, the intervals, and the readings on top of them.

    `drop` is how far below the middle of its row the bar stands, in pixels.
    """
    data, count = {"values": list(rows)}, len(rows)
    row = _row_channel(count)
    layers: list[Spec] = [
        {
            "data": data,
            "mark": {"type": "rule", "color": "#d9d9d9", "strokeWidth": 6, "yOffset": drop},
            "encoding": {**_x("practice"), "x2": {"field": "says"}, "y": row},
        }
    ]
    for name, look in READINGS.items():
        step = drop + look.step_px
        line = {"type": "rule", "color": look.colour, "strokeWidth": 1.2, "clip": True}
        layers.append(
            {
                "data": data,
                "mark": {**line, "yOffset": step, "opacity": 0.75},
                "encoding": {**_x(f"{name}_low"), "x2": {"field": f"{name}_high"}, "y": row},
            }
        )
    for name, look in READINGS.items():
        layers.append(
            {
                "data": data,
                "mark": {
                    **point_of(look),
                    "size": canvas.paper.symbol_area * 1.3,
                    "yOffset": drop + look.step_px,
                },
                "encoding": {**_x(name), "y": row},
            }
        )
    return layers


def _x(field: str) -> Spec:
    return {"x": {"field": field, "type": "quantitative", "scale": POINTS}}


def _texts(
    release: FrozenRelease, cells: Sequence[FrozenCell], canvas: Canvas, asked: Asked
) -> list[Spec]:
    """Name the themes and write out the gaps, each beside or above its row."""
    write = _above if asked.size is Size.EMBED else _beside
    row_px = canvas.height / len(cells)
    texts = texts_of(PART, asked.language)
    layers: list[Spec] = []
    for place, cell in enumerate(cells):
        line = RowText(
            theme=theme_name(release, cell.theme, asked.language),
            gap=gap_text(cell, texts),
            verdict=f"{verdict(cell.label, asked.language)} · {cell.grade.value}",
            colour=LABEL_LOOKS[cell.label].colour,
        )
        layers += write(line, canvas, place * row_px, row_px)
    return layers


def _above(line: RowText, canvas: Canvas, top: float, row_px: float) -> list[Spec]:
    paper, right = canvas.paper, canvas.width + 10
    letter, y = paper.text_px, top + row_px * 0.06
    second = y + letter * LINE
    theme = shorten(line.theme, canvas.width + 20, letter, bold=True)
    room = canvas.width + 14 - text_width(line.gap, letter, bold=True)
    return [
        text_block([theme], x=-10, y=y, letter_px=letter, bold=True),
        text_block([line.gap], x=-10, y=second, letter_px=letter, bold=True),
        text_block(
            [shorten(line.verdict, room, paper.small_px)],
            x=right,
            y=second + 1,
            letter_px=paper.small_px,
            colour=line.colour,
            align="right",
        ),
    ]


def _beside(line: RowText, canvas: Canvas, top: float, row_px: float) -> list[Spec]:
    paper, middle = canvas.paper, top + row_px / 2
    letter, small = paper.text_px, paper.small_px
    names = wrap(line.theme, canvas.left - paper.margin - 14, letter, bold=True)
    theme = text_block(
        names,
        x=-14,
        y=middle - len(names) * letter * LINE / 2,
        letter_px=letter,
        bold=True,
        align="right",
    )
    x = canvas.width + 14
    gap = text_block([line.gap], x=x, y=middle - letter * 1.15, letter_px=letter, bold=True)
    room = paper.width - canvas.left - x - paper.margin
    words = text_block(
        wrap(line.verdict, room, small)[:2],
        x=x,
        y=middle + small * 0.2,
        letter_px=small,
        colour=line.colour,
    )
    return [theme, gap, words]
