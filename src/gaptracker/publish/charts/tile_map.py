"""The map: a tile for every state, with the verdict on one theme and year."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gaptracker.domain.vocabulary import ActorKind, Label
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.cells import graded, name_of, no_actor, row_of, theme_name, verdict
from gaptracker.publish.charts.looks import INK, LABEL_LOOKS, PAPER, QUIET, SHOWN_LABELS
from gaptracker.publish.charts.origins import publishers
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
    paper_of,
    text_block,
)
from gaptracker.publish.charts.tiles import (
    Board,
    Tile,
    below,
    by_region,
    homes,
    like_the_world,
    stacked,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.texts import Texts, texts_of

ROW_PX = {Size.PAGE: 27.0, Size.EMBED: 29.0, Size.CARD: 18.0}
CODE_PX = {Size.PAGE: 9.0, Size.EMBED: 10.0, Size.CARD: 11.5}
# A card has room for one row of those who are no states.
MOST_ASIDE = {Size.PAGE: 200, Size.EMBED: 200, Size.CARD: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class TileLook:
    """How a tile of one label looks: its ground, its code, and the sign beside the code."""

    ground: str
    ink: str
    edge: str


LOOKS: Mapping[Label, TileLook] = {
    Label.WORDS_AHEAD: TileLook(ground="#b04a00", ink=PAPER, edge="#b04a00"),
    Label.WORDS_AHEAD_LIKELY: TileLook(ground="#f6d3b8", ink=INK, edge="#b04a00"),
    Label.MIXED_MESSAGE: TileLook(ground="#7b3294", ink=PAPER, edge="#7b3294"),
    Label.DEEDS_AHEAD: TileLook(ground="#00578f", ink=PAPER, edge="#00578f"),
    Label.DEEDS_AHEAD_LIKELY: TileLook(ground="#c3dcf0", ink=INK, edge="#00578f"),
    Label.NO_DEMONSTRABLE_GAP: TileLook(ground="#d3ead7", ink=INK, edge="#2b7a3d"),
    Label.INDETERMINATE: TileLook(ground="#f4f4f4", ink=INK, edge="#8c8c8c"),
}
STRUCK = "#9a9a9a"
STRUCK_BOX = "M-0.6,-0.6L0.6,-0.6L0.6,0.6L-0.6,0.6L-0.6,-0.6L0.6,0.6"
MISSING = TileLook(ground=PAPER, ink=QUIET, edge=STRUCK)


def words_of(release: FrozenRelease, asked: Asked) -> Words:
    """Say what the picture shows."""
    texts = texts_of(PART, asked.language)
    cells = _cells(release, asked)
    theme = theme_name(release, asked.the_theme, asked.language)
    missing = len(_states(release)) - sum(code in cells for code in _states(release))
    return Words(
        title=texts.say("{theme}, {year}: words against deeds", theme=theme, year=asked.the_year),
        subtitle=texts.say("Every state is one tile, under its ISO code, whatever its size."),
        alt=_alt(theme, cells, missing, asked),
        key=_key(cells, missing, texts) if cells else (),
        notes=(
            texts.say(
                "Demonstrated: with a probability of 90% or more; likely: of 75% or more. "
                "A tile struck through is no gap of zero: too little is on record."
            ),
        ),
        sources=publishers(release, list(cells.values()), asked.language),
    )


def build(release: FrozenRelease, asked: Asked) -> Spec:
    """Draw the states of a theme and year, and whoever else has a graded cell."""
    texts = texts_of(PART, asked.language)
    words = words_of(release, asked)
    cells = _cells(release, asked)
    if not cells:
        return nothing_to_draw(release, asked, words, no_actor(texts))
    paper = paper_of(asked)
    width = float(paper.width - 2 * paper.margin)
    height = _board(release, asked, cells, width, ROW_PX[asked.size]).height
    canvas = lay_out(release, asked, words, Wanted(left=0, right=0, below=8, height=height))
    row_px = ROW_PX[asked.size] * min(1.0, canvas.height / height)
    board = _board(release, asked, cells, canvas.width, row_px)
    layers = [
        *_headings(board, canvas),
        *_tiles(release, board, cells, canvas, asked),
    ]
    return compose(release, asked, words, canvas, layers)


def _cells(release: FrozenRelease, asked: Asked) -> dict[str, FrozenCell]:
    found = graded(release, theme=asked.the_theme, year=asked.the_year)
    return {cell.actor: cell for cell in found}


def _states(release: FrozenRelease) -> list[str]:
    return [
        code
        for code, actor in release.actors.items()
        if actor.kind is ActorKind.STATE and code in homes()
    ]


def _board(
    release: FrozenRelease,
    asked: Asked,
    cells: Mapping[str, FrozenCell],
    width: float,
    row_px: float,
) -> Board:
    """Lay out all states, and aside the others that have a graded cell."""
    texts, states = texts_of(PART, asked.language), _states(release)
    letter = paper_of(asked).small_px
    if asked.size is Size.EMBED:
        main = by_region(states, _regions(texts), width=width, row_px=row_px, letter_px=letter)
    else:
        main = like_the_world(states, width=width, row_px=row_px)
    aside = sorted(code for code in cells if code not in set(states))
    if not aside:
        return main
    shown, more = aside[: MOST_ASIDE[asked.size]], len(aside) - MOST_ASIDE[asked.size]
    heading = texts.say("Unions, organs, agencies and parts of federations")
    if more > 0:
        heading += texts.say(" ({number} more on the page)", number=more)
    others = stacked([(heading, shown)], width=width, row_px=row_px, letter_px=letter)
    return below(main, others, row_px * 0.4)


def _regions(texts: Texts) -> dict[str, str]:
    return {
        "africa": texts.say("Africa"),
        "americas": texts.say("Americas"),
        "asia": texts.say("Asia"),
        "europe": texts.say("Europe"),
        "oceania": texts.say("Oceania"),
    }


def _alt(theme: str, cells: Mapping[str, FrozenCell], missing: int, asked: Asked) -> str:
    texts = texts_of(PART, asked.language)
    if not cells:
        return texts.say(
            "{theme}, {year}: no actor has enough evidence.", theme=theme, year=asked.the_year
        )
    counts = Counter(cell.label for cell in cells.values())
    listed = [
        f"{verdict(label, asked.language)} {counts[label]}"
        for label in SHOWN_LABELS
        if counts[label]
    ]
    return texts.say(
        "{theme}, {year}, by number of actors: {listed}. States of which too little is on "
        "record here: {missing}.",
        theme=theme,
        year=asked.the_year,
        listed=texts.all_of(listed),
        missing=missing,
    )


def _key(cells: Mapping[str, FrozenCell], missing: int, texts: Texts) -> tuple[Key, ...]:
    counts = Counter(cell.label for cell in cells.values())
    keys = [
        Key(mark=_sign(label), text=f"{verdict(label, texts.language)} ({counts[label]})")
        for label in SHOWN_LABELS
        if counts[label]
    ]
    struck = {
        "type": "point",
        "shape": STRUCK_BOX,
        "fill": PAPER,
        "stroke": STRUCK,
        "strokeWidth": 1.2,
        "opacity": 1,
    }
    text = texts.say("too little evidence ({number})", number=missing)
    return (*keys, Key(mark=struck, text=text))


def _sign(label: Label) -> dict[str, object]:
    """Return a label's sign in the key: the sign on the ground of its tiles."""
    look, tile = LABEL_LOOKS[label], LOOKS[label]
    return {
        "type": "point",
        "shape": look.shape,
        "fill": look.colour if look.filled else tile.ground,
        "stroke": look.colour,
        "strokeWidth": 1.5,
        "opacity": 1,
    }


