"""Sync one source: fetch, keep what arrived, read it strictly, compare, apply at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Observation
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import (
    IssueKind,
    RunState,
    Severity,
    Snapshot,
    SyncCounts,
    SyncIssue,
    SyncRun,
)
from gaptracker.intake.connectors.base import (
    Arrived,
    Connector,
    Fetch,
    Known,
    Resource,
    SourceUnreadable,
    Staging,
)
from gaptracker.intake.fetching import Fetched, Fetcher, Validators, file_facts, find_offline
from gaptracker.records.mapping import (
    ACTORS,
    OBSERVATIONS,
    OPPORTUNITIES,
    SOURCES,
)
from gaptracker.records.repositories import Changes
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.snapshot_store import SnapshotStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.known_errors import KnownError, lay_over
from gaptracker.workflows.sync_changes import (
    STAGED,
    counted,
    gone_of,
    not_settled_by_people,
    values_by_kind,
    with_changes,
)
from gaptracker.workflows.sync_guards import breaches, older_releases


class Fetching(Protocol):
    """Makes the fetcher of one source, for as long as its folder is there."""

    def __call__(self, folder: Path) -> Fetcher:
        """Return a fetcher that puts files into a folder."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """How a source is synced.

    Args:
        offline: Folder with downloaded files; None to fetch.
        since: First year of interest.
        dry: Compare and tell, apply nothing.
        again: Read even what arrived unchanged.
        accept_changes: Apply though more changed or vanished than the source's guard allows.
        allow_older: Apply though the publisher's release is older than the last one applied.
        program: Version of the program that reads: another one reads again.
        known_errors: Errors of publishers that are mended on the way.
    """

    offline: Path | None = None
    since: int | None = None
    dry: bool = False
    again: bool = False
    accept_changes: bool = False
    allow_older: bool = False
    program: str
    known_errors: Sequence[KnownError] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncDesk:
    """What a sync works with: bytes that were kept, how others are fetched, rules, records."""

    snapshots: SnapshotStore
    fetching: Fetching
    methodology: Methodology
    work: Callable[[], UnitOfWork]
    now: Callable[[], datetime]
    new_id: Callable[[], str]


def sync_source(connector: Connector, desk: SyncDesk, plan: SyncPlan) -> SyncRun:
    """Sync one source and keep the record of the run, however it ends.

    What arrives is kept before it is read. Nothing is applied if anything stops the sync; what
    is applied is applied whole, in one transaction with the run's record. A run that is killed
    leaves at most bytes that nobody refers to, and the next run does it all.

    Args:
        connector: Whose data.
        desk: What it works with.
        plan: How.
    """
    with TemporaryDirectory(prefix="gaptracker-sync-") as folder:
        return _Sync(connector, desk, plan, Path(folder)).run()


class _Sync:
    """One run."""

    def __init__(self, connector: Connector, desk: SyncDesk, plan: SyncPlan, folder: Path) -> None:
        self._connector = connector
        self._source = connector.about.source
        self._desk = desk
        self._plan = plan
        self._folder = folder
        self._fetcher = desk.fetching(folder)
        self._started_at = desk.now()
        self._snapshots: dict[str, Snapshot] = {}
        self._leading: set[str] = set()
        with desk.work() as work:
            self._settled = work.syncs.last_settled(self._source)

    def run(self) -> SyncRun:
        """Do it all."""
        try:
            arrived = self._connector.collect(self._fetch(), self._plan.since)
            if self._is_unchanged():
                return self._record(RunState.UNCHANGED, SyncCounts(), ())
            staging = self._connector.read(arrived, self._known())
            self._stamp(staging)
        except SourceUnreadable as error:
            return self._record(RunState.FAILED, SyncCounts(), (error.issue,))
        mended = lay_over(staging, self._plan.known_errors, self._source)
        return self._apply(staging, (*staging.issues(), *mended))

    def _fetch(self) -> Fetch:
        found = self._from_folder if self._plan.offline is not None else self._from_network

        def fetch(resource: Resource) -> Arrived:
            if resource.only_leads:
                self._leading.add(resource.name)
            return found(resource)

        return fetch

    def _from_folder(self, resource: Resource) -> Arrived:
        folder = self._plan.offline
        if folder is None:
            raise TypeError("no folder to read from")
        path = find_offline(folder, resource, self._where(resource), self._folder)
        sha256, size_bytes = file_facts(path)
        return self._keep(
            resource,
            path,
            Snapshot(
                source=self._source,
                resource=resource.name,
                url=resource.url,
                fetched_at=self._desk.now(),
                sha256=sha256,
                size_bytes=size_bytes,
            ),
        )

    def _from_network(self, resource: Resource) -> Arrived:
        held = self._held(resource)
        again = self._plan.again or held is None
        validators = (
            Validators()
            if again or held is None
            else Validators(etag=held.etag, last_modified=held.last_modified)
        )
        fetched = self._fetcher.fetch(resource, self._where(resource), validators)
        if fetched.path is None and held is not None:
            return self._as_held(resource, held)
        if fetched.path is None:
            raise SourceUnreadable(
                IssueKind.EMPTY_ANSWER,
                self._where(resource),
                "the server says that nothing changed, and nothing was asked about; try again",
            )
        return self._keep(resource, fetched.path, self._snapshot(resource, fetched))

    def _snapshot(self, resource: Resource, fetched: Fetched) -> Snapshot:
        return Snapshot(
            source=self._source,
            resource=resource.name,
            url=fetched.url,
            sha256=fetched.sha256,
            size_bytes=fetched.size_bytes,
            fetched_at=self._desk.now(),
            media_type=fetched.media_type,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
        )

    def _keep(self, resource: Resource, path: Path, snapshot: Snapshot) -> Arrived:
        """Keep bytes before anything is made of them."""
        self._desk.snapshots.keep(path, snapshot.sha256)
        self._snapshots[resource.name] = snapshot
        return Arrived(snapshot=snapshot, path=path)

    def _as_held(self, resource: Resource, held: Snapshot) -> Arrived:
        path = self._folder / f"{resource.name}.held"
        self._desk.snapshots.fetch(held.sha256, path)
        self._snapshots[resource.name] = held
        return Arrived(snapshot=held, path=path)

    def _held(self, resource: Resource) -> Snapshot | None:
        seen = self._settled.snapshots if self._settled else ()
        return next((each for each in seen if each.resource == resource.name), None)

    def _stamp(self, staging: Staging) -> None:
        """Write the publisher's own stamps beside what arrived."""
        for resource, stamp in staging.releases.items():
            self._snapshots[resource] = replace(self._snapshots[resource], release=stamp)

    def _where(self, resource: Resource) -> str:
        return f"{self._source.value}/{resource.name}"

    def _is_unchanged(self) -> bool:
        """Say whether the same bytes were read by the same program, and settled, before."""
        if self._plan.again or self._settled is None:
            return False
        before, now = (
            {each.resource: each.sha256 for each in seen if each.resource not in self._leading}
            for seen in (self._settled.snapshots, self._snapshots.values())
        )
        return before == now and self._settled.program == self._plan.program

    def _known(self) -> Known:
        with self._desk.work() as work:
            actors = {actor.code: actor for actor in work.evidence.load_all(ACTORS)}
        return Known(
            methodology=self._desk.methodology,
            actors=actors,
            today=self._started_at.date(),
            held=self._held_observations,
            sources=self._load_sources,
        )

    def _load_sources(self) -> Sequence[Source]:
        with self._desk.work() as work:
            return work.evidence.load_all(SOURCES)

    def _held_observations(self) -> Mapping[str, Observation]:
        with self._desk.work() as work:
            return {each.id: each for each in work.evidence.load_all(OBSERVATIONS)}

    def _apply(self, staging: Staging, issues: tuple[SyncIssue, ...]) -> SyncRun:
        """Compare with what is held and apply, or say why not."""
        counts, found, state = counted(staging), issues, RunState.STOPPED
        with self._desk.work() as work:
            work.take_loading_lock()
            held = {kind.name: work.evidence.load_by(kind, self._source.author) for kind in STAGED}
            values = values_by_kind(staging)
            values[OPPORTUNITIES.name] = not_settled_by_people(staging, work)
            partial = self._connector.about.partial
            gone = {
                kind.name: ()
                if partial
                else tuple(gone_of(kind, held[kind.name], values=values, staging=staging))
                for kind in STAGED
            }
            guard = self._connector.about.guard
            if self._plan.accept_changes:
                guard = replace(guard, changed_share=1.0, vanished_share=1.0)
            found = (*issues, *self._older(staging), *breaches(guard, staging, held, gone))
            if not any(issue.severity is Severity.STOP for issue in found):
                taken = 0 if partial else self._take_over(work, values)
                counts = with_changes(counts, self._write(work, values, gone))
                counts = replace(counts, taken_over=taken, proposals=self._propose(work, staging))
                if not self._plan.dry:
                    run = self._made(RunState.APPLIED, counts, found)
                    work.syncs.add(run)
                    work.commit()
                    return run
                state = RunState.DRY
        return self._record(state, counts, found)

    def _older(self, staging: Staging) -> Iterator[SyncIssue]:
        """Yield releases that are older than those that the records hold, unless allowed."""
        if self._plan.allow_older or self._settled is None:
            return
        applied = {each.resource: each.release for each in self._settled.snapshots}
        yield from older_releases(self._source.value, applied, staging.releases)

    def _take_over(self, work: UnitOfWork, values: Mapping[str, Sequence[Any]]) -> int:
        """Make what somebody else recorded and the publisher says, too, the publisher's."""
        stamp = self._stamped(": the publisher says the same")
        return sum(work.evidence.take_over(kind, values[kind.name], stamp=stamp) for kind in STAGED)

    def _stamped(self, more: str = "") -> RevisionStamp:
        return RevisionStamp(
            recorded_at=self._started_at,
            recorded_by=self._source.author,
            reason=f"sync of {self._connector.about.title}{more}",
        )

    def _write(
        self,
        work: UnitOfWork,
        values: Mapping[str, Sequence[Any]],
        gone: Mapping[str, Sequence[str]],
    ) -> list[Changes]:
        stamp = self._stamped()
        changes = []
        for kind in STAGED:
            written = work.evidence.record(kind, values[kind.name], stamp=stamp)
            withdrawn = work.evidence.withdraw(kind, gone[kind.name], stamp=stamp)
            changes.append(replace(written, withdrawn_count=withdrawn))
        return changes

    def _propose(self, work: UnitOfWork, staging: Staging) -> int:
        """Keep what coders are to look at; return how much of it is new."""
        at = self._started_at
        work.proposals.ask(staging.asked, by=self._source.author, at=at)
        return work.proposals.add_new(staging.proposals.values(), at=at)

    def _record(self, state: RunState, counts: SyncCounts, issues: Sequence[SyncIssue]) -> SyncRun:
        """Keep the record of a run that changed no evidence."""
        run = self._made(state, counts, issues)
        with self._desk.work() as work:
            work.syncs.add(run)
            work.commit()
        return run

    def _made(self, state: RunState, counts: SyncCounts, issues: Sequence[SyncIssue]) -> SyncRun:
        return SyncRun(
            id=self._desk.new_id(),
            source=self._source,
            state=state,
            started_at=self._started_at,
            ended_at=self._desk.now(),
            offline=self._plan.offline is not None,
            program=self._plan.program,
            counts=counts,
            issues=tuple(issues),
            snapshots=tuple(self._snapshots.values()),
        )
