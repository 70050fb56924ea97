"""The words' side, section 4: weights, decay, pledges, repeats, supersession, one act once."""

from collections.abc import Sequence
from datetime import date

import pytest

from gaptracker.domain.records import Statement
from gaptracker.domain.results import CellScore, Contribution
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Instrument, Mode, Office, Specificity
from gaptracker.scoring.dossier import build_dossiers
from gaptracker.scoring.run import InputsOverTime
from gaptracker.scoring.words import due_date
from tests.core.builders import AS_OF, coding, evidence, score, statement
from tests.core.rules import INSTRUMENTS, OFFICES, RULES, SPECIFICITIES, THEME, WORDS

HEAD = Office.HEAD_OF_STATE_OR_GOVERNMENT
Said = tuple[Statement, int]


def vote(name: str, said_on: str, series: str | None = None, **changes: object) -> Statement:
    return statement(
        name, said_on, instrument=Instrument.VOTE, office=Office.VOTE, series=series, **changes
    )


def cell(coded: Sequence[Said], year: int = 2022, as_of: date = AS_OF) -> CellScore:
    return score(evidence(coded=coded, as_of=as_of), year=year)


def weights(coded: Sequence[Said], year: int = 2022) -> dict[str, float]:
    """The weight of each statement in the cell of a year."""
    parts = score(evidence(coded=coded, as_of=date(year, 12, 31)), year=year).contributions
    return {part.item: part.weight for part in parts}


def part_of(found: CellScore, name: str) -> Contribution:
    return next(part for part in found.contributions if part.item == name)


def says(found: CellScore) -> float:
    assert found.says is not None
    return found.says.points


@pytest.mark.parametrize("instrument", Instrument)
def test_the_instrument_sets_the_weight(instrument: Instrument) -> None:
    said = statement("said", instrument=instrument, office=HEAD)
    assert weights([(said, 2)]) == pytest.approx({"said": INSTRUMENTS[instrument]})


@pytest.mark.parametrize("office", Office)
def test_the_office_sets_the_weight(office: Office) -> None:
    said = statement("said", instrument=Instrument.BINDING_ACT, office=office)
    assert weights([(said, 2)]) == pytest.approx({"said": OFFICES[office]})


@pytest.mark.parametrize("specificity", Specificity)
def test_the_specificity_sets_the_weight(specificity: Specificity) -> None:
    said = statement("said", instrument=Instrument.BINDING_ACT, office=HEAD)
    given = evidence(coded=[(said, 2)], codings=[coding(said, 2, specificity=specificity)])
    assert part_of(score(given), "said").weight == pytest.approx(SPECIFICITIES[specificity])


def test_where_coders_differ_the_least_specific_reading_weighs() -> None:
    said = statement("said", instrument=Instrument.BINDING_ACT, office=HEAD)
    codings = [
        coding(said, 2, coder="one", specificity=Specificity.SPECIFIC),
        coding(said, 2, coder="two", specificity=Specificity.CONTINUING),
    ]
    found = part_of(score(evidence(coded=[(said, 2)], codings=codings)), "said")
    assert found.weight == pytest.approx(0.4)


def test_continuing_says_less_than_considering_whatever_the_alphabet() -> None:
    said = statement("said", instrument=Instrument.BINDING_ACT, office=HEAD)
    codings = [
        coding(said, 2, coder="one", specificity=Specificity.CONSIDERING),
        coding(said, 2, coder="two", specificity=Specificity.CONTINUING),
    ]
    found = part_of(score(evidence(coded=[(said, 2)], codings=codings)), "said")
    assert found.weight == pytest.approx(0.4)


def test_every_factor_of_a_weight_is_named() -> None:
    texts = [(vote("new", "2022-12-31", "text"), 4), (vote("old", "2018-12-31", "text"), 4)]
    twice = [*texts, (vote("older", "2018-06-30", "text"), 4)]
    # Half the weight of the newest is more than one old repeat weighs, and less than two do.
    found = dict(part_of(cell(texts), "old").factors)
    own = {"instrument": 0.8, "office": 1.0, "specificity": 1.0, "decay": 0.5}
    assert found == pytest.approx(own, abs=1e-3)
    assert {*dict(part_of(cell(twice), "old").factors)} == {*own, "repeat"}


