"""Replies, the decisions on them, and errata: added, and never changed."""

from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy import RowMapping, insert, select
from sqlalchemy.orm import Session

from gaptracker.domain.annotations import (
    CellRef,
    DecidedReply,
    Erratum,
    Reply,
    ReplyDecision,
    ReplyOutcome,
)
from gaptracker.records import annotation_tables  # noqa: F401  it declares the tables below
from gaptracker.records.tables import Row

REPLY = Row.metadata.tables["reply"]
DECISION = Row.metadata.tables["reply_decision"]
ERRATUM = Row.metadata.tables["erratum"]
LISTS = {
    "cells": tuple[CellRef, ...],
    "pairs": tuple[str, ...],
    "records": tuple[str, ...],
}


class AnnotationsRepository:
    """What is laid beside releases, in the order in which it was put on record."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def add_reply(self, reply: Reply) -> None:
        """Add a reply, which is pending then."""
        self._session.execute(insert(REPLY), _row(reply))

    def add_decision(self, decision: ReplyDecision) -> None:
        """Add the decision on a reply; the database takes one of each."""
        self._session.execute(insert(DECISION), asdict(decision))

    def add_erratum(self, erratum: Erratum) -> None:
        """Add an erratum."""
        row = _row(erratum)
        self._session.execute(insert(ERRATUM), {**row, "is_right": row.pop("right")})

    def find_reply(self, name: str) -> DecidedReply | None:
        """Load a reply with the decision on it."""
        return next((each for each in self.load_replies() if each.reply.id == name), None)

    def load_replies(self) -> tuple[DecidedReply, ...]:
        """Load every reply, the earliest first."""
        decisions = {
            row["reply"]: ReplyDecision(**{**row, "outcome": ReplyOutcome(row["outcome"])})
            for row in self._session.execute(select(DECISION)).mappings()
        }
        replies = (Reply(**_read(row)) for row in self._session.execute(select(REPLY)).mappings())
        # By code point, and so the same on every database.
        return tuple(
            DecidedReply(reply=each, decision=decisions.get(each.id))
            for each in sorted(replies, key=lambda each: (each.recorded_at, each.id))
        )

    def load_errata(self) -> tuple[Erratum, ...]:
        """Load every erratum, the earliest first."""
        found = []
        for row in self._session.execute(select(ERRATUM)).mappings():
            columns = _read(row)
            found.append(Erratum(right=columns.pop("is_right"), **columns))
        return tuple(sorted(found, key=lambda each: (each.published_at, each.id)))


# `Any`, because the columns of a row differ in type.
def _row(value: Reply | Erratum) -> dict[str, Any]:
    columns = asdict(value)
    return columns | {
        name: msgspec.json.encode(columns[name]).decode() for name in LISTS if name in columns
    }


def _read(row: RowMapping) -> dict[str, Any]:
    columns: dict[str, Any] = {str(name): value for name, value in row.items()}
    return columns | {
        name: msgspec.json.decode(columns[name], type=kind)
        for name, kind in LISTS.items()
        if name in columns
    }
