"""Cells of a frozen release as the API shows them."""

import polars as pl

from gaptracker.publish.addresses import (
    CITE_PATH,
    ERRATA_PATH,
    REPLIES_PATH,
    address,
    cell_page,
    path_part,
    picture,
)
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.schemas import Cell, CellLinks
from gaptracker.publish.frozen import FrozenRelease

GAPS_PATH = "/v1/gaps"
WEAKEST_SHOWN = "C"


def cells_frame(release: FrozenRelease) -> pl.DataFrame:
    """Return all cells of a release; take rows of `release.cells.table` where you can."""
    return release.cells.table.frame


def build_cells(view: View, rows: pl.DataFrame) -> list[Cell]:
    """Return cells with names in the view's language and links pinned to its release."""
    provisional = view.release.manifest.provisional
    return [
        Cell(
            **{
                **row,
                "actor_name": view.name_of(view.release.actors[row["actor"]].names),
                "reply_status": None,
                "provisional": provisional,
                "links": cell_links(view, row["actor"], row["theme"], row["year"]),
            }
        )
        for row in rows.iter_rows(named=True)
    ]


def graded_counts(release: FrozenRelease, column: str) -> dict[str, int]:
    """Return how many cells of grade C or better there are under each value of a column."""
    shown = release.cells.table.matching(pl.col("grade") <= WEAKEST_SHOWN).column(column)
    return dict(shown.value_counts().iter_rows())


def cell_address(view: View, actor: str, theme: str, year: int) -> str:
    """Return the permanent address of one cell."""
    return view.link(GAPS_PATH, actor=actor, theme=theme, year=year, min_grade="D")


def cell_links(view: View, actor: str, theme: str, year: int) -> CellLinks:
    """Return where a cell leads, pinned to the view's release."""
    return CellLinks(
        self=cell_address(view, actor, theme, year),
        pairs=view.link("/v1/pairs", actor=actor, theme=theme, year=year),
        actor=view.link(f"/v1/actors/{path_part(actor)}"),
        theme=view.link(f"/v1/themes/{path_part(theme)}"),
        page=cell_page(actor, theme, year, release=view.release.id),
        chart=picture("over_years", "svg", actor=actor, theme=theme, release=view.release.id),
        cite=view.link(CITE_PATH, actor=actor, theme=theme, year=year),
        replies=address(REPLIES_PATH, {"actor": actor, "theme": theme, "year": year}),
        errata=address(ERRATA_PATH, {"actor": actor, "theme": theme, "year": year}),
        detail=view.link(f"{GAPS_PATH}/{path_part(actor)}/{path_part(theme)}/{year}"),
    )
