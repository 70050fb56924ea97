"""Alliances as a matrix: how alike every two actors are, and how firmly that is known."""

import numpy as np

from gaptracker.publish.alliance_rows import FrozenSimilarity
from gaptracker.publish.charts.alliance_words import alt_of, left_out, nobody, of_any_grade, of_side
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.cells import name_of
from gaptracker.publish.charts.looks import INK, PAPER, QUIET
from gaptracker.publish.charts.near import Near, near_of, sources_near, spread_out
from gaptracker.publish.charts.picture import (
    PART,
    Canvas,
    Key,
    Spec,
    Wanted,
    Words,
    compose,
    lay_out,
    nothing_to_draw,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import Texts, texts_of

MOST_ACTORS = {Size.PAGE: 38, Size.EMBED: 16, Size.CARD: 30}
WANTED = {
    Size.PAGE: Wanted(left=36, right=0, below=10, height=644, above=40),
    Size.EMBED: Wanted(left=34, right=0, below=8, height=266, above=38),
    Size.CARD: Wanted(left=40, right=0, below=8, height=0, above=40, beside=True),
}
# From so much on; the steps get darker, and the fourth begins at a rung's distance.
SHADES = (
    (0.0, "#f4ecd8"),
    (0.55, "#d9c99a"),
    (0.65, "#a9b38a"),
    (0.75, "#4f8a8b"),
    (0.9, "#12465c"),
)
ITSELF = "#d9d9d9"
NOT_COMPARED = {"type": "rect", "fill": "#ffffff", "stroke": "#cfcfcf", "strokeWidth": 0.7}


def words_of(release: FrozenRelease, asked: Asked) -> Words:
    """Say what the picture shows."""
    return _words(release, asked, near_of(release, asked, MOST_ACTORS[asked.size]))


def build(release: FrozenRelease, asked: Asked) -> Spec:
    """Draw the matrix of a side and year, those who stand near each other side by side."""
    texts = texts_of(PART, asked.language)
    near = near_of(release, asked, MOST_ACTORS[asked.size])
    words = _words(release, asked, near)
    if not near.pairs:
        return nothing_to_draw(release, asked, words, nobody(release, texts))
    canvas = lay_out(release, asked, words, WANTED[asked.size])
    ordered = _in_order(near)
    cell = min(canvas.width, canvas.height) / len(ordered)
    return compose(
        release,
        asked,
        words,
        canvas,
        [
            _squares(release, near, ordered, cell, texts),
            _marks(near, ordered, cell, release),
            *_codes(ordered, cell, canvas),
        ],
    )


def _words(release: FrozenRelease, asked: Asked, near: Near) -> Words:
    texts = texts_of(PART, asked.language)
    return Words(
        title=of_side(
            asked,
            texts.say("Who speaks alike, {year}", year=asked.the_year),
            texts.say("Who acts alike, {year}", year=asked.the_year),
        ),
        subtitle=texts.say(
            "Similarity of every two actors: 1 on the same points everywhere, 0 on opposite ends."
        ),
        alt=alt_of(release, asked, near, texts),
        key=_keys(release, texts) if near.pairs else (),
        notes=(
            *left_out(near, texts),
            texts.say("Without a mark it cannot be told whether two are alike or apart."),
            of_any_grade(texts),
        )
        if near.pairs
        else (),
        sources=sources_near(release, near.actors, asked),
    )


def _keys(release: FrozenRelease, texts: Texts) -> tuple[Key, ...]:
    likely = texts.number(release.methodology.labels.likely, 2)
    starts = [start for start, _ in SHADES]
    shades = [
        Key(
            mark={"type": "rect", "fill": colour},
            text=texts.say("below {number}", number=texts.number(ends, 2))
            if start == 0
            else texts.say("from {number}", number=texts.number(start, 2)),
        )
        for (start, colour), ends in zip(SHADES, [*starts[1:], 1.0], strict=True)
    ]
    return (
        *shades,
        Key(mark=NOT_COMPARED, text=texts.say("not compared")),
        Key(
            mark={"type": "point", "shape": "circle", "fill": INK, "stroke": INK},
            text=texts.say("likely alike ({likely} or more)", likely=likely),
        ),
        Key(
            mark={"type": "point", "shape": "cross", "fill": INK, "stroke": INK},
            text=texts.say("likely apart ({likely} or more)", likely=likely),
        ),
    )


def _in_order(near: Near) -> list[str]:
    """Return the actors along the longest way across, so that blocks show."""
    along = spread_out(near.distances())[:, 0]
    return [near.actors[row] for row in np.argsort(along, kind="stable")]


def _shade(similarity: float) -> str:
    return next(colour for start, colour in reversed(SHADES) if similarity >= start)


def _squares(
    release: FrozenRelease, near: Near, ordered: list[str], cell: float, texts: Texts
) -> Spec:
    rows = []
    for down, first in enumerate(ordered):
        for across, second in enumerate(ordered):
            pair = near.pair(first, second)
            itself = first == second
            rows.append(
                {
                    "x": round(across * cell, 2),
                    "x2": round((across + 1) * cell, 2),
                    "y": round(down * cell, 2),
                    "y2": round((down + 1) * cell, 2),
                    "fill": ITSELF if itself else _shade(pair.similarity) if pair else PAPER,
                    "edge": PAPER if pair or itself else NOT_COMPARED["stroke"],
                    "name": f"{name_of(release, first, texts.language)}, "
                    f"{name_of(release, second, texts.language)}",
                    "similarity": pair.similarity if pair else None,
                    "interval": _interval(pair, texts) if pair else texts.say("not compared"),
                }
            )
    return {
        "data": {"values": rows},
        "mark": {"type": "rect", "strokeWidth": 0.7},
        "encoding": {
            **{
                name: {"field": name, "type": "quantitative", "scale": None, **axis}
                for name, axis in (("x", {"axis": None}), ("y", {"axis": None}))
            },
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "stroke": {"field": "edge", "type": "nominal", "scale": None},
            "tooltip": [
                {"field": "name", "title": texts.say("actors")},
                {"field": "interval", "title": texts.say("similarity, 90% interval")},
            ],
        },
    }


def _interval(pair: FrozenSimilarity, texts: Texts) -> str:
    return texts.say(
        "{value} ({low} to {high})",
        value=texts.number(pair.similarity, 2),
        low=texts.number(pair.similarity_low, 2),
        high=texts.number(pair.similarity_high, 2),
    )


def _marks(near: Near, ordered: list[str], cell: float, release: FrozenRelease) -> Spec:
    """Mark the pairs of which it is likely that they are alike, or apart."""
    rows = []
    for down, first in enumerate(ordered):
        for across, second in enumerate(ordered):
            pair = near.pair(first, second) if first != second else None
            alike = _told(pair, release) if pair else None
            if pair is None or alike is None:
                continue
            rows.append(
                {
                    "x": round((across + 0.5) * cell, 2),
                    "y": round((down + 0.5) * cell, 2),
                    "shape": "circle" if alike else "cross",
                    "colour": PAPER if pair.similarity >= SHADES[3][0] else INK,
                }
            )
    return {
        "data": {"values": rows or [{"x": -9, "y": -9, "shape": "circle", "colour": PAPER}]},
        "mark": {"type": "point", "size": round((cell * 0.32) ** 2, 1), "opacity": 1},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
            "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "fill": {"field": "colour", "type": "nominal", "scale": None},
            "stroke": {"field": "colour", "type": "nominal", "scale": None},
        },
    }


