"""Says × does: every actor of a theme and year, with the diagonal on which words meet deeds."""

import math
from collections import Counter
from collections.abc import Sequence

from gaptracker.domain.vocabulary import Label
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.cells import (
    graded,
    label_keys,
    name_of,
    no_actor,
    point_mark,
    row_of,
    theme_name,
    verdict,
)
from gaptracker.publish.charts.label_places import Box, Place, Wish, place_names
from gaptracker.publish.charts.looks import DEMONSTRATED, FAINT, INK, PAPER, QUIET, SHOWN_LABELS
from gaptracker.publish.charts.origins import publishers
from gaptracker.publish.charts.picture import (
    PART,
    Canvas,
    Spec,
    Wanted,
    Words,
    compose,
    lay_out,
    nothing_to_draw,
)
from gaptracker.publish.charts.scales import POINTS, points_axis, scale_note, to_pixels, to_points
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.texts import Texts, texts_of

# More lines than this would hide the points they belong to.
MOST_LINES = 30
CROWD, SPOT_PX = 8, 9.0
MOST_NAMES = {Size.PAGE: 26, Size.EMBED: 8, Size.CARD: 18}
NAMED_IN_ALT = 3
# A paper-white edge around letters keeps them readable over marks and lines.
HALO = {"color": PAPER, "stroke": PAPER, "strokeWidth": 3, "opacity": 0.85}
WANTED = {
    Size.PAGE: Wanted(left=40, right=8, below=48, height=560),
    Size.EMBED: Wanted(left=40, right=4, below=44, height=264),
    Size.CARD: Wanted(left=58, right=0, below=62, height=0, beside=True),
}


def words_of(release: FrozenRelease, asked: Asked) -> Words:
    """Say what the picture shows."""
    texts = texts_of(PART, asked.language)
    cells = _cells(release, asked)
    theme = theme_name(release, asked.the_theme, asked.language)
    notes = [scale_note(release, asked.the_theme, asked.language)]
    if cells:
        notes = [_lines_note(cells, texts), *notes]
        if len(cells) > MOST_LINES:
            notes.append(texts.say("Named are the widest demonstrated gaps."))
    return Words(
        title=texts.say(
            "{theme}, {year}: what actors say and do", theme=theme, year=asked.the_year
        ),
        subtitle=texts.say(
            "Above the diagonal words are ahead of deeds, below it deeds are ahead of words."
        ),
        alt=_alt(release, asked, cells, texts),
        key=label_keys(cells, asked.language),
        notes=tuple(notes),
        sources=publishers(release, cells, asked.language),
    )


def build(release: FrozenRelease, asked: Asked) -> Spec:
    """Draw the actors of a theme and year."""
    texts = texts_of(PART, asked.language)
    words = words_of(release, asked)
    cells = _cells(release, asked)
    if not cells:
        return nothing_to_draw(release, asked, words, no_actor(texts))
    canvas = lay_out(release, asked, words, WANTED[asked.size])
    layers = [
        _axes(texts),
        _diagonal(),
        *_sides(canvas, texts),
        *_intervals(release, cells, texts),
        *_points(release, cells, canvas, texts),
        *_names(release, cells, canvas, asked),
    ]
    return compose(release, asked, words, canvas, layers)


def _cells(release: FrozenRelease, asked: Asked) -> list[FrozenCell]:
    return graded(release, theme=asked.the_theme, year=asked.the_year)


def _alt(release: FrozenRelease, asked: Asked, cells: Sequence[FrozenCell], texts: Texts) -> str:
    theme = theme_name(release, asked.the_theme, asked.language)
    if not cells:
        return texts.say(
            "{theme}, {year}: no actor has enough evidence.", theme=theme, year=asked.the_year
        )
    counts = Counter(cell.label for cell in cells)
    listed = texts.all_of(
        [
            f"{verdict(label, asked.language)} {counts[label]}"
            for label in SHOWN_LABELS
            if counts[label]
        ]
    )
    said = texts.count(
        "{theme}, {year}, {number} actor: {listed}.",
        "{theme}, {year}, {number} actors: {listed}.",
        len(cells),
        theme=theme,
        year=asked.the_year,
        listed=listed,
    )
    widest = [cell for cell in _by_weight(cells) if cell.label in DEMONSTRATED][:NAMED_IN_ALT]
    if not widest:
        return said
    named = [
        f"{name_of(release, cell.actor, asked.language)} {texts.signed(cell.gap or 0.0)}"
        for cell in widest
    ]
    return f"{said} " + texts.say(
        "Widest demonstrated gaps in points: {named}.", named=texts.all_of(named)
    )


