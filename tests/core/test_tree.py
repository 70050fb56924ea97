"""The tree: the vectors of Certificate Transparency's reference tests, and pymerkle's roots."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from gaptracker.custody.tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
)
from gaptracker.domain.errors import InvalidValue
from tests.core.grown_tree import GrownTree, numbered

PUBLISHED_LEAVES = [
    bytes.fromhex(digits)
    for digits in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FIRST_PAIR_SECOND = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
SECOND_PAIR = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
LAST_FOUR = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
THIRD_PAIR = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
LAST_PAIR = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"

entries = st.lists(st.binary(max_size=40), max_size=70)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    leaves = PUBLISHED_LEAVES[:size]
    tree = GrownTree(leaves)

    assert root_of([leaf_hash(leaf) for leaf in leaves]).hex() == PUBLISHED_ROOTS[size]
    assert tree.frontier.root().hex() == PUBLISHED_ROOTS[size]
    assert root_at(size, GrownTree(PUBLISHED_LEAVES).node).hex() == PUBLISHED_ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, ()),
        (0, 8, (FIRST_PAIR_SECOND, SECOND_PAIR, LAST_FOUR)),
        (5, 8, (FIFTH, LAST_PAIR, PUBLISHED_ROOTS[4])),
        (2, 3, (PUBLISHED_ROOTS[2],)),
        (1, 5, (PUBLISHED_ROOTS[1], SECOND_PAIR, FIFTH)),
    ],
)
def test_inclusion_paths_are_the_published_ones(
    index: int, size: int, path: tuple[str, ...]
) -> None:
    found = inclusion_path(index, size, GrownTree(PUBLISHED_LEAVES).node)

    assert tuple(each.hex() for each in found) == path


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (1, 1, ()),
        (1, 8, (FIRST_PAIR_SECOND, SECOND_PAIR, LAST_FOUR)),
        (6, 8, (THIRD_PAIR, LAST_PAIR, PUBLISHED_ROOTS[4])),
        (2, 5, (SECOND_PAIR, FIFTH)),
    ],
)
def test_consistency_paths_are_the_published_ones(
    old: int, new: int, path: tuple[str, ...]
) -> None:
    found = consistency_path(old, new, GrownTree(PUBLISHED_LEAVES).node)

    assert tuple(each.hex() for each in found) == path


@given(entries)
def test_roots_are_those_of_another_program(leaves: list[bytes]) -> None:
    other = InmemoryTree(algorithm="sha256")
    for entry in leaves:
        other.append_entry(entry)

    assert root_of([leaf_hash(entry) for entry in leaves]) == (
        other.get_root() if leaves else EMPTY_ROOT
    )


@given(entries)
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_all_at_once(leaves: list[bytes]) -> None:
    assert GrownTree(leaves).frontier.root() == root_of([leaf_hash(each) for each in leaves])


@given(st.integers(0, 200))
def test_kept_nodes_give_back_frontier_and_root(size: int) -> None:
    tree = GrownTree(numbered(200))
    leaves = [leaf_hash(each) for each in numbered(size)]

    assert Frontier.load(size, tree.node) == GrownTree(numbered(size)).frontier
    assert root_at(size, tree.node) == root_of(leaves)


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_loaded_frontier_grows_as_the_one_it_was(before: int, more: int) -> None:
    leaves = [leaf_hash(each) for each in numbered(before + more)]
    grown = GrownTree(numbered(before))

    loaded = Frontier.load(before, grown.node)
    loaded.extend(leaves[before:])

    assert loaded.root() == root_of(leaves)


def test_a_leaf_makes_two_nodes_on_average() -> None:
    made = Frontier().extend([leaf_hash(each) for each in numbered(1024)])

    assert len(made) == 2 * 1024 - 1


@pytest.mark.hostile
@pytest.mark.parametrize(
    "attack", [pytest.param(b"", id="bare"), pytest.param(b"\x01", id="with-prefix")]
)
def test_an_entry_that_looks_like_a_node_is_no_node(attack: bytes) -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    forged = attack + left + right

    assert root_of([leaf_hash(forged)]) != root_of([left, right])
    assert leaf_hash(forged) != node_hash(left, right)
    # What a tree without the prefixes would make of both.
    assert hashlib.sha256(b"\x01" + left + right).digest() == node_hash(left, right)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("index", "size"),
    [
        pytest.param(3, 3, id="behind-the-end"),
        pytest.param(-1, 3, id="negative"),
        pytest.param(0, 0, id="of-nothing"),
    ],
)
def test_a_leaf_that_is_not_there_has_no_path(index: int, size: int) -> None:
    with pytest.raises(InvalidValue, match="its leaves are"):
        inclusion_path(index, size, GrownTree(numbered(3)).node)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("old", "new"), [pytest.param(2, 1, id="shrunk"), pytest.param(-1, 1, id="negative")]
)
def test_a_tree_that_shrank_has_no_path(old: int, new: int) -> None:
    with pytest.raises(InvalidValue, match="smaller size first"):
        consistency_path(old, new, GrownTree(numbered(3)).node)


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(InvalidValue, match="2 are expected"):
        Frontier(3, [bytes(HASH_BYTES)])
