"""Verify the whole log: every entry's hash, every node of the tree, its head, and earlier heads.

Entries are read in pieces of a power of two, so that a piece is a whole subtree: memory stays the
same however long the log is. Everything is computed anew from the entries' text; what is stored is
only compared. Whoever rewrote text, hashes, nodes and head alike is found out by an earlier
checkpoint that somebody else has kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gaptracker.custody.checkpoints import Checkpoint, verify_checkpoint
from gaptracker.custody.signed_notes import VerifierKey
from gaptracker.custody.tree import Frontier, complete_rows, leaf_hashes, root_at
from gaptracker.domain.errors import CheckpointInvalid, InvalidValue, LogTampered
from gaptracker.records.log_repository import StoredLeaf
from gaptracker.records.unit_of_work import UnitOfWork

PIECE_LEVEL = 13
PIECE = 2**PIECE_LEVEL
STEP = "checking entries"

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedLog:
    """A log that holds.

    Attributes:
        checkpoint_count: How many kept heads were compared with it.
        earlier: The head that somebody had kept, None if none was given.
    """

    size: int
    root: bytes
    checkpoint_count: int
    earlier: Checkpoint | None


@dataclass(slots=True)
class _Tree:
    """The tree as it is computed anew: subtrees of whole pieces, and the last, unfinished one."""

    pieces: Frontier = field(default_factory=Frontier)
    rest: list[bytes] = field(default_factory=list)

    def hashes(self) -> list[bytes]:
        """Return the tree's right edge, the largest subtree first."""
        rows, taken, edge = complete_rows(self.rest), 0, list(self.pieces.hashes)
        for level in reversed(range(len(rows))):
            if len(self.rest) >> level & 1:
                edge.append(rows[level][taken >> level])
                taken += 1 << level
        return edge


def verify_log(
    work: UnitOfWork,
    report: Report,
    *,
    verifier: VerifierKey | None = None,
    earlier: Checkpoint | None = None,
) -> VerifiedLog:
    """Verify the log from its first entry to its last.

    Args:
        work: An open unit of work that only reads, so that the log stands still meanwhile.
        report: Is told how far the work has come.
        verifier: The log's key; with it, kept heads are checked for their signatures, too.
        earlier: A head that somebody had kept, its signature checked already.

    Raises:
        LogTampered: If anything differs; names the first position where.
    """
    try:
        head = work.custody.frontier()
    except InvalidValue as error:
        raise LogTampered(0, f"the head cannot be: {error}") from error
    tree = _Tree()
    for start in range(0, head.size, PIECE):
        report(STEP, start, head.size)
        _check_piece(work, start, min(start + PIECE, head.size), tree)
    report(STEP, head.size, head.size)
    _check_head(work, head, tree)
    kept = _kept_heads(work, verifier)
    for each in (*kept, *((earlier,) if earlier else ())):
        check_earlier(each, head.size, work)
    return VerifiedLog(
        size=head.size, root=head.root(), checkpoint_count=len(kept), earlier=earlier
    )


def check_earlier(earlier: Checkpoint, size: int, work: UnitOfWork) -> None:
    """Check that a log whose nodes were verified begins with the log of an earlier head.

    Raises:
        LogTampered: If it does not.
    """
    if earlier.size > size:
        raise LogTampered(
            size,
            f"a checkpoint was signed over {earlier.size} entries, and the log has {size}: its end "
            "was cut off, or an older copy of the database was put in its place",
        )
    if root_at(earlier.size, work.custody.node) != earlier.root:
        raise LogTampered(
            max(0, earlier.size - 1),
            f"a checkpoint was signed over other first {earlier.size} entries than the log has: "
            "something at this position or before was changed",
        )


def _check_piece(work: UnitOfWork, start: int, end: int, tree: _Tree) -> None:
    """Check the entries from start to below end, and every subtree that ends among them."""
    stored = work.log.leaves(start, end)
    _check_positions([row[0] for row in stored], start, end)
    leaves = leaf_hashes(row[2] for row in stored)
    if leaves != [row[3] for row in stored]:
        raise _differing_leaf(stored, leaves, work)
    for position, name, entry, _ in stored:
        if f'"object":"{name}"' not in entry:
            raise LogTampered(position, "the entry is filed under another object than it is about")
    rows = complete_rows(leaves)
    for level, row in enumerate(rows):
        _compare_nodes(work, level, start >> level, row)
    if end - start < PIECE:
        tree.rest = leaves
        return
    for node in tree.pieces.append(rows[-1][0])[1:]:
        _compare_nodes(work, PIECE_LEVEL + node.level, node.index, [node.hash])


def _check_positions(found: Sequence[int], start: int, end: int) -> None:
    """Make sure that no entry is missing."""
    if len(found) == end - start:
        return
    missing = next(
        (at for at, position in enumerate(found, start) if at != position), start + len(found)
    )
    raise LogTampered(missing, "there is no entry here, and the head says that there is one")


def _differing_leaf(
    stored: Sequence[StoredLeaf], leaves: Sequence[bytes], work: UnitOfWork
) -> LogTampered:
    """Say which of an entry's text and its stored hash was changed."""
    position, leaf, kept = next(
        (row[0], leaf, row[3]) for row, leaf in zip(stored, leaves, strict=True) if leaf != row[3]
    )
    ((_, node),) = work.log.nodes(0, position, position + 1) or ((position, b""),)
    changed = {leaf: "the stored hash of the entry", kept: "the entry's text"}.get(node)
    return LogTampered(position, f"{changed or 'entry, hash or node'} was changed")


def _compare_nodes(work: UnitOfWork, level: int, first: int, row: Sequence[bytes]) -> None:
    """Compare computed nodes of a level with those that are stored."""
    stored = work.log.nodes(level, first, first + len(row))
    if [found[1] for found in stored] == row and len(stored) == len(row):
        return
    known = dict(stored)
    index = next(at for at, hashed in enumerate(row, first) if known.get(at) != hashed)
    what = "differs from what the entries below it make" if index in known else "is missing"
    raise LogTampered(index << level, f"the node of level {level} over it {what}")


def _check_head(work: UnitOfWork, head: Frontier, tree: _Tree) -> None:
    """Compare the head with the tree, and make sure that nothing stands behind it."""
    if head.hashes != tree.hashes():
        raise LogTampered(head.size, "the head is not that of the entries before it")
    count, _, highest = work.log.leaf_bounds()
    if (count, highest) != (head.size, head.size - 1):
        raise LogTampered(head.size, f"{count} entries are stored, and the head says {head.size}")
    nodes, expected = work.log.node_count(), _node_count(head.size)
    if nodes != expected:
        raise LogTampered(
            head.size, f"{nodes} nodes are stored, and {head.size} entries have {expected}"
        )


def _node_count(size: int) -> int:
    return sum(size >> level for level in range(size.bit_length()))


def _kept_heads(work: UnitOfWork, verifier: VerifierKey | None) -> tuple[Checkpoint, ...]:
    """Return the heads that were handed out, with their signatures checked; none without a key."""
    if verifier is None:
        return ()
    heads = []
    for kept in work.log.checkpoints():
        try:
            heads.append(verify_checkpoint(kept.text, verifier))
        except CheckpointInvalid as error:
            raise LogTampered(
                max(0, kept.size - 1), f"the checkpoint kept over {kept.size} entries: {error}"
            ) from error
    return tuple(heads)
