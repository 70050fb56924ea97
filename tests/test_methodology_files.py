"""The methodology that ships: its ladders, its indicators and its numbers."""

from itertools import pairwise, product

import pytest

from gaptracker.domain.methodology import LANGUAGES, Methodology
from gaptracker.domain.scale import RUNGS
from gaptracker.domain.vocabulary import Grade, Instrument, Lag, Layer, Office, Scale, Specificity
from gaptracker.intake.methodology_files import shipped_methodology

SCORED = [
    "death_penalty",
    "incarceration",
    "personal_use",
    "militarisation",
    "cannabis",
    "harm_reduction",
    "medicines",
    "human_rights",
    "development",
    "funding",
    "participation",
    "conduct_abroad",
]
# Each numeric indicator with a value at its worst and one at its best end.
ENDS: list[tuple[str, float, float]] = [
    ("years_since_last_execution", 0, 10),
    ("executions_recorded", 3, 0),
    ("drug_executions_rate", 0.01, 0),
    ("prison_rate", 600, 30),
    ("unsentenced_share", 70, 5),
    ("occupancy", 250, 100),
    ("drug_prisoner_share", 40, 0),
    ("possession_prisoner_share", 20, 0),
    ("cannabis_adult_use_population_share", 0, 1),
    ("needles_per_injector", 0, 200),
    ("oat_coverage", 0, 40),
    ("naloxone_take_home", 0, 1),
    ("consumption_room", 0, 1),
    ("prison_harm_reduction", 0, 1),
    ("nsp_available", 0, 1),
    ("oat_available", 0, 1),
    ("treatment_coverage_sud", 0, 40),
    ("opioid_consumption_decile", 1, 10),
    ("opioids_on_essential_list", 0, 5),
    ("human_rights_vdem", 0.15, 0.95),
    ("human_rights_latent", -2, 4),
    ("military_spending", 5, 0.5),
    ("armed_forces_rate", 15, 0.5),
    ("military_policing", 3, 0),
    ("retail_drug_prosecution_rate", 200, 5),
]
CATEGORIES = {"death_penalty_status", "cannabis_law", "medical_cannabis_law"}


@pytest.fixture(scope="module")
def methodology() -> Methodology:
    return shipped_methodology("1.0.0")


def test_a_shipped_version_is_read_once(methodology: Methodology) -> None:
    assert shipped_methodology(methodology.version) is shipped_methodology(methodology.version)


def test_twelve_themes_can_carry_a_gap_and_one_holds_positions_only(
    methodology: Methodology,
) -> None:
    assert [theme.id for theme in methodology.scored_themes()] == SCORED
    assert set(methodology.themes) == {*SCORED, "treaty_regime"}
    assert [name for name, theme in methodology.themes.items() if theme.descriptive] == ["cannabis"]


def test_every_rung_speaks_three_languages_and_shows_two_examples_a_side(
    methodology: Methodology,
) -> None:
    for theme in methodology.themes.values():
        texts = [theme.name, theme.question, theme.note]
        assert [rung.rung for rung in theme.rungs] == list(range(RUNGS))
        for rung in theme.rungs:
            texts += [rung.title, rung.description]
            assert len(set(rung.example_statements)) == 2
            assert len(set(rung.example_deeds)) == (2 if theme.has_deeds else 0)
        assert all(set(text) == set(LANGUAGES) and all(text.values()) for text in texts)
        descriptions = [rung.description[code] for rung, code in product(theme.rungs, LANGUAGES)]
        assert len(set(descriptions)) == len(descriptions)


def test_no_example_stands_on_two_rungs(methodology: Methodology) -> None:
    examples = [
        example
        for theme in methodology.themes.values()
        for rung in theme.rungs
        for example in (*rung.example_statements, *rung.example_deeds)
    ]
    assert len(set(examples)) == len(examples)


def test_all_indicators_that_the_reference_data_use_are_defined(methodology: Methodology) -> None:
    assert set(methodology.indicators) == {*(row[0] for row in ENDS), *CATEGORIES}
    laws = {name for name, one in methodology.indicators.items() if one.layer is Layer.LAW}
    assert laws == {
        "death_penalty_status",
        "cannabis_law",
        "medical_cannabis_law",
        "cannabis_adult_use_population_share",
        "opioids_on_essential_list",
    }
    critical = {
        (name, theme)
        for name, one in methodology.indicators.items()
        for theme, use in one.uses.items()
        if use.critical
    }
    assert critical == {("drug_executions_rate", "death_penalty")}


