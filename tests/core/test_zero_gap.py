"""Where the true gap is zero, a gap is seldom claimed: the simulation check, in small.

`python -m benchmarks.zero_gap` does the same for 5,000 worlds of each design.
"""

import json
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks import zero_gap
from benchmarks.zero_gap import Design, Tally, score_world, tally_rungs, together, wilson
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.scoring.rungs import default_confusion

RULES = shipped_methodology("1.0.0")
WORLDS = 500
# If exactly 3% of worlds claimed a gap, or 10% of intervals missed, then among 500 more than 28
# and 72 would do so less than once in a thousand series.
MOST_CLAIMS, MOST_MISSES = 28, 72


@pytest.mark.parametrize("design", Design)
def test_a_gap_of_zero_is_seldom_claimed_and_mostly_covered(design: Design) -> None:
    found = together(tally_rungs(design, WORLDS, RULES))
    assert found.worlds == WORLDS
    assert found.demonstrated <= MOST_CLAIMS
    assert found.demonstrable <= MOST_CLAIMS
    assert found.worlds - found.covered <= MOST_MISSES


def test_a_rule_that_claims_too_soon_is_caught() -> None:
    eager = replace(RULES, labels=replace(RULES.labels, demonstrated=0.5))
    found = together(tally_rungs(Design.SCATTERED, WORLDS, eager))
    assert found.demonstrated > MOST_CLAIMS
    assert not found.within_bounds


def test_an_interval_that_is_too_narrow_is_caught() -> None:
    narrow = replace(RULES, draws=replace(RULES.draws, interval=(0.4, 0.6)))
    found = together(tally_rungs(Design.SCATTERED, WORLDS, narrow))
    assert found.worlds - found.covered > MOST_MISSES
    assert not found.within_bounds


@pytest.mark.parametrize("design", Design)
def test_every_world_is_graded_so_that_a_label_can_be_raised(design: Design) -> None:
    cells = [score_world(design, rung, rung, RULES) for rung in range(5)]
    assert {cell.grade for cell in cells} == {Grade.C}
    assert Label.INSUFFICIENT_EVIDENCE not in {cell.label for cell in cells}
    assert {(cell.coverage.statements, cell.coverage.deeds) for cell in cells} == {(2, 2)}


@pytest.mark.parametrize("rung", range(5))
def test_codes_err_as_the_default_matrix_says(rung: int) -> None:
    row = default_confusion(0.8)[rung]
    drawn = Counter(zero_gap._drawn(row, (step + 0.5) / 1000) for step in range(1000))  # noqa: SLF001
    expected = {code: round(1000 * share) for code, share in enumerate(row) if share}
    assert drawn == expected


def test_a_uniform_number_past_the_rounded_sum_falls_on_the_last_possible_rung() -> None:
    assert zero_gap._drawn((0.5, 0.4999, 0.0), 0.99999) == 1  # noqa: SLF001


def test_more_worlds_change_no_earlier_one() -> None:
    alone = score_world(Design.AGREEING, 2, 7, RULES)
    for number in range(3):
        score_world(Design.AGREEING, 2, number, RULES)
    assert score_world(Design.AGREEING, 2, 7, RULES) == alone


def test_a_share_has_the_interval_of_wilson() -> None:
    # Worked by hand for 10 of 100: (10 + 1.9207) / 103.8415 -+ 1.96 sqrt(9 + 0.9604) / 103.8415.
    assert wilson(10, 100) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert wilson(0, 50)[0] == pytest.approx(0)
    assert wilson(50, 50)[1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("claimed", "covered", "within"),
    [(3, 90, True), (4, 90, False), (3, 89, False)],
)
def test_a_bound_is_kept_or_missed_by_a_single_world(
    claimed: int, covered: int, within: bool
) -> None:
    labels = Counter({Label.WORDS_AHEAD: 1, Label.DEEDS_AHEAD: claimed - 1})
    found = Tally(worlds=100, labels=labels, demonstrable=claimed, covered=covered)
    assert found.within_bounds is within


def test_the_benchmark_tells_people_and_programs_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["zero_gap", "--worlds", "10", "--json"])
    assert zero_gap.main() == 0
    told = json.loads(capsys.readouterr().out)
    assert told["passed"] is True
    assert told["scattered"]["all"]["worlds"] == 10
    assert [part["worlds"] for part in told["agreeing"]["by_rung"]] == [2] * 5
    monkeypatch.setattr("sys.argv", ["zero_gap", "--worlds", "10"])
    assert zero_gap.main() == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("PASSED: agreeing, at most 3%")


def test_a_missed_bound_is_said_and_ends_with_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(zero_gap, "LEAST_COVERED_SHARE", 1.01)
    monkeypatch.setattr("sys.argv", ["zero_gap", "--worlds", "5"])
    assert zero_gap.main() == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("MISSED: agreeing")
