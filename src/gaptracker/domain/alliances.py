"""Who stands near whom, in words and in deeds: positions, similarities, groups, and how they move.

A similarity is 1 where two actors stand on the same points on every theme, and 0 where they stand
on opposite ends of all. Actors of a pair come in the order of their codes.
"""

from dataclasses import dataclass

from gaptracker.domain.results import Interval
from gaptracker.domain.vocabulary import Side, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an actor's words stand on a theme of positions only, which carries no gap."""

    actor: str
    theme: str
    year: int
    points: float
    interval: Interval
    statements: int
    effective_size: float
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """How alike two actors are in one year on one side.

    `themes` are those on which both are known. `alike` is the share of draws in which they are
    alike by the methodology's threshold; `together` the share of runs in which they fall into
    one community.
    """

    side: Side
    year: int
    first: str
    second: str
    themes: int
    value: float
    low: float
    high: float
    alike: float
    together: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarityChange:
    """Two actors who came nearer, or moved apart, so that the draws show it.

    `closer` is the probability that they are nearer in `year` than they were in `since`, both on
    the same themes.
    """

    side: Side
    year: int
    since: int
    first: str
    second: str
    themes: int
    change: float
    closer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityMember:
    """An actor in a group whose members all stand together.

    `community` is the code of the group's first member, by which it is named in that year;
    `together` the least share of runs in which this actor stands with another of the group.
    """

    side: Side
    year: int
    community: str
    actor: str
    members: int
    together: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeApart:
    """Two actors who speak alike and act apart.

    `alike` is the probability that their words are alike, `apart` that their deeds are not.
    """

    year: int
    first: str
    second: str
    words: float
    deeds: float
    alike: float
    apart: float
    word_themes: int
    deed_themes: int
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Alliances:
    """All that a run finds of positions and alliances."""

    positions: tuple[Position, ...] = ()
    similarities: tuple[Similarity, ...] = ()
    changes: tuple[SimilarityChange, ...] = ()
    communities: tuple[CommunityMember, ...] = ()
    alike_apart: tuple[AlikeApart, ...] = ()
