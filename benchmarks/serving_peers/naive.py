"""The handler that anybody would write first: FastAPI and SQLModel on SQLite.

It gives what ours gives: every column of the public table, the links of each cell, and what the
page is; packed with gzip, as FastAPI's guide shows, for those who take it.

`uvicorn benchmarks.serving_peers.naive:app`; CELLS names the database that `table.py` wrote.
"""

import os
from datetime import date
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.middleware.gzip import GZipMiddleware
from pydantic import BaseModel
from sqlmodel import Field, Session, SQLModel, col, create_engine, select


class Columns(SQLModel):
    """A cell's columns in the public table."""

    actor: str = Field(primary_key=True)
    theme: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    actor_name: str
    says: float | None
    says_low: float | None
    says_high: float | None
    law: float | None
    law_low: float | None
    law_high: float | None
    does: float | None
    does_low: float | None
    does_high: float | None
    practice: float | None
    practice_low: float | None
    practice_high: float | None
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    p_gap_positive: float | None
    p_words_ahead: float | None
    p_deeds_ahead: float | None
    p_close: float | None
    mixed_message_points: float | None
    n_statements: int
    n_deeds: int
    n_eff_says: float
    n_eff_does: float
    groups_says: int
    groups_does: int
    silence_rate: float | None
    n_opportunities: int
    grade: str
    label: str
    reason: str | None
    says_reason: str | None
    law_reason: str | None
    does_reason: str | None
    law_only: bool
    capped: bool
    machine_coded: bool
    legislative_points: float | None
    implementation_points: float | None
    gap_bound_low: float | None
    gap_bound_high: float | None
    indicator_coverage_share: float
    newest_deed_on: date | None
    as_of: date
    release: str
    methodology: str
    inputs_sha256: str


class Cell(Columns, table=True):
    """A cell as it is stored."""

    __tablename__ = "gaps"


class Links(BaseModel):
    """Where a cell leads."""

    self: str
    pairs: str
    actor: str
    theme: str
    page: str
    chart: str
    cite: str
    replies: str
    errata: str
    detail: str


class CellAnswer(Columns):
    """A cell as it is given."""

    reply_status: str | None = None
    provisional: bool = False
    links: Links


class Meta(BaseModel):
    """What a page is."""

    release: str | None
    count: int


class Page(BaseModel):
    """A page of cells."""

    meta: Meta
    data: list[CellAnswer]


app = FastAPI()
app.add_middleware(GZipMiddleware)
engine = create_engine(f"sqlite:///{os.environ['CELLS']}")


@app.get("/gaps")
def list_gaps(
    theme: str | None = None,
    year: int | None = None,
    actor: str | None = None,
    sort: str = "actor",
    limit: Annotated[int, Query(le=1000)] = 500,
) -> Page:
    """Give cells."""
    query = select(Cell)
    if theme is not None:
        query = query.where(col(Cell.theme) == theme)
    if year is not None:
        query = query.where(col(Cell.year) == year)
    if actor is not None:
        query = query.where(col(Cell.actor) == actor)
    column = getattr(Cell, sort.removeprefix("-"))
    query = query.order_by(column.desc() if sort.startswith("-") else column).limit(limit)
    with Session(engine) as session:
        cells = [_answer(cell) for cell in session.exec(query)]
    release = cells[0].release if cells else None
    return Page(meta=Meta(release=release, count=len(cells)), data=cells)


def _answer(cell: Cell) -> CellAnswer:
    named = f"actor={cell.actor}&theme={cell.theme}"
    whole = f"{named}&year={cell.year}&release={cell.release}"
    links = Links(
        self=f"/v1/gaps?{whole}&min_grade=D",
        pairs=f"/v1/pairs?{whole}",
        actor=f"/v1/actors/{cell.actor}?release={cell.release}",
        theme=f"/v1/themes/{cell.theme}?release={cell.release}",
        page=f"/cells/{cell.actor}/{cell.theme}/{cell.year}?release={cell.release}",
        chart=f"/v1/charts/over_years.svg?{named}&release={cell.release}",
        cite=f"/v1/cite?{whole}",
        replies=f"/v1/replies?{named}&year={cell.year}",
        errata=f"/v1/errata?{named}&year={cell.year}",
        detail=f"/v1/gaps/{cell.actor}/{cell.theme}/{cell.year}?release={cell.release}",
    )
    return CellAnswer(**cell.model_dump(), links=links)
