"""A desk on which sources are synced: real records and files, a real server for publishers."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, Engine, text

from gaptracker.domain.actors import Actor
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Observation
from gaptracker.domain.syncing import SyncIssue, SyncRun
from gaptracker.intake.addresses import OutgoingRules
from gaptracker.intake.connectors.base import Connector
from gaptracker.intake.fetching import Fetcher, Pace
from gaptracker.intake.http import OutgoingLimits, make_client
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from gaptracker.records.mapping import ACTORS, OBSERVATIONS
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.snapshot_store import SnapshotStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.sync_source import SyncDesk, SyncPlan, sync_source
from tests.publisher_world import Publishers

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LIMITS = OutgoingLimits(seconds=20.0, response_bytes=64_000_000, redirects=5)
PROGRAM = SyncPlan(program="test")
RULES = OutgoingRules(
    schemes=frozenset({"http", "https"}), ports=frozenset(range(1, 65_536)), allow_loopback=True
)


@dataclass
class Syncs:
    """What tests of connectors ask: sync, look, and how long was waited."""

    records: Connection | Engine
    folder: Path
    publishers: Publishers
    client: httpx.Client
    waited: list[float] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def desk(self) -> SyncDesk:
        ticks = itertools.count()
        pace = Pace(seconds=0.0, monotonic=lambda: float(next(ticks)), sleep=self.waited.append)
        return SyncDesk(
            snapshots=SnapshotStore((self.folder / "snapshots").as_posix()),
            fetching=lambda folder: Fetcher(
                client=self.client,
                folder=folder,
                pace=pace,
                now=lambda: NOON,
                mirror=self.publishers.mirror,
            ),
            methodology=newest_rules(),
            work=lambda: UnitOfWork(self.records),
            now=lambda: NOON.replace(minute=next(self._ids) % 60),
            new_id=lambda: f"run_{next(self._ids):06}",
        )

    def sync(self, connector: Connector, **changes: Any) -> SyncRun:  # noqa: ANN401  a plan's fields
        return sync_source(connector, self.desk(), replace(PROGRAM, **changes))

    def observations(self, indicator: str) -> dict[str, Observation]:
        with UnitOfWork(self.records) as work:
            found = work.evidence.load_all(OBSERVATIONS)
        return {each.id: each for each in found if each.indicator == indicator}

    def content(self) -> list[tuple[Any, ...]]:
        """Every revision of every observation, without times: what two runs must agree on."""
        query = (
            "SELECT id, revision, revision_status, content_sha256 FROM observation ORDER BY 1, 2"
        )
        if isinstance(self.records, Connection):
            return [tuple(row) for row in self.records.execute(text(query))]
        with self.records.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]


def issues(run: SyncRun, kind: str) -> list[SyncIssue]:
    """A run's issues of one kind."""
    return [issue for issue in run.issues if issue.kind == kind]


def newest_rules() -> Methodology:
    """The packaged methodology."""
    return shipped_methodology("1.0.0")


@cache
def reference_actors() -> tuple[Actor, ...]:
    """The actors of the packaged reference data, read once a process.

    Of the rest nothing is kept: the garbage collector would walk over it until the session ends.
    """
    return tuple(
        load_reference_files(packaged_reference(), newest_rules()).evidence.actors.values()
    )


def record_actors(engine: Engine) -> None:
    """Let records hold the reference data's actors and nothing else."""
    stamp = RevisionStamp(recorded_at=NOON, recorded_by="test", reason="actors for a sync")
    with UnitOfWork(engine) as work:
        work.evidence.record(ACTORS, reference_actors(), stamp=stamp)
        work.commit()


@contextmanager
def open_syncs(
    records: Connection | Engine, folder: Path, publishers: Publishers
) -> Iterator[Syncs]:
    """Open a desk on records; whoever opened their transaction rolls it back."""
    with make_client(RULES, LIMITS, contact="tests") as client:
        yield Syncs(records=records, folder=folder, publishers=publishers, client=client)
