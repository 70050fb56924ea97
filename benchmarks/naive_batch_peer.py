"""The peer of `intake_batch`: the batch handler that one writes first, with FastAPI and SQLModel.

A table model, one `session.add` for each line, one commit for the batch. No revisions, no log, no
encryption, nothing that makes sending again harmless but a unique column.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine

engine = create_engine(os.environ["PEER_DATABASE_URL"])
app = FastAPI()


class PeerSubmission(SQLModel, table=True):
    """A submission in one row."""

    id: int | None = Field(default=None, primary_key=True)
    client_ref: str = Field(unique=True)
    language: str
    content: str


class Sent(BaseModel):
    """What comes."""

    client_ref: str
    language: str
    items: list[dict[str, Any]]  # JSON of every shape
    sources: list[dict[str, Any]]


def session() -> Iterator[Session]:
    """A session for a request."""
    with Session(engine) as opened:
        yield opened


@app.post("/batch")
def batch(sent: list[Sent], opened: Annotated[Session, Depends(session)]) -> dict[str, int]:
    """Store every line."""
    for each in sent:
        row = PeerSubmission(
            client_ref=each.client_ref,
            language=each.language,
            content=json.dumps(each.model_dump()),
        )
        opened.add(row)
    opened.commit()
    return {"created": len(sent)}


def _as_safe_as_ours(connection: Any, _record: object) -> None:  # noqa: ANN401  DBAPI connection
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


if __name__ == "__main__":
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_safe_as_ours)
    SQLModel.metadata.create_all(engine)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