def _headings(board: Board, canvas: Canvas) -> list[Spec]:
    letter = canvas.paper.small_px
    return [
        text_block([each.text], x=0, y=each.top, letter_px=letter, bold=True, colour=QUIET)
        for each in board.headings
    ]


def _tiles(
    release: FrozenRelease,
    board: Board,
    cells: Mapping[str, FrozenCell],
    canvas: Canvas,
    asked: Asked,
) -> list[Spec]:
    texts = texts_of(PART, asked.language)
    rows = [_row(release, tile, cells.get(tile.actor), texts) for tile in board.tiles]
    missing = [row for row in rows if row["label"] is None]
    flat = asked.size is Size.CARD
    encoding = {
        "x": _place("left", canvas.width),
        "x2": {"field": "right"},
        "y": _place("top", canvas.height, down=True),
        "y2": {"field": "bottom"},
    }
    boxes: Spec = {
        "data": {"values": [row for row in rows if row["label"] is not None]},
        "mark": {"type": "rect", "strokeWidth": 1},
        "encoding": {
            **encoding,
            "fill": {"field": "ground", "type": "nominal", "scale": None},
            "stroke": {"field": "edge", "type": "nominal", "scale": None},
            "tooltip": [
                {"field": "name", "title": texts.say("actor")},
                {"field": "verdict", "title": texts.say("verdict")},
                {"field": "gap_text", "title": texts.say("gap, 90% interval")},
            ],
        },
    }
    dashed: Spec = {
        **boxes,
        "data": {"values": missing},
        "mark": {"type": "rect", "strokeWidth": 1, "strokeDash": [2, 2]},
    }
    crosses: Spec = {
        "data": {"values": missing},
        "mark": {"type": "rule", "color": STRUCK, "strokeWidth": 0.7, "opacity": 0.8},
        "encoding": encoding,
    }
    return [boxes, dashed, crosses, *_signs(rows, canvas, flat=flat), _codes(rows, canvas, asked)]


