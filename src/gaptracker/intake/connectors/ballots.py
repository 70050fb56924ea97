"""Votes as they are read, staged as statements and opportunities: the codebook says which."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.syncing import IssueKind, Severity
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import VoteCast
from gaptracker.intake.common_texts import CommonText, vote_opportunity, vote_statement
from gaptracker.intake.connectors.base import Known, Staging
from gaptracker.intake.connectors.known_texts import known_roll_calls
from gaptracker.intake.connectors.state_names import is_former_state

FIRST_YEAR = 1946
# The last member that is no more, Serbia and Montenegro, left in 2006.
LAST_FORMER_YEAR = 2006
NOT_PLACED = "vote in a roll call that the codebook does not place"
FORMER = "vote of a state that is no more"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallFacts:
    """What a publisher says of a roll call; `tally` is yes, no and abstentions as announced."""

    id: str
    title: str
    date: str
    forum: str
    tally: tuple[int, int, int] | None = None


@dataclass(slots=True)
class Ballots:
    """Stages votes; only those in roll calls that the codebook places.

    Each of those is an opportunity, too: who was absent has let it pass.
    """

    staging: Staging
    known: Known
    source: str
    _texts: dict[str, CommonText | None] = field(default_factory=dict)
    _tallies: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _votes: dict[str, dict[str, VoteCast]] = field(default_factory=dict)
    _unplaced: dict[str, str] = field(default_factory=dict)

    def is_placed(self, roll_call: str) -> bool:
        """Say whether the codebook places votes in a roll call."""
        return roll_call in self.known.methodology.codebook.roll_calls

    def leave(self, roll_call: str, title: str) -> None:
        """Count a vote in a roll call that the codebook does not place."""
        self.staging.leave(NOT_PLACED)
        self._unplaced.setdefault(roll_call, title)

    def leave_many(self, count: int, unplaced: Mapping[str, str]) -> None:
        """Count so many votes at once, with the titles of their roll calls."""
        self.staging.rows_left_over += count
        self.staging.left_over[NOT_PLACED] += count
        self._unplaced.update(unplaced)

    def cast(self, facts: RollCallFacts, member: str, vote: VoteCast, where: str) -> None:
        """Stage one vote, or refuse it."""
        if member not in self.known.actors:
            if is_former_state(member):
                self.staging.leave(FORMER)
            else:
                self.staging.refuse(
                    IssueKind.ACTOR_UNKNOWN,
                    where,
                    f"member {member!r} came; expected the code of a state",
                )
            return
        text = self._text(facts, where)
        if text is None:
            self.staging.refuse(
                IssueKind.VALUE_OUT_OF_RANGE,
                where,
                f"date {facts.date!r} came; expected YYYY-MM-DD from {FIRST_YEAR} to today",
                group=facts.id,
            )
            return
        votes = self._votes.setdefault(facts.id, {})
        if member in votes:
            self._again(votes[member], facts.id, member, vote, where)
            return
        votes[member] = vote
        if text.theme is not None:
            opportunity = vote_opportunity(text, member, vote)
            self.staging.opportunities[opportunity.id] = opportunity
        if vote is not VoteCast.ABSENT:
            statement = vote_statement(text, member, vote)
            self.staging.statements[statement.id] = statement

    def close(self, where: str) -> None:
        """Hold counted votes against announced tallies, and name newer texts of a series."""
        for roll_call, tally in self._tallies.items():
            cast = Counter(self._votes.get(roll_call, {}).values())
            counted = tuple(cast[vote] for vote in (VoteCast.YES, VoteCast.NO, VoteCast.ABSTAIN))
            if counted != tally and not self._has_former(roll_call, counted, tally):
                self.staging.note(
                    IssueKind.COUNT_DIFFERS,
                    f"{where} {roll_call}",
                    f"{_said(counted)} votes were read; {_said(tally)} were announced: the votes "
                    "are kept as they came",
                    severity=Severity.WARNING,
                    group="tally",
                )
        series = {
            text.title.casefold(): text.series
            for text in self._texts.values()
            if text is not None and text.series is not None
        }
        coded = self.known.methodology.codebook.not_coded
        for roll_call, title in sorted(self._unplaced.items()):
            if title.casefold() in series and roll_call not in coded:
                self.staging.note(
                    IssueKind.CATEGORY_UNKNOWN,
                    f"{where} {roll_call}",
                    f"{title!r} is a text of the series {series[title.casefold()]} and the "
                    "codebook has no rule for it: its votes are left over until it has",
                    severity=Severity.WARNING,
                )

    def _has_former(
        self, roll_call: str, counted: tuple[int, ...], tally: tuple[int, int, int]
    ) -> bool:
        """Say whether states that are no more explain why fewer votes were read."""
        text = self._texts.get(roll_call)
        fewer = all(read <= said for read, said in zip(counted, tally, strict=True))
        dated = text is not None and text.said_on.year <= LAST_FORMER_YEAR
        return fewer and dated and self.staging.left_over[FORMER] > 0

    def _again(
        self, before: VoteCast, roll_call: str, member: str, vote: VoteCast, where: str
    ) -> None:
        if before is vote:
            self.staging.leave("repeated row")
            return
        self.staging.refuse(
            IssueKind.DUPLICATE,
            where,
            f"{member} on {roll_call} came twice: {before} and {vote}; the first is kept",
        )

    def _text(self, facts: RollCallFacts, where: str) -> CommonText | None:
        """Return the text voted on, ours where the reference data know it; None without a date."""
        if facts.id not in self._texts:
            self._texts[facts.id] = self._made(facts, where)
            if facts.tally is not None:
                self._tallies[facts.id] = facts.tally
        return self._texts[facts.id]

    def _made(self, facts: RollCallFacts, where: str) -> CommonText | None:
        try:
            said_on = PartialDate.parse(facts.date)
        except InvalidValue:
            return None
        if said_on.day is None or not FIRST_YEAR <= said_on.year <= self.known.today.year:
            return None
        ours = known_roll_calls().get(facts.id)
        if ours is not None:
            if ours.said_on != said_on:
                self.staging.note(
                    IssueKind.VALUE_OUT_OF_RANGE,
                    where,
                    f"{facts.id} was voted on {said_on} by this source, on {ours.said_on} by the "
                    "reference data; this source is followed",
                    group="dates",
                )
            return replace(ours, said_on=said_on, source=self.source)
        rule = self.known.methodology.codebook.roll_calls[facts.id][0]
        return CommonText(
            id=facts.id,
            title=facts.title,
            forum=facts.forum,
            said_on=said_on,
            source=self.source,
            series=rule.series,
            theme=rule.theme,
        )


def _said(tally: tuple[int, ...]) -> str:
    return "-".join(map(str, tally))