def test_a_statement_keeps_its_document_and_tells_its_age() -> None:
    texts = [(vote("new", "2022-12-31", "text"), 1), (vote("old", "2020-12-31", "text"), 4)]
    found = part_of(cell(texts), "old")
    assert found.age_years == pytest.approx(2, abs=0.01)
    assert (found.weight, dict(found.factors)["counted"]) == (0.0, 0.0)
    dossier = build_dossiers(evidence(coded=texts), RULES)["URY", THEME]
    items = InputsOverTime(dossier, AS_OF, RULES).of(2022).words
    assert {item.document for item in items} == {"document of new", "document of old"}


@pytest.mark.parametrize(("age", "expected"), [(0, 1), (1, 0.841), (2, 0.707), (4, 0.5), (8, 0.25)])
def test_words_lose_half_their_weight_in_four_years(age: int, expected: float) -> None:
    said = vote("said", f"{2022 - age}-12-31")
    assert weights([(said, 2)])["said"] / 0.8 == pytest.approx(expected, abs=0.0005)


def test_a_binding_act_keeps_its_weight_until_it_is_denounced() -> None:
    act = statement("act", "1990-05-01", instrument=Instrument.BINDING_ACT, office=HEAD)
    denounced = statement(
        "act",
        "1990-05-01",
        instrument=Instrument.BINDING_ACT,
        office=HEAD,
        withdrawn_on=PartialDate.parse("2021-03"),
    )
    assert weights([(act, 4)]) == {"act": 1.0}
    assert weights([(denounced, 4)], year=2020) == {"act": 1.0}
    assert weights([(denounced, 4)], year=2021) == {"act": 0.0}


def pledge(said_on: str = "2014-12-31", **changes: object) -> Statement:
    return statement(
        "pledge",
        said_on,
        mode=Mode.PLEDGE,
        instrument=Instrument.FORMAL_PLEDGE,
        office=HEAD,
        **changes,
    )


def test_a_pledge_keeps_its_weight_until_it_is_due_and_then_decays() -> None:
    due = pledge(due_on=PartialDate.parse("2018"))
    assert weights([(due, 4)], year=2017) == {"pledge": pytest.approx(0.9)}
    assert weights([(due, 4)], year=2018) == {"pledge": pytest.approx(0.9)}
    assert weights([(due, 4)], year=2022) == {"pledge": pytest.approx(0.45)}


def test_a_pledge_without_a_date_is_due_after_the_assumed_months() -> None:
    # Four and a half years, the length of a review cycle.
    assert due_date(pledge("2014-12-31"), WORDS) == date(2019, 6, 30)
    assert due_date(statement("no pledge"), WORDS) is None


def test_a_withdrawn_pledge_weighs_nothing_and_stays_in_the_history() -> None:
    withdrawn = pledge(withdrawn_on=PartialDate.parse("2019"))
    assert weights([(withdrawn, 4)], year=2018)["pledge"] > 0
    found = cell([(withdrawn, 4)], year=2019)
    assert found.says is None
    assert part_of(found, "pledge").note == "withdrawn on 2019"


def test_repeats_add_at_most_half_of_the_weightiest() -> None:
    repeats = [
        (vote(f"vote of {year}", f"{year}-12-31", "moratorium"), 4) for year in range(2010, 2023)
    ]
    found = weights(repeats)
    weightiest = found.pop("vote of 2022")
    assert weightiest == pytest.approx(0.8)
    assert sum(found.values()) == pytest.approx(0.4)


def test_the_weightiest_of_the_repeats_is_not_always_the_newest() -> None:
    signed = statement(
        "signed", "2022-12-31", instrument=Instrument.JOINT_STATEMENT, office=HEAD, series="text"
    )
    found = weights([(vote("vote", "2022-12-30", "text"), 4), (signed, 4)])
    # 0.6 is more than half of the vote's weight, and is held to it.
    assert found == pytest.approx({"vote": 0.8, "signed": 0.4}, rel=1e-3)


def test_few_repeats_are_not_raised_to_their_share() -> None:
    repeats = [(vote("new", "2022-12-31", "text"), 4), (vote("old", "2010-12-31", "text"), 4)]
    assert weights(repeats)["old"] == pytest.approx(0.8 * 2 ** (-12 / 4), rel=1e-3)


