"""What tests the coders: vignettes, their codings, and what both show."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import HIGHEST_RUNG, LOWEST_RUNG
from gaptracker.domain.results import Interval
from gaptracker.domain.scale import POINTS_PER_RUNG
from gaptracker.domain.vocabulary import (
    CoderKind,
    Instrument,
    Layer,
    MeasureKind,
    Mode,
    Side,
)

NOT_YET_CALIBRATED = "not yet calibrated"
CODER_KINDS = (CoderKind.PERSON, CoderKind.MACHINE)


class Standing(StrEnum):
    """What an alpha allows, by the methodology's two bars."""

    RELIABLE = "reliable"
    PROVISIONAL = "provisional"
    UNRELIABLE = "unreliable"


class AlphaReason(StrEnum):
    """Why there is no alpha; a missing one always carries a reason."""

    NOT_CODED = "not_coded"
    ONE_CODER = "one_coder"
    ONE_ITEM = "one_item"
    NO_VARIATION = "no_variation"


class Verdict(StrEnum):
    """What the codings say of words against deeds on one theme."""

    NOT_CODED = "not_coded"
    TOO_FEW = "too_few"
    EQUIVALENT = "equivalent"
    UNDECIDED = "undecided"
    WORDS_HIGHER = "words_higher"
    DEEDS_HIGHER = "deeds_higher"


