"""The words' side of a cell: which statements count on a day, and how much."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from gaptracker.domain.methodology import WordFactors
from gaptracker.domain.records import Statement
from gaptracker.domain.time import add_months, years_between
from gaptracker.domain.vocabulary import Instrument, ItemKind, Mode, Relation, Side
from gaptracker.scoring.dossier import PlacedStatement
from gaptracker.scoring.items import Item

NOT_COUNTED = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A statement with all of it that no day changes.

    `standing` is f, v, c and, where a body spoke for a member, the member's share, each with its
    name, and `standing_weight` their product; `since` the day from which it decays, None if it
    never does. `superseded`, `withdrawn` and `answered` (by a member for which it was said) are
    the day from which it counts nothing, and the note that says why.
    """

    placed: PlacedStatement
    standing: tuple[tuple[str, float], ...]
    standing_weight: float
    since: date | None
    superseded: tuple[date, str] | None
    withdrawn: tuple[date, str] | None
    answered: tuple[date, str] | None

    @property
    def id(self) -> str:
        """Return the statement's id."""
        return self.placed.statement.id

    def decay(self, as_of: date, half_life_years: float) -> float:
        """Return 2^(-age / half-life); 1 for binding acts, and for pledges not yet due."""
        if self.since is None or as_of <= self.since:
            return 1.0
        return float(2.0 ** (-years_between(self.since, as_of) / half_life_years))

    def weight(self, as_of: date, half_life_years: float) -> float:
        """Return f times v times c times the decay."""
        return self.standing_weight * self.decay(as_of, half_life_years)


class WordsOverTime:
    """The statements of one actor on one theme, weighed for as many days as are asked for.

    What no day changes is worked out once: the factors, which statements report one act, which
    belong to one position, and from when one is superseded or withdrawn.
    """

    def __init__(self, statements: Sequence[PlacedStatement], factors: WordFactors) -> None:
        """Take the statements in the order in which they were said.

        Args:
            statements: Statements of one actor on one theme.
            factors: The methodology's factors.
        """
        self._factors = factors
        superseded = _superseded(statements, factors)
        own = own_by_act(statements)
        self._said = [_said(placed, superseded, factors, own=own) for placed in statements]
        self._acts = _groups_of_many(self._said, lambda said: said.placed.statement.act)
        self._positions = _groups_of_many(self._said, lambda said: said.placed.statement.series)

    def items(self, as_of: date) -> tuple[Item, ...]:
        """Return the statements made up to a day as weighted items.

        The weight is instrument times office times specificity times 2^(-age / half-life).
        Of several reports of one act one counts. In a series of texts, a newer position of
        equal or higher authority supersedes a different older one (weight 0 from then on); equal
        ones are repeats, of which the weightiest counts in full and all others together at most
        half of it. A withdrawn pledge weighs nothing from its withdrawal. What a union said for
        a member weighs nothing from the day on which the member itself spoke on the same act.

        Args:
            as_of: The day from which is looked back.

        Returns:
            One item for each statement made up to `as_of`; those that count nothing say why.

        References:
            Methodology 1.0.0, sections 4 and 8.
        """
        made = [said for said in self._said if said.placed.said_on <= as_of]
        notes = self._repeated_reports(as_of)
        for said in made:
            for reason in (said.superseded, said.withdrawn, said.answered):
                if reason is not None and reason[0] <= as_of:
                    notes[said.id] = reason[1]
        shares = self._repeat_shares(as_of, notes)
        return tuple(
            self._item(said, as_of, shares.get(said.id), notes.get(said.id)) for said in made
        )

    def _weighed(self, group: Sequence[_Said], as_of: date) -> list[tuple[float, _Said]]:
        """Return those made up to a day with their weight, in the order they were said."""
        half_life = self._factors.half_life_years
        return [
            (said.weight(as_of, half_life), said) for said in group if said.placed.said_on <= as_of
        ]

    def _repeated_reports(self, as_of: date) -> dict[str, str]:
        """Return the statements that report an act already counted on the same rung."""
        notes = {}
        for group in self._acts:
            # The member's own report of the act must not yield to the union's that it replaced.
            standing = [said for said in group if said.answered is None or said.answered[0] > as_of]
            ranked = sorted(self._weighed(standing, as_of), key=lambda each: (-each[0], each[1].id))
            for _, said in ranked[1:]:
                notes[said.id] = f"the same act as {ranked[0][1].id}"
        return notes

    def _repeat_shares(self, as_of: date, notes: Mapping[str, str]) -> dict[str, float]:
        """Return the factor that holds repeats of a position to their share of the weightiest."""
        shares = {}
        for group in self._positions:
            counted = [each for each in self._weighed(group, as_of) if each[1].id not in notes]
            weighed = sorted(((weight, said.id) for weight, said in counted), reverse=True)
            others = math.fsum(weight for weight, _ in weighed[1:])
            if others > 0:
                share = min(1.0, self._factors.repeats_share * weighed[0][0] / others)
                shares.update({name: share for _, name in weighed[1:]})
        return shares

    def _item(self, said: _Said, as_of: date, repeat: float | None, note: str | None) -> Item:
        placed = said.placed
        statement = placed.statement
        decay = said.decay(as_of, self._factors.half_life_years)
        factors = (*said.standing, ("decay", decay))
        if repeat is not None and repeat < 1:
            factors = (*factors, ("repeat", repeat))
        if note is not None:
            factors = (*factors, ("counted", NOT_COUNTED))
        return Item(
            id=statement.id,
            kind=ItemKind.STATEMENT,
            side=Side.WORDS,
            layer=None,
            source=placed.source,
            document=statement.document,
            placement=placed.placement,
            factors=factors,
            seen_on=placed.said_on,
            age_years=years_between(placed.said_on, as_of),
            machine_coded=placed.machine_coded,
            binding=statement.instrument is Instrument.BINDING_ACT,
            note=note,
        )


