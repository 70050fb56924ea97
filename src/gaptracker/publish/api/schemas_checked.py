"""What `/v1/check` answers: which releases said so, and what the figure is now."""

from datetime import date

from pydantic import Field

from gaptracker.domain.vocabulary import Grade, Label, Reason
from gaptracker.publish.api.schemas import Message, Meta, Number, Share
from gaptracker.publish.checked_claims import Verdict


class ClaimAnswer(Message):
    """The figure that was asked about; every number from `low` to `high` may be printed so."""

    actor: str
    actor_name: str
    theme: str
    theme_name: str
    year: int
    gap: str = Field(description="As it was written.")
    low: Number
    high: Number


class SaidAnswer(Message):
    """What one release says of the cell; a null gap has its reason.

    Grade, label and reason are null where the release has no such cell.
    """

    release: str
    as_of: date
    methodology: str
    in_release: bool
    matches: bool = Field(description="The gap, rounded as it was written, is the one asked about.")
    gap: Number | None
    gap_low: Number | None
    gap_high: Number | None
    grade: Grade | None
    label: Label | None
    reason: Reason | None
    link: str = Field(description="Permanent address of the cell.")
    page: str = Field(description="Permanent address of its page.")


class ClaimChangeAnswer(Message):
    """The newest figure against that of the newest release that said so."""

    release: str = Field(description="The newest release that said so.")
    demonstrated: bool = Field(description="The order of both can be told: 0.90 or more.")
    p_now_higher: Share
    link: str = Field(description="What moved the cell since, and why.")


class CheckAnswerData(Message):
    """What became of a printed figure."""

    claim: ClaimAnswer
    verdict: Verdict = Field(
        description="`current`: the newest release says so; `earlier`: only an older one did; "
        "`never`: no published release said so; `unknown`: a release that cannot be read at the "
        "moment would have to be asked."
    )
    sentence: str = Field(description="The same in plain words, in the language of the answer.")
    said_by: list[str] = Field(description="Releases that said so, the newest first.")
    now: SaidAnswer | None = Field(
        description="The newest release; null if it could not be read at the moment."
    )
    change: ClaimChangeAnswer | None = Field(
        description="Null unless the verdict is `earlier` and both figures may be compared."
    )
    releases: list[SaidAnswer] = Field(description="Every published release, the newest first.")
    not_read: list[str] = Field(description="Releases that could not be read at the moment.")


class CheckedAnswer(Message):
    """A printed figure held against every published release; `meta` is about the newest."""

    meta: Meta
    data: CheckAnswerData
