"""The versioned rules as values: ladders, indicators, goalposts, factors, thresholds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.choices import ChoiceRules
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.domain.vocabulary import (
    Grade,
    Instrument,
    Lag,
    Layer,
    Office,
    Response,
    Scale,
    Specificity,
    VoteCast,
)

FULL_SCALE = 100.0
LOG1P_BOUND = -1.0
LANGUAGES = ("en", "es", "pt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One described state of the world on a theme's ladder."""

    rung: int
    title: Mapping[str, str]
    description: Mapping[str, str]
    example_statements: tuple[str, ...]
    example_deeds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """An area of policy with its ladder; `has_deeds` is false for positions only."""

    id: str
    order: int
    has_deeds: bool
    descriptive: bool
    name: Mapping[str, str]
    question: Mapping[str, str]
    note: Mapping[str, str]
    references: tuple[str, ...]
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goalposts:
    """The fixed ends of an indicator's scale: `worst` (0 points) and `best` (100 points).

    Direction is nothing but which end is best. A table places categories, or numbers from a
    lower bound upward (`steps`, ascending), on points directly.
    """

    scale: Scale
    worst: float | None = None
    best: float | None = None
    categories: Mapping[str, float] | None = None
    steps: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        """Refuse goalposts that place nothing, or off the ladder."""
        if self.scale is Scale.TABLE:
            self._require_table()
        elif self.worst is None or self.best is None or self.worst == self.best:
            raise InvalidValue(f"goalposts {self.worst} and {self.best}; expected two numbers")
        elif not (math.isfinite(self.worst) and math.isfinite(self.best)):
            raise InvalidValue(f"goalposts {self.worst} and {self.best}; expected finite numbers")
        elif self.scale is Scale.LOG1P and min(self.worst, self.best) <= LOG1P_BOUND:
            raise InvalidValue(
                f"goalposts {self.worst} and {self.best}; a log1p scale starts above {LOG1P_BOUND}"
            )

    def _require_table(self) -> None:
        """Refuse a table without entries, with points off the ladder, or in no order."""
        if bool(self.categories) == bool(self.steps):
            raise InvalidValue("a table needs either categories or numeric steps")
        given = [*(self.categories or {}).values(), *(points for _, points in self.steps)]
        odd = [points for points in given if not 0 <= points <= FULL_SCALE]
        if odd:
            raise InvalidValue(f"a table gives {odd[0]} points; expected 0 to 100")
        bounds = [bound for bound, _ in self.steps]
        if not all(map(math.isfinite, bounds)) or bounds != sorted(set(bounds)):
            raise InvalidValue(f"a table's steps start at {bounds}; expected ascending numbers")

    def points(self, value: float | None, category: str | None) -> float:
        """Place a value or category on the scale.

        Args:
            value: Number in the indicator's unit, for linear, log1p and stepped scales.
            category: Category, for tables of categories.

        Returns:
            Points in [0, 100], unrounded.

        Raises:
            InvalidValue: If the value does not fit the scale.

        References:
            Methodology 1.0.0, section 3: u = 100 clip((x - g0) / (g1 - g0), 0, 1).

        Examples:
            >>> Goalposts(scale=Scale.LINEAR, worst=600, best=30).points(600, None)
            0.0
            >>> Goalposts(scale=Scale.TABLE, categories={"A": 100.0}).points(None, "A")
            100.0
        """
        if self.categories is not None:
            if category is None or category not in self.categories:
                known = ", ".join(self.categories)
                raise InvalidValue(f"category {category!r} is not in the table ({known})")
            return self.categories[category]
        if value is None:
            raise InvalidValue(f"category {category!r} came where a number was expected")
        if self.steps:
            reached = [points for bound, points in self.steps if value >= bound]
            if not reached:
                raise InvalidValue(f"{value} lies below the table's first bound {self.steps[0][0]}")
            return reached[-1]
        return self._between(value)

    def _between(self, value: float) -> float:
        """Return 100 times the clipped share of the way from worst to best."""
        if self.worst is None or self.best is None:
            raise InvalidValue("linear and log1p scales need both goalposts")
        worst, best, at = self.worst, self.best, value
        if self.scale is Scale.LOG1P:
            if at <= LOG1P_BOUND:
                raise InvalidValue(f"{at} lies outside a log1p scale, which starts above -1")
            worst, best, at = math.log1p(worst), math.log1p(best), math.log1p(at)
        return 100.0 * min(max((at - worst) / (best - worst), 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorUse:
    """An indicator's part in one theme, and why it weighs what it does."""

    weight: float
    critical: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A defined variable with unit, goalposts and the themes it bears on."""

    id: str
    name: Mapping[str, str]
    unit: str
    layer: Layer
    lag: Lag
    goalposts: Goalposts
    maximum_age_years: float
    references: tuple[str, ...]
    caution: str
    uses: Mapping[str, IndicatorUse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A rung given by the codebook, with its reason; `rung` is None if it is not coded."""

    rung: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallRule:
    """How votes in one roll call are placed on a theme's ladder."""

    roll_call: str
    theme: str
    series: str | None
    votes: Mapping[VoteCast, Placement]
    sponsorship: Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class JointStatementRule:
    """How signing one joint statement is placed on a theme's ladder."""

    joint_statement: str
    theme: str
    placement: Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationRule:
    """How answering one kind of recommendation is placed on a theme's ladder."""

    ask: str
    response: Response
    theme: str
    placement: Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """The rules by which votes, joint statements and answers are coded."""

    roll_calls: Mapping[str, tuple[RollCallRule, ...]]
    joint_statements: Mapping[str, tuple[JointStatementRule, ...]]
    recommendations: Mapping[tuple[str, Response], RecommendationRule]
    not_coded: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFactors:
    """The factors of a statement's weight, w = f v c 2^(-age/h)."""

    instrument: Mapping[Instrument, float]
    office: Mapping[Office, float]
    specificity: Mapping[Specificity, float]
    half_life_years: float
    instruments_without_decay: frozenset[Instrument]
    repeats_share: float
    pledge_due_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedFactors:
    """What sets a deed's weight, its life and its cap."""

    source_grade_weights: Mapping[int, float]
    measure_weight: float
    maximum_age_years: float
    flag_age_years: float
    critical_cap_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSettings:
    """The prior and size of the uncertainty draws (section 5)."""

    draws: int
    prior_strength: float
    prior_points: float
    interval: tuple[float, float]
    coder_right_probability: float
    random_series: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRule:
    """What each side must hold for one grade; `newest_deed_months` is None if unbound."""

    grade: Grade
    effective_size: float
    groups: int
    newest_deed_months: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRule:
    """Thresholds of the labels, in points and probabilities."""

    mixed_points: float
    demonstrable_points: float
    demonstrated: float
    likely: float
    comparison: float
    moved_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationRule:
    """What readings across units, recipients and agencies ask for (section 8).

    Shares are of residents, of a theme's indicator weight, and of a year's flows;
    `coherence_group` names the body whose members' words are held beside each other.
    """

    covered_share: float
    unit_indicator_share: float
    coherence_group: str
    coherence_agencies: int
    flow_covered_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AllianceRule:
    """What two actors have to share before they are called alike, or a group (section 9).

    `themes` is how many both must be known on; `alike` the similarity from which two are alike;
    `together_share` the share of runs, over draws and `resolutions`, from which two belong to one
    group. `theme_weights` are of any positive scale, one for each theme.
    """

    themes: int
    theme_weights: Mapping[str, float]
    alike: float
    draws: int
    community_draws: int
    resolutions: tuple[float, ...]
    together_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A bibliographic reference of the methodology."""

    key: str
    citation: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Methodology:
    """One version of all the rules; `sha256` is over its files' bytes."""

    version: str
    published_on: date
    title: str
    sha256: str
    themes: Mapping[str, Theme]
    indicators: Mapping[str, Indicator]
    codebook: Codebook
    references: Mapping[str, Reference]
    words: WordFactors
    deeds: DeedFactors
    lag_months: Mapping[Lag, int]
    draws: DrawSettings
    grades: tuple[GradeRule, ...]
    machine_ceiling: Grade
    labels: LabelRule
    eu_statement_share: float
    federations: FederationRule
    alliances: AllianceRule
    choices: ChoiceRules

    def scored_themes(self) -> tuple[Theme, ...]:
        """Return the themes that can carry a gap, in their order."""
        themes = (theme for theme in self.themes.values() if theme.has_deeds)
        return tuple(sorted(themes, key=lambda theme: theme.order))

    def indicator(self, name: str) -> Indicator:
        """Return an indicator.

        Raises:
            UnknownName: If the methodology defines none of that name.
        """
        if name not in self.indicators:
            raise UnknownName("indicator", name)
        return self.indicators[name]