def due_date(statement: Statement, factors: WordFactors) -> date | None:
    """Return the day a pledge falls due, assumed where none was named; None if no pledge."""
    if statement.mode is not Mode.PLEDGE:
        return None
    if statement.due_on is not None:
        return statement.due_on.latest()
    return add_months(statement.said_on.latest(), factors.pledge_due_months)


def supersedes(later: PlacedStatement, earlier: PlacedStatement, factors: WordFactors) -> bool:
    """Say whether a statement puts another position in the place of an earlier one.

    It does if both belong to one series, it was made on a later day, stands on another rung
    and has equal or higher authority.
    """
    if earlier.statement.series is None or later.statement.series != earlier.statement.series:
        return False
    authority = factors.instrument[later.statement.instrument]
    return (
        later.said_on > earlier.said_on
        and later.placement.likeliest != earlier.placement.likeliest
        and authority >= factors.instrument[earlier.statement.instrument]
    )


def answered_on(
    placed: PlacedStatement, own: Mapping[str, Sequence[PlacedStatement]]
) -> tuple[date, str] | None:
    """Return when an actor first spoke itself on an act on which its union had spoken for it.

    Args:
        placed: A statement that counts for the actor.
        own: The actor's own statements on the theme by act, in the order they were said.

    Returns:
        The day and the id of the actor's statement; None where it never spoke, or nobody for it.
    """
    if placed.relation is not Relation.COMPETENT_UNIT:
        return None
    spoken = [(said.said_on, said.statement.id) for said in own.get(placed.statement.act, ())[:1]]
    if placed.refused is not None:
        spoken.append(placed.refused)
    return min(spoken, default=None)


def own_by_act(statements: Sequence[PlacedStatement]) -> dict[str, list[PlacedStatement]]:
    """Return what an actor said itself, by act and in the order given."""
    own: dict[str, list[PlacedStatement]] = defaultdict(list)
    for placed in statements:
        if placed.relation is Relation.SAME_ACTOR:
            own[placed.statement.act].append(placed)
    return own


def _said(
    placed: PlacedStatement,
    superseded: Mapping[str, tuple[date, str]],
    factors: WordFactors,
    *,
    own: Mapping[str, Sequence[PlacedStatement]],
) -> _Said:
    statement = placed.statement
    standing = (
        ("instrument", factors.instrument[statement.instrument]),
        ("office", factors.office[statement.office]),
        ("specificity", factors.specificity[placed.specificity]),
        *((("membership", placed.membership_share),) if placed.membership_share < 1 else ()),
    )
    lasting = statement.instrument in factors.instruments_without_decay
    withdrawn = statement.withdrawn_on
    answered = answered_on(placed, own)
    return _Said(
        placed=placed,
        standing=standing,
        standing_weight=math.prod(value for _, value in standing),
        since=None if lasting else due_date(statement, factors) or placed.said_on,
        superseded=superseded.get(statement.id),
        withdrawn=(withdrawn.latest(), f"withdrawn on {withdrawn}") if withdrawn else None,
        answered=(answered[0], f"spoke itself on the act: {answered[1]}") if answered else None,
    )


def _groups_of_many(
    said: Sequence[_Said], name: Callable[[_Said], str | None]
) -> list[list[_Said]]:
    """Return the groups of two or more statements of one name that stand on one rung."""
    groups: dict[tuple[str, float], list[_Said]] = defaultdict(list)
    for each in said:
        called = name(each)
        if called is not None:
            groups[called, each.placed.placement.likeliest].append(each)
    return [group for group in groups.values() if len(group) > 1]


def _superseded(
    statements: Sequence[PlacedStatement], factors: WordFactors
) -> dict[str, tuple[date, str]]:
    """Return the statements that a later position superseded, also if a still later one returned.

    The statements are in the order in which they were said, so the first that superseded one
    gives the day, and is named by the note.
    """
    series: dict[str, list[PlacedStatement]] = defaultdict(list)
    for placed in statements:
        if placed.statement.series is not None:
            series[placed.statement.series].append(placed)
    found: dict[str, tuple[date, str]] = {}
    for texts in series.values():
        for earlier, later in combinations(texts, 2):
            if supersedes(later, earlier, factors):
                note = f"superseded by {later.statement.id}"
                found.setdefault(earlier.statement.id, (later.said_on, note))
    return found
