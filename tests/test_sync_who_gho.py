"""WHO's observatory over real HTTP: envelopes that link to each other, and one series at most."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from gaptracker.domain.syncing import Guard, RunState
from gaptracker.intake.connectors.who_gho import API, GhoSeries, WhoGho
from tests.publisher_world import Given, publishing
from tests.sync_world import Syncs, issues, open_syncs

CODE = "SUD_COVERAGE"
FIRST, SECOND = f"{API}/{CODE}", f"{API}/{CODE}?$skip=1000"
STATES = ("MEX", "COL", "BRA", "FRA", "THA")
YEARS = (2019, 2020)


class OneSeries(WhoGho):
    """The connector as a methodology would use it that took one series."""

    series = (
        GhoSeries(
            code=CODE,
            indicator="treatment_coverage_sud",
            title="Treatment coverage",
            headline=("SEX_BTSX", None),
            highest=100.0,
        ),
    )
    about = replace(WhoGho.about, guard=Guard(rows=10, actors=4, years=(1995, 2100)))


def row(state: str, year: int, number: float | None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "Id": 1,
        "IndicatorCode": CODE,
        "SpatialDimType": "COUNTRY",
        "SpatialDim": state,
        "TimeDimType": "YEAR",
        "TimeDim": year,
        "Dim1Type": "SEX",
        "Dim1": "SEX_BTSX",
        "Dim2": None,
        "Value": None if number is None else f"{number:.0f} [{number - 1:.0f}-{number + 1:.0f}]",
        "NumericValue": number,
        **changes,
    }


def answer(rows: list[Any], link: str | None = None) -> bytes:
    found: dict[str, Any] = {"@odata.context": f"{API}/$metadata#{CODE}", "value": rows}
    if link:
        found["@odata.nextLink"] = link
    return json.dumps(found).encode()


def usual(states: tuple[str, ...] = STATES) -> list[dict[str, Any]]:
    return [
        each
        for state in states
        for year in YEARS
        for each in (row(state, year, 12.345), row(state, year, 20, Dim1="SEX_MLE"))
    ]


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        region = row("AMR", 2020, 5, SpatialDimType="REGION")
        publishers.serve(FIRST, answer([*usual(STATES[:3]), region], f"{CODE}?$skip=1000"))
        publishers.serve(SECOND, answer([*usual(STATES[3:]), row("MEX", 2018, None)]))
        yield found


def values(syncs: Syncs) -> Mapping[str, float | None]:
    found = syncs.observations("treatment_coverage_sud")
    return {name.partition(".")[2]: each.value for name, each in found.items()}


def test_methodology_1_0_0_takes_nothing_and_nothing_is_asked(syncs: Syncs) -> None:
    run = syncs.sync(WhoGho())
    assert run.state is RunState.APPLIED
    assert "methodology 1.0.0 takes nothing from it" in run.issues[0].detail
    assert (syncs.publishers.asked, run.counts.staged) == ([], 0)


def test_pages_are_followed_and_headlines_of_states_read(syncs: Syncs) -> None:
    run = syncs.sync(OneSeries())
    assert run.state is RunState.APPLIED, run.issues
    assert values(syncs) == {f"{state}.{year}": 12.345 for state in STATES for year in YEARS}
    assert (run.counts.rows_read, run.counts.rows_left_over) == (22, 12)
    before = syncs.content()
    assert syncs.sync(OneSeries()).state is RunState.UNCHANGED
    assert syncs.content() == before


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("extra", "kind"),
    [
        pytest.param(row("MEX", 2015, None, Value="<0.1"), "value_censored", id="bound"),
        pytest.param(row("MEX", 2015, None, Value="31 458"), "row_refused", id="text-only"),
        pytest.param(row("MEX", 2015, 120.0), "value_out_of_range", id="share-above-100"),
        pytest.param(row("MEX", 2015, -1.0), "value_out_of_range", id="negative"),
        pytest.param(row("MEX", 1013, 5.0), "value_out_of_range", id="year-1013"),
        pytest.param(row("MEX", 2020, 13.0), "duplicate", id="twice"),
    ],
)
def test_a_row_that_cannot_be_is_refused_alone(
    syncs: Syncs, extra: dict[str, Any], kind: str
) -> None:
    syncs.publishers.serve(SECOND, answer([*usual(STATES[3:]), extra]))
    run = syncs.sync(OneSeries())
    assert run.state is RunState.APPLIED, run.issues
    assert run.counts.rows_refused == 1
    assert len(issues(run, kind)) == 1
    assert len(values(syncs)) == len(STATES) * len(YEARS)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(Given(body=b""), "empty_answer", id="always-empty"),
        pytest.param(Given(body=answer([])), "empty_answer", id="no-rows"),
        pytest.param(Given(body=b"<html>"), "shape_unknown", id="html"),
        pytest.param(Given(body=b'{"error": "bad filter"}'), "shape_unknown", id="error-body"),
        pytest.param(Given(body=answer([{"Id": 1}])), "column_missing", id="renamed-column"),
        pytest.param(
            Given(body=answer(usual(), "https://10.0.0.1/api/x")), "shape_unknown", id="leads-away"
        ),
        pytest.param(Given(body=answer(usual(), f"{API}/{CODE}")), "shape_unknown", id="no-end"),
    ],
)
def test_what_is_no_such_series_changes_nothing(syncs: Syncs, given: Given, kind: str) -> None:
    syncs.sync(OneSeries())
    before = syncs.content()
    syncs.publishers.answers[FIRST.partition("://")[2]] = given
    run = syncs.sync(OneSeries())
    assert run.state is RunState.FAILED, run.issues
    assert run.issues[0].kind == kind
    assert syncs.content() == before


@pytest.mark.hostile
def test_an_empty_answer_that_mends_itself_is_asked_again(syncs: Syncs) -> None:
    syncs.publishers.first[FIRST.partition("://")[2]] = [Given(body=b""), Given(body=b"")]
    run = syncs.sync(OneSeries())
    assert run.state is RunState.APPLIED, run.issues
    assert len(values(syncs)) == len(STATES) * len(YEARS)