def _place(field: str, length: float, *, down: bool = False) -> Spec:
    scale = {"domain": [0, length], "reverse": down, "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def _row(
    release: FrozenRelease, tile: Tile, cell: FrozenCell | None, texts: Texts
) -> dict[str, object]:
    """Return a tile with its cell's figures; a cell of grade D gives none."""
    look = MISSING if cell is None else LOOKS[cell.label]
    place = {
        "left": round(tile.left, 2),
        "right": round(tile.left + tile.width, 2),
        "top": round(tile.top, 2),
        "bottom": round(tile.top + tile.height, 2),
        "ground": look.ground,
        "ink": look.ink,
        "edge": look.edge,
    }
    if cell is None:
        return {
            "actor": tile.actor,
            "name": name_of(release, tile.actor, texts.language),
            "label": None,
            "verdict": texts.say("too little evidence"),
            "gap_text": "",
            **place,
        }
    return {**row_of(release, cell, texts), **place}


def _signs(rows: Sequence[dict[str, object]], canvas: Canvas, *, flat: bool) -> list[Spec]:
    """Put each label's sign into its tiles: below the code, or beside it on flat tiles."""
    layers: list[Spec] = []
    size = 22.0
    for label in SHOWN_LABELS:
        own = [_with_spot(row, flat=flat) for row in rows if row["label"] == label.value]
        if own:
            look = LABEL_LOOKS[label]
            sign = PAPER if LOOKS[label].ink == PAPER else look.colour
            layers.append(
                {
                    "data": {"values": own},
                    "mark": {
                        "type": "point",
                        "shape": look.shape,
                        "size": size,
                        "strokeWidth": 1.1,
                        "opacity": 1,
                        "stroke": sign,
                        "fill": sign if look.filled else LOOKS[label].ground,
                    },
                    "encoding": {
                        "x": _place("sign_x", canvas.width),
                        "y": _place("sign_y", canvas.height, down=True),
                    },
                }
            )
    return layers


def _with_spot(row: Mapping[str, object], *, flat: bool) -> dict[str, object]:
    left, right = float(str(row["left"])), float(str(row["right"]))
    top, bottom = float(str(row["top"])), float(str(row["bottom"]))
    across, down = (0.84, 0.5) if flat else (0.5, 0.72)
    return {
        "actor": row["actor"],
        "sign_x": round(left + (right - left) * across, 2),
        "sign_y": round(top + (bottom - top) * down, 2),
    }


def _codes(rows: Sequence[dict[str, object]], canvas: Canvas, asked: Asked) -> Spec:
    flat = asked.size is Size.CARD
    written = []
    for row in rows:
        left, right = float(str(row["left"])), float(str(row["right"]))
        top, bottom = float(str(row["top"])), float(str(row["bottom"]))
        lone = row["label"] is None
        written.append(
            {
                "actor": row["actor"],
                "ink": row["ink"],
                "x": round(left + (right - left) * (0.42 if flat else 0.5), 2),
                "y": round(top + (bottom - top) * (0.5 if flat or lone else 0.32), 2),
            }
        )
    return {
        "data": {"values": written},
        "mark": {
            "type": "text",
            "fontSize": CODE_PX[asked.size],
            "fontWeight": "bold",
            "align": "center",
            "baseline": "middle",
        },
        "encoding": {
            "x": _place("x", canvas.width),
            "y": _place("y", canvas.height, down=True),
            "text": {"field": "actor", "type": "nominal"},
            "color": {"field": "ink", "type": "nominal", "scale": None},
        },
    }
