"""What `/v1/gaps/{actor}/{theme}/{year}` answers: a cell with all that it is made of."""

from pydantic import Field

from gaptracker.domain.vocabulary import Grade, ItemKind, Label, Layer, Reason, Side
from gaptracker.publish.api.schemas import Cell, Count, Message, Meta, Number, Share


class MethodBandAnswer(Message):
    """The cell under other methods: a second 90% interval, beside that of the measurement.

    Weights, half-life, aggregation, spacing of rungs and solicited statements were varied. The
    ranges of weights are exact, and no intervals of chance.
    """

    says_low: Number
    says_high: Number
    practice_low: Number
    practice_high: Number
    gap_low: Number
    gap_high: Number
    p_gap_positive: Share
    held: list[str] = Field(description="Choices that were not open to this cell.")
    all_weights_low: Number = Field(description="Least gap that any weights could bring about.")
    all_weights_high: Number
    bounded_weights_low: Number = Field(description="The same within half of each weight.")
    bounded_weights_high: Number


class FactorOfWeight(Message):
    """One of the numbers whose product is an item's weight."""

    name: str
    value: Number


class ContributionAnswer(Message):
    """One item's part in the cell; the contributions of all of them sum to the gap."""

    side: Side
    item: str
    item_kind: ItemKind
    layer: Layer | None
    source: str
    source_group: str
    weight: Number
    share: Share = Field(description="Its part in the weight of its reading.")
    points: Number = Field(
        description="Its place on the ladder; in whole points if its value is withheld."
    )
    contribution_points: Number
    machine_coded: bool
    age_years: Number
    flagged_old: bool
    note: str | None = Field(description="Why it counts less, or not; null where it counts whole.")
    factors: list[FactorOfWeight]
    link: str = Field(description="Where the record stands.")


class LeftOutGroup(Message):
    """The cell without one group of sources; a null gap has its reason."""

    source_group: str
    gap: Number | None
    move_points: Number | None = Field(description="How far the gap moves without it.")
    grade: Grade
    label: Label
    reason: Reason | None


class DriverAnswer(Message):
    """A choice of the method, and its part in the variance of the theme's gaps (Sobol)."""

    choice: str
    first: Number = Field(description="Share of the variance that it alone accounts for.")
    first_low: Number
    first_high: Number
    total: Number = Field(description="Share with all that it does together with others.")
    total_low: Number
    total_high: Number
    cells: Count


class CellDetail(Message):
    """A cell with its method band, what it is made of, and what drives it.

    The band and the cells with a group left out exist for grade C or better.
    """

    cell: Cell
    band: MethodBandAnswer | None
    contributions: list[ContributionAnswer]
    left_out: list[LeftOutGroup]
    drivers: list[DriverAnswer] = Field(description="Of the theme, the strongest first.")


class CellAnswer(Message):
    """One cell."""

    meta: Meta
    data: CellDetail