def _told(pair: FrozenSimilarity, release: FrozenRelease) -> bool | None:
    """Say whether two are likely alike, or likely apart; None where figure and draws disagree."""
    likely, alike = release.methodology.labels.likely, release.methodology.alliances.alike
    if pair.similarity >= alike:
        return True if pair.p_alike >= likely else None
    return False if 1 - pair.p_alike >= likely else None


def _codes(ordered: list[str], cell: float, canvas: Canvas) -> list[Spec]:
    """Write the actors' codes to the left and above."""
    letter = round(min(canvas.paper.small_px, cell * 0.92), 1)
    middles = [(place + 0.5) * cell for place in range(len(ordered))]
    return [
        _code(code, x=-5, y=middle, letter=letter, angle=0)
        for code, middle in zip(ordered, middles, strict=True)
    ] + [
        _code(code, x=middle, y=-5, letter=letter, angle=-90)
        for code, middle in zip(ordered, middles, strict=True)
    ]


def _code(text: str, *, x: float, y: float, letter: float, angle: int) -> Spec:
    return {
        "data": {"values": [{}]},
        "mark": {
            "type": "text",
            "text": text,
            "x": round(x, 1),
            "y": round(y, 1),
            "angle": angle,
            "align": "right" if angle == 0 else "left",
            "baseline": "middle",
            "fontSize": letter,
            "color": QUIET,
        },
    }
