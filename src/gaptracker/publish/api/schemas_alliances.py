"""What `/v1/positions` and `/v1/alliances` answer. No response field has a default."""

from typing import Annotated

from pydantic import Field

from gaptracker.domain.vocabulary import Side, Standing
from gaptracker.publish.api.schemas import Count, Message, Number, PageMeta, Share

Change = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
SIMILARITY = "1: the same points on every theme; 0: opposite ends on all."


class PositionLinks(Message):
    """Where a position leads; every address is pinned to its release."""

    self: str
    actor: str
    theme: str
    cell: str | None = Field(description="Its cell; null on themes that carry no gap.")


class Position(Message):
    """Where one actor stands on one theme in one year, in words or in deeds.

    Points are unrounded, 0 (most coercive) to 100 (fully aligned), with the ends of a 90%
    interval that is not cut at the ends of the scale.
    """

    actor: str
    actor_name: str
    theme: str
    year: int
    side: Side
    position: Number
    position_low: Number
    position_high: Number
    n_items: Count = Field(description="Statements, or measures and observations.")
    n_eff: Number = Field(description="Their effective number, by their weights.")
    release: str
    methodology: str
    provisional: bool
    links: PositionLinks


class PositionPage(Message):
    """A page of positions."""

    meta: PageMeta
    data: list[Position]


class PairedActors(Message):
    """Two actors, in the order of their codes."""

    actor_a: str
    actor_a_name: str
    actor_b: str
    actor_b_name: str


class _Stamped(Message):
    """Which figures a row holds, so that a saved table keeps it."""

    release: str
    methodology: str
    provisional: bool


class Similarity(PairedActors, _Stamped):
    """How alike two actors are in one year, in words or in deeds.

    Two actors without a row are not on record on enough common themes: nothing is said of them.
    """

    side: Side
    year: int
    n_themes: Count = Field(description="Themes on which both are on record.")
    similarity: Share = Field(description=SIMILARITY)
    similarity_low: Share = Field(description="Lower end of the 90% interval.")
    similarity_high: Share = Field(
        description="Upper end, never below `similarity`: chance only adds to a distance."
    )
    p_alike: Share = Field(
        description="Probability that they stand on average no more than one rung apart."
    )
    together_share: Share = Field(
        description="Share of runs, over draws and resolutions, in which they fall together."
    )


class SimilarityPage(Message):
    """A page of similarities."""

    meta: PageMeta
    data: list[Similarity]


class Member(_Stamped):
    """An actor of a group in which every two stand together in 80% of runs or more."""

    side: Side
    year: int
    community: str = Field(description="Code of the group's first member, which names it.")
    actor: str
    actor_name: str
    n_members: Count
    together_share: Share = Field(
        description="Share of runs in which it stands with that other member it does least."
    )


class CommunityPage(Message):
    """A page of communities' members."""

    meta: PageMeta
    data: list[Member]


class SimilarityChange(PairedActors, _Stamped):
    """Two actors who came nearer or moved apart between two years on the same themes.

    Only changes whose direction has a probability of 0.90 or more are here; all others cannot
    be told.
    """

    side: Side
    year: int
    since: int
    n_themes: Count
    change: Change = Field(description="Similarity in `year` less that in `since`.")
    p_closer: Share = Field(description="Probability that they are nearer in `year`.")


class ChangePage(Message):
    """A page of changes."""

    meta: PageMeta
    data: list[SimilarityChange]


class AlikeApart(PairedActors, _Stamped):
    """Two actors who speak alike and act apart, as far as the draws bear it out."""

    year: int
    words_similarity: Share = Field(description=SIMILARITY)
    deeds_similarity: Share = Field(description=SIMILARITY)
    p_words_alike: Share = Field(description="Pr(their words are at most one rung apart).")
    p_deeds_apart: Share = Field(description="Pr(their deeds are more than one rung apart).")
    n_themes_words: Count
    n_themes_deeds: Count
    standing: Standing = Field(
        description="`demonstrated` if both probabilities are 0.90 or more, `likely` from 0.75."
    )


class AlikeApartPage(Message):
    """A page of pairs that speak alike and act apart."""

    meta: PageMeta
    data: list[AlikeApart]
