"""Who stands together in how many runs, and which groups hold."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sknetwork.clustering import Louvain

from gaptracker.scoring.communities import (
    communities,
    groups,
    least_shares,
    together_shares,
)
from tests.core.alliance_world import RULE

Floats = npt.NDArray[np.float64]


def pairs_among(actors: int) -> npt.NDArray[np.intp]:
    return np.array(list(combinations(range(actors), 2)))


def two_camps(actors: int = 8, draws: int = 30, noise: float = 0.03) -> npt.NDArray[np.float32]:
    """Similarities of actors of whom the first half stand together, and the second."""
    half = actors // 2
    plain = [
        0.9 if (first < half) == (second < half) else 0.5 for first, second in pairs_among(actors)
    ]
    shaken = np.random.default_rng(7).normal(0.0, noise, (len(plain), draws))
    return (np.array(plain)[:, None] + shaken).astype(np.float32)


def test_two_camps_are_found_in_every_run() -> None:
    together = together_shares(pairs_among(8), two_camps(), 8, RULE)
    assert np.array_equal(together, np.kron(np.eye(2), np.ones((4, 4))))
    compared = np.ones((8, 8), dtype=np.bool_)
    assert groups(together, compared, 0.8) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_where_draws_disagree_nobody_stands_together() -> None:
    noise = np.random.default_rng(3).uniform(0.6, 0.9, (28, 40)).astype(np.float32)
    together = together_shares(pairs_among(8), noise, 8, RULE)
    assert groups(together, np.ones((8, 8), dtype=np.bool_), RULE.together_share) == []


def test_a_single_pair_is_no_community_of_its_own_mean() -> None:
    one = np.full((1, 10), 0.9, dtype=np.float32)
    together = together_shares(np.array([[0, 1]]), one, 3, RULE)
    assert np.array_equal(together, np.eye(3))


def test_draws_without_a_tie_count_as_runs_in_which_all_stand_alone() -> None:
    camps = two_camps(draws=10)
    camps[:, 5:] = 0.7
    together = together_shares(pairs_among(8), camps, 8, RULE)
    assert together[0, 1] == pytest.approx(0.5)
    assert together[0, 0] == 1.0


@settings(max_examples=30)
@given(st.integers(4, 12), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_networks_side_by_side_have_the_communities_of_each_alone(
    actors: int, networks: int, seed: int
) -> None:
    pairs = pairs_among(actors)
    random = np.random.default_rng(seed)
    ties = np.maximum(random.uniform(-0.5, 1.0, (len(pairs), networks)), 0.0)
    ties[0] = 1.0
    ties /= ties.sum(axis=0)
    found = communities(pairs, ties, actors, 1.0)
    for number in range(networks):
        weights = np.zeros((actors, actors))
        weights[pairs[:, 0], pairs[:, 1]] = ties[:, number]
        network = csr_matrix(weights + weights.T)
        network.eliminate_zeros()
        alone = Louvain(tol_optimization=1e-9, tol_aggregation=1e-9).fit_predict(network)
        assert modularity(weights, found[number]) == pytest.approx(
            modularity(weights, alone), abs=1e-4
        )


def modularity(weights: Floats, labels: npt.NDArray[np.int64]) -> float:
    """Newman's modularity, written out."""
    ties = (weights + weights.T) / (2 * weights.sum())
    degrees = ties.sum(axis=1)
    same = labels[:, None] == labels[None, :]
    return float(((ties - np.outer(degrees, degrees)) * same).sum())


@given(st.integers(2, 9), st.integers(0, 2**32 - 1), st.floats(0.5, 1.0))
def test_in_a_group_every_two_were_compared_and_stand_together(
    actors: int, seed: int, least: float
) -> None:
    random = np.random.default_rng(seed)
    shares = random.uniform(0.3, 1.0, (actors, actors))
    together = np.maximum(shares, shares.T)
    np.fill_diagonal(together, 1.0)
    known = random.uniform(size=(actors, actors)) > 0.2
    compared = known | known.T
    found = groups(together, compared, least)
    members = [row for group in found for row in group]
    assert len(members) == len(set(members))
    for group in found:
        assert len(group) > 1
        for first, second in combinations(group, 2):
            assert compared[first, second]
            assert together[first, second] >= least
        assert min(least_shares(group, together)) >= least
    for one, another in combinations(found, 2):
        joint = [(a, b) for a in one for b in another]
        assert not all(compared[a, b] and together[a, b] >= least for a, b in joint)


def test_actors_never_compared_are_in_no_group_though_others_stand_between_them() -> None:
    together = np.ones((3, 3))
    compared = np.ones((3, 3), dtype=np.bool_)
    compared[1, 2] = compared[2, 1] = False
    assert groups(together, compared, 0.8) == [[0, 1]]
