"""What is laid beside a release and belongs in a report: changes, replies, corrections.

Whoever writes a report hands these over; a report says so where there are none.
"""

from dataclasses import dataclass
from datetime import date

import msgspec

from gaptracker.domain.errors import InvalidValue, ReleaseCorrupt
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.diff_releases import diff_releases
from gaptracker.workflows.release_changes import ReleaseChanges, changes_of, read_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an assessed government, or another body it concerns, answered.

    `text` is as it was given, in `language` (BCP 47), whole. `theme`, `year` and `pair` say what
    it answers, as far as it does; with none of them it answers everything about the actor.
    """

    actor: str
    by: str
    on: date
    text: str
    language: str
    theme: str | None = None
    year: int | None = None
    pair: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was put right after the release was frozen; its bytes stay as they were.

    `what` and `why` are in `language`; with no actor it concerns the whole release.
    """

    on: date
    what: str
    why: str
    language: str
    actor: str | None = None
    theme: str | None = None
    year: int | None = None
    pair: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """All that is laid beside a release; `changes` are None where nothing came before it."""

    changes: ReleaseChanges | None = None
    replies: tuple[Reply, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def replies_of(self, actor: str | None) -> list[Reply]:
        """Return the replies about an actor, or all, by day."""
        found = [each for each in self.replies if actor in (None, each.actor)]
        return sorted(found, key=lambda each: (each.on, each.actor, each.theme or "", each.text))

    def corrections_of(self, actor: str | None) -> list[Correction]:
        """Return the corrections that concern an actor, or all, by day."""
        found = [each for each in self.corrections if actor is None or each.actor in (None, actor)]
        return sorted(found, key=lambda each: (each.on, each.actor or "", each.what))


NOTHING_BESIDE = Beside()


def changes_beside(
    store: ReleaseStore, release: FrozenRelease, compared_with: str | None = None
) -> ReleaseChanges | None:
    """Return what a release changed; None where there was none before it.

    Args:
        store: Where releases are kept.
        release: The newer release.
        compared_with: The older one's id; the one that was current when this was cut, if None.

    Raises:
        InvalidValue: If both are the same.
        UnknownName: If the older one was never published.
        ReleaseCorrupt: If a byte differs from what was frozen, or was written of the changes.
    """
    if compared_with == release.id:
        raise InvalidValue(
            f"release {release.id} cannot be compared with itself; expected an older one, as "
            "`gaptracker release list` names it"
        )
    kept = store.changes(release.entry) if compared_with is None else None
    if kept is not None:
        try:
            return read_changes(kept)
        except msgspec.MsgspecError as error:
            raise ReleaseCorrupt(
                f"what release {release.id} changed cannot be read ({error}); name the older "
                "release, and both are compared anew"
            ) from error
    older = compared_with or release.entry.previous
    return None if older is None else changes_of(diff_releases(store, older, release.id))
