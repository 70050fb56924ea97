"""The log for everybody outside: its signed head, proofs, and, for auditors, its entries.

A reader without a key learns how long the log is once a day: the first head signed on a day (UTC)
is the public one until the next. Else whoever asks every minute would see when somebody sends
something, which is how a source is found among those who were in a café at that time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gaptracker.custody.checkpoints import sign_checkpoint
from gaptracker.custody.signed_notes import LogKey
from gaptracker.custody.tree import consistency_path, inclusion_path
from gaptracker.domain.refusals import not_there
from gaptracker.records.custody_repository import LoggedEntry
from gaptracker.records.log_repository import StoredCheckpoint
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.present import Present


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Where a leaf is in the tree of a size, and the path that shows it."""

    leaf_index: int
    size: int
    path: tuple[bytes, ...]


def sign_head(work: UnitOfWork, key: LogKey) -> StoredCheckpoint:
    """Sign the log as it is now; the same log gives the same text."""
    frontier = work.custody.frontier()
    text = sign_checkpoint(frontier.size, frontier.root(), key)
    return StoredCheckpoint(size=frontier.size, text=text)


def todays_head(work: UnitOfWork, present: Present) -> StoredCheckpoint | None:
    """Return the public head of today, None if nobody has signed one yet."""
    return work.log.first_checkpoint_since(midnight(present.now))


def keep_todays_head(work: UnitOfWork, key: LogKey, present: Present) -> StoredCheckpoint:
    """Return the public head of today; sign and keep it if it is the day's first."""
    known = todays_head(work, present)
    if known is not None:
        return known
    head = sign_head(work, key)
    work.log.keep_checkpoint(head.size, head.text, at=present.now)
    return head


def midnight(now: datetime) -> datetime:
    """Return when the UTC day of a time began."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def prove_inclusion(
    leaf: bytes, size: int | None, public_size: int, work: UnitOfWork
) -> InclusionProof:
    """Prove that a leaf hash is in the log, within its public part.

    Args:
        leaf: The hash. It cannot be guessed: the entry holds a commitment under a secret salt.
        size: Of which tree; of the public head's if None.
        public_size: How long the log is for the public.
        work: An open unit of work; reading is enough.

    Raises:
        Refused: `not-found`, alike for a leaf that is nowhere, one that is behind the tree's end,
            and a tree that is longer than the public one.
    """
    asked = public_size if size is None else size
    index = work.log.position_of(leaf)
    if index is None or index >= asked or asked > public_size:
        raise not_there()
    path = inclusion_path(index, asked, work.custody.node)
    return InclusionProof(leaf_index=index, size=asked, path=path)


def prove_consistency(
    earlier: int, later: int | None, public_size: int, work: UnitOfWork
) -> tuple[int, tuple[bytes, ...]]:
    """Prove that the log of an earlier size is the beginning of that of a later one.

    Returns:
        The later size, which is the public one if None came, and the path.

    Raises:
        Refused: `not-found`, if the public log is not as long, or has not grown that way.
    """
    asked = public_size if later is None else later
    if asked > public_size or earlier > asked:
        raise not_there()
    return asked, consistency_path(earlier, asked, work.custody.node)


def entries_for_auditors(start: int, count: int, work: UnitOfWork) -> Sequence[LoggedEntry]:
    """Return entries by position; the caller shows of them what the log itself holds."""
    return work.custody.entries_from(start, count)
