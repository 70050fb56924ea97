"""The deeds' side, section 4: newest values, ages, source grades, days in force, the cap."""

from dataclasses import replace
from datetime import date

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import Measure
from gaptracker.domain.results import CellScore, Contribution
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Layer, MeasureKind, ObservationStatus, Reason
from gaptracker.scoring.dossier import build_dossiers
from gaptracker.scoring.run import InputsOverTime
from tests.core.builders import AS_OF, evidence, measure, observation, score, source, statement
from tests.core.rules import INDICATORS, RULES, THEME, indicator, methodology

SAID = (statement("said"), 4)


def part_of(found: CellScore, name: str) -> Contribution:
    return next(part for part in found.contributions if part.item == name)


def does(found: CellScore) -> float:
    assert found.does is not None
    return found.does.points


def law(found: CellScore) -> float:
    assert found.law is not None
    return found.law.points


def test_the_newest_value_counts_whatever_the_order() -> None:
    values = [observation("new", 80, "2021"), observation("old", 20, "2019")]
    found = score(evidence(observations=values))
    assert [part.item for part in found.contributions] == ["new"]
    assert does(found) == 80


def test_a_value_of_the_future_does_not_count() -> None:
    values = [observation("then", 20, "2019"), observation("later", 80, "2021")]
    assert does(score(evidence(observations=values), year=2020)) == 20


@pytest.mark.parametrize("year", range(2019, 2029))
def test_a_value_counts_for_five_years_whichever_hold_a_leap_day(year: int) -> None:
    given = evidence(
        observations=[observation("value", 20, f"{year - 5}")], as_of=date(2029, 12, 31)
    )
    assert does(score(given, year=year)) == 20
    assert score(given, year=year + 1).does is None


@pytest.mark.parametrize("year", range(2019, 2023))
def test_a_value_over_three_years_old_is_flagged(year: int) -> None:
    def flagged(period: int) -> bool:
        given = evidence(observations=[observation("value", 20, str(period))])
        return part_of(score(given, year=year), "value").flagged_old

    assert not flagged(year - 3)
    assert flagged(year - 4)


def test_of_one_period_the_better_source_counts() -> None:
    values = [
        observation("a poor count", 20, source="poor"),
        observation("a good count", 80, source="good"),
    ]
    sources = [source("poor", grade=4), source("good", grade=2)]
    found = score(evidence(observations=values, sources=sources))
    assert [part.item for part in found.contributions] == ["a good count"]


@pytest.mark.parametrize(("grade", "weight"), [(1, 1.0), (2, 0.85), (3, 0.7), (4, 0.5), (5, 0.3)])
def test_the_grade_of_the_source_weighs_with_the_indicator(grade: int, weight: float) -> None:
    value = observation("value", 80, indicator="beta", source="some")
    found = score(evidence(observations=[value], sources=[source("some", grade=grade)]))
    assert part_of(found, "value").weight == pytest.approx(weight * 0.5)


def test_does_is_the_weighted_mean_of_practice() -> None:
    values = [observation("one", 80), observation("two", 20, indicator="beta")]
    assert does(score(evidence(observations=values))) == pytest.approx((80 + 0.5 * 20) / 1.5)


def test_law_and_practice_are_read_apart() -> None:
    given = evidence(
        coded=[SAID, (measure("act"), 2)],
        observations=[
            observation("practice", 25),
            observation("code", 100, indicator="statute_book"),
        ],
    )
    found = score(given)
    assert (law(found), does(found)) == (75, 25)
    assert found.practice == found.does
    assert not found.law_only
    assert part_of(found, "act").share == 0
    assert part_of(found, "act").note == "law; practice is known and counts"


def test_where_only_law_is_known_it_stands_for_practice_and_is_marked() -> None:
    found = score(evidence(coded=[SAID, (measure("act"), 2)]))
    assert found.practice == found.law
    assert found.law_only
    assert found.gap_points == pytest.approx(50)
    assert found.does_reason is Reason.NO_PRACTICE_DATA
    assert (found.legislative_points, found.implementation_points) == (None, None)


