"""Where the tiles of the map stand: a grid like the world, or regions one below the other.

The places are this project's own, made from the capitals' coordinates in `capitals.csv` by the
rule in `scripts/place_tiles.py`: every state has one tile of one size, Tuvalu as Russia.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from gaptracker.publish.charts.widths import text_width

REGIONS = ("africa", "americas", "asia", "europe", "oceania")
COLUMNS, ROWS = 30, 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A state's region, and its place on the grid like the world."""

    region: str
    column: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """An actor's rectangle, in pixels of the plot."""

    actor: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A line of text above tiles: a region's name, or a word for those who are no states."""

    text: str
    top: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All tiles and headings, and how high they are together."""

    tiles: tuple[Tile, ...]
    headings: tuple[Heading, ...]
    height: float


@lru_cache(maxsize=1)
def homes() -> Mapping[str, Home]:
    """Return every state's place."""
    text = (resources.files(__package__) / "tiles.csv").read_text("utf-8")
    return {
        row["code"]: Home(region=row["region"], column=int(row["column"]), row=int(row["row"]))
        for row in csv.DictReader(text.splitlines())
    }


def like_the_world(states: Sequence[str], *, width: float, row_px: float) -> Board:
    """Lay out states where they lie on the globe."""
    column_px = width / COLUMNS
    tiles = tuple(
        Tile(
            actor=code,
            left=home.column * column_px,
            top=home.row * row_px,
            width=column_px - 1.5,
            height=row_px - 1.5,
        )
        for code in states
        for home in [homes()[code]]
    )
    return Board(tiles=tiles, headings=(), height=ROWS * row_px)


def by_region(
    states: Sequence[str],
    names: Mapping[str, str],
    *,
    width: float,
    row_px: float,
    letter_px: float,
) -> Board:
    """Lay out states by region, each in the order of its codes, for a narrow sheet."""
    parts = []
    for region in REGIONS:
        codes = sorted(code for code in states if homes()[code].region == region)
        if codes:
            parts.append((names[region], codes))
    return stacked(parts, width=width, row_px=row_px, letter_px=letter_px)


def stacked(
    parts: Sequence[tuple[str, Sequence[str]]], *, width: float, row_px: float, letter_px: float
) -> Board:
    """Lay out groups of actors below each other, each under its heading, in rows of tiles."""
    tiles: list[Tile] = []
    headings: list[Heading] = []
    top = 0.0
    for text, codes in parts:
        headings.append(Heading(text=text, top=top))
        top += letter_px * 1.5
        left = 0.0
        for code in codes:
            across = max(row_px, text_width(code, letter_px * 0.9, bold=True) + 6)
            if left + across > width:
                left, top = 0.0, top + row_px
            tiles.append(
                Tile(actor=code, left=left, top=top, width=across - 1.5, height=row_px - 1.5)
            )
            left += across
        top += row_px + letter_px * 0.6
    return Board(tiles=tuple(tiles), headings=tuple(headings), height=top)


def below(upper: Board, lower: Board, gap: float) -> Board:
    """Put one board below another."""
    down = upper.height + gap
    tiles = (
        Tile(
            actor=tile.actor,
            left=tile.left,
            top=tile.top + down,
            width=tile.width,
            height=tile.height,
        )
        for tile in lower.tiles
    )
    headings = (Heading(text=heading.text, top=heading.top + down) for heading in lower.headings)
    return Board(
        tiles=(*upper.tiles, *tiles),
        headings=(*upper.headings, *headings),
        height=down + lower.height,
    )
