"""Who stands together: communities over draws and resolutions, and the groups that hold in them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gaptracker.domain.methodology import AllianceRule
from gaptracker.scoring.standings import Draws
from gaptracker.scoring.uncertainty import Floats

Pairs = npt.NDArray[np.intp]
Labels = npt.NDArray[np.int64]

# Louvain goes on while a round of moves gains at least so much modularity, on average of all draws.
LEAST_GAIN = 1e-6


def together_shares(pairs: Pairs, similarities: Draws, actors: int, rule: AllianceRule) -> Floats:
    """Return in which share of runs each two actors fall into one community.

    In each draw a tie is what a similarity lies above the mean of all pairs in it; pairs at or
    below the mean, and pairs of which not enough is known, are tied by nothing. Louvain is run on
    each draw at each resolution.

    Args:
        pairs: Two actors each, as rows, shape (pairs, 2).
        similarities: Of each pair in each draw, shape (pairs, draws).
        actors: How many actors there are.
        rule: The resolutions.

    Returns:
        Shares, shape (actors, actors): symmetric, 1 with oneself.

    References:
        Methodology 1.0.0, section 9; Blondel et al. (2008) for Louvain.
    """
    # The sum of a column runs in the order of the rows: a matrix product would not everywhere.
    means = similarities.astype(np.float64).sum(axis=0) / max(len(pairs), 1)
    ties = np.maximum(similarities - means, 0.0)
    totals = ties.sum(axis=0)
    tied = totals > 0
    runs = len(tied) * len(rule.resolutions)
    together = np.full((actors, actors), float((~tied).sum() * len(rule.resolutions)))
    together *= np.eye(actors)
    if tied.any():
        for resolution in rule.resolutions:
            for labels in communities(pairs, ties[:, tied] / totals[tied], actors, resolution):
                together += labels[:, None] == labels[None, :]
    return np.asarray(together / runs)


def communities(pairs: Pairs, ties: Floats, actors: int, resolution: float) -> Labels:
    """Return the communities of many networks of the same actors, each found by Louvain.

    All networks are laid side by side as one, in which nothing ties one to another: with a
    resolution times their number its communities are those of each alone, and one call finds
    them all.

    Args:
        pairs: The ends of each tie, shape (ties, 2).
        ties: Weight of each tie in each network, zero or above; those of a network sum to 1.
        actors: How many actors there are.
        resolution: From 1 up more and smaller communities, below 1 fewer and larger ones.

    Returns:
        Numbers of communities, shape (networks, actors).
    """
    # Half a second to import: only a run that has ties waits for it.
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from sknetwork.clustering import Louvain  # noqa: PLC0415

    networks = ties.shape[1]
    shifts = np.arange(networks) * actors
    held = ties > 0
    begin = (pairs[:, :1] + shifts)[held]
    end = (pairs[:, 1:] + shifts)[held]
    weights = ties[held]
    size = networks * actors
    network = csr_matrix(
        (
            np.concatenate([weights, weights]),
            (np.concatenate([begin, end]), np.concatenate([end, begin])),
        ),
        shape=(size, size),
    )
    louvain = Louvain(
        resolution=resolution * networks,
        tol_optimization=LEAST_GAIN,
        tol_aggregation=LEAST_GAIN,
        random_state=0,
    )
    return np.asarray(louvain.fit_predict(network), dtype=np.int64).reshape(networks, actors)


def groups(together: Floats, compared: npt.NDArray[np.bool_], least: float) -> list[list[int]]:
    """Return groups in which every two stand together often enough.

    Groups grow by joining the two between which the least share is highest, for as long as that
    is `least` or more (complete linkage); of equal ones the two that come first. Two actors that
    were never compared are never joined: where nothing is known, nobody stands together.

    Args:
        together: Share of runs in which each two fall into one community.
        compared: Whether two have a similarity.
        least: Share from which two stand together.

    Returns:
        Groups of two or more, each in rising order, the first member deciding the order.

    Examples:
        >>> shares = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, 0.5], [0.9, 0.5, 1.0]])
        >>> groups(shares, np.ones((3, 3), dtype=bool), 0.8)
        [[0, 1]]
    """
    link = np.where(compared, together, -1.0)
    np.fill_diagonal(link, -1.0)
    members: dict[int, list[int]] = {row: [row] for row in range(len(link))}
    while members:
        first, second = divmod(int(np.argmax(link)), len(link))
        if link[first, second] < least:
            break
        members[first] += members.pop(second)
        link[first] = link[:, first] = np.minimum(link[first], link[second])
        link[second] = link[:, second] = -1.0
        link[first, first] = -1.0
    return sorted(sorted(group) for group in members.values() if len(group) > 1)


def least_shares(group: Sequence[int], together: Floats) -> list[float]:
    """Return, for each member of a group, its lowest share with another of it."""
    inside = together[np.ix_(group, group)].copy()
    np.fill_diagonal(inside, 1.0)
    return [float(each) for each in inside.min(axis=1)]