def test_a_law_that_changed_within_the_year_is_weighted_by_its_days() -> None:
    acts = [
        (measure("old act", "1990", "2021-06-30"), 0),
        (measure("new act", "2021-07-01"), 4),
    ]
    given = evidence(coded=acts)
    # 181 days under the old act, 184 under the new.
    assert law(score(given, year=2021)) == pytest.approx(100 * 184 / 365)
    assert law(score(given, year=2020)) == 0
    assert law(score(given, year=2022)) == 100


def test_days_are_counted_up_to_the_day_of_the_data() -> None:
    acts = [(measure("old", "1990", "2022-03-31"), 0), (measure("new", "2022-04-01"), 4)]
    found = score(evidence(coded=acts, as_of=date(2022, 6, 30)))
    assert law(found) == pytest.approx(100 * 91 / 181)


def test_a_law_of_the_future_is_no_deed() -> None:
    given = evidence(coded=[(measure("act", "2022"), 4)])
    assert score(given, year=2021).law is None
    assert law(score(given, year=2022)) == 100


def test_a_measure_counts_in_the_layer_it_is_of() -> None:
    programme = measure("programme", "2020", layer=Layer.PRACTICE, kind=MeasureKind.PROGRAMME)
    found = score(evidence(coded=[(programme, 3)]))
    assert does(found) == 75
    assert found.law is None
    assert found.law_reason is Reason.NO_LAW_DATA


def test_one_measure_in_two_reports_of_one_group_counts_once() -> None:
    sources = [
        source("yearbook", group="observer", grade=2),
        source("blog", group="observer", grade=4),
    ]
    acts = [
        (measure("act in the blog", "2015", source="blog"), 3),
        (measure("act in the yearbook", "2015", source="yearbook"), 3),
    ]
    found = score(evidence(coded=acts, sources=sources))
    assert part_of(found, "act in the yearbook").weight == pytest.approx(0.85)
    assert part_of(found, "act in the blog").weight == 0
    assert part_of(found, "act in the blog").note == "the same act as act in the yearbook"


@pytest.mark.parametrize(
    "other",
    [
        measure("second act", "2021"),
        measure("second act", "2020", kind=MeasureKind.RULING),
        measure("second act", "2020", layer=Layer.PRACTICE),
    ],
)
def test_acts_of_another_day_kind_or_layer_are_not_the_same(other: Measure) -> None:
    found = score(evidence(coded=[(measure("act", "2020"), 3), (other, 3)]))
    assert [part.weight for part in found.contributions] == [1.0, 1.0]
    assert part_of(found, "second act").note in {None, "law; practice is known and counts"}


def test_acts_on_other_rungs_are_not_the_same() -> None:
    found = score(evidence(coded=[(measure("act"), 3), (measure("second act"), 2)]))
    assert [part.weight for part in found.contributions] == [1.0, 1.0]


def test_measures_err_alone_and_figures_with_their_source() -> None:
    values = [observation("value", 80), observation("other", 20, indicator="beta")]
    known = evidence(coded=[(measure("act"), 3)], observations=values)
    items = InputsOverTime(build_dossiers(known, RULES)["URY", THEME], AS_OF, RULES).of(2022).deeds
    documents = {item.id: item.document for item in items}
    assert documents == {"act": "act", "value": "report", "other": "report"}


def test_every_factor_of_a_deed_is_named_and_its_age_given() -> None:
    acts = [(measure("act", "2021-07-01", "2021-12-31"), 3), (measure("twin", "2021-07-01"), 3)]
    acts[1] = (replace(acts[1][0], in_force=acts[0][0].in_force), 3)
    found = score(
        evidence(coded=acts, observations=[observation("value", 80, "2019", indicator="beta")]),
        year=2021,
    )
    assert part_of(found, "value").factors == (("source", 1.0), ("indicator", 0.5))
    assert part_of(found, "value").age_years == pytest.approx(2, abs=0.01)
    act = dict(part_of(found, "act").factors)
    assert act == pytest.approx({"source": 1.0, "measure": 1.0, "days": 184 / 365})
    assert part_of(found, "twin").factors[-1] == ("counted", 0.0)


def test_the_age_of_a_measure_is_that_of_what_is_known_of_it() -> None:
    programme = measure(
        "programme", "2015", layer=Layer.PRACTICE, kind=MeasureKind.PROGRAMME, source="study"
    )
    study = replace(source("study"), published_on=PartialDate.parse("2020-12-31"))
    found = score(evidence(coded=[(programme, 3)], sources=[study]))
    assert part_of(found, "programme").age_years == pytest.approx(2, abs=0.01)
    assert part_of(score(evidence(coded=[(measure("act"), 3)])), "act").age_years == 0


