"""`gaptracker calculate`: the printed test vectors, the notation, and the sums it writes out."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from gaptracker.domain.errors import InvalidValue
from gaptracker.main.cli import build_app
from gaptracker.main.cli.weights import parse_weights
from tests.written_sums import written_sums

# At this many draws the printed probabilities hold within 0.01.
DRAWS = 400_000
# A quantile of 400,000 draws wanders by about a tenth of a point.
QUANTILE_ERROR = 0.15


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), ["calculate", *arguments])


def calculated(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    record: dict[str, Any] = json.loads(result.stdout)
    return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One row of methodology 1.0.0, section 11, as it is printed."""

    says: str
    does: str
    reading: tuple[str, str, str]
    practice: str
    gap: str
    interval: tuple[int, int]
    probabilities: tuple[float, float, float]
    label: str


VECTORS = {
    "V1 mixed": Vector(
        says="75p:1,25p:1",
        does="25p,25p",
        reading=("50.0", "25.0", "2.00"),
        practice="25.0",
        gap="25.0",
        interval=(-22, 72),
        probabilities=(0.83, 0.69, 0.22),
        label="mixed_message",
    ),
    "V2 hard line": Vector(
        says="0p,0p,0p",
        does="0p,0p,25p",
        reading=("0.0", "0.0", "3.00"),
        practice="8.3",
        gap="-8.3",
        interval=(-36, 20),
        probabilities=(0.30, 0.10, 0.50),
        label="indeterminate",
    ),
    "V3 words ahead": Vector(
        says="75p:1,100p:.8,75p:.8,75p:.6",
        does="25p,25p,0p",
        # 81.25, which the vector prints as 81.2 and Python, rounding half to even, too.
        reading=("81.2", "10.8", "3.88"),
        practice="16.7",
        gap="64.6",
        interval=(37, 92),
        probabilities=(1.00, 1.00, 0.00),
        label="words_ahead",
    ),
    "V5 thin": Vector(
        says="100p:1",
        does="25p",
        reading=("100.0", "0.0", "1.00"),
        practice="25.0",
        gap="75.0",
        interval=(5, 145),
        probabilities=(0.96, 0.94, 0.04),
        label="insufficient_evidence",
    ),
}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_every_row_of_the_test_vectors_is_given(vector: Vector) -> None:
    found = calculated("--says", vector.says, "--does", vector.does, "--draws", str(DRAWS))
    says, mixed, size = vector.reading
    assert f"{found['says']:.1f}" == says
    assert f"{found['mixed_message_points']:.1f}" == mixed
    assert f"{found['n_eff_says']:.2f}" == size
    assert f"{found['practice']:.1f}" == vector.practice
    assert f"{found['gap']:.1f}" == vector.gap
    low, high = vector.interval
    assert found["gap_low"] == pytest.approx(low, abs=0.5 + QUANTILE_ERROR)
    assert found["gap_high"] == pytest.approx(high, abs=0.5 + QUANTILE_ERROR)
    odds = ("p_gap_positive", "p_words_ahead", "p_close")
    assert [found[name] for name in odds] == pytest.approx(list(vector.probabilities), abs=0.01)
    assert found["label"] == vector.label
    assert (found["grade"] == "D") is (vector.label == "insufficient_evidence")


@pytest.mark.parametrize("notation", ["3:1,1:1", "75:1,25:1", "75p:1,25p:1", "3,1", " 3 , 1.0:1 "])
def test_rungs_points_and_left_out_weights_mean_the_same(notation: str) -> None:
    assert calculated("--says", notation, "--does", "25p,25p")["gap"] == 25.0


