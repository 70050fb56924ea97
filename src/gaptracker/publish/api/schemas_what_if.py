"""What `/v1/what-if` answers: a cell under other choices, beside the published one."""

from typing import Literal

from pydantic import Field

from gaptracker.domain.choices import Aggregation
from gaptracker.domain.vocabulary import Grade, Label, Reason
from gaptracker.publish.api.schemas import Message, Meta, Number, Share


class WhatIfParameters(Message):
    """Every choice in force, also those that were left as the methodology makes them."""

    half_life: Number | Literal["never"] = Field(
        description="Years in which words lose half their weight."
    )
    aggregation: Aggregation = Field(description="How items are averaged.")
    spacing: str = Field(description="How far apart the rungs lie.")
    solicited: bool = Field(description="With words that somebody asked for.")
    weights: dict[str, Number] = Field(
        description="What weights are multiplied by; those left out by 1."
    )


class WhatIfFigures(Message):
    """A cell's figures, named as in `/v1/gaps`, unrounded."""

    says: Number | None
    says_low: Number | None
    says_high: Number | None
    law: Number | None
    law_low: Number | None
    law_high: Number | None
    does: Number | None
    does_low: Number | None
    does_high: Number | None
    practice: Number | None
    practice_low: Number | None
    practice_high: Number | None
    gap: Number | None
    gap_low: Number | None
    gap_high: Number | None
    legislative_points: Number | None
    implementation_points: Number | None
    p_gap_positive: Share | None
    p_words_ahead: Share | None
    p_deeds_ahead: Share | None
    p_close: Share | None
    mixed_message_points: Number | None
    grade: Grade
    label: Label
    reason: Reason | None


class WeightRange(Message):
    """The least and the greatest gap that other weights could bring about; no interval."""

    low: Number
    high: Number


class WhatIfRanges(Message):
    """How far weights alone could move the gap under these choices; null without a gap."""

    all_weights: WeightRange | None = Field(
        description="Every item may weigh anything, from nothing up."
    )
    bounded_weights: WeightRange | None = Field(
        description="Every item's weight may move by `weight_spread` of itself."
    )
    weight_spread: Share


class WhatIfAnswerData(Message):
    """A cell under other choices: never official, never to be quoted without its parameters."""

    official: Literal[False]
    notice: str = Field(description="What has to stand beside it, in the language of the answer.")
    actor: str
    actor_name: str
    theme: str
    theme_name: str
    year: int
    parameters: WhatIfParameters
    changed: list[str] = Field(description="Parameters that differ from the methodology's own.")
    what_if: WhatIfFigures
    published: WhatIfFigures = Field(description="The release's own figures.")
    published_parameters: WhatIfParameters
    ranges: WhatIfRanges
    link: str = Field(description="Permanent address of the published cell.")


class WhatIfAnswer(Message):
    """A cell under other choices; `meta` names the release whose evidence it was made from."""

    meta: Meta
    data: WhatIfAnswerData
