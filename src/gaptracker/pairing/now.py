"""How far apart today? Pairs of what counts on both sides of a cell."""

from collections.abc import Iterator, Mapping

from gaptracker.domain.results import CellScore, Contribution, Pair
from gaptracker.domain.vocabulary import Outcome, Reading, Relation, Side
from gaptracker.pairing.identity import heir_of, pair_id


def now_pairs(
    cell: CellScore, close_points: float, relations: Mapping[str, Relation] | None = None
) -> Iterator[Pair]:
    """Pair every statement that counts in a cell with every deed that counts in it.

    A pair's contribution is the product of both shares times the distance between both
    places, so the contributions of a cell's pairs sum to its gap. Words on which no deed is
    known yield a pair with the absence, which contributes nothing known.

    Args:
        cell: A scored cell.
        close_points: Distance up to which both sides count as alike, in points.
        relations: What joins the speaker to the actor, by statement; left out, it spoke itself.

    Yields:
        Pairs in the order of their items' ids; none where nothing was said.

    References:
        Methodology 1.0.0, section 6.
    """
    words = [part for part in cell.contributions if part.side is Side.WORDS and part.share > 0]
    deeds = [part for part in cell.contributions if part.side is Side.DEEDS and part.share > 0]
    for word in words:
        relation = (relations or {}).get(word.item, Relation.SAME_ACTOR)
        for deed in deeds:
            yield _pair(cell, word, deed, close_points, relation=relation)
        if not deeds:
            yield _absence(cell, word, relation)


def _pair(
    cell: CellScore,
    word: Contribution,
    deed: Contribution,
    close_points: float,
    *,
    relation: Relation,
) -> Pair:
    distance = word.points - deed.points
    outcome = Outcome.ALIKE
    if abs(distance) > close_points:
        outcome = Outcome.AHEAD if distance > 0 else Outcome.BEHIND
    return Pair(
        id=_name(cell, word.item, deed.item, relation),
        actor=cell.actor,
        theme=cell.theme,
        year=cell.year,
        reading=Reading.NOW,
        relation=relation,
        statement=word.item,
        deed=deed.item,
        deed_kind=deed.item_kind,
        statement_points=word.points,
        deed_points=deed.points,
        deed_points_before=None,
        statement_share=word.share,
        deed_share=deed.share,
        contribution_points=(
            deed.share * word.contribution_points + word.share * deed.contribution_points
        ),
        due_on=None,
        outcome=outcome,
    )


def _name(cell: CellScore, said: str, done: str | None, relation: Relation) -> str:
    return pair_id(said, done, cell.theme, Reading.NOW, heir=heir_of(relation, cell.actor))


def _absence(cell: CellScore, word: Contribution, relation: Relation) -> Pair:
    return Pair(
        id=_name(cell, word.item, None, relation),
        actor=cell.actor,
        theme=cell.theme,
        year=cell.year,
        reading=Reading.NOW,
        relation=relation,
        statement=word.item,
        deed=None,
        deed_kind=None,
        statement_points=word.points,
        deed_points=None,
        deed_points_before=None,
        statement_share=word.share,
        deed_share=0.0,
        contribution_points=None,
        due_on=None,
        outcome=Outcome.NO_EVIDENCE,
    )