def test_a_critical_indicator_at_the_bottom_caps_what_is_done() -> None:
    values = [observation("good", 100), observation("killed", 100, indicator="killings")]
    given = evidence(coded=[SAID], observations=values)
    found = score(given)
    assert found.capped
    assert does(found) == 25
    assert found.gap_points == pytest.approx(75)


def test_the_cap_lifts_nothing() -> None:
    given = evidence(observations=[observation("killed", 100, indicator="killings")])
    assert does(score(given)) == 0
    assert not score(given).capped


@pytest.mark.parametrize(("killed", "capped"), [(88, True), (87.5, False), (87, False)])
def test_a_critical_indicator_nearer_to_rung_1_caps_nothing(killed: float, capped: bool) -> None:
    values = [observation("good", 100), observation("killed", killed, indicator="killings")]
    assert score(evidence(observations=values)).capped is capped


def test_an_ordinary_indicator_at_the_bottom_caps_nothing() -> None:
    values = [observation("bad", 0), observation("good", 100, indicator="beta")]
    found = score(evidence(observations=values))
    assert not found.capped
    assert does(found) == pytest.approx(100 * 0.5 / 1.5)


def test_a_critical_indicator_too_old_to_count_caps_nothing() -> None:
    values = [observation("good", 100), observation("killed", 100, "2010", indicator="killings")]
    assert not score(evidence(observations=values)).capped


def test_the_cap_leaves_the_law_alone() -> None:
    values = [observation("killed", 100, indicator="killings"), observation("good", 100)]
    found = score(evidence(coded=[(measure("act"), 4)], observations=values))
    assert (law(found), does(found)) == (100, 25)


def test_a_withheld_figure_is_neither_zero_nor_the_last_one_known() -> None:
    values = [observation("old", 80, "2019"), observation("withheld", None, "2021")]
    found = score(evidence(coded=[SAID], observations=values))
    assert found.does is None
    assert found.gap_points is None
    assert (found.does_reason, found.gap_reason) == (Reason.OPAQUE, Reason.OPAQUE)


def test_that_a_figure_is_withheld_is_said_also_where_the_law_is_known() -> None:
    given = evidence(
        coded=[SAID, (measure("act"), 2)], observations=[observation("withheld", None)]
    )
    found = score(given)
    assert found.does_reason is Reason.OPAQUE
    assert found.law_reason is None
    assert found.gap_reason is None
    assert found.law_only


def test_a_withheld_figure_is_no_penalty() -> None:
    alone = evidence(coded=[SAID], observations=[observation("value", 80)])
    beside = evidence(
        coded=[SAID],
        observations=[observation("value", 80), observation("withheld", None, indicator="beta")],
    )
    assert score(beside).does == score(alone).does
    assert score(beside).gap_points == score(alone).gap_points


def test_coverage_is_the_share_of_indicator_weight_observed() -> None:
    # Of the weights 1, 0.5, 1 and 1.
    values = [observation("one", 80), observation("two", 20, indicator="beta")]
    found = score(evidence(observations=values)).coverage
    assert found.indicator_coverage_share == pytest.approx(1.5 / 3.5)


def test_a_theme_without_indicators_is_covered_by_none() -> None:
    found = score(evidence(coded=[SAID, (measure("act"), 2)]), rules=methodology(indicators=()))
    assert found.coverage.indicator_coverage_share == 0


def test_a_withheld_figure_covers_nothing() -> None:
    found = score(evidence(observations=[observation("withheld", None)])).coverage
    assert found.indicator_coverage_share == 0


def test_an_indicator_does_not_count_in_a_theme_that_does_not_use_it() -> None:
    elsewhere = replace(indicator("elsewhere"), uses={})
    rules = methodology(indicators=(*INDICATORS, elsewhere))
    given = evidence(observations=[observation("value", 80, indicator="elsewhere")])
    assert score(given, rules=rules).does is None


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(InvalidValue):
        observation("value", number)


def test_missing_is_said_and_never_left_blank() -> None:
    with pytest.raises(InvalidValue):
        observation("value", None, status=ObservationStatus.OBSERVED)
