"""For whom a body speaks: an organ for its body, a union for its members."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.actors import CompetenceEntry, Membership
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Statement
from gaptracker.domain.vocabulary import ActorKind, Competence, Mode, Relation

WHOLE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """An actor for whom another spoke: the part of the weight that counts, and what joins them.

    `refused` is the day on which it dissociated itself later, in a statement that no coder placed
    on any theme, and that statement's id.
    """

    actor: str
    share: float
    relation: Relation
    refused: tuple[date, str] | None = None


class SpokenFor:
    """For whom, beside the speaker, a statement counts, and with which part of its weight.

    A union's statement counts for each state that was certainly a member on its day, at the
    methodology's share. It does not where the member had by then made a statement of its own on
    the same act (an alignment counts once, and a dissociation, of mode refusal, speaks for
    itself), and not on a theme that the union leaves to its members. A member's own statement
    stands on the themes it was coded on; a refusal coded on none, on all. One that follows later
    is not foreseen: the union's counts until then (`WordsOverTime`). An organ's statement counts
    in full for the body it belongs to, and no further: a parliament does not bind the members'
    governments.

    References:
        Methodology 1.0.0, section 8; decision 0013.
    """

    def __init__(
        self,
        evidence: Evidence,
        member_share: float,
        *,
        themes_of: Callable[[str], Collection[str]],
    ) -> None:
        """Index who belongs to whom.

        Args:
            evidence: The evidence of the run.
            member_share: What a union's statement counts for a member, 0 to 1.
            themes_of: Gives the themes on which a statement, named by its id, was coded.
        """
        self._actors = evidence.actors
        self._share = member_share
        self._members: dict[str, list[Membership]] = defaultdict(list)
        for entry in sorted(evidence.memberships, key=lambda entry: entry.member):
            self._members[entry.group].append(entry)
        self._competences: dict[tuple[str, str], list[CompetenceEntry]] = defaultdict(list)
        for competence in evidence.competences:
            self._competences[competence.actor, competence.theme].append(competence)
        self._themes_of = themes_of
        self._on_act: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for statement in sorted(evidence.statements, key=_when_said):
            self._on_act[statement.actor, statement.act].append(statement)

    def by(self, statement: Statement, theme: str) -> tuple[Heir, ...]:
        """Return for whom a statement counts beside its own actor, in order of their codes."""
        speaker = self._actors.get(statement.actor)
        if speaker is None:  # evidence cut down to a few actors speaks for those alone
            return ()
        if speaker.kind is ActorKind.ORGAN and speaker.parent is not None:
            return (Heir(actor=speaker.parent, share=WHOLE, relation=Relation.ORGAN),)
        day = statement.said_on.latest()
        if speaker.kind is not ActorKind.SUPRANATIONAL or self._left_to_members(
            speaker.code, theme, day
        ):
            return ()
        members = {
            entry.member for entry in self._members[speaker.code] if entry.period.covers(day)
        }
        heirs = []
        for member in sorted(members):
            own = self._on_act.get((member, statement.act), ())
            if any(self._bears_on(said, theme) and _when_said(said)[0] <= day for said in own):
                continue
            refusals = (_when_said(said) for said in own if self._refuses_all(said))
            heirs.append(
                Heir(
                    actor=member,
                    share=self._share,
                    relation=Relation.COMPETENT_UNIT,
                    refused=next(refusals, None),
                )
            )
        return tuple(heirs)

    def _bears_on(self, own: Statement, theme: str) -> bool:
        """Say whether a member's own statement stands in the union's place on a theme."""
        return theme in self._themes_of(own.id) or self._refuses_all(own)

    def _refuses_all(self, own: Statement) -> bool:
        """Say whether a statement is a dissociation that no coder placed on a theme."""
        return own.mode is Mode.REFUSAL and not self._themes_of(own.id)

    def _left_to_members(self, union: str, theme: str, day: date) -> bool:
        """Say whether a union leaves a theme to its members on a day; if nothing says so, no."""
        return any(
            entry.level is Competence.SUBNATIONAL and entry.period.covers(day)
            for entry in self._competences[union, theme]
        )


def _when_said(statement: Statement) -> tuple[date, str]:
    """Return a statement's day and id, by which statements are put in order."""
    return (statement.said_on.latest(), statement.id)
