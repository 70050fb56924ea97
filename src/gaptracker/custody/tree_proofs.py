"""Checks of RFC 6962's proofs, from hashes alone: all that somebody outside can do, and needs.

The algorithms are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2, which walk from the leaf to the
root. Every check raises rather than answers no: an answer can be overlooked.
"""

from collections.abc import Sequence
from hmac import compare_digest
from typing import Final

from gaptracker.custody.tree import EMPTY_ROOT, HASH_BYTES, node_hash
from gaptracker.domain.errors import ProofInvalid

MOST_SIZE: Final = 2**63 - 1


def verify_inclusion(
    leaf: bytes, index: int, *, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf hash is the one at an index of the tree with this size and root.

    Raises:
        ProofInvalid: If it is not, or if the proof does not have the shape it must have.
    """
    _check_sizes(index, size)
    _check_hashes((leaf, root, *path))
    if index >= size:
        msg = f"the proof is for leaf {index}, but the tree has {size}"
        raise ProofInvalid(msg)
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            msg = f"a proof of {len(path)} hashes came, more than a tree of {size} leaves is high"
            raise ProofInvalid(msg)
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _above_left_sibling(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    _check_end(last, found, root)


def verify_consistency(
    old_size: int, old_root: bytes, *, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that a tree grew out of an old one: all its leaves are there, unmoved, at the start.

    Raises:
        ProofInvalid: If it did not, or if the proof does not have the shape it must have.
    """
    _check_sizes(old_size, new_size)
    _check_hashes((old_root, new_root, *path))
    if old_size > new_size:
        msg = f"a tree of {old_size} leaves cannot have become one of {new_size}: leaves are gone"
        raise ProofInvalid(msg)
    if old_size in (0, new_size):
        _check_nothing_to_prove(old_size, old_root, new_size, new_root, path)
        return
    steps = list(path)
    # Where the old tree is one complete subtree, the proof begins at its root, which is known.
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        msg = f"no hash came to prove that {new_size} leaves begin with {old_size}"
        raise ProofInvalid(msg)
    _climb(old_size, old_root, new_size, new_root, steps)


def _climb(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, steps: Sequence[bytes]
) -> None:
    """Build both roots from the proof at once, and compare each with the one given."""
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = new_found = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            msg = f"a proof longer than a tree of {new_size} leaves is high came"
            raise ProofInvalid(msg)
        if place & 1 or place == last:
            old_found = node_hash(sibling, old_found)
            new_found = node_hash(sibling, new_found)
            place, last = _above_left_sibling(place, last)
        else:
            new_found = node_hash(new_found, sibling)
        place, last = place >> 1, last >> 1
    _check_end(last, new_found, new_root)
    if not compare_digest(old_found, old_root):
        msg = "the proof does not lead to the old root: the log's past is not what it was"
        raise ProofInvalid(msg)


def _above_left_sibling(place: int, last: int) -> tuple[int, int]:
    """Skip the levels on which a node at the right edge has no partner."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _check_nothing_to_prove(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check two trees between which a proof is empty."""
    if path:
        msg = f"{len(path)} hashes came to prove what needs none ({old_size} to {new_size} leaves)"
        raise ProofInvalid(msg)
    expected = EMPTY_ROOT if old_size == 0 else new_root
    if not compare_digest(old_root, expected):
        msg = f"two roots came for one tree of {old_size} leaves: the log has been split or altered"
        raise ProofInvalid(msg)


def _check_sizes(*sizes: int) -> None:
    """Refuse numbers that no log has."""
    for size in sizes:
        if not 0 <= size <= MOST_SIZE:
            msg = "a size or an index is no whole number from 0 to 2^63 - 1"
            raise ProofInvalid(msg)


def _check_hashes(hashes: Sequence[bytes]) -> None:
    """Refuse anything but hashes: two parts of other lengths could be cut from the same bytes."""
    for each in hashes:
        if len(each) != HASH_BYTES:
            msg = f"a hash of {len(each)} bytes came; {HASH_BYTES} are expected"
            raise ProofInvalid(msg)


def _check_end(last: int, found: bytes, root: bytes) -> None:
    """Check that a proof used every level, and led to the root."""
    if last != 0:
        msg = "the proof ends below the root: hashes are missing"
        raise ProofInvalid(msg)
    if not compare_digest(found, root):
        msg = "the proof leads to another root: the entry, its place, the size or the log differs"
        raise ProofInvalid(msg)
