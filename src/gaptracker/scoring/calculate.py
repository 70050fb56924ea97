"""One cell's arithmetic from points and weights alone, to check a figure by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.results import CellScore
from gaptracker.domain.sources import BEST_GRADE, Source
from gaptracker.domain.vocabulary import ItemKind, Layer, Side
from gaptracker.scoring.cell import CellInput, score_cell
from gaptracker.scoring.items import Item, Placement
from gaptracker.scoring.seeds import CellKey

FULL_SCALE = 100.0
NO_DAY = date(2000, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """Points on the ladder (0 to 100) with a weight above zero."""

    points: float
    weight: float = 1.0

    def __post_init__(self) -> None:
        """Refuse points off the ladder and weights that count nothing."""
        if not 0 <= self.points <= FULL_SCALE:
            raise InvalidValue(f"{self.points} points; expected 0 to 100 (25 a rung)")
        if not 0 < self.weight < float("inf"):
            raise InvalidValue(f"weight {self.weight}; expected a number above 0")


def calculate(
    *,
    says: Sequence[Weighted],
    law: Sequence[Weighted] = (),
    does: Sequence[Weighted] = (),
    methodology: Methodology,
    draws: int | None = None,
) -> CellScore:
    """Compute a cell from certain points and weights, each from a source of its own.

    Args:
        says: The words.
        law: The law.
        does: The practice.
        methodology: The rules.
        draws: Number of draws, the methodology's if None.

    Returns:
        The cell, without silence, age or caps.
    """
    if draws is not None:
        methodology = replace(methodology, draws=replace(methodology.draws, draws=draws))
    return score_cell(
        CellInput(
            key=CellKey(
                methodology=methodology.version,
                random_series=methodology.draws.random_series,
                actor="",
                theme="",
                year=NO_DAY.year,
            ),
            as_of=NO_DAY,
            words=_items(says, Side.WORDS, None),
            deeds=(*_items(law, Side.DEEDS, Layer.LAW), *_items(does, Side.DEEDS, Layer.PRACTICE)),
        ),
        methodology,
    )


def _items(given: Sequence[Weighted], side: Side, layer: Layer | None) -> tuple[Item, ...]:
    prefix = layer or side
    return tuple(
        _item(f"{prefix}-{number:03d}", part, side, layer)
        for number, part in enumerate(given, start=1)
    )


def _item(name: str, part: Weighted, side: Side, layer: Layer | None) -> Item:
    return Item(
        id=name,
        kind=ItemKind.STATEMENT if side is Side.WORDS else ItemKind.MEASURE,
        side=side,
        layer=layer,
        source=Source(
            id=name,
            title=name,
            publisher="the caller",
            group=name,
            grade=BEST_GRADE,
            record_of_act=False,
            kind="given",
            licence="none",
            citation="given by the caller",
            retrieved_on=NO_DAY,
        ),
        document=name,
        placement=Placement(points=(part.points,)),
        factors=(("given", part.weight),),
        seen_on=NO_DAY,
    )