@pytest.mark.parametrize(
    ("notation", "message"),
    [
        ("75,3", "mark all points with a p"),
        ("75,0.5", "mark all points with a p"),
        ("101p", "expected 0 to 100"),
        ("-1", "expected 0 to 100"),
        ("3:0", "expected a number above 0"),
        ("3:-1", "expected a number above 0"),
        ("3:", "cannot be read"),
        ("three", "cannot be read"),
        ("3,,4", "cannot be read"),
        ("nan", "is not finite"),
        ("3:inf", "is not finite"),
    ],
)
def test_what_cannot_be_read_in_one_way_only_is_refused(notation: str, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        parse_weights(notation)


def test_points_in_one_list_and_a_rung_in_another_are_refused_too() -> None:
    with pytest.raises(InvalidValue, match="3 could be rung 3"):
        parse_weights("75", "3")
    assert parse_weights("75", "3p")[1][0].points == 3


def test_zero_is_the_same_as_rung_and_as_points() -> None:
    assert [part.points for part in parse_weights("75,0")[0]] == [75, 0]
    assert [part.points for part in parse_weights("3,0")[0]] == [75, 0]


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.floats(0.01, 100)),
        min_size=1,
        max_size=6,
    )
)
def test_marked_points_are_read_back_as_they_were_written(items: list[tuple[float, float]]) -> None:
    text = ",".join(f"{points!r}p:{weight!r}" for points, weight in items)
    assert [(part.points, part.weight) for part in parse_weights(text)[0]] == items


@pytest.mark.parametrize(
    "arguments",
    [(), ("--says", ""), ("--says", "5p:x"), ("--says", "3", "--draws", "0"), ("--says", "3,75")],
)
def test_wrong_use_ends_with_code_2_and_says_so_on_standard_error(
    arguments: tuple[str, ...],
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error" in result.stderr


def test_the_law_splits_the_gap() -> None:
    found = calculated("--says", "3", "--law", "2", "--does", "1")
    assert (found["says"], found["law"], found["does"]) == (75, 50, 25)
    assert (found["legislative_points"], found["implementation_points"]) == (25, 25)


def test_law_alone_stands_in_for_practice() -> None:
    found = calculated("--says", "3", "--law", "2")
    assert found["law_only"]
    assert found["practice"] == found["law"] == 50
    assert found["does"] is None


def test_a_side_left_out_leaves_no_gap_and_a_reason() -> None:
    found = calculated("--says", "3")
    assert found["gap"] is None
    assert found["reason"] == "no_data"
    assert calculated("--does", "3")["reason"] == "no_statement"


def test_the_sums_can_be_added_up_again() -> None:
    found = calculated("--says", "3:1,4:0.8,3:0.8,3:0.6", "--does", "1,1,0")
    sheet = found["sums"]["says"]
    weights = [line["weight"] for line in sheet["lines"]]
    points = [line["points"] for line in sheet["lines"]]
    products = [weight * at for weight, at in zip(weights, points, strict=True)]
    assert sheet["weight"] == pytest.approx(sum(weights))
    assert sheet["weighted_points"] == pytest.approx(sum(products))
    assert found["says"] == pytest.approx(sum(products) / sum(weights))
    assert found["n_eff_says"] == pytest.approx(
        sum(weights) ** 2 / sum(weight**2 for weight in weights)
    )
    assert found["gap"] == pytest.approx(found["says"] - found["practice"])


def test_the_text_writes_the_sums_out() -> None:
    result = run("--says", "3:1,4:0.8,3:0.8,3:0.6", "--does", "1,1,0")
    assert "R = Σ w×u / Σ w = 260.00000 / 3.20000 = 81.25" in result.stdout
    assert "n_eff = (Σ w)² / Σ w² = 3.20000² / 2.640000 = 3.8788" in result.stdout
    assert "G = R − P = 81.25 − 16.67 = +64.6 points" in result.stdout
    assert re.search(r"Pr\(G>12\.5\) (0\.99|1\.00)", result.stdout)


def test_every_sum_in_the_text_holds_on_a_pocket_calculator() -> None:
    text = run("--says", "3:1,4:0.8,3:0.8,3:0.6", "--law", "2,1.5:0.3", "--does", "1,1,0").stdout
    sums = list(written_sums(text))
    assert len(sums) >= 19
    for one in sums:
        assert one.by_hand == pytest.approx(one.printed, abs=1.51 * 10**-one.digits), one.text


def test_the_same_arguments_give_the_same_bytes() -> None:
    first, second = (run("--says", "3,1", "--does", "1", "--format", "json") for _ in range(2))
    assert first.stdout == second.stdout


def test_standard_output_holds_json_and_nothing_else() -> None:
    result = run("--says", "3", "--does", "1", "--format", "json")
    assert json.loads(result.stdout)
    assert result.stderr == ""
