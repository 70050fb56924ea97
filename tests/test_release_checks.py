"""Every check of a release has been seen to fail, and only where its rule is broken."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from gaptracker.domain.vocabulary import ActorKind
from gaptracker.release import counts
from gaptracker.release.analysis_tables import (
    COMPARISON_GRIDS,
    LEAVE_OUT,
    METHOD_BANDS,
    SENSITIVITY,
)
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS
from gaptracker.release.checks import (
    INVARIANTS,
    BoundKind,
    Check,
    failures,
    judge,
    run_checks,
    warnings,
)
from gaptracker.release.columns import Layout, table_of
from gaptracker.release.comparison import compare_releases
from gaptracker.release.record_tables import OBSERVATIONS, SOURCES, STATEMENTS
from gaptracker.release.tables import LAYOUTS, Tables
from gaptracker.release.thresholds import REFERENCE_CHECKS
from tests import alliance_release, federal_release
from tests.core.rules import RULES
from tests.small_release import (
    SPEECH,
    YEARS,
    freeze,
    graded_evidence,
    machine_coded,
    small_evidence,
    with_value,
)

# `Any`, because each layout is of values of its own type.
AnyLayout = Layout[Any]
Change = Callable[[pl.DataFrame], pl.DataFrame]


def tables_of(files: dict[str, bytes] | None = None) -> Tables:
    content = files or dict(freeze(graded_evidence()).files)
    return Tables(
        frames={layout.name: pl.read_parquet(content[layout.file]) for layout in LAYOUTS},
        actors={"URY": ActorKind.STATE, "NOR": ActorKind.STATE},
        years=YEARS,
        methodology=RULES,
    )


@pytest.fixture(scope="module")
def tables() -> Tables:
    return tables_of()


def changed(tables: Tables, layout: AnyLayout, change: Change) -> Tables:
    return replace(tables, frames={**tables.frames, layout.name: change(tables[layout])})


def set_where_gap(column: str, value: pl.Expr | str | float) -> Change:
    """A change of one column in the cells that have a gap."""
    wanted = value if isinstance(value, pl.Expr) else pl.lit(value)
    return lambda frame: frame.with_columns(
        pl.when(pl.col("gap").is_not_null()).then(wanted).otherwise(pl.col(column)).alias(column)
    )


def set_everywhere(column: str, value: pl.Expr) -> Change:
    return lambda frame: frame.with_columns(value.alias(column))


def one_year_more(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame.with_columns(year=pl.col("year") - len(YEARS))])


BREAKS: list[tuple[str, AnyLayout, Change]] = [
    ("cells", GAPS, lambda frame: frame.clear()),
    ("cells_with_gap", GAPS, lambda frame: frame.filter(pl.col("gap").is_null())),
    ("complete_share", GAPS, lambda frame: frame.head(-1)),
    ("complete_share", GAPS, one_year_more),
    ("unique_share", PAIRS, lambda frame: pl.concat([frame, frame.head(1)])),
    ("finite_share", OBSERVATIONS, set_everywhere("upper", pl.lit(float("inf")))),
    (
        "finite_share",
        CONTRIBUTIONS,
        set_everywhere("factor_values", pl.lit([float("nan")])),
    ),
    ("reasoned_share", GAPS, set_where_gap("reason", "no_data")),
    ("reasoned_share", GAPS, set_everywhere("does_reason", pl.lit(None, pl.String))),
    ("arithmetic_share", GAPS, set_where_gap("practice", pl.col("practice") + 0.5)),
    ("arithmetic_share", GAPS, set_where_gap("legislative_points", 12.0)),
    (
        "contributions_sum_share",
        CONTRIBUTIONS,
        set_everywhere("contribution_points", pl.col("contribution_points") + 1e-6),
    ),
    ("contributions_sum_share", CONTRIBUTIONS, lambda frame: frame.clear()),
    ("pair_names_share", PAIRS, set_everywhere("id", pl.lit("pair_of_all"))),
    (
        "pairs_sum_share",
        PAIRS,
        set_everywhere("contribution_points", pl.col("contribution_points") * 1.001),
    ),
    ("scale_share", GAPS, set_where_gap("p_close", 0.5)),
    ("scale_share", GAPS, set_where_gap("p_gap_positive", 1.5)),
    ("interval_share", GAPS, set_where_gap("gap_high", pl.col("gap") - 1)),
    ("interval_share", GAPS, set_everywhere("law_low", pl.lit(None, pl.Float64))),
    ("interval_share", GAPS, set_everywhere("gap_bound_low", pl.lit(100.0))),
    ("label_share", GAPS, set_where_gap("label", "words_ahead")),
    ("grade_share", GAPS, lambda frame: set_everywhere("machine_coded", pl.lit(value=True))(
        frame.with_columns(grade=pl.lit("B"), label=pl.lit("indeterminate"))
    )),
    ("resolved_share", SOURCES, lambda frame: frame.filter(pl.col("id") != "roll-calls")),
    ("resolved_share", STATEMENTS, lambda frame: frame.filter(pl.col("id") != SPEECH.id)),
    ("resolved_share", METHOD_BANDS, set_everywhere("actor", pl.lit("XXX"))),
    ("finite_share", COMPARISON_GRIDS, set_everywhere("gap", pl.lit([float("inf")]))),
    ("analysed_share", METHOD_BANDS, lambda frame: frame.head(-1)),
    ("analysed_share", COMPARISON_GRIDS, lambda frame: frame.clear()),
    ("analysed_share", LEAVE_OUT, lambda frame: frame.head(-1)),
    ("analysed_share", METHOD_BANDS, one_year_more),
    ("method_band_share", METHOD_BANDS, set_everywhere("says_low", pl.col("says_high") + 1)),
    ("method_band_share", METHOD_BANDS, set_everywhere("p_gap_positive", pl.lit(1.5))),
    ("method_band_share", METHOD_BANDS, lambda frame: frame.with_columns(
        gap_low=pl.lit(1.0), p_gap_positive=pl.lit(0.5)
    )),
    ("method_band_share", METHOD_BANDS, lambda frame: frame.with_columns(
        gap_low=pl.lit(-2.0), gap_high=pl.lit(-1.0), p_gap_positive=pl.lit(0.5)
    )),
    (
        "method_band_share",
        METHOD_BANDS,
        set_everywhere("bounded_weights_high", pl.col("all_weights_high") + 1),
    ),
    ("method_band_share", GAPS, set_where_gap("gap", pl.col("gap") - 100)),
    ("grid_share", COMPARISON_GRIDS, set_everywhere("says", pl.col("says").list.head(50))),
    ("grid_share", COMPARISON_GRIDS, set_everywhere("says", pl.col("says").list.reverse())),
    ("grid_share", COMPARISON_GRIDS, set_everywhere("gap", pl.col("says"))),
    ("grid_share", GAPS, set_where_gap("practice_high", pl.col("practice_high") + 1)),
    ("leave_out_share", LEAVE_OUT, set_everywhere("move_points", pl.lit(1.5))),
    ("leave_out_share", LEAVE_OUT, set_everywhere("reason", pl.lit("no_data"))),
    ("leave_out_share", LEAVE_OUT, set_everywhere("label", pl.lit("words_ahead"))),
    ("leave_out_share", LEAVE_OUT, set_everywhere("gap", pl.lit(None, pl.Float64))),
    ("sensitivity_share", SENSITIVITY, set_everywhere("scope", pl.lit("weather"))),
    ("sensitivity_share", SENSITIVITY, set_everywhere("total_low", pl.col("total_high") + 1)),
    ("sensitivity_share", SENSITIVITY, set_everywhere("variance", pl.lit(0.0))),
]  # fmt: skip


def failing(tables: Tables) -> set[str]:
    return {result.name for result in failures(run_checks(tables, INVARIANTS))}


def test_a_sound_release_passes_every_invariant(tables: Tables) -> None:
    assert failing(tables) == set()


@pytest.mark.parametrize(
    ("name", "layout", "change"), BREAKS, ids=[f"{each[0]}-{n}" for n, each in enumerate(BREAKS)]
)
def test_each_invariant_fails_when_its_rule_is_broken(
    tables: Tables, name: str, layout: AnyLayout, change: Change
) -> None:
    assert name in failing(changed(tables, layout, change))


def test_every_invariant_has_been_broken() -> None:
    broken = {name for name, _, _ in (*BREAKS, *federal_release.BREAKS, *alliance_release.BREAKS)}
    assert broken == {check.name for check in INVARIANTS}


@pytest.mark.parametrize(
    ("column", "value"), [("p_close", 0.5), ("label", "words_ahead"), ("law_high", -200.0)]
)
def test_one_broken_rule_breaks_no_other(tables: Tables, column: str, value: str | float) -> None:
    assert len(failing(changed(tables, GAPS, set_where_gap(column, value)))) == 1


def test_missing_probabilities_beside_a_gap_are_found(tables: Tables) -> None:
    none = set_everywhere("p_close", pl.lit(None, pl.Float64))
    assert failing(changed(tables, GAPS, none)) == {"scale_share"}


def test_a_figure_equal_to_its_bound_passes() -> None:
    for kind in BoundKind:
        assert judge("figure", 5, 5, kind=kind, reason="a reason").passed
    assert not judge("figure", 4.9, 5, kind=BoundKind.FLOOR, reason="a reason").passed
    assert not judge("figure", 5.1, 5, kind=BoundKind.CEILING, reason="a reason").passed


def test_floors_fail_and_ceilings_warn() -> None:
    floor = judge("low", 1, 2, kind=BoundKind.FLOOR, reason="a reason")
    ceiling = judge("high", 2, 1, kind=BoundKind.CEILING, reason="a reason")
    assert failures((floor, ceiling)) == (floor,)
    assert warnings((floor, ceiling)) == (ceiling,)


def test_the_reference_run_has_floors_that_tiny_data_do_not_reach(tables: Tables) -> None:
    missed = failures(run_checks(tables, REFERENCE_CHECKS))
    assert {result.name: result.bound for result in missed} == {
        "graded_states_death_penalty_2022": 150,
        "graded_states_human_rights_2022": 140,
        "graded_states_cannabis_newest": 12,
        "graded_states_militarisation_newest": 6,
    }


def test_every_check_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({check.name for check in REFERENCE_CHECKS}) == len(REFERENCE_CHECKS)
    assert all(check.reason for check in REFERENCE_CHECKS)


def test_graded_states_are_counted_in_a_year_or_in_the_newest_with_both_sides(
    tables: Tables,
) -> None:
    def graded(frame: pl.DataFrame) -> pl.DataFrame:
        rows = frame.with_columns(grade=pl.lit("C"))
        newest = pl.col("year") == 2022
        return rows.with_columns(
            gap=pl.when(newest).then(None).otherwise(pl.col("gap")),
        )

    lively = changed(tables, GAPS, graded)
    count = counts.graded_states("incarceration", 2021)
    assert count(lively) == 1
    assert counts.graded_states("incarceration", 2022)(lively) == 0
    assert counts.graded_states("incarceration")(lively) == 1
    assert counts.graded_states("cannabis")(lively) == 0
    assert count(replace(lively, actors={"URY": ActorKind.AGENCY})) == 0


@pytest.mark.parametrize(
    ("measure", "column", "value"),
    [
        (counts.machine_coded_share, "machine_coded", pl.lit(value=True)),
        (counts.law_only_share, "law_only", pl.lit(value=True)),
        (counts.indeterminate_share, "label", pl.lit("indeterminate")),
    ],
)
def test_shares_are_of_the_graded_cells_only(
    tables: Tables, measure: Callable[[Tables], float], column: str, value: pl.Expr
) -> None:
    assert measure(changed(tables, GAPS, set_everywhere("grade", pl.lit("D")))) == 0
    first = pl.int_range(pl.len()) == 0
    one = changed(
        tables,
        GAPS,
        lambda frame: frame.with_columns(
            grade=pl.when(first).then(pl.lit("C")).otherwise(pl.lit("D"))
        ).with_columns(value.alias(column)),
    )
    assert measure(one) == 1


def test_old_deeds_are_counted_among_those_that_count(tables: Tables) -> None:
    flagged = changed(tables, CONTRIBUTIONS, set_everywhere("flagged_old", pl.lit(value=True)))
    weightless = changed(flagged, CONTRIBUTIONS, set_everywhere("share", pl.lit(0.0)))
    assert counts.old_deeds_share(flagged) == 1
    assert counts.old_deeds_share(weightless) == 0


def test_the_small_release_has_something_beside_its_cells(tables: Tables) -> None:
    """Else the invariants of these tables would hold of nothing."""
    counted = counts.count_rows(tables)
    beside = ("method_bands", "comparison_grids", "leave_out", "sensitivity")
    assert all(counted[name] for name in beside), counted


def test_counts_name_every_table_and_label(tables: Tables) -> None:
    counted = counts.count_rows(tables)
    assert counted["gaps"] == 6
    assert counted["actors"] == 2
    assert counted["cells_with_gap"] == 2
    assert sum(value for name, value in counted.items() if name.startswith("label_")) == 6


def test_a_ceiling_beyond_its_bound_does_not_fail_a_release(tables: Tables) -> None:
    always = Check(
        name="always", kind=BoundKind.CEILING, bound=0, measure=lambda _: 1.0, reason="a test"
    )
    results = run_checks(tables, (always,))
    assert not failures(results)
    assert warnings(results) == results


def test_a_release_is_compared_with_the_one_before() -> None:
    before = freeze(small_evidence()).gaps
    moved = {
        each.name: each for each in compare_releases(freeze(with_value(90.0)).gaps, before, 12.5)
    }
    assert moved["moved_share"].found == 1.0
    assert not moved["moved_share"].passed
    assert moved["lost_share"].passed


def test_a_lost_gap_is_found_and_a_new_one_is_not_counted() -> None:
    gaps = freeze(small_evidence()).gaps
    lost = gaps.with_columns(gap=pl.lit(None, pl.Float64))
    found = {each.name: each.found for each in compare_releases(lost, gaps, 12.5)}
    assert found == {"moved_share": 0.0, "lost_share": 1.0}
    assert all(each.found == 0 for each in compare_releases(gaps, lost, 12.5))


def test_machine_codings_change_a_grade_and_no_sum() -> None:
    files = dict(freeze(machine_coded(small_evidence(), SPEECH)).files)
    assert failing(tables_of(files)) == set()


def test_an_empty_table_keeps_its_columns() -> None:
    assert table_of(STATEMENTS, ()).schema == STATEMENTS.schema
