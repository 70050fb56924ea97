"""What a reading averages: items placed on the ladder, with weights made of named factors."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import FULL_SCALE
from gaptracker.domain.scale import POINTS_PER_RUNG
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import ItemKind, Layer, Side

CERTAIN = (1.0,)
TOLERANCE = 1e-9


class _Remembered:
    """Room for a hash beside a value's fields, of which it is none: it is neither said nor sent."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement(_Remembered):
    """Where an item stands: possible points, and the probability of each.

    `expected` is E[u], the expected points; `likeliest` the points with the greatest
    probability, the lower of equals.
    """

    points: tuple[float, ...]
    probabilities: tuple[float, ...] = CERTAIN
    expected: float = field(init=False, compare=False)
    likeliest: float = field(init=False, compare=False)

    def __hash__(self) -> int:
        """Return a hash that is computed once: drawing asks for it in every cell."""
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", hash((self.points, self.probabilities)))
            return self._hash

    def __post_init__(self) -> None:
        """Refuse places off the ladder; compute, once, what every cell of the item asks for."""
        sound = (
            len(self.points) == len(self.probabilities) > 0
            and all(0 <= u <= FULL_SCALE for u in self.points)
            and all(p >= 0 for p in self.probabilities)
            and math.isclose(math.fsum(self.probabilities), 1.0, abs_tol=TOLERANCE)
        )
        if not sound:
            raise InvalidValue(
                f"places {self.points} with probabilities {self.probabilities}; expected points "
                f"from 0 to {FULL_SCALE:g} and as many probabilities, summing to 1"
            )
        pairs = tuple(zip(self.points, self.probabilities, strict=True))
        object.__setattr__(self, "expected", math.fsum(u * p for u, p in pairs))
        object.__setattr__(self, "likeliest", min((-p, u) for u, p in pairs)[1])

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

    `weight` is the product of the `factors`; `document` is shared by items that share a coder's
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
    weight: float = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Multiply the factors, once, and refuse a weight that nothing could weigh."""
        weight = math.prod([value for _, value in self.factors])
        if not 0 <= weight < math.inf:
            factors = ", ".join(f"{name} {value}" for name, value in self.factors)
            raise InvalidValue(
                f"{self.kind} {self.id}: weight {weight} ({factors}); expected a finite number "
                "from 0"
            )
        object.__setattr__(self, "weight", weight)


def counting(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items that weigh something, in the order of their ids."""
    return tuple(sorted((item for item in items if item.weight > 0), key=attrgetter("id")))
