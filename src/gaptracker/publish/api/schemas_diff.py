"""What `/v1/releases/{id}/diff` answers: each cell that moved, and why."""

from datetime import date

from pydantic import Field

from gaptracker.domain.vocabulary import Grade, ItemKind, Label, Reason
from gaptracker.publish.api.schemas import Count, Message, Number, PageMeta, Share
from gaptracker.publish.differences import ChangeCause
from gaptracker.release.difference import ItemChange


class CellFiguresAnswer(Message):
    """A cell's figures in one release, unrounded; a null gap has its `reason`."""

    gap: Number | None
    gap_low: Number | None
    gap_high: Number | None
    says: Number | None
    practice: Number | None
    grade: Grade
    label: Label
    reason: Reason | None


class MovedItemAnswer(Message):
    """A statement, measure or observation that entered the cell, left it or changed."""

    item: str
    item_kind: ItemKind
    change: ItemChange
    submission: str | None = Field(
        description="The submission that it, or the correction of it, came in; null if none."
    )


class ChangeLinks(Message):
    """Where a moved cell stands in each release; null where the release has no such cell."""

    before: str | None
    after: str | None


class CellChange(Message):
    """A cell whose figures differ between two releases.

    The interval and the probability take both figures as independent, though they share most of
    their evidence: that errs on the side of saying nothing. They are null where one of the cells
    is of grade D or has no gap.
    """

    actor: str
    actor_name: str
    theme: str
    year: int
    before: CellFiguresAnswer | None = Field(
        description="Null: the older release has no such cell."
    )
    after: CellFiguresAnswer | None = Field(description="Null: the newer release has no such cell.")
    change_points: Number | None = Field(description="The gap after less the gap before.")
    change_low: Number | None = Field(description="Lower end of the change's 90% interval.")
    change_high: Number | None = Field(description="Upper end of the change's 90% interval.")
    p_after_higher: Share | None = Field(
        description="Probability that the gap after is really the higher: Pr(order)."
    )
    demonstrated: bool = Field(
        description="True if the order has a probability of `threshold` or more; only then is "
        "there a change to report."
    )
    causes: list[ChangeCause] = Field(description="All that can have moved the cell.")
    items: list[MovedItemAnswer]
    submissions: list[str] = Field(description="Submissions among what moved it.")
    links: ChangeLinks


class DifferenceSide(Message):
    """One of the two releases."""

    release: str
    as_of: date
    methodology: str
    evidence_sha256: str


class DifferenceAnswer(Message):
    """Which releases are compared, and how much moved between them, whatever the filters."""

    before: DifferenceSide
    after: DifferenceSide
    cells: Count = Field(description="Cells of the larger release.")
    moved: Count
    demonstrated: Count
    threshold: Share = Field(description="Probability from which a change is demonstrated.")
    causes: dict[ChangeCause, Count] = Field(description="How many moved cells each cause is of.")


class CellChangePage(Message):
    """A page of moved cells."""

    meta: PageMeta
    difference: DifferenceAnswer
    data: list[CellChange]
