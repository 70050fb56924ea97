"""What every connector is: what it asks for, and how it reads what came.

A connector is given bytes and gives back evidence with every problem named. It never guesses: a
row that it cannot place is refused, a column that moved stops the sync, and what it does not use
is counted as left over, so that a new column of the publisher is seen.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from gaptracker.domain.actors import Actor
from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.proposals import CodingRequest, Proposal
from gaptracker.domain.records import Coding, Measure, Observation, Opportunity, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import (
    Guard,
    IssueKind,
    Severity,
    Snapshot,
    SourceId,
    SyncIssue,
)

MEBIBYTE = 1 << 20
# The scheme of what nobody publishes at an address: people download or write it, and sync with
# `--offline`. A mirror may serve it, as `<mirror>/host/path`.
BY_HAND = "offline://"
# Of each kind of issue so many places are kept; the rest are counted.
MOST_PLACES = 20


class SourceUnreadable(GapTrackerError):
    """What a publisher sent cannot be read as what was asked for; nothing of it is used."""

    def __init__(self, kind: IssueKind, where: str, detail: str) -> None:
        """Say what came, where, and what was expected."""
        super().__init__(f"{where}: {detail}")
        self.issue = SyncIssue(kind=kind, severity=Severity.STOP, where=where, detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One thing to fetch.

    Args:
        name: Short and stable, as `persons_held`: by it the last snapshot is found.
        url: Its address; one of the scheme `offline` is no address that can be asked.
        offline: File-name patterns by which a downloaded copy is recognised, the best first.
        form: Fields to send by POST instead of GET.
        headers: Beside the client's own.
        most_bytes: More than these are not taken.
        begins: What the first bytes have to be, any of these; empty for anything.
        retry_statuses: Statuses that are tried again besides 429 and 5xx.
        retry_empty: Whether an empty body is tried again.
        only_leads: Whether nothing is read of it but where something else lies: a page that differs
            each time, and leads to the same file, is nothing new.
        packs: Where no downloaded copy is found, files of this pattern anywhere in the folder are
            packed into a zip and read as one; empty for resources that are one file.
    """

    name: str
    url: str
    offline: tuple[str, ...]
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    most_bytes: int = 64 * MEBIBYTE
    begins: tuple[bytes, ...] = ()
    retry_statuses: frozenset[int] = frozenset()
    retry_empty: bool = False
    only_leads: bool = False
    packs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A resource's bytes in a file, with what is known of them."""

    snapshot: Snapshot
    path: Path

    def read(self) -> bytes:
        """Return all bytes; for what is known to be small."""
        return self.path.read_bytes()

    @property
    def where(self) -> str:
        """Return how issues name it."""
        return f"{self.snapshot.source.value}/{self.snapshot.resource}"


def always(_: Observation) -> bool:
    """Say that a publisher speaks of every observation that it ever gave."""
    return True


