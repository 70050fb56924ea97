"""What `/v1/themes` and `/v1/methodologies` answer: ladders, goalposts, weights, references."""

from datetime import date
from typing import Literal

from pydantic import Field

from gaptracker.domain.choices import Aggregation
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
from gaptracker.publish.api.schemas import Count, Message, Meta, Names, Number, Share


class ReferenceBrief(Message):
    """A work that the rules rest on."""

    key: str
    citation: str
    url: str | None = Field(description="Null where the work has no address.")


class GoalpostsAnswer(Message):
    """The fixed ends of an indicator's scale, or the table that places its values.

    `worst` and `best` are null for tables; `categories` and `steps` for what is no such table.
    """

    scale: Scale
    worst: Number | None = Field(description="Value that stands at 0 points.")
    best: Number | None = Field(description="Value that stands at 100 points.")
    categories: dict[str, Number] | None = Field(description="Points of each category.")
    steps: list[tuple[Number, Number]] = Field(
        description="Lower bound of a value and its points, ascending."
    )


class IndicatorOfTheme(Message):
    """An indicator and its part in one theme."""

    id: str
    name: str
    unit: str
    layer: Layer
    lag: Lag
    weight: Number
    critical: bool = Field(description="True if rung 0 on it caps the theme's practice.")
    reason: str = Field(description="Why it weighs what it does here.")
    goalposts: GoalpostsAnswer
    maximum_age_years: Number
    caution: str
    references: list[ReferenceBrief]


class RungAnswer(Message):
    """One described state of the world on a ladder."""

    rung: int = Field(ge=0, le=4)
    points: Number
    title: str
    description: str
    example_statements: list[str]
    example_deeds: list[str]


class ThemeLinks(Message):
    """Where a theme leads; `gaps` is null for a theme with positions and no deeds."""

    self: str
    gaps: str | None


class ThemeRow(Message):
    """An area of policy."""

    id: str
    name: str
    names: Names
    order: int
    question: str
    has_deeds: bool = Field(description="False: positions only, never a gap.")
    descriptive: bool = Field(description="True: the ladder describes and does not judge.")
    n_cells: Count = Field(description="Cells of grade C or better.")
    links: ThemeLinks


class ThemeDetail(ThemeRow):
    """An area of policy with its ladder and its indicators."""

    note: str
    rungs: list[RungAnswer]
    indicators: list[IndicatorOfTheme]
    references: list[ReferenceBrief]


class ThemeList(Message):
    """All themes, in their order."""

    meta: Meta
    data: list[ThemeRow]


class ThemeAnswer(Message):
    """One theme."""

    meta: Meta
    data: ThemeDetail


class RungRule(Message):
    """A rung as the methodology writes it, in every language."""

    rung: int
    title: dict[str, str]
    description: dict[str, str]
    example_statements: list[str]
    example_deeds: list[str]


class ThemeRule(Message):
    """A theme as the methodology writes it, in every language."""

    id: str
    order: int
    has_deeds: bool
    descriptive: bool
    name: dict[str, str]
    question: dict[str, str]
    note: dict[str, str]
    references: list[str]
    rungs: list[RungRule]


class IndicatorUseRule(Message):
    """An indicator's part in one theme."""

    weight: Number
    critical: bool
    reason: str


class IndicatorRule(Message):
    """An indicator as the methodology writes it; `uses` names its themes."""

    id: str
    name: dict[str, str]
    unit: str
    layer: Layer
    lag: Lag
    goalposts: GoalpostsAnswer
    maximum_age_years: Number
    references: list[str]
    caution: str
    uses: dict[str, IndicatorUseRule]


class PlacementRule(Message):
    """A rung given by the codebook; null where the answer is not coded, `reason` says why."""

    rung: int | None
    reason: str


class RollCallPlacement(Message):
    """How votes in one roll call are placed on a theme's ladder."""

    roll_call: str
    theme: str
    series: str | None
    votes: dict[VoteCast, PlacementRule]
    sponsorship: PlacementRule


class JointStatementPlacement(Message):
    """How signing a joint statement is placed on a theme's ladder."""

    joint_statement: str
    theme: str
    placement: PlacementRule


class RecommendationPlacement(Message):
    """How answering a kind of recommendation is placed on a theme's ladder."""

    ask: str
    response: Response
    theme: str
    placement: PlacementRule


class CodebookRules(Message):
    """The rules by which votes, joint statements and answers are coded."""

    roll_calls: dict[str, list[RollCallPlacement]]
    joint_statements: dict[str, list[JointStatementPlacement]]
    recommendations: list[RecommendationPlacement]
    not_coded: dict[str, str]


class WordRules(Message):
    """What sets a statement's weight."""

    instrument: dict[Instrument, Number]
    office: dict[Office, Number]
    specificity: dict[Specificity, Number]
    half_life_years: Number
    instruments_without_decay: list[Instrument]
    repeats_share: Share
    pledge_due_months: Count


class DeedRules(Message):
    """What sets a deed's weight, its life and its cap."""

    source_grade_weights: dict[str, Number]
    measure_weight: Number
    maximum_age_years: Number
    flag_age_years: Number
    critical_cap_points: Number


class DrawRules(Message):
    """The prior and size of the uncertainty draws."""

    draws: Count
    prior_strength: Number
    prior_points: Number
    interval: tuple[Share, Share]
    coder_right_probability: Share
    random_series: str


class GradeRules(Message):
    """What each side must hold for one grade; null months: the newest deed may be older."""

    grade: Grade
    effective_size: Number
    groups: Count
    newest_deed_months: Count | None


class LabelRules(Message):
    """Thresholds of the labels, in points and probabilities."""

    mixed_points: Number
    demonstrable_points: Number
    demonstrated: Share
    likely: Share
    comparison: Share
    moved_points: Number


class FederationRules(Message):
    """What readings across units, recipients and agencies ask for."""

    covered_share: Share
    unit_indicator_share: Share
    coherence_group: str
    coherence_agencies: Count
    flow_covered_share: Share


class AllianceRules(Message):
    """What two actors have to share before they are called alike, or a group."""

    themes: Count
    theme_weights: dict[str, Number]
    alike: Share
    draws: Count
    community_draws: Count
    resolutions: list[Number]
    together_share: Share


class SpacingRule(Message):
    """How far apart the rungs lie: the points of rungs 0 to 4."""

    name: str
    points: list[Number]


class ChoiceSpaceRules(Message):
    """The choices that could as well have been made, all equally likely."""

    multiplier_spread: Share
    half_lives_years: list[Number | Literal["infinity"]]
    aggregations: list[Aggregation]
    spacings: list[SpacingRule]
    solicited: list[bool]


class ChoiceRulesAnswer(Message):
    """How a release tries other choices than its own."""

    space: ChoiceSpaceRules
    base_runs: Count
    resamples: Count
    grid_size: Count
    weight_spread: Share


class MethodologyDocument(Message):
    """One version of all the rules, as a release froze them."""

    version: str
    published_on: date
    title: str
    sha256: str
    themes: dict[str, ThemeRule]
    indicators: dict[str, IndicatorRule]
    codebook: CodebookRules
    references: dict[str, ReferenceBrief]
    words: WordRules
    deeds: DeedRules
    lag_months: dict[Lag, Count]
    draws: DrawRules
    grades: list[GradeRules]
    machine_ceiling: Grade
    labels: LabelRules
    eu_statement_share: Share
    federations: FederationRules
    alliances: AllianceRules
    choices: ChoiceRulesAnswer


class MethodologyAnswer(Message):
    """One methodology."""

    meta: Meta
    data: MethodologyDocument
