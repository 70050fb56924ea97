"""For whom a body speaks: an organ for its body, a union for its members."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.actors import CompetenceEntry, Membership
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Statement
from gaptracker.domain.vocabulary import ActorKind, Competence, Relation

WHOLE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """An actor for whom another spoke: the part of the weight that counts, and what joins them."""

    actor: str
    share: float
    relation: Relation


class SpokenFor:
    """For whom, beside the speaker, a statement counts, and with which part of its weight.

    A union's statement counts for each state that was certainly a member on its day, at the
    methodology's share. It does not where the member made a statement of its own on the same act
    (an alignment counts once, and a dissociation, of mode refusal, speaks for itself), and not on
    a theme that the union leaves to its members. An organ's statement counts in full for the body
    it belongs to, and no further: a parliament does not bind the members' governments.

    References:
        Methodology 1.0.0, section 8; decision 0013.
    """

    def __init__(self, evidence: Evidence, member_share: float) -> None:
        """Index who belongs to whom.

        Args:
            evidence: The evidence of the run.
            member_share: What a union's statement counts for a member, 0 to 1.
        """
        self._actors = evidence.actors
        self._share = member_share
        self._members: dict[str, list[Membership]] = defaultdict(list)
        for entry in sorted(evidence.memberships, key=lambda entry: entry.member):
            self._members[entry.group].append(entry)
        self._competences: dict[tuple[str, str], list[CompetenceEntry]] = defaultdict(list)
        for competence in evidence.competences:
            self._competences[competence.actor, competence.theme].append(competence)
        self._own = {(statement.actor, statement.act) for statement in evidence.statements}

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
        return tuple(
            Heir(actor=member, share=self._share, relation=Relation.COMPETENT_UNIT)
            for member in sorted(members)
            if (member, statement.act) not in self._own
        )

    def _left_to_members(self, union: str, theme: str, day: date) -> bool:
        """Say whether a union leaves a theme to its members on a day; if nothing says so, no."""
        return any(
            entry.level is Competence.SUBNATIONAL and entry.period.covers(day)
            for entry in self._competences[union, theme]
        )
