"""Proofs of the tree: every true one holds, and whatever is changed about it makes it fail."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.custody.tree import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_at,
)
from gaptracker.custody.tree_proofs import MOST_SIZE, verify_consistency, verify_inclusion
from gaptracker.domain.errors import ProofInvalid
from tests.core.grown_tree import GrownTree, numbered

LARGEST = 40
TREE = GrownTree(numbered(LARGEST))
LEAVES = [leaf_hash(entry) for entry in numbered(LARGEST)]
ROOTS = [root_at(size, TREE.node) for size in range(LARGEST + 1)]

sizes = st.integers(1, LARGEST)


def flipped(text: bytes, bit: int) -> bytes:
    number = int.from_bytes(text, "big") ^ (1 << bit)
    return number.to_bytes(len(text), "big")


def included(index: int, size: int) -> tuple[bytes, ...]:
    return inclusion_path(index, size, TREE.node)


def consistent(old: int, new: int) -> tuple[bytes, ...]:
    return consistency_path(old, new, TREE.node)


def includes(leaf: bytes, index: int, size: int, path: tuple[bytes, ...]) -> bool:
    try:
        verify_inclusion(leaf, index, size=size, path=path, root=ROOTS[size])
    except ProofInvalid:
        return False
    return True


def pairs() -> Iterator[tuple[int, int]]:
    return ((old, new) for new in range(LARGEST + 1) for old in range(new + 1))


def test_every_leaf_is_proved_to_be_in_every_tree_that_holds_it() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            verify_inclusion(
                LEAVES[index], index, size=size, path=included(index, size), root=ROOTS[size]
            )


def test_every_tree_is_proved_to_have_grown_out_of_every_smaller_one() -> None:
    for old, new in pairs():
        verify_consistency(
            old, ROOTS[old], new_size=new, new_root=ROOTS[new], path=consistent(old, new)
        )


def test_a_proof_holds_for_no_other_place() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            path = included(index, size)
            places = [at for at in range(LARGEST) if includes(LEAVES[index], at, size, path)]
            assert places == [index]


def test_a_proof_holds_for_no_other_leaf() -> None:
    path = included(3, LARGEST)

    assert [leaf for leaf in LEAVES if includes(leaf, 3, LARGEST, path)] == [LEAVES[3]]


@given(st.data())
def test_a_proof_holds_for_no_other_root_or_size(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(sizes.filter(lambda each: each != size))
    path = included(index, size)

    with pytest.raises(ProofInvalid):
        verify_inclusion(LEAVES[index], index, size=other, path=path, root=ROOTS[other])
    with pytest.raises(ProofInvalid):
        verify_inclusion(LEAVES[index], index, size=size, path=path, root=ROOTS[other])


@given(st.data())
def test_one_flipped_bit_breaks_an_inclusion_proof(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    parts = [LEAVES[index], ROOTS[size], *included(index, size)]
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at] = flipped(parts[at], data.draw(st.integers(0, 255)))
    leaf, root, *path = parts

    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf, index, size=size, path=path, root=root)


@given(st.data())
def test_one_flipped_bit_breaks_a_consistency_proof(data: st.DataObject) -> None:
    new = data.draw(sizes)
    old = data.draw(st.integers(1, new))
    parts = [ROOTS[old], ROOTS[new], *consistent(old, new)]
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at] = flipped(parts[at], data.draw(st.integers(0, 255)))
    old_root, new_root, *path = parts

    with pytest.raises(ProofInvalid):
        verify_consistency(old, old_root, new_size=new, new_root=new_root, path=path)


def test_a_consistency_proof_holds_for_no_other_old_size() -> None:
    for old, new in pairs():
        path = consistent(old, new)
        for other in range(LARGEST + 1):
            if other in (0, old):
                continue
            with pytest.raises(ProofInvalid):
                verify_consistency(other, ROOTS[old], new_size=new, new_root=ROOTS[new], path=path)


def changed_lengths(path: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    for at in range(len(path) + 1):
        yield (*path[:at], LEAVES[0], *path[at:])
    for at in range(len(path)):
        yield (*path[:at], *path[at + 1 :])


def test_an_inclusion_proof_with_a_hash_more_or_less_fails() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            for wrong in changed_lengths(included(index, size)):
                assert not includes(LEAVES[index], index, size, wrong)


def test_a_consistency_proof_with_a_hash_more_or_less_fails() -> None:
    for old, new in pairs():
        for wrong in changed_lengths(consistent(old, new)):
            with pytest.raises(ProofInvalid):
                verify_consistency(old, ROOTS[old], new_size=new, new_root=ROOTS[new], path=wrong)


@given(st.data())
def test_a_log_that_changed_one_past_entry_is_found_out(data: st.DataObject) -> None:
    new = data.draw(sizes)
    old = data.draw(st.integers(1, new))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = numbered(new)
    rewritten[changed] = b"something else"
    other = GrownTree(rewritten)

    with pytest.raises(ProofInvalid):
        verify_consistency(
            old,
            ROOTS[old],
            new_size=new,
            new_root=other.frontier.root(),
            path=consistency_path(old, new, other.node),
        )


def test_every_tree_has_grown_out_of_the_empty_one() -> None:
    verify_consistency(0, EMPTY_ROOT, new_size=5, new_root=ROOTS[5], path=())

    with pytest.raises(ProofInvalid, match="split or altered"):
        verify_consistency(0, ROOTS[1], new_size=5, new_root=ROOTS[5], path=())


def test_two_roots_of_one_size_are_a_split_log() -> None:
    with pytest.raises(ProofInvalid, match="split or altered"):
        verify_consistency(5, ROOTS[4], new_size=5, new_root=ROOTS[5], path=())


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("index", "size", "path", "said"),
    [
        pytest.param(0, 0, (), "the tree has 0", id="empty-tree"),
        pytest.param(2, 2, (LEAVES[0],), "the tree has 2", id="behind-the-end"),
        pytest.param(-1, 2, (LEAVES[1],), "0 to 2", id="negative"),
        pytest.param(0, 2**63, (), "0 to 2", id="2^63"),
        pytest.param(0, 2, (LEAVES[1][:31],), "31 bytes", id="short-hash"),
        pytest.param(0, 2, (LEAVES[1] + b"\x00",), "33 bytes", id="long-hash"),
        pytest.param(0, 2, (), "hashes are missing", id="no-path"),
        pytest.param(0, 2, (LEAVES[1],) * 10_000, "than a tree of 2", id="endless-path"),
        pytest.param(0, MOST_SIZE, (), "hashes are missing", id="largest-size"),
    ],
)
def test_a_hostile_inclusion_proof_is_refused(
    index: int, size: int, path: tuple[bytes, ...], said: str
) -> None:
    with pytest.raises(ProofInvalid, match=said.replace("^", r"\^")):
        verify_inclusion(LEAVES[0], index, size=size, path=path, root=ROOTS[1])


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        pytest.param(3, 2, (), "leaves are gone", id="shrunk"),
        pytest.param(3, 5, (), "no hash came", id="no-path"),
        pytest.param(2, 2, (LEAVES[0],), "needs none", id="needless-path"),
        pytest.param(1, 2, (LEAVES[1],) * 10_000, "proof longer", id="endless-path"),
        pytest.param(-1, 2, (), "0 to 2", id="negative"),
        pytest.param(1, 2, (b"",), "0 bytes", id="empty-hash"),
    ],
)
def test_a_hostile_consistency_proof_is_refused(
    old: int, new: int, path: tuple[bytes, ...], said: str
) -> None:
    with pytest.raises(ProofInvalid, match=said):
        verify_consistency(old, ROOTS[max(old, 0)], new_size=new, new_root=ROOTS[new], path=path)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "cut", [pytest.param(31, id="left-short"), pytest.param(33, id="left-long")]
)
def test_the_same_bytes_cut_elsewhere_are_no_proof(cut: int) -> None:
    joined = LEAVES[0] + LEAVES[1]

    assert node_hash(joined[:cut], joined[cut:]) == ROOTS[2]
    with pytest.raises(ProofInvalid, match="bytes came"):
        verify_inclusion(joined[:cut], 0, size=2, path=(joined[cut:],), root=ROOTS[2])
