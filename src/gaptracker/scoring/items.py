"""What a reading averages: items placed on the ladder, with weights made of named factors."""

import math
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.methodology import POINTS_PER_RUNG
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import ItemKind, Layer, Side

CERTAIN = (1.0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an item stands: possible points, and the probability of each."""

    points: tuple[float, ...]
    probabilities: tuple[float, ...] = CERTAIN

    @property
    def expected(self) -> float:
        """Return E[u], the expected points."""
        pairs = zip(self.points, self.probabilities, strict=True)
        return math.fsum(points * probability for points, probability in pairs)

    @property
    def likeliest(self) -> float:
        """Return the points with the greatest probability, the lower of equals."""
        ranked = zip(self.probabilities, self.points, strict=True)
        return min(ranked, key=lambda pair: (-pair[0], pair[1]))[1]

    @property
    def certain(self) -> bool:
        """Say whether only one place is possible."""
        return len(self.points) == 1


def at_rung(rung: int) -> Placement:
    """Return a certain placement on a rung."""
    return Placement(points=(POINTS_PER_RUNG * rung,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One statement, measure or observation as one cell sees it.

    `factors` multiply to the weight; `document` is shared by items that share a coder's
    errors; `seen_on` is the day up to which the item speaks; `note` says why an item that
    is kept in the history counts nothing.
    """

    id: str
    kind: ItemKind
    side: Side
    layer: Layer | None
    source: Source
    document: str
    placement: Placement
    factors: tuple[tuple[str, float], ...]
    seen_on: date
    age_years: float = 0.0
    flagged_old: bool = False
    machine_coded: bool = False
    binding: bool = False
    critical: bool = False
    note: str | None = None

    @property
    def weight(self) -> float:
        """Return the product of the factors."""
        return math.prod(value for _, value in self.factors)


def counting(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return the items that weigh something, in the order of their ids."""
    return tuple(sorted((item for item in items if item.weight > 0), key=lambda item: item.id))
