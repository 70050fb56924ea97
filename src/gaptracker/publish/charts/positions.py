"""Positions over time: where the words of some actors stand on one theme, year by year."""

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from gaptracker.domain.vocabulary import Grade, Side
from gaptracker.publish.alliance_rows import FrozenPosition
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.cells import name_of, theme_name
from gaptracker.publish.charts.origins import publishers_of
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
from gaptracker.publish.charts.scales import (
    HIGH_END,
    LOW_END,
    POINTS,
    points_axis,
    scale_note,
    to_pixels,
)
from gaptracker.publish.charts.widths import text_width
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.stored_tables import scanned
from gaptracker.publish.texts import Texts, texts_of
from gaptracker.release.cell_tables import CONTRIBUTIONS
from gaptracker.release.record_tables import CODINGS, STATEMENTS

COLOURS = ("#00578f", "#b04a00", "#2b7a3d", "#7b3294", "#8a6d00", "#a3195b")
DASHES: tuple[list[int], ...] = ([], [6, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
# With more actors than this, bands would lie over each other as mud.
MOST_BANDS = 3
WANTED = {
    Size.PAGE: Wanted(left=40, right=166, below=40, height=400),
    Size.EMBED: Wanted(left=40, right=62, below=34, height=250),
    Size.CARD: Wanted(left=58, right=236, below=56, height=0),
}
# Between the plot and the names, for the intervals of the last year.
INTERVALS_PX = {Size.PAGE: 34.0, Size.EMBED: 26.0, Size.CARD: 44.0}
YEAR_LABEL_PX = {Size.PAGE: 48, Size.EMBED: 44, Size.CARD: 70}


def words_of(release: FrozenRelease, asked: Asked) -> Words:
    """Say what the picture shows."""
    texts = texts_of(PART, asked.language)
    held = _positions(release, asked)
    theme = theme_name(release, asked.the_theme, asked.language)
    absent = [
        name_of(release, actor, asked.language) for actor in asked.actors if actor not in held
    ]
    notes = []
    if held:
        notes.append(
            texts.say("Bands: 90% intervals.")
            if len(held) <= MOST_BANDS
            else texts.say(
                "Lines on the right: 90% intervals of the last year; where they overlap, who is "
                "higher cannot be told."
            )
        )
    if absent:
        notes.append(texts.say("Too little on record: {names}.", names=texts.all_of(absent)))
    return Words(
        title=texts.say("{theme}: positions over the years", theme=theme),
        subtitle=texts.say("Where the words of each actor stand, in points."),
        alt=_alt(release, asked, held, texts),
        key=tuple(
            Key(mark=_point(place), text=name_of(release, actor, asked.language))
            for place, actor in enumerate(held)
        ),
        notes=(*notes, scale_note(release, asked.the_theme, asked.language)),
        sources=_sources(release, asked, list(held)),
    )


def build(release: FrozenRelease, asked: Asked) -> Spec:
    """Draw the positions of some actors on one theme."""
    texts = texts_of(PART, asked.language)
    words = words_of(release, asked)
    held = _positions(release, asked)
    if not held:
        why = [texts.say("None of these has enough on record here: nothing is drawn.")]
        return nothing_to_draw(release, asked, words, why)
    canvas = lay_out(release, asked, words, WANTED[asked.size])
    years = [row.year for rows in held.values() for row in rows]
    first, last = min(years), max(years)
    scale: Spec = {"domain": [first - 0.5, last + 0.5], "nice": False, "zero": False}
    layers = [_axes(scale, _ticks(first, last, canvas, asked.size), texts)]
    if len(held) <= MOST_BANDS:
        for place, rows in enumerate(held.values()):
            layers.append(_band(place, rows, scale))
    else:
        layers += _last_intervals(list(held.values()), canvas, INTERVALS_PX[asked.size])
    for place, (actor, rows) in enumerate(held.items()):
        layers += _line(place, name_of(release, actor, asked.language), rows, scale, canvas)
    layers += _names(release, held, canvas, asked)
    return compose(release, asked, words, canvas, layers)


def _positions(release: FrozenRelease, asked: Asked) -> dict[str, list[FrozenPosition]]:
    """Return the years of each actor whose words rest on as much as grade C asks for."""
    (grade,) = [rule for rule in release.methodology.grades if rule.grade is Grade.C]
    found = release.alliances.positions.matching(
        (pl.col("theme") == asked.the_theme)
        & (pl.col("side") == Side.WORDS.value)
        & pl.col("actor").is_in(list(asked.actors))
        & (pl.col("n_eff") >= grade.effective_size)
    ).sorted_by("year")
    rows = found.rows()
    held = {
        actor: [row for row in rows if row.actor == actor] for actor in dict.fromkeys(asked.actors)
    }
    return {actor: years for actor, years in held.items() if years}


def _sources(release: FrozenRelease, asked: Asked, actors: list[str]) -> tuple[str, ...]:
    if asked.the_theme in release.scored_themes:
        used = scanned(release.frames, CONTRIBUTIONS.name).filter(
            pl.col("weight") > 0,
            pl.col("side") == Side.WORDS.value,
            pl.col("theme") == asked.the_theme,
            pl.col("actor").is_in(actors),
        )
        return publishers_of(release, used.select("source").collect()["source"], asked.language)
    coded = release.frames[CODINGS.name].filter(pl.col("theme") == asked.the_theme)
    said = release.frames[STATEMENTS.name].filter(
        pl.col("actor").is_in(actors), pl.col("id").is_in(coded["item"].implode())
    )
    return publishers_of(release, said["source"], asked.language)


def _alt(
    release: FrozenRelease, asked: Asked, held: dict[str, list[FrozenPosition]], texts: Texts
) -> str:
    theme = theme_name(release, asked.the_theme, asked.language)
    if not held:
        return texts.say("{theme}: none of these actors has enough on record.", theme=theme)
    parts = [
        texts.say(
            "{name} {first} in {first_year}, {last} in {last_year}",
            name=name_of(release, actor, asked.language),
            first=texts.number(rows[0].position),
            first_year=rows[0].year,
            last=texts.number(rows[-1].position),
            last_year=rows[-1].year,
        )
        for actor, rows in held.items()
    ]
    return f"{theme}: {'; '.join(parts)}."


def _point(place: int) -> dict[str, object]:
    colour = COLOURS[place % len(COLOURS)]
    shape = SHAPES[(place + place // len(COLOURS)) % len(SHAPES)]
    return {"type": "point", "shape": shape, "fill": colour, "stroke": colour, "opacity": 1}


def _row(row: FrozenPosition, name: str = "") -> Spec:
    return {
        "name": name,
        "year": row.year,
        "position": row.position,
        "low": row.position_low,
        "high": row.position_high,
        "n": row.n_items,
    }


def _ticks(first: int, last: int, canvas: Canvas, size: Size) -> list[int]:
    """Return the years that are named: as many as have room, the last one among them."""
    room = max(1, int(canvas.width / YEAR_LABEL_PX[size]))
    step = max(1, -(-(last - first + 1) // room))
    return list(range(last, first - 1, -step))[::-1]


def _axes(years: Spec, ticks: Sequence[int], texts: Texts) -> Spec:
    return {
        "data": {"values": [{"year": ticks[-1], "position": 0}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                **_x(years),
                "axis": {"title": None, "values": list(ticks), "format": "d", "grid": False},
            },
            "y": {**_y("position"), "axis": points_axis(texts.say("what it says (points)"))},
        },
    }


def _x(years: Spec) -> Spec:
    return {"field": "year", "type": "quantitative", "scale": years}


def _y(name: str) -> Spec:
    return {"field": name, "type": "quantitative", "scale": POINTS}


def _band(place: int, rows: Sequence[FrozenPosition], years: Spec) -> Spec:
    return {
        "data": {"values": [_row(row) for row in rows]},
        "mark": {
            "type": "area",
            "color": COLOURS[place % len(COLOURS)],
            "opacity": 0.13,
            "clip": True,
        },
        "encoding": {"x": _x(years), "y": _y("low"), "y2": {"field": "high"}},
    }


def _line(
    place: int, name: str, rows: Sequence[FrozenPosition], years: Spec, canvas: Canvas
) -> list[Spec]:
    colour = COLOURS[place % len(COLOURS)]
    encoding = {"x": _x(years), "y": _y("position")}
    tooltip = [{"field": field} for field in ("name", "year", "position", "low", "high", "n")]
    data = {"values": [_row(row, name) for row in rows]}
    line = {
        "type": "line",
        "color": colour,
        "strokeWidth": 2,
        "strokeDash": DASHES[(place // len(COLOURS)) % len(DASHES)],
        "clip": True,
    }
    marked = rows if len(rows) == 1 else [row for row in rows if _moved(rows, row)]
    return [
        {"data": data, "mark": line, "encoding": encoding},
        {
            "data": {"values": [_row(row, name) for row in marked]},
            "mark": {**_point(place), "size": canvas.paper.symbol_area * 0.7},
            "encoding": {**encoding, "tooltip": tooltip},
        },
    ]


def _moved(rows: Sequence[FrozenPosition], row: FrozenPosition) -> bool:
    """Say whether a year is one in which something was said: the first, and those that moved."""
    if row is rows[0] or row is rows[-1]:
        return True
    before = next(old for old, new in pairwise(rows) if new is row)
    return before.n_items != row.n_items


def _last_intervals(
    held: Sequence[Sequence[FrozenPosition]], canvas: Canvas, room: float
) -> list[Spec]:
    """Draw the interval of each actor's last year beside the plot, one line each."""
    step = (room - 10.0) / max(len(held) - 1, 1)
    return [
        {
            "data": {"values": [{}]},
            # A rule without an encoding is none that Vega-Lite draws.
            "mark": {
                "type": "rect",
                "x": round(canvas.width + 5.0 + place * step, 1),
                "x2": round(canvas.width + 6.6 + place * step, 1),
                "y": round(_height(canvas, rows[-1].position_high), 1),
                "y2": round(_height(canvas, rows[-1].position_low), 1),
                "color": COLOURS[place % len(COLOURS)],
            },
        }
        for place, rows in enumerate(held)
    ]


def _height(canvas: Canvas, points: float) -> float:
    """Return where points stand, in pixels from the plot's upper edge; never beyond its edges."""
    return to_pixels(canvas, 0.0, min(max(points, LOW_END), HIGH_END))[1]


def _names(
    release: FrozenRelease,
    held: dict[str, list[FrozenPosition]],
    canvas: Canvas,
    asked: Asked,
) -> list[Spec]:
    """Write names beside the ends of the lines, pushed apart; codes where there is no room."""
    letter, left = canvas.paper.small_px, _beside(held, asked.size)
    room = WANTED[asked.size].right - left
    names = {actor: name_of(release, actor, asked.language) for actor in held}
    if any(text_width(name, letter) > room for name in names.values()):
        names = {actor: actor for actor in held}
    ranked = sorted(held, key=lambda actor: (-held[actor][-1].position, actor))
    wished = [_height(canvas, held[actor][-1].position) for actor in ranked]
    ranks = list(held)
    return [
        {
            "data": {"values": [{}]},
            "mark": {
                "type": "text",
                "text": names[actor],
                "x": canvas.width + left,
                "y": round(y, 1),
                "align": "left",
                "baseline": "middle",
                "fontSize": letter,
                "color": COLOURS[ranks.index(actor) % len(COLOURS)],
            },
        }
        for actor, y in zip(
            ranked, _apart(wished, letter * 1.15, canvas.height - letter / 2), strict=True
        )
    ]


def _beside(held: dict[str, list[FrozenPosition]], size: Size) -> float:
    """Return how far from the plot names begin: behind the intervals, where these stand there."""
    return 8.0 if len(held) <= MOST_BANDS else INTERVALS_PX[size] + 2.0


def _apart(wished: Sequence[float], step: float, lowest: float) -> list[float]:
    """Return heights, which rise, moved until each is a step below the one before.

    Examples:
        >>> _apart([10.0, 11.0, 90.0], 5.0, 92.0)
        [10.0, 15.0, 90.0]
        >>> _apart([90.0, 91.0], 5.0, 92.0)
        [87.0, 92.0]
    """
    placed: list[float] = []
    for height in wished:
        placed.append(max(height, placed[-1] + step) if placed else height)
    for place in range(len(placed) - 1, -1, -1):
        below = placed[place + 1] - step if place + 1 < len(placed) else lowest
        placed[place] = min(placed[place], below)
    return placed
