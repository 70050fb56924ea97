"""What comparing and checking answer, as frozen values with the sentences that may be printed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from gaptracker.client.frames import frame_of, pandas_of
from gaptracker.client.rows import Meta, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigure(Row):
    """One figure of a comparison. Give its tier, or its places as a range, never a bare rank.

    Attributes:
        name: By which pairs and tiers name it.
        tier: Counted from 1, the highest.
    """

    name: str
    actor: str
    actor_name: str
    year: int
    release: str
    points: float
    low: float
    high: float
    grade: str
    label: str
    tier: int
    place_best: int
    place_worst: int
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTier(Row):
    """Figures between which no line can be drawn; `all_alike`: no two can be told apart."""

    tier: int
    members: tuple[str, ...]
    all_alike: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair(Row):
    """Two figures; the difference is None where they cannot be told apart."""

    first: str
    second: str
    told_apart: bool
    order: str
    p_first_higher: float
    difference_points: float | None
    difference_low: float | None
    difference_high: float | None
    sentence: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut(Row):
    """A figure that enters no comparison; `reason` is None where its grade is D."""

    name: str
    actor: str
    actor_name: str
    year: int
    release: str
    grade: str
    reason: str | None
    sentence: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Row):
    """A whole comparison: read tiers before places, and places before points.

    Attributes:
        across: `actors`, `years` or `releases`.
        threshold: Probability from which two figures are told apart.
        sentences: What has to be said of the whole.
        figures: The highest first.
    """

    theme: str
    theme_name: str
    figure: str
    across: str
    threshold: float
    sentences: tuple[str, ...]
    tiers: tuple[ComparedTier, ...]
    figures: tuple[ComparedFigure, ...]
    pairs: tuple[ComparedPair, ...]
    left_out: tuple[LeftOut, ...]
    meta: Meta

    @property
    def release(self) -> str:
        """Id of the release compared; of several, the newest."""
        return self.meta.release

    def to_polars(self) -> pl.DataFrame:
        """Return the pairs as a table, a row for each two figures, as the API's CSV."""
        return frame_of(ComparedPair, self.pairs)

    def to_pandas(self) -> Any:  # noqa: ANN401  pandas need not be there, nor its types
        """Return the pairs as a pandas table.

        Raises:
            PandasMissing: If pandas is not installed.
        """
        return pandas_of(self.to_polars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Row):
    """A printed figure: every number from `low` to `high` may be printed so."""

    actor: str
    actor_name: str
    theme: str
    theme_name: str
    year: int
    gap: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidInRelease(Row):
    """What one release says of the cell; a missing gap has its reason."""

    release: str
    as_of: date
    methodology: str
    in_release: bool
    matches: bool
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    grade: str | None
    label: str | None
    reason: str | None
    link: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSince(Row):
    """The newest figure against that of the newest release that said so."""

    release: str
    demonstrated: bool
    p_now_higher: float
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Row):
    """What became of a printed figure.

    Attributes:
        verdict: `current`, `earlier` (only an older release said so) or `never`.
        said_by: Releases that said so, the newest first.
        now: What the newest release says.
        change: None unless the verdict is `earlier` and both figures may be compared.
    """

    claim: Claim
    verdict: str
    sentence: str
    said_by: tuple[str, ...]
    now: SaidInRelease | None
    change: ChangeSince | None
    releases: tuple[SaidInRelease, ...]
    not_read: tuple[str, ...]
    meta: Meta