# Fetches a resource, or finds it in a folder; returns None only where `optional` was asked for.
Fetch = Callable[[Resource], Arrived]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a connector may hold its rows against.

    `held` gives every observation that stands, by its id; it is asked for by connectors of copies,
    which fill gaps and stand back where the first publisher speaks.
    `sources` gives every source on record.
    """

    methodology: Methodology
    actors: Mapping[str, Actor]
    today: date
    held: Callable[[], Mapping[str, Observation]] = dict
    sources: Callable[[], Sequence[Source]] = tuple


@dataclass(slots=True, kw_only=True)
class Staging:
    """What a connector makes of what arrived, and all that it met on the way."""

    source: SourceId
    sources: dict[str, Source] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    observations: dict[str, Observation] = field(default_factory=dict)
    opportunities: dict[str, Opportunity] = field(default_factory=dict)
    codings: list[Coding] = field(default_factory=list)
    # No evidence: paragraphs a machine found, and what people are asked to place on a ladder.
    proposals: dict[str, Proposal] = field(default_factory=dict)
    asked: dict[CodingRequest, None] = field(default_factory=dict)
    # The publisher's own stamp of a release, by resource.
    releases: dict[str, str] = field(default_factory=dict)
    # Whether what arrived speaks of an observation that is held; one that it does not speak of has
    # not vanished when it does not come. A page says how the law is this month, and no word of
    # the months before.
    speaks_of: Callable[[Observation], bool] = always
    # Actors of whom it spoke where the first publisher's word stands.
    stood_back: set[str] = field(default_factory=set)
    rows_read: int = 0
    rows_refused: int = 0
    rows_left_over: int = 0
    left_over: Counter[str] = field(default_factory=Counter)
    _issues: dict[tuple[IssueKind, str], list[SyncIssue]] = field(default_factory=dict)
    _counts: Counter[tuple[IssueKind, str]] = field(default_factory=Counter)

    def note(
        self,
        kind: IssueKind,
        where: str,
        detail: str,
        *,
        severity: Severity = Severity.NOTE,
        group: str = "",
    ) -> None:
        """Note an issue; of one kind and group the first places are kept, the rest counted."""
        key = (kind, group)
        self._counts[key] += 1
        kept = self._issues.setdefault(key, [])
        if len(kept) < MOST_PLACES:
            kept.append(SyncIssue(kind=kind, severity=severity, where=where, detail=detail))

    def refuse(self, kind: IssueKind, where: str, detail: str, *, group: str = "") -> None:
        """Note a row that is not used, and why."""
        self.rows_refused += 1
        self.note(kind, where, detail, severity=Severity.WARNING, group=group)

    def leave(self, what: str) -> None:
        """Count a row that is of no use here: another category, a region."""
        self.rows_left_over += 1
        self.left_over[what] += 1

    def stand_back(self, actor: str, what: str) -> None:
        """Count a row of a copy where the first publisher speaks; its actor counts as seen."""
        self.leave(what)
        self.stood_back.add(actor)

    def add_observation(self, observation: Observation, where: str) -> None:
        """Stage an observation; a second one of the same id is refused, unless it says the same."""
        held = self.observations.get(observation.id)
        if held is None:
            self.observations[observation.id] = observation
        elif held == observation:
            self.leave("repeated row")
        else:
            self.refuse(
                IssueKind.DUPLICATE,
                where,
                f"{observation.id} came twice: {held.value or held.category} and "
                f"{observation.value or observation.category}; the first is kept",
            )

    def issues(self) -> Iterator[SyncIssue]:
        """Yield the issues in the order in which their kinds were met; counts at the last place."""
        for key, kept in self._issues.items():
            more = self._counts[key] - len(kept)
            yield from kept[:-1]
            last = kept[-1]
            yield SyncIssue(
                kind=last.kind,
                severity=last.severity,
                where=last.where,
                detail=last.detail,
                count=1 + more,
            )
        for what, count in sorted(self.left_over.items()):
            yield SyncIssue(
                kind=IssueKind.LEFT_OVER,
                severity=Severity.NOTE,
                where=self.source.value,
                detail=what,
                count=count,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes a source, under which terms, and what may be made of it.

    `republish` says in words what of it may be shown again; `indicators` are those it feeds.
    `by_hand` sources have no address to ask: they are read from files that somebody downloaded.
    A `partial` source gives a part at a time: what one file does not name stays as it was.
    """

    source: SourceId
    title: str
    publisher: str
    homepage: str
    licence: str
    republish: str
    indicators: tuple[str, ...]
    guard: Guard
    seconds_between_requests: float = 1.0
    by_hand: bool = False
    partial: bool = False


class Connector(Protocol):
    """One publisher's data: how they are asked for, and how they are read."""

    @property
    def about(self) -> Publisher:
        """Say whose data these are."""
        ...

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch everything that is needed, in as many steps as it takes.

        Args:
            fetch: Fetches one resource.
            since: First year that is of interest, None for all; a publisher that cannot be asked
                for a part gives all, and `read` leaves nothing out that is held already.

        Raises:
            SourceUnreadable: If an answer is not what was asked for.
        """
        ...

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Read what arrived, strictly.

        Raises:
            SourceUnreadable: If it is not in the shape that the publisher's notes describe.
        """
        ...
