"""The Merkle tree of RFC 6962: what makes a log one to which things can only be added.

A *node* `(level, index)` is a complete subtree of 2^level leaves that begins at leaf
index × 2^level. Complete nodes never change once they exist, so a database keeps each as it is
made, and everything else is computed from O(log n) of them: the root of any size, the proof that
a leaf is in it, the proof that one root grew out of another.

Proofs and roots are lists of 32-byte hashes. Those who check them are in `tree_proofs.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from gaptracker.domain.errors import InvalidValue

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
"""Leaves and nodes are hashed apart, so that no entry can pass for two hashes side by side."""

NodeLookup = Callable[[int, int], bytes]
"""Gives the hash of the complete node at a level and an index."""


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree: 2^level leaves from leaf index × 2^level on."""

    level: int
    index: int
    hash: bytes


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf of the tree.

    Examples:
        >>> leaf_hash(b"").hex()[:16]
        '6e340b9cffb37a98'
    """
    return sha256(LEAF_PREFIX + entry).digest()


def leaf_hashes(entries: Iterable[str]) -> list[bytes]:
    """Hash many entries, which are text, as leaves; `leaf_hash` of each, in less time."""
    return [sha256(LEAF_PREFIX + entry.encode()).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as the one that holds both, the left one first."""
    return sha256(NODE_PREFIX + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, in order; `EMPTY_ROOT` where there is none."""
    if not leaf_hashes:
        return EMPTY_ROOT
    row = list(leaf_hashes)
    while len(row) > 1:
        # The last of an odd row waits for its partner on a higher level, as RFC 6962 splits.
        odd = [row[-1]] if len(row) % 2 else []
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [sha256(NODE_PREFIX + left + right).digest() for left, right in pairs] + odd
    return row[0]


def complete_rows(leaf_hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return the complete subtrees over leaf hashes, level by level, the leaves first.

    As many at once, this is several times as fast as appending them one by one.

    Examples:
        >>> [len(row) for row in complete_rows([bytes(32)] * 5)]
        [5, 2, 1]
    """
    rows = [list(leaf_hashes)]
    while len(rows[-1]) > 1:
        below = rows[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        rows.append([sha256(NODE_PREFIX + left + right).digest() for left, right in pairs])
    return rows


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to add leaves and to know the root.

    It grows in place. Kept are the hashes of the complete subtrees that the size is the sum of,
    the largest first: one for each 1 in the size's binary digits.
    """

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuse a frontier that does not fit its size."""
        if len(self.hashes) != self.size.bit_count():
            msg = (
                f"a frontier of {len(self.hashes)} hashes came for {self.size} leaves; "
                f"{self.size.bit_count()} are expected"
            )
            raise InvalidValue(msg)

    @classmethod
    def load(cls, size: int, node: NodeLookup) -> "Frontier":
        """Build the frontier of a tree of so many leaves from its complete nodes."""
        return cls(size, [node(level, index) for level, index in _complete_nodes(0, size)])

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf hash.

        Returns:
            The nodes that are complete now: the leaf itself on level 0, then every subtree that
            it was the last leaf of. On average two.
        """
        index, level = self.size, 0
        made = [Node(level, index, leaf)]
        while index & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            index >>= 1
            level += 1
            made.append(Node(level, index, leaf))
        self.hashes.append(leaf)
        self.size += 1
        return made

    def extend(self, leaves: Iterable[bytes]) -> list[Node]:
        """Add leaf hashes in order, and return all nodes that became complete."""
        return [node for leaf in leaves for node in self.append(leaf)]

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        return _folded(self.hashes)


def root_at(size: int, node: NodeLookup) -> bytes:
    """Return the root that a tree had when it had so many leaves."""
    return _subtree(0, size, node)


def inclusion_path(index: int, size: int, node: NodeLookup) -> tuple[bytes, ...]:
    """Return the proof that the leaf at an index is in the tree of a size.

    Raises:
        InvalidValue: If the tree has no such leaf.

    References:
        RFC 6962, section 2.1.1, PATH(m, D[n]).
    """
    if not 0 <= index < size:
        msg = f"leaf {index} of a tree of {size} was asked for; its leaves are 0 to {size - 1}"
        raise InvalidValue(msg)
    start, end, path = 0, size, list[bytes]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start = middle
    return tuple(reversed(path))


def consistency_path(old: int, new: int, node: NodeLookup) -> tuple[bytes, ...]:
    """Return the proof that the tree of a new size begins with that of an old size.

    Empty where there is nothing to prove: between equal sizes, and from the empty tree.

    Raises:
        InvalidValue: If the old size is below zero or above the new one.

    References:
        RFC 6962, section 2.1.2, PROOF(m, D[n]).
    """
    if not 0 <= old <= new:
        msg = f"a tree of {old} leaves cannot have grown to {new}; pass the smaller size first"
        raise InvalidValue(msg)
    if old in (0, new):
        return ()
    start, end, path = 0, new, list[bytes]()
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start = middle
    # From leaf 0 on it is the old root itself, which the reader holds already.
    if start > 0:
        path.append(_subtree(start, end, node))
    return tuple(reversed(path))


def _split(leaves: int) -> int:
    """Return the largest power of two below a number of leaves, which is two or more."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _complete_nodes(start: int, end: int) -> list[tuple[int, int]]:
    """Return the complete nodes, the largest first, that leaves [start, end) are the sum of.

    The start must be where a subtree of the RFC's splits begins.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def _subtree(start: int, end: int, node: NodeLookup) -> bytes:
    """Return the hash over leaves [start, end), by at most one look-up a level."""
    return _folded([node(level, index) for level, index in _complete_nodes(start, end)])


def _folded(hashes: Sequence[bytes]) -> bytes:
    """Join complete subtrees, the largest first, into one hash."""
    if not hashes:
        return EMPTY_ROOT
    *larger, joined = hashes
    for left in reversed(larger):
        joined = node_hash(left, joined)
    return joined
