"""Alliances as a network: near ones stand near, and lines join those who stand together."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from gaptracker.publish.charts.alliance_words import (
    alt_of,
    groups_of,
    left_out,
    nobody,
    of_any_grade,
    of_side,
)
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.cells import name_of
from gaptracker.publish.charts.looks import INK, PAPER, QUIET
from gaptracker.publish.charts.near import Floats, Near, apart, near_of, sources_near, spread_out
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
from gaptracker.publish.charts.widths import text_width
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import Texts, texts_of

MOST_ACTORS = {Size.PAGE: 80, Size.EMBED: 30, Size.CARD: 60}
WANTED = {
    Size.PAGE: Wanted(left=0, right=0, below=10, height=560),
    Size.EMBED: Wanted(left=0, right=0, below=8, height=330),
    Size.CARD: Wanted(left=0, right=0, below=8, height=0, beside=True),
}
# Each group has a colour and an outline of its own; those after the sixth share one look.
FILLS = ("#00578f", "#b04a00", "#2b7a3d", "#7b3294", "#8a6d00", "#a3195b")
STROKES: tuple[list[int], ...] = ([], [5, 2], [2, 2], [8, 2, 2, 2], [1, 2], [10, 3])
OTHER_GROUPS = "#555555"
IN_NO_GROUP = "#e4e4e4"
PADDING_PX = 5.0
EDGE_SHARE = 0.06


def words_of(release: FrozenRelease, asked: Asked) -> Words:
    """Say what the picture shows."""
    return _words(release, asked, near_of(release, asked, MOST_ACTORS[asked.size]))


def build(release: FrozenRelease, asked: Asked) -> Spec:
    """Draw the network of a side and year; where each stands follows from the figures alone."""
    texts = texts_of(PART, asked.language)
    near = near_of(release, asked, MOST_ACTORS[asked.size])
    words = _words(release, asked, near)
    if not near.pairs:
        return nothing_to_draw(release, asked, words, nobody(release, texts))
    canvas = lay_out(release, asked, words, WANTED[asked.size])
    boxes = _boxes(near, canvas)
    places = _places(near, canvas, boxes)
    layers = [_lines(release, near, places), *_actors(release, near, places, boxes, canvas, texts)]
    return compose(release, asked, words, canvas, layers)


def _words(release: FrozenRelease, asked: Asked, near: Near) -> Words:
    texts = texts_of(PART, asked.language)
    share = texts.percent(release.methodology.alliances.together_share)
    return Words(
        title=of_side(
            asked,
            texts.say("Who stands together in words, {year}", year=asked.the_year),
            texts.say("Who stands together in deeds, {year}", year=asked.the_year),
        ),
        subtitle=texts.say(
            "The more alike two actors are, the nearer they stand, as far as a plane allows."
        ),
        alt=alt_of(release, asked, near, texts),
        key=_keys(near, texts) if near.pairs else (),
        notes=(
            *left_out(near, texts),
            texts.say("Lines: fall into one community in {share} of runs or more.", share=share),
            texts.say("Without a line it cannot be told whether two stand together."),
            of_any_grade(texts),
        )
        if near.pairs
        else (),
        sources=sources_near(release, near.actors, asked),
    )


def _keys(near: Near, texts: Texts) -> tuple[Key, ...]:
    groups = groups_of(near)
    shown = [
        Key(
            mark=_look(rank, len(groups)),
            text=texts.say(
                "{actor} and {number} more",
                actor=members[0],
                number=near.sizes[near.groups[members[0]]] - 1,
            ),
        )
        for rank, members in enumerate(groups[: len(FILLS)])
    ]
    if len(groups) > len(FILLS):
        shown.append(Key(mark=_look(len(FILLS), len(groups)), text=texts.say("smaller groups")))
    return (*shown, Key(mark=_look(None, len(groups)), text=texts.say("in no group")))


def _look(rank: int | None, groups: int) -> dict[str, Any]:
    """Return the box of a group by its rank in size; None for those in no group."""
    if rank is None or rank >= groups:
        return {"type": "rect", "fill": IN_NO_GROUP, "stroke": "#b3b3b3", "strokeWidth": 0.8}
    if rank >= len(FILLS):
        return {"type": "rect", "fill": OTHER_GROUPS, "stroke": INK, "strokeWidth": 1}
    dash = {"strokeDash": STROKES[rank]} if STROKES[rank] else {}
    return {"type": "rect", "fill": FILLS[rank], "stroke": INK, "strokeWidth": 1.6, **dash}


def _boxes(near: Near, canvas: Canvas) -> Floats:
    """Return the width and height of each actor's box, in pixels."""
    letter = canvas.paper.small_px
    return np.array(
        [
            [text_width(actor, letter) + PADDING_PX * 1.6, letter + PADDING_PX]
            for actor in near.actors
        ]
    )


