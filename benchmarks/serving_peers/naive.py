"""The handler that anybody would write first: FastAPI and SQLModel on SQLite, every column.

`uvicorn benchmarks.serving_peers.naive:app`; CELLS names the database that `table.py` wrote.
"""

import os
from datetime import date
from typing import Annotated

from fastapi import FastAPI, Query
from sqlmodel import Field, Session, SQLModel, col, create_engine, select


class Cell(SQLModel, table=True):
    """A cell with all the columns of the public table but its links."""

    __tablename__ = "gaps"

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


app = FastAPI()
engine = create_engine(f"sqlite:///{os.environ['CELLS']}")


@app.get("/gaps")
def list_gaps(
    theme: str | None = None,
    year: int | None = None,
    actor: str | None = None,
    sort: str = "actor",
    limit: Annotated[int, Query(le=1000)] = 500,
) -> list[Cell]:
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
        return list(session.exec(query))