def _by_weight(cells: Sequence[FrozenCell]) -> list[FrozenCell]:
    """Return cells, those with the most to say first: demonstrated, then wide."""

    def rank(cell: FrozenCell) -> tuple[int, float, str]:
        settled = cell.label in {Label.WORDS_AHEAD, Label.DEEDS_AHEAD}
        order = 0 if settled else 1 if cell.label in DEMONSTRATED else 2
        return order, -abs(cell.gap or 0.0), cell.actor

    return sorted(cells, key=rank)


def _with_lines(cells: Sequence[FrozenCell]) -> list[FrozenCell]:
    """Return the cells whose intervals are drawn: all of few, else the demonstrated ones."""
    if len(cells) <= MOST_LINES:
        return list(cells)
    return [cell for cell in _by_weight(cells) if cell.label in DEMONSTRATED][:MOST_LINES]


def _lines_note(cells: Sequence[FrozenCell], texts: Texts) -> str:
    if len(_with_lines(cells)) == len(cells):
        return texts.say("Lines: 90% intervals of what is said and done.")
    return texts.say(
        "Lines: 90% intervals of what is said and done, of demonstrated gaps; "
        "the others' are about as wide."
    )


def _axes(texts: Texts) -> Spec:
    """Return an empty layer that carries both axes."""
    return {
        "data": {"values": [{"x": 0, "y": 0}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                "field": "x",
                "type": "quantitative",
                "scale": POINTS,
                "axis": points_axis(texts.say("what it does (points)")),
            },
            "y": {
                "field": "y",
                "type": "quantitative",
                "scale": POINTS,
                "axis": points_axis(texts.say("what it says (points)")),
            },
        },
    }


def _diagonal() -> Spec:
    return {
        "data": {"values": [{"x": 0, "y": 0}, {"x": 100, "y": 100}]},
        "mark": {"type": "line", "color": QUIET, "strokeWidth": 1.5, "strokeDash": [5, 4]},
        "encoding": _at("x", "y"),
    }


def _sides(canvas: Canvas, texts: Texts) -> list[Spec]:
    """Say in both corners who is ahead there."""
    letter = canvas.paper.small_px
    corners = (
        (8.0, 6.0, "left", texts.say("words ahead")),
        (
            canvas.width - 8.0,
            canvas.height - letter * 1.5,
            "right",
            texts.say("deeds ahead"),
        ),
    )
    return [
        {
            "data": {"values": [{}]},
            "mark": {
                "type": "text",
                "text": text,
                "x": x,
                "y": y,
                "align": align,
                "baseline": "top",
                "fontSize": letter,
                "fontStyle": "italic",
                "color": QUIET,
            },
        }
        for x, y, align, text in corners
    ]


def _at(x: str, y: str, **more: object) -> Spec:
    return {
        "x": {"field": x, "type": "quantitative", "scale": POINTS},
        "y": {"field": y, "type": "quantitative", "scale": POINTS},
        **more,
    }


def _intervals(release: FrozenRelease, cells: Sequence[FrozenCell], texts: Texts) -> list[Spec]:
    rows = [row_of(release, cell, texts) for cell in _with_lines(cells)]
    mark = {"type": "rule", "color": FAINT, "strokeWidth": 0.8, "clip": True, "opacity": 0.8}
    data = {"values": rows}
    return [
        {
            "data": data,
            "mark": mark,
            "encoding": {**_at("practice_low", "says"), "x2": {"field": "practice_high"}},
        },
        {
            "data": data,
            "mark": mark,
            "encoding": {**_at("practice", "says_low"), "y2": {"field": "says_high"}},
        },
    ]


