"""What `/v1/compare` answers: figures, tiers, and what may be said of each pair."""

from typing import Literal

from pydantic import Field

from gaptracker.domain.vocabulary import Grade, Label, Order, Reason
from gaptracker.publish.api.schemas import Message, Meta, Number, Share


class ComparedFigureAnswer(Message):
    """One figure of a comparison. Give its tier, or its places as a range, never a bare rank."""

    name: str = Field(description="By which pairs and tiers name it.")
    actor: str
    actor_name: str
    year: int
    release: str
    points: Number
    low: Number
    high: Number
    grade: Grade
    label: Label = Field(description="The verdict on the cell's gap, whatever is compared.")
    tier: int = Field(ge=1, description="Counted from 1, the highest.")
    place_best: int = Field(ge=1, description="Best place that cannot be ruled out.")
    place_worst: int = Field(ge=1, description="Worst place that cannot be ruled out.")
    link: str = Field(description="Permanent address of the cell.")


class ComparedTierAnswer(Message):
    """Figures between which no line can be drawn; all are told apart from all of other tiers."""

    tier: int = Field(ge=1)
    members: list[str]
    all_alike: bool = Field(description="No two of them can be told apart.")
    sentence: str


class ComparedPairAnswer(Message):
    """Two figures: the difference and its interval are null where they are not told apart."""

    first: str
    second: str
    told_apart: bool
    order: Order
    p_first_higher: Share = Field(description="Pr(order): the first is really the higher.")
    difference_points: Number | None = Field(description="First less second.")
    difference_low: Number | None
    difference_high: Number | None
    sentence: str = Field(description="What may be printed, in the language of the answer.")
    same: bool = Field(
        description="One figure twice, as of a cell that did not move between two releases."
    )


class ComparedPairRow(ComparedPairAnswer):
    """A pair as a row of a table, which goes from hand to hand without its `meta`."""

    theme: str
    figure: Literal["gap", "says", "practice"]
    year: int | None = Field(description="Null where years are compared: names hold them.")
    release: str = Field(description="Of several the newest.")
    methodology: str
    provisional: bool


class LeftOutAnswer(Message):
    """A figure that enters no comparison."""

    name: str
    actor: str
    actor_name: str
    year: int
    release: str
    grade: Grade
    reason: Reason | None = Field(description="Why there is no gap; null: its grade is D.")
    sentence: str
    link: str = Field(description="Permanent address of the cell.")


class ComparisonAnswer(Message):
    """A whole comparison: read tiers before places, and places before points."""

    theme: str
    theme_name: str
    figure: Literal["gap", "says", "practice"]
    across: Literal["actors", "years", "releases"]
    threshold: Share = Field(description="Probability from which figures are told apart.")
    sentences: list[str] = Field(description="What has to be said of the whole.")
    tiers: list[ComparedTierAnswer]
    figures: list[ComparedFigureAnswer]
    pairs: list[ComparedPairAnswer]
    left_out: list[LeftOutAnswer]


class ComparedAnswer(Message):
    """A comparison; `meta` is about the release, of several about the newest."""

    meta: Meta
    data: ComparisonAnswer
