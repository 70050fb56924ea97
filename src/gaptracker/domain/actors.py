"""Who speaks and acts: actors, their memberships and competences."""

from collections.abc import Mapping
from dataclasses import dataclass

from gaptracker.domain.time import Period
from gaptracker.domain.vocabulary import ActorKind, Competence


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A state, sub-national unit, supranational body, organ or UN agency.

    `code` is ISO 3166-1 alpha-3 or 3166-2 where one exists, a short slug otherwise.
    `names` maps a language (`en`, `es`, `pt`) to the name in it.
    """

    code: str
    kind: ActorKind
    names: Mapping[str, str]
    parent: str | None = None
    existence: Period = Period()


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An actor's dated membership of a body."""

    member: str
    group: str
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetenceEntry:
    """Which level of government decides a theme in a federation, and since when.

    `enforced` says whether the national rule is enforced against units that decide otherwise,
    None where that is not known; `basis` is where both are known from.
    """

    actor: str
    theme: str
    level: Competence
    period: Period
    enforced: bool | None = None
    basis: str | None = None

    @property
    def national_prevails(self) -> bool:
        """Say whether residents of every unit live under the national rule.

        They do where the nation alone decides and its rule is known to be enforced: never
        where enforcement is unknown, and never where units decide, too.
        """
        return self.level is Competence.NATIONAL and self.enforced is True


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Residents of an actor in one year, with the source."""

    actor: str
    year: int
    persons: int
    source: str