def _places(near: Near, canvas: Canvas, boxes: Floats) -> Floats:
    """Return where each actor's box has its middle, in pixels of the plot."""
    room = np.array([canvas.width, canvas.height], dtype=np.float64)
    plane = spread_out(near.distances())
    inside = room * (EDGE_SHARE + (1 - 2 * EDGE_SHARE) * plane)
    # A little air around each box.
    return apart(inside, boxes + 3.0, (float(canvas.width), float(canvas.height)))


def _lines(release: FrozenRelease, near: Near, places: Floats) -> Spec:
    least = release.methodology.alliances.together_share
    at = dict(zip(near.actors, places.tolist(), strict=True))
    rows = []
    for first, second in combinations(near.actors, 2):
        pair = near.pair(first, second)
        if pair is not None and pair.together_share >= least:
            (x, y), (x2, y2) = at[first], at[second]
            rows.append({"x": x, "y": y, "x2": x2, "y2": y2})
    return {
        "data": {"values": rows},
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 0.7, "opacity": 0.28},
        "encoding": _at(x2={"field": "x2"}, y2={"field": "y2"}),
    }


def _actors(
    release: FrozenRelease,
    near: Near,
    places: Floats,
    boxes: Floats,
    canvas: Canvas,
    texts: Texts,
) -> list[Spec]:
    groups = groups_of(near)
    ranks = {actor: rank for rank, members in enumerate(groups) for actor in members}
    rows: dict[int | None, list[Spec]] = {}
    for actor, (x, y), (width, height) in zip(
        near.actors, places.tolist(), boxes.tolist(), strict=True
    ):
        rank = ranks.get(actor)
        look = None if rank is None else min(rank, len(FILLS))
        rows.setdefault(look, []).append(
            {
                "actor": actor,
                "name": name_of(release, actor, texts.language),
                "group": " ".join(groups[rank]) if rank is not None else texts.say("in no group"),
                "x": x,
                "y": y,
                "left": round(x - width / 2, 1),
                "right": round(x + width / 2, 1),
                "top": round(y - height / 2, 1),
                "bottom": round(y + height / 2, 1),
            }
        )
    order = sorted(rows, key=lambda look: -1 if look is None else len(FILLS) - look)
    return [
        layer for look in order for layer in _layers(rows[look], look, len(groups), canvas, texts)
    ]


def _layers(
    rows: Sequence[Spec], look: int | None, groups: int, canvas: Canvas, texts: Texts
) -> list[Spec]:
    data = {"values": list(rows)}
    tooltip = [
        {"field": "name", "title": texts.say("actor")},
        {"field": "group", "title": texts.say("group")},
    ]
    return [
        {
            "data": data,
            "mark": {**_look(look, groups), "cornerRadius": 3},
            "encoding": {
                **_at("left", "top", x2={"field": "right"}, y2={"field": "bottom"}),
                "tooltip": tooltip,
            },
        },
        {
            "data": data,
            "mark": {
                "type": "text",
                "baseline": "middle",
                "fontSize": canvas.paper.small_px,
                "color": INK if look is None else PAPER,
            },
            "encoding": _at(text={"field": "actor", "type": "nominal"}),
        },
    ]


def _at(x: str = "x", y: str = "y", **more: object) -> Spec:
    """Return the places of marks that stand at pixels of the plot."""
    return {
        "x": {"field": x, "type": "quantitative", "scale": None, "axis": None},
        "y": {"field": y, "type": "quantitative", "scale": None, "axis": None},
        **more,
    }
