"""A picture around a plot: title, provisional notice, key, plot, notes, sources, licence.

Everything stands at a place that was computed here, in one view without Vega's own layout, so
that a picture is exactly as large as was asked for and nothing in it is cut or overlaps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.looks import FONT, INK, PAPER, QUIET, WARNING
from gaptracker.publish.charts.origins import licence_line, release_line
from gaptracker.publish.charts.widths import ELLIPSIS, text_width, wrap
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.texts import texts_of

# `Any` because a specification is JSON of every shape.
Spec = dict[str, Any]

PART = "charts"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
NO_DATA: Spec = {"values": [{}]}
# What vega-embed keeps to a page's security policy by: expressions are interpreted, not made into
# code, and no style is written into the page, which styles `#vg-tooltip-element` itself.
EMBED_OPTIONS: Spec = {
    "actions": False,
    "ast": True,
    "defaultStyle": False,
    "renderer": "svg",
    "tooltip": {"disableDefaultStyle": True},
}
LINE = 1.28
SYMBOL_AREA = 0.62
# A name without end must not push the plot off the sheet.
MOST_LINES = 4
TITLE_SIZES = (1.0, 0.92, 0.85, 0.78)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The sheet of one size: its width and its letters in pixels; `height` only where fixed."""

    width: int
    margin: int
    title_px: float
    text_px: float
    small_px: float
    symbol_area: float
    height: int | None = None


