"""Who is drawn among those that stand near each other, and where: no chance in it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from gaptracker.domain.vocabulary import Side
from gaptracker.publish.alliance_rows import FrozenSimilarity
from gaptracker.publish.charts.asked import Asked
from gaptracker.publish.charts.origins import publishers_of
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.stored_tables import scanned
from gaptracker.release.cell_tables import CONTRIBUTIONS

Floats = npt.NDArray[np.float64]

# An axis on which all stand within this is no axis; and its middle.
NO_SPAN, MIDDLE = 1e-9, 0.5
# One group fills so much of a picture before others have their place: a third.
ONE_GROUP = 3
# Names are pushed apart at most so often; then nearly none overlap, whatever the data.
ROUNDS = 400
# Middles nearer than this are one spot; around it each next one turns by the golden angle, so far
# off (of its own size) that a few hardly overlap.
SPOT_PX, SEED_SHARE = 14.0, 0.6
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
# Both give way, each a little less than half, so that crowds settle.
GIVING_WAY = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The similarities of one side and year among the actors that are drawn.

    `actors` are in the order of their codes; `known` counts all that could be drawn. `groups`
    gives each member's group by its name, `sizes` how many belong to it, drawn or not.
    """

    actors: tuple[str, ...]
    known: int
    pairs: Mapping[tuple[str, str], FrozenSimilarity]
    groups: Mapping[str, str]
    sizes: Mapping[str, int]

    def pair(self, first: str, second: str) -> FrozenSimilarity | None:
        """Return how alike two actors are, in whichever order; None if they were not compared."""
        return self.pairs.get((min(first, second), max(first, second)))

    def size_of(self, member: str) -> int:
        """Return how many belong to a member's group, drawn or not."""
        return self.sizes[self.groups[member]]

    def distances(self) -> Floats:
        """Return 1 - S of every two; the mean of all where two were not compared.

        Only pictures need a place for everybody: nothing is said of such a pair.
        """
        size = len(self.actors)
        rows = {actor: row for row, actor in enumerate(self.actors)}
        mean = float(np.mean([1.0 - each.similarity for each in self.pairs.values()]))
        found = np.full((size, size), mean)
        for (first, second), each in self.pairs.items():
            at = rows[first], rows[second]
            found[at] = found[at[::-1]] = 1.0 - each.similarity
        np.fill_diagonal(found, 0.0)
        return found


def near_of(release: FrozenRelease, asked: Asked, most: int) -> Near:
    """Return whom a picture holds: of each group those known best, then more, then the others.

    Args:
        release: The release.
        asked: Side and year.
        most: How many actors there is room for.
    """
    held = release.alliances
    rows = held.similarities.where(side=asked.the_side, year=asked.the_year).rows()
    members = held.communities.where(side=asked.the_side, year=asked.the_year).rows()
    groups = {each.actor: each.community for each in members}
    sizes = {each.community: each.n_members for each in members}
    counts: dict[str, int] = {}
    for row in rows:
        for actor in (row.actor_a, row.actor_b):
            counts[actor] = counts.get(actor, 0) + row.n_themes

    best = sorted(counts, key=lambda actor: (-counts[actor], actor))
    places: dict[str, int] = {}
    seen: dict[str, int] = {}
    for actor in best:
        group = groups.get(actor, "")
        places[actor] = seen[group] = seen.get(group, 0) + 1

    def rank(actor: str) -> tuple[bool, bool, int, int, str]:
        size = sizes.get(groups.get(actor, ""), 0)
        crowded = places[actor] > most // ONE_GROUP
        return not size, crowded, -size, -counts[actor], actor

    chosen = sorted(sorted(counts, key=rank)[:most])
    drawn = set(chosen)
    return Near(
        actors=tuple(chosen),
        known=len(counts),
        pairs={
            (row.actor_a, row.actor_b): row
            for row in rows
            if row.actor_a in drawn and row.actor_b in drawn
        },
        groups={actor: group for actor, group in groups.items() if actor in drawn},
        sizes=sizes,
    )