def test_texts_without_a_series_are_no_repeats() -> None:
    found = weights([(vote("one", "2022-12-31"), 4), (vote("two", "2022-12-31"), 4)])
    assert found == pytest.approx({"one": 0.8, "two": 0.8})


def test_a_newer_position_of_equal_authority_supersedes() -> None:
    changed = [(vote("no", "2010-12-31", "text"), 0), (vote("yes", "2020-12-31", "text"), 4)]
    found = cell(changed)
    assert part_of(found, "no").weight == 0
    assert part_of(found, "no").note == "superseded by yes"
    assert says(found) == 100
    assert says(cell(changed, year=2019)) == 0


def test_words_of_lower_authority_do_not_supersede() -> None:
    interview = statement(
        "interview", "2022-12-31", instrument=Instrument.INTERVIEW, series="text", office=HEAD
    )
    found = weights([(vote("vote", "2022-01-01", "text"), 4), (interview, 0)])
    assert found["vote"] > 0


def test_a_later_remark_of_lower_authority_does_not_revive_what_was_superseded() -> None:
    remark = statement("remark", "2022-06-01", instrument=Instrument.INTERVIEW, series="text")
    found = weights(
        [
            (vote("first", "2018-12-31", "text"), 4),
            (vote("second", "2020-12-31", "text"), 0),
            (remark, 2),
        ]
    )
    assert found["first"] == 0
    assert found["second"] > 0
    assert found["remark"] > 0


def test_what_was_superseded_stays_so_when_the_position_returns() -> None:
    found = weights(
        [
            (vote("first yes", "2018-12-31", "text"), 4),
            (vote("no", "2020-12-31", "text"), 0),
            (vote("second yes", "2022-12-31", "text"), 4),
        ]
    )
    assert found == pytest.approx({"first yes": 0, "no": 0, "second yes": 0.8})


def test_positions_of_one_day_do_not_supersede_each_other() -> None:
    found = weights([(vote("one", "2022", "text"), 4), (vote("two", "2022", "text"), 0)])
    assert found == pytest.approx({"one": 0.8, "two": 0.8})


def test_different_positions_on_one_text_are_no_repeats_of_each_other() -> None:
    # The interview has less authority, so both stand; each is said once.
    interview = statement(
        "interview", "2022-12-31", instrument=Instrument.INTERVIEW, series="text", office=HEAD
    )
    found = weights([(vote("vote", "2022-12-30", "text"), 4), (interview, 0)])
    assert found["interview"] == pytest.approx(0.3)


def test_one_act_reported_twice_counts_once_at_its_weightiest() -> None:
    act = {"act": "the vote"}
    reports = [
        (vote("roll call", "2022-12-31", **act), 4),
        (statement("news of it", "2022-12-31", instrument=Instrument.INTERVIEW, **act), 4),
    ]
    found = cell(reports)
    assert part_of(found, "roll call").weight == pytest.approx(0.8)
    assert part_of(found, "news of it").weight == 0
    assert part_of(found, "news of it").note == "the same act as roll call"
    assert found.coverage.statements == 1


def test_one_speech_that_contradicts_itself_keeps_both_rungs() -> None:
    speech = {"act": "the speech"}
    found = cell([(statement("for", **speech), 4), (statement("against", **speech), 0)])
    assert says(found) == pytest.approx(50)
    assert found.mixed_message_points == pytest.approx(50)


def test_a_statement_counts_from_the_last_day_it_can_mean() -> None:
    said = [(statement("said", "2022-09"), 4)]
    assert cell(said, as_of=date(2022, 9, 29)).says is None
    assert cell(said, as_of=date(2022, 9, 30)).says is not None


def test_no_cell_looks_past_the_day_of_the_data() -> None:
    found = cell([(vote("said", "2022-08-16"), 4)], as_of=date(2022, 8, 16))
    assert found.as_of == date(2022, 8, 16)
    assert part_of(found, "said").age_years == 0


def test_a_statement_without_a_place_on_this_ladder_is_not_on_it() -> None:
    said = statement("said")
    given = evidence(coded=[(said, 4)], codings=[coding(said, 4, theme="treaty_regime")])
    assert score(given).says is None