def _points(
    release: FrozenRelease, cells: Sequence[FrozenCell], canvas: Canvas, texts: Texts
) -> list[Spec]:
    tooltip = [
        {"field": "name", "title": texts.say("actor")},
        {"field": "verdict", "title": texts.say("verdict")},
        {"field": "gap_text", "title": texts.say("gap, 90% interval")},
        {"field": "grade", "title": texts.say("evidence")},
    ]
    size = {"size": canvas.paper.symbol_area, "strokeWidth": 1.2}
    layers: list[Spec] = []
    for label in reversed(SHOWN_LABELS):
        rows = [row_of(release, cell, texts) for cell in cells if cell.label is label]
        if rows:
            layers.append(
                {
                    "data": {"values": rows},
                    "mark": {**point_mark(label), **size},
                    "encoding": _at("practice", "says", tooltip=tooltip),
                }
            )
    return layers


def _names(
    release: FrozenRelease, cells: Sequence[FrozenCell], canvas: Canvas, asked: Asked
) -> list[Spec]:
    """Name the demonstrated gaps, or everybody where there are few; count the crowds."""
    texts, letter = texts_of(PART, asked.language), canvas.paper.small_px
    wished = [cell for cell in _by_weight(cells) if cell.label in DEMONSTRATED]
    if len(cells) <= MOST_LINES:
        wished = _by_weight(cells)
    pixels = {
        cell.actor: to_pixels(canvas, cell.practice or 0.0, cell.says or 0.0) for cell in cells
    }
    wishes = [
        *_crowds(list(pixels.values()), texts),
        *(
            Wish(text=name_of(release, cell.actor, texts.language), x=x, y=y)
            for cell in wished
            for x, y in [pixels[cell.actor]]
        ),
    ]
    room = Box(left=2, top=letter * 2, right=canvas.width - 2, bottom=canvas.height - letter * 2)
    places = place_names(
        wishes,
        list(pixels.values()),
        within=room,
        letter_px=letter,
        most_led=MOST_NAMES[asked.size],
    )
    return _name_layers(places, canvas, letter)


def _crowds(pixels: Sequence[tuple[float, float]], texts: Texts) -> list[Wish]:
    """Return how many actors stand on one spot, where the marks hide that they are many."""
    spots: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for x, y in sorted(pixels):
        near = [spot for spot in spots if math.dist(spot, (x, y)) < SPOT_PX]
        spots.setdefault(near[0] if near else (x, y), []).append((x, y))
    return [
        Wish(
            text=texts.say("{number} actors here", number=len(spot)),
            x=spot[0][0],
            y=spot[0][1],
            shy=place > 0,
        )
        for place, spot in enumerate(sorted(spots.values(), key=len, reverse=True))
        if len(spot) >= CROWD
    ]


def _name_layers(places: Sequence[Place], canvas: Canvas, letter: float) -> list[Spec]:
    texts: list[Spec] = []
    leads: list[Spec] = []
    for place in places:
        x, y = to_points(canvas, place.x, place.y)
        texts.append({"x": round(x, 3), "y": round(y, 3), "text": place.wish.text})
        if place.lead:
            edge = min(max(place.box.left, place.wish.x), place.box.right)
            x1, y1 = to_points(canvas, edge, place.y)
            x2, y2 = to_points(canvas, place.wish.x, place.wish.y)
            leads.append({"x": x1, "y": y1, "x2": x2, "y2": y2})
    return [
        {
            "data": {"values": leads},
            "mark": {"type": "rule", "color": INK, "strokeWidth": 0.5},
            "encoding": {**_at("x", "y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}},
        },
        *(
            {
                "data": {"values": texts},
                "mark": {
                    "type": "text",
                    "align": "left",
                    "baseline": "middle",
                    "fontSize": letter,
                    **paint,
                },
                "encoding": _at("x", "y", text={"field": "text", "type": "nominal"}),
            }
            for paint in (HALO, {"color": INK})
        ),
    ]