@pytest.mark.parametrize(("indicator", "worse", "better"), ENDS)
def test_points_rise_all_the_way_from_the_worst_end_to_the_best(
    methodology: Methodology, indicator: str, worse: float, better: float
) -> None:
    goalposts = methodology.indicators[indicator].goalposts
    values = [worse + (better - worse) * step / 20 for step in range(21)]
    points = [goalposts.points(value, None) for value in values]
    assert all(low <= high for low, high in pairwise(points))
    assert points[0] < points[-1]
    if goalposts.scale is not Scale.TABLE:
        assert (points[0], points[-1]) == (0.0, 100.0)


@pytest.mark.parametrize(
    ("indicator", "categories"),
    [
        ("death_penalty_status", "P L E A"),
        ("cannabis_law", "illegal illegal_unenforced religious_use_only decriminalised"),
        ("cannabis_law", "decriminalised decriminalised_tolerated_sales legal_personal_no_market"),
        ("cannabis_law", "legal_clubs_or_home_grow legal_regulated_market"),
        ("cannabis_law", "illegal subnational_mixed legal_clubs_or_home_grow"),
        (
            "medical_cannabis_law",
            "illegal illegal_special_permit cbd_or_low_thc_only limited legal",
        ),
    ],
)
def test_categories_rise_from_the_worst_to_the_best(
    methodology: Methodology, indicator: str, categories: str
) -> None:
    goalposts = methodology.indicators[indicator].goalposts
    points = [goalposts.points(None, category) for category in categories.split()]
    assert all(low < high for low, high in pairwise(points))


def test_indicators_agree_with_the_rungs_of_the_death_penalty_ladder(
    methodology: Methodology,
) -> None:
    def points(indicator: str, value: float) -> float:
        return methodology.indicators[indicator].goalposts.points(value, None)

    assert points("years_since_last_execution", 5) == 50.0
    assert points("drug_executions_rate", 0.007) == 0.0
    assert points("executions_recorded", 1) == 25.0


def test_every_number_of_the_specification_is_in_its_place(methodology: Methodology) -> None:
    words, deeds, draws = methodology.words, methodology.deeds, methodology.draws
    assert words.instrument == {
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
    assert words.office == {
        Office.HEAD_OF_STATE_OR_GOVERNMENT: 1.0,
        Office.MINISTER: 0.9,
        Office.ACCREDITED_DELEGATE: 0.9,
        Office.OTHER: 0.5,
        Office.VOTE: 1.0,
    }
    assert words.specificity == {
        Specificity.SPECIFIC: 1.0,
        Specificity.GENERAL: 0.8,
        Specificity.CONSIDERING: 0.6,
        Specificity.CONTINUING: 0.4,
        Specificity.VOTE: 1.0,
    }
    assert (words.half_life_years, words.repeats_share, words.pledge_due_months) == (4, 0.5, 54)
    assert words.instruments_without_decay == {Instrument.BINDING_ACT}
    assert deeds.source_grade_weights == {1: 1.0, 2: 0.85, 3: 0.7, 4: 0.5, 5: 0.3}
    assert (deeds.maximum_age_years, deeds.flag_age_years) == (5, 3)
    assert (deeds.measure_weight, deeds.critical_cap_points) == (1, 25)
    assert methodology.lag_months == {
        Lag.EXECUTIVE_ACT: 12,
        Lag.STATUTE: 24,
        Lag.MEASURED_STOCK: 36,
    }
    assert (draws.draws, draws.prior_strength, draws.prior_points) == (4000, 3, 20)
    assert (draws.interval, draws.coder_right_probability) == ((0.05, 0.95), 0.8)
    assert [
        (rule.grade, rule.effective_size, rule.groups, rule.newest_deed_months)
        for rule in methodology.grades
    ] == [(Grade.A, 4, 3, 24), (Grade.B, 3, 2, None), (Grade.C, 2, 2, None)]
    labels = methodology.labels
    assert (labels.mixed_points, labels.demonstrable_points, labels.moved_points) == (
        20,
        12.5,
        12.5,
    )
    assert (labels.demonstrated, labels.likely, labels.comparison) == (0.9, 0.75, 0.9)
    assert (methodology.machine_ceiling, methodology.eu_statement_share) == (Grade.C, 0.5)
    assert (methodology.version, draws.random_series) == ("1.0.0", "1")


def test_every_weight_has_its_reason_and_every_indicator_a_source(
    methodology: Methodology,
) -> None:
    assert all(use.reason for one in methodology.indicators.values() for use in one.uses.values())
    assert all(one.references and one.caution for one in methodology.indicators.values())
    assert all(theme.references for theme in methodology.themes.values())
