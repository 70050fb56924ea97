"""Positions and alliances of a frozen release as the API shows them."""

from typing import Any, TypeVar

import polars as pl
from pydantic import BaseModel

from gaptracker.domain.vocabulary import Side
from gaptracker.publish.addresses import path_part
from gaptracker.publish.api.cells import cell_address
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.schemas_alliances import Position, PositionLinks

POSITIONS_PATH = "/v1/positions"
ALLIANCES_PATH = "/v1/alliances"

Row = TypeVar("Row", bound=BaseModel)


def build_positions(view: View, rows: pl.DataFrame) -> list[Position]:
    """Return positions with names in the view's language and links pinned to its release."""
    return [
        Position(**_stamped(view, row), links=_links(view, row))
        for row in rows.iter_rows(named=True)
    ]


def build_rows(view: View, rows: pl.DataFrame, row_type: type[Row]) -> list[Row]:
    """Return rows of a table of alliances with the names of the actors they are about."""
    return [row_type(**_stamped(view, row)) for row in rows.iter_rows(named=True)]


def _stamped(view: View, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its actors' names and which figures it holds."""
    manifest = view.release.manifest
    names = {
        f"{column}_name": view.name_of(view.release.actors[row[column]].names)
        for column in ("actor", "actor_a", "actor_b")
        if column in row
    }
    return {
        **row,
        **names,
        "release": manifest.release,
        "methodology": manifest.methodology,
        "provisional": manifest.provisional,
    }


def _links(view: View, row: dict[str, Any]) -> PositionLinks:
    actor, theme, year = row["actor"], row["theme"], row["year"]
    scored = theme in view.release.scored_themes
    return PositionLinks(
        self=view.link(POSITIONS_PATH, actor=actor, theme=theme, year=year, side=Side(row["side"])),
        actor=view.link(f"/v1/actors/{path_part(actor)}"),
        theme=view.link(f"/v1/themes/{path_part(theme)}"),
        cell=cell_address(view, actor, theme, year) if scored else None,
    )
