"""What arrived in syncs, and what each run did."""

from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy import RowMapping, insert, select
from sqlalchemy.orm import Session

from gaptracker.domain.syncing import (
    RunState,
    Snapshot,
    SourceId,
    SyncCounts,
    SyncIssue,
    SyncRun,
)
from gaptracker.records import sync_tables  # noqa: F401  it declares the tables below
from gaptracker.records.tables import Row

RUN = Row.metadata.tables["sync_run"]
SNAPSHOT = Row.metadata.tables["source_snapshot"]
# The states in which the records say what the run's snapshots say.
SETTLED = (RunState.APPLIED.value, RunState.UNCHANGED.value)


class SyncRepository:
    """The runs of every source, oldest kept for ever."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def add(self, run: SyncRun) -> None:
        """Add a run with the snapshots that it saw."""
        self._session.execute(
            insert(RUN),
            {
                "id": run.id,
                "source": run.source.value,
                "state": run.state.value,
                "started_at": run.started_at,
                "ended_at": run.ended_at,
                "offline": run.offline,
                "program": run.program,
                "counts": msgspec.json.encode(run.counts).decode(),
                "issues": msgspec.json.encode(list(run.issues)).decode(),
            },
        )
        rows = [asdict(each) | {"run": run.id} for each in run.snapshots]
        if rows:
            self._session.execute(insert(SNAPSHOT), rows)

    def last_settled(self, source: SourceId) -> SyncRun | None:
        """Load the newest run after which the records said what the source said."""
        return self._newest(source, SETTLED)

    def last(self, source: SourceId) -> SyncRun | None:
        """Load the newest run of a source, however it ended."""
        return self._newest(source, tuple(state.value for state in RunState))

    def load_runs(self, source: SourceId, limit: int) -> tuple[SyncRun, ...]:
        """Load the newest runs of a source, the newest first."""
        query = (
            select(RUN)
            .where(RUN.c.source == source.value)
            .order_by(RUN.c.started_at.desc(), RUN.c.id.desc())
            .limit(limit)
        )
        return tuple(self._run(row) for row in self._session.execute(query).mappings())

    def _newest(self, source: SourceId, states: tuple[str, ...]) -> SyncRun | None:
        query = (
            select(RUN)
            .where(RUN.c.source == source.value, RUN.c.state.in_(states))
            .order_by(RUN.c.started_at.desc(), RUN.c.id.desc())
            .limit(1)
        )
        row = self._session.execute(query).mappings().one_or_none()
        return None if row is None else self._run(row)

    def _run(self, row: RowMapping) -> SyncRun:
        query = select(SNAPSHOT).where(SNAPSHOT.c.run == row["id"]).order_by(SNAPSHOT.c.resource)
        return SyncRun(
            id=row["id"],
            source=SourceId(row["source"]),
            state=RunState(row["state"]),
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            offline=row["offline"],
            program=row["program"],
            counts=msgspec.json.decode(row["counts"], type=SyncCounts),
            issues=msgspec.json.decode(row["issues"], type=tuple[SyncIssue, ...]),
            snapshots=tuple(_snapshot(each) for each in self._session.execute(query).mappings()),
        )


def _snapshot(row: RowMapping) -> Snapshot:
    columns: dict[str, Any] = {name: row[name] for name in Snapshot.__dataclass_fields__}
    return Snapshot(**columns | {"source": SourceId(row["source"])})
