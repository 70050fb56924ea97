"""Every run that a store or a server lists, as `release list` shows it."""

from dataclasses import dataclass

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.vocabulary import ReleaseState
from gaptracker.records.release_store import IndexEntry, ReleaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """A run that was kept.

    Attributes:
        evidence_sha256: None where its manifest is damaged.
        previous: The release that was the current one until then; a server does not say.
        warnings: Names of ceilings that it passed.
    """

    release: str
    number: int
    state: str
    current: bool
    content_sha256: str
    evidence_sha256: str | None
    previous: str | None
    warnings: tuple[str, ...]


def runs_here(store: ReleaseStore) -> list[ListedRun]:
    """Return the runs of a store, the newest first, failed ones too."""
    latest = store.latest()
    return [_listed(store, entry, latest) for entry in reversed(store.entries())]


def _listed(store: ReleaseStore, entry: IndexEntry, latest: str | None) -> ListedRun:
    return ListedRun(
        release=entry.id,
        number=entry.number,
        state=entry.state.value,
        current=entry.id == latest and entry.state is ReleaseState.PUBLISHED,
        content_sha256=entry.content_sha256,
        evidence_sha256=_evidence_of(store, entry),
        previous=entry.previous,
        warnings=tuple(check.name for check in entry.compared if not check.passed),
    )


def _evidence_of(store: ReleaseStore, entry: IndexEntry) -> str | None:
    """Return the digest of a run's evidence set; None of a damaged one.

    The list still shows a release whose manifest is damaged: it is where to find another.
    """
    try:
        return store.manifest(entry)[1].evidence_sha256
    except ReleaseCorrupt:
        return None