PAPERS: Mapping[Size, Paper] = {
    Size.PAGE: Paper(width=720, margin=20, title_px=21, text_px=13, small_px=11, symbol_area=70),
    Size.EMBED: Paper(width=320, margin=10, title_px=16, text_px=12, small_px=10.5, symbol_area=36),
    Size.CARD: Paper(
        width=1200, margin=36, title_px=35, text_px=20, small_px=15, symbol_area=80, height=630
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What one kind of mark means; `mark` is drawn to the left of the words."""

    mark: Mapping[str, Any]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All that a picture says in words, in the reader's language.

    `alt` says in a sentence or two what somebody who does not see the picture would miss;
    `sources` names publishers, those with the most evidence first; `notes` say what the marks
    mean that the key does not.
    """

    title: str
    subtitle: str
    alt: str
    key: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The room a plot asks for around and in itself, in pixels.

    `height` is that of the plot where the sheet's is not fixed. `beside` sets the words to the
    left of the plot on the wide sheet of a card.
    """

    left: float
    right: float
    below: float
    height: float
    above: float = 8
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """The plot's room: its width and height, and the sheet's edges around it, in pixels."""

    paper: Paper
    width: float
    height: float
    left: float
    top: float
    total_height: float
    chrome: tuple[Spec, ...] = field(repr=False)


def paper_of(asked: Asked) -> Paper:
    """Return the sheet that is asked for."""
    return PAPERS[asked.size]


def lay_out(release: FrozenRelease, asked: Asked, words: Words, wanted: Wanted) -> Canvas:
    """Set the words, and return the room that is left for the plot.

    Coordinates of what is set begin at the plot's upper left corner, as Vega's do.
    """
    paper = paper_of(asked)
    margin = paper.margin
    beside = wanted.beside and paper.height is not None
    column = (paper.width * 0.42 if beside else paper.width) - 2 * margin
    header, header_height = _header(release, asked, words, column)
    footer, footer_height = _footer(release, asked, words, paper.width - 2 * margin)
    left = (paper.width * 0.42 if beside else margin) + wanted.left
    top = (margin if beside else margin + header_height) + wanted.above
    if paper.height is None:
        height = wanted.height
        total = top + height + wanted.below + footer_height + margin
    else:
        total = float(paper.height)
        height = total - top - wanted.below - footer_height - margin
    height = max(height, 40.0)
    below = total - margin - footer_height - top
    return Canvas(
        paper=paper,
        width=round(paper.width - left - wanted.right - margin),
        height=round(height),
        left=round(left),
        top=round(top),
        total_height=round(total),
        chrome=(
            *_moved(header, margin - left, margin - top),
            *_moved(footer, margin - left, below),
        ),
    )


def compose(
    release: FrozenRelease, asked: Asked, words: Words, canvas: Canvas, layers: Iterable[Spec]
) -> Spec:
    """Return the whole specification of a picture."""
    paper = canvas.paper
    return {
        "$schema": SCHEMA,
        "description": words.alt,
        "usermeta": {
            "title": words.title,
            "subtitle": words.subtitle,
            "release": release.id,
            "methodology": release.manifest.methodology,
            "as_of": release.manifest.as_of.isoformat(),
            "provisional": release.manifest.provisional,
            "licence": licence_line(asked.language),
            "sources": list(words.sources),
            "language": asked.language,
            "embedOptions": EMBED_OPTIONS,
        },
        "autosize": {"type": "none"},
        "width": canvas.width,
        "height": canvas.height,
        "padding": {
            "left": canvas.left,
            "top": canvas.top,
            "right": paper.width - canvas.left - canvas.width,
            "bottom": canvas.total_height - canvas.top - canvas.height,
        },
        "background": PAPER,
        "config": _config(paper),
        "layer": [*canvas.chrome, *layers],
    }


def nothing_to_draw(release: FrozenRelease, asked: Asked, words: Words, why: Sequence[str]) -> Spec:
    """Return the picture of a question that no graded cell answers: it says so, and why.

    An embedded picture must not break when the evidence is too thin; it has to say that it is.
    """
    paper = paper_of(asked)
    canvas = lay_out(release, asked, words, Wanted(left=0, right=0, below=10, height=90))
    lines = [line for text in why for line in wrap(text, canvas.width - 24, paper.text_px)]
    box: Spec = {
        "data": NO_DATA,
        "mark": {
            "type": "rect",
            "x": 0,
            "y": 0,
            "x2": canvas.width,
            "y2": canvas.height,
            "fill": "#f2f2f2",
            "stroke": QUIET,
            "strokeDash": [4, 3],
        },
    }
    text = text_block(lines, x=12, y=14, letter_px=paper.text_px)
    return compose(release, asked, words, canvas, [box, text])


def text_block(  # noqa: PLR0913  a text has as many properties
    lines: Sequence[str],
    *,
    x: float,
    y: float,
    letter_px: float,
    colour: str = INK,
    bold: bool = False,
    align: str = "left",
) -> Spec:
    """Return lines of text whose first line's top stands at `y`, in pixels of the plot."""
    return {
        "data": NO_DATA,
        "mark": {
            "type": "text",
            "text": list(lines) if len(lines) != 1 else lines[0],
            "x": round(x, 1),
            "y": round(y, 1),
            "align": align,
            "baseline": "top",
            "fontSize": letter_px,
            "lineHeight": round(letter_px * LINE, 1),
            "color": colour,
            "fontWeight": "bold" if bold else "normal",
        },
    }


def _config(paper: Paper) -> Spec:
    return {
        "font": FONT,
        "view": {"stroke": None},
        "text": {"font": FONT, "color": INK},
        "axis": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelFontSize": paper.small_px,
            "titleFontSize": paper.text_px,
            "titleFontWeight": "normal",
            "labelColor": QUIET,
            "titleColor": INK,
            "gridColor": "#e2e2e2",
            "domainColor": "#8c8c8c",
            "tickColor": "#8c8c8c",
        },
        "aria": False,
    }


def _header(
    release: FrozenRelease, asked: Asked, words: Words, column: float
) -> tuple[list[Spec], float]:
    """Return title, subtitle, notice and key, and their height; origin: the sheet's margin."""
    paper = paper_of(asked)
    made: list[Spec] = []
    y = 0.0

    def put(text: str, letter_px: float, *, colour: str = INK, bold: bool = False) -> None:
        nonlocal y
        lines = wrap(text, column, letter_px, bold=bold)
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][:-1] + ELLIPSIS]
        if lines:
            made.append(text_block(lines, x=0, y=y, letter_px=letter_px, colour=colour, bold=bold))
            y += len(lines) * letter_px * LINE

    put(words.title, _title_px(words.title, paper, column), bold=True)
    y += paper.small_px * 0.35
    put(words.subtitle, paper.text_px, colour=QUIET)
    if release.manifest.provisional:
        y += paper.small_px * 0.45
        put(provisional_line(asked.language), paper.small_px, colour=WARNING, bold=True)
    if words.key:
        y += paper.small_px * 0.8
        keys, height = _keys(words.key, paper, column)
        made += _moved(keys, 0, y)
        y += height
    return made, y + paper.small_px * 0.5