MEASURED = frozenset(
    {Verdict.EQUIVALENT, Verdict.UNDECIDED, Verdict.WORDS_HIGHER, Verdict.DEEDS_HIGHER}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VignetteWords:
    """What the fictional country says."""

    mode: Mode
    instrument: Instrument
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VignetteDeed:
    """What the fictional country does."""

    layer: Layer
    kind: MeasureKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vignette:
    """Words and a deed of one fictional country that stand on the same rung by design."""

    id: str
    theme: str
    country: str
    true_rung: int
    rationale: str
    words: VignetteWords
    deed: VignetteDeed

    def __post_init__(self) -> None:
        """Refuse a rung that no ladder has."""
        _refuse_rung(f"vignette {self.id}: true rung", self.true_rung)

    def text(self, side: Side) -> str:
        """Return what a coder of one side reads."""
        match side:
            case Side.WORDS:
                return self.words.text
            case Side.DEEDS:
                return self.deed.text


@dataclass(frozen=True, slots=True, kw_only=True)
class VignetteCoding:
    """The rung on which one coder put one side of a vignette."""

    coder: str
    coder_kind: CoderKind
    vignette: str
    side: Side
    rung: int

    def __post_init__(self) -> None:
        """Refuse a rung that no ladder has, and rules, which read no text."""
        _refuse_rung(f"coding of {self.vignette} ({self.side}) by {self.coder}: rung", self.rung)
        if self.coder_kind not in CODER_KINDS:
            raise InvalidValue(
                f"coding of {self.vignette} by {self.coder}: coder kind {self.coder_kind}; "
                f"expected {' or '.join(CODER_KINDS)}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCoding:
    """A coding of an item whose rung is known: a vignette, or a gold item agreed by people."""

    coder: str
    coder_kind: CoderKind
    item: str
    theme: str
    side: Side
    true_rung: int
    rung: int

    def __post_init__(self) -> None:
        """Refuse rungs that no ladder has."""
        _refuse_rung(f"coding of {self.item} by {self.coder}: rung", self.rung)
        _refuse_rung(f"coding of {self.item} by {self.coder}: true rung", self.true_rung)

    @property
    def points(self) -> float:
        """Return where the coder put the item, in points."""
        return POINTS_PER_RUNG * self.rung

    @property
    def error_points(self) -> float:
        """Return how far above (plus) or below (minus) its rung the coder put the item."""
        return POINTS_PER_RUNG * (self.rung - self.true_rung)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationSettings:
    """How calibration is computed.

    `coder_prior_strength` is the number of codings, for each true rung, that the default
    confusion matrix counts for; `draws` the number of resamples and draws behind intervals;
    the two alphas are the bars of section 3; `least_pairs` (vignettes coded on both sides)
    and `least_coders` (on each side) bound a verdict from below.
    """

    coder_prior_strength: float
    draws: int
    reliable_alpha: float
    provisional_alpha: float
    least_pairs: int
    least_coders: int

    def __post_init__(self) -> None:
        """Refuse settings under which nothing can be computed."""
        if not 0 < self.coder_prior_strength < math.inf:
            raise InvalidValue(
                f"coder_prior_strength {self.coder_prior_strength}; expected a number above 0"
            )
        if self.draws < 1:
            raise InvalidValue(f"draws {self.draws}; expected 1 or more")
        if not -1 <= self.provisional_alpha <= self.reliable_alpha <= 1:
            raise InvalidValue(
                f"provisional_alpha {self.provisional_alpha}, reliable_alpha "
                f"{self.reliable_alpha}; expected -1 to 1, the provisional one not higher"
            )
        if self.least_pairs < 2 or self.least_coders < 1:  # noqa: PLR2004  a variance needs two
            raise InvalidValue(
                f"least_pairs {self.least_pairs}, least_coders {self.least_coders}; "
                "expected at least 2 and 1"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityFigure:
    """How far coders agree on one side of one theme.

    `alpha` is Krippendorff's ordinal alpha, 1 at most; `interval` its bootstrap interval, of
    alpha, not of points; `repeated_items` the items with two codings or more, on which alone
    alpha rests; `undefined_share` the share of resamples without variation, left out.
    """

    side: Side
    coders: int
    items: int
    codings: int
    repeated_items: int
    alpha: float | None
    interval: Interval | None
    undefined_share: float | None
    standing: Standing | None
    reason: AlphaReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasFigure:
    """By how many points words are coded above deeds that stand on the same rung."""

    pairs: int
    points: float | None
    interval: Interval | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CoderFigure:
    """One coder against the known rungs: `confusion` is smoothed, the other figures are not.

    Errors are mean points above (plus) or below (minus) the known rung, None without items.
    """

    coder: str
    items: int
    right_share: float
    words_error_points: float | None
    deeds_error_points: float | None
    confusion: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCalibration:
    """One theme: agreement on each side, and words against deeds."""

    theme: str
    words: ReliabilityFigure
    deeds: ReliabilityFigure
    bias: BiasFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCalibration:
    """All that coders of one kind show: people, or machines."""

    kind: CoderKind
    coders: tuple[CoderFigure, ...]
    themes: tuple[ThemeCalibration, ...]

    @property
    def measured_themes(self) -> tuple[str, ...]:
        """Return the themes on which enough was coded for a verdict."""
        return tuple(part.theme for part in self.themes if part.bias.verdict in MEASURED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationReport:
    """What a file of coded vignettes shows.

    Machines stand apart: nothing they code makes a theme calibrated. `limit_points` is the
    margin within which words and deeds count as coded alike; `codings_sha256` names the file.
    """

    methodology: str
    methodology_sha256: str
    codings_sha256: str | None
    limit_points: float
    settings: CalibrationSettings
    vignettes: Mapping[str, int]
    people: KindCalibration
    machines: KindCalibration

    @property
    def calibrated_themes(self) -> tuple[str, ...]:
        """Return the themes on which enough people coded for a verdict."""
        return self.people.measured_themes

    @property
    def confusions(self) -> Mapping[str, tuple[tuple[float, ...], ...]]:
        """Return the confusion matrix of every coder of known items, people and machines."""
        coders = (*self.people.coders, *self.machines.coders)
        return {figure.coder: figure.confusion for figure in coders}

    @property
    def sentence(self) -> str:
        """Return what every release says of its calibration."""
        done, all_themes = len(self.calibrated_themes), len(self.vignettes)
        if not self.people.coders:
            return f"{NOT_YET_CALIBRATED}: nobody has coded the vignettes"
        if not done:
            return (
                f"{NOT_YET_CALIBRATED}: people have coded vignettes, but on no theme "
                f"{self.settings.least_pairs} pairs by {self.settings.least_coders} people a side"
            )
        if done < all_themes:
            return (
                f"calibrated by people on {done} of {all_themes} themes "
                f"({', '.join(self.calibrated_themes)}); {NOT_YET_CALIBRATED} on the others"
            )
        return f"calibrated by people on all {all_themes} themes"


def _refuse_rung(what: str, rung: int) -> None:
    if not LOWEST_RUNG <= rung <= HIGHEST_RUNG:
        raise InvalidValue(f"{what} {rung}; expected {LOWEST_RUNG} to {HIGHEST_RUNG}")
