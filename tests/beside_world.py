"""Replies and errata made without a database, and laid beside the releases of a store."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from gaptracker.domain.annotations import (
    CellRef,
    DecidedReply,
    Erratum,
    Reply,
    ReplyDecision,
    ReplyOutcome,
)
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.annotations import LaidBeside, lay_beside, read_annotations

CELL = CellRef(actor="MEX", theme="death_penalty", year=2022)
RECORDED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
DECIDED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CORRECTED = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
REPLY_ID, ERRATUM_ID = f"rep_{'a' * 26}", f"err_{'a' * 26}"


# `Any`: whatever members a test changes.
def a_reply(release: str, **changed: Any) -> DecidedReply:  # noqa: ANN401
    """A pending reply of Mexico to one of its cells."""
    reply = Reply(
        id=REPLY_ID,
        actor="MEX",
        release=release,
        who="A. Ruiz",
        office="Foreign ministry",
        received_on=date(2026, 11, 19),
        language="es",
        text="La cifra no toma en cuenta la reforma.\n\nPedimos que se corrija.",
        link="https://example.org/respuesta",
        attachment_sha256="ab" * 32,
        cells=(CELL,),
        pairs=(),
        recorded_at=RECORDED,
    )
    return DecidedReply(reply=replace(reply, **changed), decision=None)


def decided(
    found: DecidedReply, outcome: ReplyOutcome = ReplyOutcome.PARTLY, because: str = "It is in."
) -> DecidedReply:
    """The same reply, decided."""
    decision = ReplyDecision(
        reply=found.reply.id, outcome=outcome, because=because, decided_at=DECIDED
    )
    return replace(found, decision=decision)


def an_erratum(release: str, **changed: Any) -> Erratum:  # noqa: ANN401  as above
    """An erratum of a cell of Mexico."""
    erratum = Erratum(
        id=ERRATUM_ID,
        release=release,
        said="No execution was recorded.",
        right="One was.",
        because="A row was read twice.",
        language="en",
        cells=(CELL,),
        pairs=(),
        records=(),
        published_at=CORRECTED,
    )
    return replace(erratum, **changed)


def lay(
    store: ReleaseStore,
    replies: Iterable[DecidedReply] | None = None,
    errata: Iterable[Erratum] | None = None,
) -> LaidBeside:
    """Lay exactly these beside the releases; what is left out stays as it is."""
    held, _ = read_annotations(store)
    coming = (
        held.replies if replies is None else tuple(replies),
        held.errata if errata is None else tuple(errata),
    )
    return lay_beside(store, lambda: coming)