def spread_out(distances: Floats) -> Floats:
    """Return a place on a plane for each actor, so that near ones stand near (classical scaling).

    Args:
        distances: Of every two, shape (n, n), symmetric.

    Returns:
        Shape (n, 2), the longer way across first, each from 0 to 1. The side on which an end
        stands means nothing; the actor that comes first stands in the lower half of both.

    Examples:
        >>> places = spread_out(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))
        >>> places[:, 0].round(6).tolist()
        [0.0, 1.0, 1.0]
    """
    size = len(distances)
    centre = np.eye(size) - 1.0 / size
    values, vectors = np.linalg.eigh(-0.5 * centre @ distances**2 @ centre)
    axes = []
    for place in (-1, -2):
        inside = -place <= size
        axis = vectors[:, place] * np.sqrt(max(values[place], 0.0)) if inside else np.zeros(size)
        span = float(np.ptp(axis))
        # Rounded, since the last digits of an eigenvector differ between processors.
        axis = np.round((axis - axis.min()) / span, 6) if span > NO_SPAN else np.full(size, MIDDLE)
        axes.append(1.0 - axis if axis[0] > MIDDLE else axis)
    return np.stack(axes, axis=1)


def apart(places: Floats, sizes: Floats, room: tuple[float, float]) -> Floats:
    """Return places moved until the boxes around them overlap no more, as far as there is room.

    Args:
        places: Middles of the boxes in pixels, shape (n, 2).
        sizes: Width and height of each box.
        room: Width and height of the plot.
    """
    half = sizes / 2
    edge = np.asarray(room)
    moved = np.clip(_fanned_out(places, sizes), half, edge - half)
    for _ in range(ROUNDS):
        step = _pushes(moved, half)
        if not step.any():
            break
        moved = np.clip(moved + step, half, edge - half)
    return np.asarray(np.round(moved, 1))


def _fanned_out(places: Floats, sizes: Floats) -> Floats:
    """Return places of which those on one spot stand around it, as the seeds of a sunflower do.

    Pushed apart from one spot they would stand in a tower, since boxes are wider than high.
    """
    fanned = places.copy()
    spots: list[tuple[Floats, int]] = []
    for row, place in enumerate(places):
        near = [
            number for number, (spot, _) in enumerate(spots) if math.dist(spot, place) < SPOT_PX
        ]
        if not near:
            spots.append((place, 1))
            continue
        spot, seeds = spots[near[0]]
        spots[near[0]] = spot, seeds + 1
        turn = np.array([math.cos(seeds * GOLDEN_ANGLE), math.sin(seeds * GOLDEN_ANGLE)])
        fanned[row] = spot + turn * math.sqrt(seeds) * sizes[row] * SEED_SHARE
    return fanned


def _pushes(places: Floats, half: Floats) -> Floats:
    """Return how far each box gives way, along the side on which the overlap is the shorter."""
    rows = np.arange(len(places))
    between = places[:, None] - places[None, :]
    overlap = half[:, None] + half[None, :] - np.abs(between)
    meets = np.all(overlap > 0, axis=2) & (rows[:, None] != rows[None, :])
    # Of two on one spot the later one gives way to the right and downwards.
    order = np.sign(rows[:, None] - rows[None, :])
    way = np.where(between == 0, order[:, :, None], np.sign(between))
    shorter = overlap == overlap.min(axis=2, keepdims=True)
    shove = np.where(np.expand_dims(meets, 2) & shorter, way * overlap, 0.0)
    return np.asarray(shove.sum(axis=1) * GIVING_WAY)


def sources_near(release: FrozenRelease, near: Sequence[str], asked: Asked) -> tuple[str, ...]:
    """Return who published what the actors' words, or deeds, of a year rest on."""
    used = scanned(release.frames, CONTRIBUTIONS.name).filter(
        pl.col("weight") > 0,
        pl.col("side") == Side(asked.the_side).value,
        pl.col("year") == asked.the_year,
        pl.col("actor").is_in(list(near)),
    )
    return publishers_of(release, used.select("source").collect()["source"], asked.language)
