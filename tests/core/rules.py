"""Methodology 1.0.0's numbers as the core's tests use them, with four small indicators.

They are typed a second time on purpose: a test that read them from the methodology's files would
agree with whatever stands there.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from gaptracker.domain.choices import (
    EQUAL_SPACING,
    Aggregation,
    ChoiceRules,
    ChoiceSpace,
    Spacing,
)
from gaptracker.domain.methodology import (
    AllianceRule,
    Codebook,
    DeedFactors,
    DrawSettings,
    FederationRule,
    Goalposts,
    GradeRule,
    Indicator,
    IndicatorUse,
    LabelRule,
    Methodology,
    Theme,
    WordFactors,
)
from gaptracker.domain.vocabulary import (
    Grade,
    Instrument,
    Lag,
    Layer,
    Office,
    Scale,
    Specificity,
)

THEME, WORDS_ONLY = "incarceration", "treaty_regime"
FEW_DRAWS = 128

NO_CODEBOOK = Codebook(roll_calls={}, joint_statements={}, recommendations={}, not_coded={})

INSTRUMENTS = {
    Instrument.BINDING_ACT: 1.0,
    Instrument.ACCEPTED_RECOMMENDATION: 0.9,
    Instrument.FORMAL_PLEDGE: 0.9,
    Instrument.VOTE: 0.8,
    Instrument.SPONSORSHIP: 0.8,
    Instrument.EXPLANATION_OF_POSITION: 0.8,
    Instrument.NATIONAL_STATEMENT: 0.8,
    Instrument.JOINT_STATEMENT: 0.6,
    Instrument.GROUP_STATEMENT: 0.5,
    Instrument.INTERVIEW: 0.3,
    Instrument.SOCIAL_MEDIA: 0.3,
}
OFFICES = {
    Office.HEAD_OF_STATE_OR_GOVERNMENT: 1.0,
    Office.MINISTER: 0.9,
    Office.ACCREDITED_DELEGATE: 0.9,
    Office.OTHER: 0.5,
    Office.VOTE: 1.0,
}
SPECIFICITIES = {
    Specificity.SPECIFIC: 1.0,
    Specificity.GENERAL: 0.8,
    Specificity.CONSIDERING: 0.6,
    Specificity.CONTINUING: 0.4,
    Specificity.VOTE: 1.0,
}
WORDS = WordFactors(
    instrument=INSTRUMENTS,
    office=OFFICES,
    specificity=SPECIFICITIES,
    half_life_years=4.0,
    instruments_without_decay=frozenset({Instrument.BINDING_ACT}),
    repeats_share=0.5,
    pledge_due_months=54,
)
DEEDS = DeedFactors(
    source_grade_weights={1: 1.0, 2: 0.85, 3: 0.7, 4: 0.5, 5: 0.3},
    measure_weight=1.0,
    maximum_age_years=5.0,
    flag_age_years=3.0,
    critical_cap_points=25.0,
)
DRAWS = DrawSettings(
    draws=FEW_DRAWS,
    prior_strength=3.0,
    prior_points=20.0,
    interval=(0.05, 0.95),
    coder_right_probability=0.8,
    random_series="1",
)
GRADES = (
    GradeRule(grade=Grade.A, effective_size=4.0, groups=3, newest_deed_months=24),
    GradeRule(grade=Grade.B, effective_size=3.0, groups=2, newest_deed_months=None),
    GradeRule(grade=Grade.C, effective_size=2.0, groups=2, newest_deed_months=None),
)
LABELS = LabelRule(
    mixed_points=20.0,
    demonstrable_points=12.5,
    demonstrated=0.9,
    likely=0.75,
    comparison=0.9,
    moved_points=12.5,
)
FEDERATIONS = FederationRule(
    covered_share=0.8,
    unit_indicator_share=0.5,
    coherence_group="UN-SYSTEM",
    coherence_agencies=2,
    flow_covered_share=0.8,
)
ALLIANCES = AllianceRule(
    themes=1,
    theme_weights={THEME: 1.0, WORDS_ONLY: 1.0},
    alike=0.75,
    draws=100,
    community_draws=20,
    resolutions=(0.75, 1.0, 1.25),
    together_share=0.8,
)
CHOICES = ChoiceRules(
    space=ChoiceSpace(
        multiplier_spread=0.5,
        half_lives_years=(2.0, 4.0, 8.0, math.inf),
        aggregations=tuple(Aggregation),
        spacings=(
            EQUAL_SPACING,
            Spacing(name="wide_below", points=(0, 40, 70, 90, 100)),
            Spacing(name="wide_above", points=(0, 10, 30, 60, 100)),
        ),
        solicited=(True, False),
    ),
    base_runs=16,
    resamples=32,
    grid_size=101,
    weight_spread=0.5,
)
LAGS = {Lag.EXECUTIVE_ACT: 12, Lag.STATUTE: 24, Lag.MEASURED_STOCK: 36}


def theme(name: str, *, has_deeds: bool = True) -> Theme:
    return Theme(
        id=name,
        order=1,
        has_deeds=has_deeds,
        descriptive=False,
        name={},
        question={},
        note={},
        references=(),
        rungs=(),
    )


def indicator(
    name: str,
    *,
    worst: float = 600.0,
    best: float = 30.0,
    weight: float = 1.0,
    critical: bool = False,
    layer: Layer = Layer.PRACTICE,
) -> Indicator:
    return Indicator(
        id=name,
        name={},
        unit="a unit",
        layer=layer,
        lag=Lag.MEASURED_STOCK,
        goalposts=Goalposts(scale=Scale.LINEAR, worst=worst, best=best),
        maximum_age_years=DEEDS.maximum_age_years,
        references=(),
        caution="",
        uses={THEME: IndicatorUse(weight=weight, critical=critical)},
    )


# The first two take 0 to 100 as points, so that a test may write what it means.
INDICATORS = (
    indicator("alpha", worst=0.0, best=100.0),
    indicator("beta", worst=0.0, best=100.0, weight=0.5),
    indicator("killings", worst=100.0, best=0.0, critical=True),
    indicator("statute_book", worst=0.0, best=100.0, layer=Layer.LAW),
)


def methodology(
    *,
    draws: int = FEW_DRAWS,
    indicators: Iterable[Indicator] = INDICATORS,
    codebook: Codebook = NO_CODEBOOK,
) -> Methodology:
    return Methodology(
        version="1.0.0",
        published_on=date(2026, 11, 23),
        title="for tests",
        sha256="0" * 64,
        themes={THEME: theme(THEME), WORDS_ONLY: theme(WORDS_ONLY, has_deeds=False)},
        indicators={entry.id: entry for entry in indicators},
        codebook=codebook,
        references={},
        words=WORDS,
        deeds=DEEDS,
        lag_months=LAGS,
        draws=replace(DRAWS, draws=draws),
        grades=GRADES,
        machine_ceiling=Grade.C,
        labels=LABELS,
        eu_statement_share=0.5,
        federations=FEDERATIONS,
        alliances=ALLIANCES,
        choices=CHOICES,
    )


RULES = methodology()