def _title_px(title: str, paper: Paper, column: float) -> float:
    """Return the size of a title's letters: smaller where that saves a line."""
    sizes = [round(paper.title_px * share, 1) for share in TITLE_SIZES]
    return min(sizes, key=lambda px: (len(wrap(title, column, px, bold=True)), -px))


def _keys(keys: Sequence[Key], paper: Paper, column: float) -> tuple[list[Spec], float]:
    """Set a key's entries in rows."""
    letter = paper.small_px
    sign, gap, row = letter * 1.6, letter * 1.4, letter * 1.75
    x, y = 0.0, 0.0
    made: list[Spec] = []
    for key in keys:
        lines = wrap(key.text, column - sign, letter)
        width = sign + max(text_width(line, letter) for line in lines)
        if x > 0 and x + width > column:
            x, y = 0.0, y + row
        made.append(_key_mark(key.mark, x, y + letter * 0.55, letter))
        made.append(text_block(lines, x=x + sign, y=y, letter_px=letter))
        x += width + gap
        if len(lines) > 1:
            x, y = 0.0, y + (len(lines) - 1) * letter * LINE + row
    return made, y + (row if x > 0 else 0.0)


def _key_mark(mark: Mapping[str, Any], x: float, y: float, letter: float) -> Spec:
    if mark["type"] == "rule":
        return {"data": NO_DATA, "mark": {**mark, "x": x, "x2": x + letter * 1.25, "y": y, "y2": y}}
    if mark["type"] == "rect":
        box = {"x": x, "x2": x + letter * 1.25, "y": y - letter * 0.5, "y2": y + letter * 0.5}
        return {"data": NO_DATA, "mark": {**mark, **box}}
    size = round(letter * letter * SYMBOL_AREA, 1)
    return {"data": NO_DATA, "mark": {"size": size, **mark, "x": x + letter * 0.6, "y": y}}


def _footer(
    release: FrozenRelease, asked: Asked, words: Words, column: float
) -> tuple[list[Spec], float]:
    """Return notes, sources, release and licence, and their height."""
    paper = paper_of(asked)
    letter = paper.small_px
    texts = [
        *words.notes,
        *_sources_line(words.sources, asked.language),
        f"{release_line(release, asked.language)} {licence_line(asked.language)}",
    ]
    lines = [line for text in texts for line in wrap(text, column, letter)]
    height = len(lines) * letter * LINE
    return [text_block(lines, x=0, y=0, letter_px=letter, colour=QUIET)], height


def _sources_line(sources: Sequence[str], language: str) -> list[str]:
    say = texts_of(PART, language).say
    return [say("Sources: {sources}.", sources="; ".join(sources))] if sources else []


def provisional_line(language: str) -> str:
    """Return the notice of a release that rests on machine codings."""
    say = texts_of(PART, language).say
    return say("PROVISIONAL: some positions were coded by a machine and not yet checked by people.")


def _moved(specs: Iterable[Spec], right: float, down: float) -> list[Spec]:
    """Return marks moved; all of them stand at pixels of their own."""
    steps = {"x": right, "x2": right, "y": down, "y2": down}
    return [
        {
            **spec,
            "mark": {
                name: round(value + steps[name], 1) if name in steps else value
                for name, value in spec["mark"].items()
            },
        }
        for spec in specs
    ]
