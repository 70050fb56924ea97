"""Says, law and does over the years of an actor and theme, with bands and breaks."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gaptracker.domain.vocabulary import Label
from gaptracker.publish.charts.acts import act_keys, act_layers, acts_of
from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.cells import gap_text, graded, name_of, row_of, theme_name, verdict
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
from gaptracker.publish.charts.readings import READINGS, point_of, reading_keys
from gaptracker.publish.charts.scales import POINTS, points_axis, scale_note
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.texts import Texts, texts_of

WANTED = {
    Size.PAGE: Wanted(left=40, right=14, below=66, height=340),
    Size.EMBED: Wanted(left=34, right=8, below=60, height=240),
    Size.CARD: Wanted(left=58, right=14, below=88, height=0),
}
YEAR_LABEL_PX = {Size.PAGE: 48, Size.EMBED: 48, Size.CARD: 70}


def words_of(release: FrozenRelease, asked: Asked) -> Words:
    """Say what the picture shows."""
    texts = texts_of(PART, asked.language)
    cells = _cells(release, asked)
    name = name_of(release, asked.the_actor, asked.language)
    theme = theme_name(release, asked.the_theme, asked.language)
    acts = acts_of(release, asked, _span(cells)) if cells else []
    return Words(
        title=texts.say("{name}: {theme} over the years", name=name, theme=theme),
        subtitle=_subtitle(cells, texts),
        alt=_alt(f"{name}, {theme}", cells, texts),
        key=(*reading_keys(_shown(cells), texts), *act_keys(acts, texts)) if cells else (),
        notes=(
            texts.say("Bands: 90% intervals. A line breaks where a year has no graded figure."),
            scale_note(release, asked.the_theme, asked.language),
        ),
        sources=publishers(release, cells, asked.language),
    )


def build(release: FrozenRelease, asked: Asked) -> Spec:
    """Draw the years of an actor and theme."""
    texts = texts_of(PART, asked.language)
    words = words_of(release, asked)
    cells = _cells(release, asked)
    if not cells:
        why = [texts.say("No year has enough evidence (grade C or better) here: nothing is drawn.")]
        return nothing_to_draw(release, asked, words, why)
    canvas = lay_out(release, asked, words, WANTED[asked.size])
    first, last = _span(cells)
    years: Spec = {"domain": [first - 0.5, last + 0.5], "nice": False, "zero": False}
    rows = [row_of(release, cell, texts) for cell in cells]
    layers = [_axes(years, _ticks(first, last, canvas, asked.size))]
    for name in READINGS:
        layers += _band(name, rows, years)
    for name in READINGS:
        layers += _line(name, rows, years, canvas)
    acts = acts_of(release, asked, (first, last))
    return compose(
        release, asked, words, canvas, [*layers, *act_layers(acts, years, canvas, asked.size)]
    )


def _cells(release: FrozenRelease, asked: Asked) -> list[FrozenCell]:
    found = graded(release, actor=asked.the_actor, theme=asked.the_theme)
    return sorted(found, key=lambda cell: cell.year)


def _span(cells: Sequence[FrozenCell]) -> tuple[int, int]:
    return cells[0].year, cells[-1].year


def _shown(cells: Sequence[FrozenCell]) -> list[str]:
    return [name for name in READINGS if any(getattr(cell, name) is not None for cell in cells)]


def _subtitle(cells: Sequence[FrozenCell], texts: Texts) -> str:
    if not cells:
        return texts.say("What it says, its law and what it does, in points.")
    newest = cells[-1]
    if newest.label is Label.INDETERMINATE:
        return texts.say(
            "In {year} the gap is {gap} points: words and deeds cannot be told apart.",
            year=newest.year,
            gap=gap_text(newest, texts),
        )
    return texts.say(
        "In {year} the gap is {gap} points: {verdict}.",
        year=newest.year,
        gap=gap_text(newest, texts),
        verdict=verdict(newest.label, texts.language),
    )


def _alt(what: str, cells: Sequence[FrozenCell], texts: Texts) -> str:
    if not cells:
        return texts.say("{what}: no year has enough evidence.", what=what)
    ends = [cells[0], cells[-1]] if len(cells) > 1 else [cells[0]]
    parts = [
        texts.say(
            "in {year} it says {says} and does {practice}, gap {gap}, {verdict}",
            year=cell.year,
            says=texts.number(cell.says or 0.0),
            practice=texts.number(cell.practice or 0.0),
            gap=gap_text(cell, texts),
            verdict=verdict(cell.label, texts.language),
        )
        for cell in ends
    ]
    return f"{what}: {'; '.join(parts)}."


def _ticks(first: int, last: int, canvas: Canvas, size: Size) -> list[int]:
    """Return the years that are named: as many as have room, the last one among them."""
    room = max(1, int(canvas.width / YEAR_LABEL_PX[size]))
    step = max(1, -(-(last - first + 1) // room))
    return list(range(last, first - 1, -step))[::-1]


def _axes(years: Spec, ticks: Sequence[int]) -> Spec:
    return {
        "data": {"values": [{"year": ticks[-1], "points": 0}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                "field": "year",
                "type": "quantitative",
                "scale": years,
                "axis": {"title": None, "values": list(ticks), "format": "d", "grid": False},
            },
            "y": {
                "field": "points",
                "type": "quantitative",
                "scale": POINTS,
                "axis": points_axis(None),
            },
        },
    }


def stretches(name: str, rows: Sequence[Spec]) -> Iterator[list[Spec]]:
    """Yield stretches of years that follow on each other and hold a reading.

    Args:
        name: The reading.
        rows: Rows in the order of their years, each with `year` and the reading or None.

    Examples:
        >>> rows = [{"year": 2020, "law": 1.0}, {"year": 2022, "law": 2.0}]
        >>> [len(stretch) for stretch in stretches("law", rows)]
        [1, 1]
    """
    held = [row for row in rows if row[name] is not None]
    run: list[Spec] = held[:1]
    for before, row in pairwise(held):
        if row["year"] != before["year"] + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _x(years: Spec) -> Spec:
    return {"field": "year", "type": "quantitative", "scale": years}


def _y(name: str) -> Spec:
    return {"field": name, "type": "quantitative", "scale": POINTS}


def _band(name: str, rows: Sequence[Spec], years: Spec) -> list[Spec]:
    """Draw the interval of each stretch; one year alone gets a line."""
    encoding = {"x": _x(years), "y": _y(f"{name}_low"), "y2": {"field": f"{name}_high"}}
    look = READINGS[name]
    # Three bands over each other would be mud: the law's is no more than a hint.
    opacity = 0.06 if name == "law" else 0.15
    area = {"type": "area", "color": look.colour, "opacity": opacity, "clip": True}
    rule = {"type": "rule", "color": look.colour, "opacity": 0.4, "clip": True, "strokeWidth": 3}
    return [
        {
            "data": {"values": run},
            "mark": area if len(run) > 1 else rule,
            "encoding": encoding,
        }
        for run in stretches(name, rows)
    ]


def _line(name: str, rows: Sequence[Spec], years: Spec, canvas: Canvas) -> list[Spec]:
    look = READINGS[name]
    line = {
        "type": "line",
        "color": look.colour,
        "strokeWidth": 2.2,
        "strokeDash": list(look.dash),
        "clip": True,
    }
    encoding = {"x": _x(years), "y": _y(name)}
    tooltip = [{"field": field} for field in ("year", name, "gap_text", "verdict", "grade")]
    lines: list[Spec] = [
        {"data": {"values": run}, "mark": line, "encoding": encoding}
        for run in stretches(name, rows)
        if len(run) > 1
    ]
    points: Spec = {
        "data": {"values": [row for row in rows if row[name] is not None]},
        "mark": {**point_of(look), "size": canvas.paper.symbol_area * 0.8},
        "encoding": {**encoding, "tooltip": tooltip},
    }
    return [*lines, points] if points["data"]["values"] else []
