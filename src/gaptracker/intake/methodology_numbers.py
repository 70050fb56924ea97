"""The shape of `methodology.toml`: the numbers of the rules and their limits."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from gaptracker.domain.vocabulary import Grade, Instrument, Office, Specificity
from gaptracker.intake.methodology_choices import ChoicesShape
from gaptracker.intake.methodology_shapes import (
    Number,
    Points,
    Positive,
    Shape,
    Text,
    Whole,
    refuse,
)

Factor = Annotated[Number, Field(gt=0, le=1)]
Probability = Annotated[Number, Field(ge=0, le=1)]
Months = Annotated[Whole, Field(gt=0)]
Day = Annotated[date, Field(strict=True)]


class FactorsShape(Shape):
    """`[factors]`: one factor for every instrument, office and specificity."""

    instrument: dict[Instrument, Factor]
    office: dict[Office, Factor]
    specificity: dict[Specificity, Factor]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Refuse a factor left out: what has no weight would be dropped unseen."""
        for key, given, known in (
            ("instrument", set(self.instrument), set(Instrument)),
            ("office", set(self.office), set(Office)),
            ("specificity", set(self.specificity), set(Specificity)),
        ):
            missing = sorted(member.value for member in known - given)
            if missing:
                raise refuse("factors", f"{key} lacks {', '.join(missing)}; give each a factor")
        return self


class WordsShape(Shape):
    """`[words]`."""

    half_life_years: Positive
    instruments_without_decay: tuple[Instrument, ...]
    repeats_share: Probability
    pledge_due_months_assumed: Months


class DeedsShape(Shape):
    """`[deeds]`."""

    source_grade_weights: dict[Literal["1", "2", "3", "4", "5"], Factor]
    measure_weight: Positive
    maximum_age_years: Positive
    flag_age_years: Positive
    critical_cap_points: Points

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """Refuse a missing grade, a worse source that weighs more, a flag after the end."""
        weights = [self.source_grade_weights.get(grade) for grade in ("1", "2", "3", "4", "5")]
        known = [weight for weight in weights if weight is not None]
        if len(known) != len(weights):
            raise refuse("grades", "source_grade_weights lacks a grade; expected 1 to 5")
        if known != sorted(known, reverse=True):
            raise refuse("grades", f"source_grade_weights {known} rise; expected none to rise")
        if self.flag_age_years > self.maximum_age_years:
            raise refuse(
                "ages",
                f"flag_age_years {self.flag_age_years} lies beyond maximum_age_years "
                f"{self.maximum_age_years}; expected it at or before",
            )
        return self


class LagsShape(Shape):
    """`[lags_months]`."""

    executive_act: Months
    statute: Months
    measured_stock: Months


class CodingShape(Shape):
    """`[coding]`."""

    coder_right_probability: Annotated[Probability, Field(gt=0)]


class DrawsShape(Shape):
    """`[draws]`."""

    draws: Annotated[Whole, Field(ge=100)]
    nu0: Positive
    s0_points: Positive
    interval: tuple[Probability, Probability]
    random_series: Text

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        """Refuse an interval whose ends are not in order."""
        if self.interval[0] >= self.interval[1]:
            raise refuse("interval", f"interval {list(self.interval)}; expected low before high")
        return self


class GradeShape(Shape):
    """`[grades.<grade>]`."""

    n_eff: Positive
    groups: Annotated[Whole, Field(ge=1)]
    newest_deed_months: Months | None = None


class GradesShape(Shape):
    """`[grades]`, from the most demanding down."""

    machine_ceiling: Grade
    A: GradeShape
    B: GradeShape
    C: GradeShape

    @model_validator(mode="after")
    def _descending(self) -> Self:
        """Refuse a better grade that asks for less."""
        rules = (self.A, self.B, self.C)
        for key in ("n_eff", "groups"):
            given = [getattr(rule, key) for rule in rules]
            if given != sorted(given, reverse=True):
                raise refuse("grades", f"{key} of A, B, C is {given}; expected none to rise")
        return self


class LabelsShape(Shape):
    """`[labels]`."""

    mixed_points: Points
    demonstrable_points: Points
    demonstrated: Probability
    likely: Probability

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        """Refuse a weaker verdict that asks for more."""
        if self.likely > self.demonstrated:
            raise refuse(
                "labels",
                f"likely {self.likely} lies above demonstrated {self.demonstrated}; "
                "expected it at or below",
            )
        return self


class ComparisonShape(Shape):
    """`[comparison]`."""

    order_probability: Probability


class PairsShape(Shape):
    """`[pairs]`."""

    moved_points: Points


class SupranationalShape(Shape):
    """`[supranational]`."""

    eu_statement_share: Probability


class FederationsShape(Shape):
    """`[federations]`."""

    covered_share: Probability
    unit_indicator_share: Probability


class CoherenceShape(Shape):
    """`[coherence]`."""

    group: Text
    agencies: Annotated[Whole, Field(ge=2)]


class AbroadShape(Shape):
    """`[abroad]`."""

    covered_share: Probability


class AlliancesShape(Shape):
    """`[alliances]`."""

    themes: Annotated[Whole, Field(ge=1)]
    alike_similarity: Probability
    draws: Annotated[Whole, Field(ge=20)]
    community_draws: Annotated[Whole, Field(ge=1)]
    resolutions: Annotated[tuple[Positive, ...], Field(min_length=1)]
    together_share: Annotated[Probability, Field(gt=0.5)]
    theme_weights: dict[Text, Positive]

    @model_validator(mode="after")
    def _drawn(self) -> Self:
        """Refuse communities from more draws than there are."""
        if self.community_draws > self.draws:
            raise refuse(
                "draws",
                f"community_draws {self.community_draws} lies above draws {self.draws}; "
                "expected it at or below",
            )
        return self


class NumbersFile(Shape):
    """`methodology.toml`."""

    version: Annotated[str, StringConstraints(strict=True, pattern=r"^\d+\.\d+\.\d+$")]
    published_on: Day
    title: Text
    factors: FactorsShape
    words: WordsShape
    deeds: DeedsShape
    lags_months: LagsShape
    coding: CodingShape
    draws: DrawsShape
    grades: GradesShape
    labels: LabelsShape
    comparison: ComparisonShape
    pairs: PairsShape
    supranational: SupranationalShape
    federations: FederationsShape
    coherence: CoherenceShape
    abroad: AbroadShape
    alliances: AlliancesShape
    choices: ChoicesShape

    @model_validator(mode="after")
    def _published_is_open(self) -> Self:
        """Refuse choices among which the published half-life is none."""
        if self.words.half_life_years not in self.choices.half_lives_years:
            raise refuse(
                "choices",
                f"choices.half_lives_years is {list(self.choices.half_lives_years)}; expected "
                f"words.half_life_years, {self.words.half_life_years}, among them",
            )
        return self
