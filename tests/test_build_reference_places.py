"""Residents that rates imply, and flows, in the build of the reference data."""

from pathlib import Path

import pytest

from scripts.build_reference.places import add_flows, add_populations
from tests.raw_world import ACTORS, RawWorld


@pytest.fixture
def world(tmp_path: Path) -> RawWorld:
    """Raw files and tables with headers only, and five actors."""
    return RawWorld(tmp_path)


def offences(code: str, **counts: str) -> dict[str, str]:
    return {"cve_ent": code, "state": code, "year": "2020", "partial_year": "False", **counts}


HOMICIDES = {"indicator": "intentional_homicide_victims"}
RETAIL = {"indicator": "narcomenudeo_investigations"}


def test_counts_and_rates_of_offences_say_how_many_people_live_in_a_state(world: RawWorld) -> None:
    world.put("actors.csv", [*ACTORS, {**ACTORS[-1], "code": "MX-COL", "parent": "MEX"}])
    world.put("mexican_states.csv", [{"cve_ent": "06", "code": "MX-COL", "state": "Colima"}])
    world.put(
        "practice/mexico_states_sesnsp_2015_2025.csv",
        [
            offences("06", count="630", rate_per_100k="84.55", **HOMICIDES),
            offences("06", count="1201", rate_per_100k="161.182", **RETAIL),
            offences("00", count="34569", rate_per_100k="26.963", **HOMICIDES),
        ],
    )
    build = world.build()
    add_populations(build)
    build.problems.stop_if_any()
    (colima,) = [row for row in build.output.rows["populations.csv"] if row["actor"] == "MX-COL"]
    # 1,201 investigations at 161.182 for each 100,000 people are 745,120 people
    assert (colima["year"], colima["persons"], colima["source"]) == (
        "2020",
        "745000",
        "sesnsp-2025",
    )


def test_two_offences_that_imply_different_residents_stop(world: RawWorld) -> None:
    world.put("actors.csv", [*ACTORS, {**ACTORS[-1], "code": "MX-COL", "parent": "MEX"}])
    world.put("mexican_states.csv", [{"cve_ent": "06", "code": "MX-COL", "state": "Colima"}])
    world.put(
        "practice/mexico_states_sesnsp_2015_2025.csv",
        [
            offences("06", count="630", rate_per_100k="84.55", **HOMICIDES),
            offences("06", count="1201", rate_per_100k="170", **RETAIL),
        ],
    )
    build = world.build()
    add_populations(build)
    assert [each for each in build.problems.found if "residents of MX-COL in 2020" in each]


FLOW = {
    "id": "GBR-MEX-2016",
    "donor": "GBR",
    "recipient": "MEX",
    "theme": "death_penalty",
    "period_from": "2016",
    "period_to": "2016",
    "amount": "5",
    "currency": "GBP",
    "purpose": "Dogs.",
    "source": "a",
}


def test_flows_are_written_as_entered_and_what_is_left_out_is_named(world: RawWorld) -> None:
    world.put("flows.csv", [FLOW, {**FLOW, "id": "GBR-rest", "recipient": ""}])
    build = world.build()
    add_flows(build)
    build.problems.stop_if_any()
    assert [row["recipient"] for row in build.output.rows["flows.csv"]] == ["MEX", ""]
    assert build.output.left_out["flows.csv"]


@pytest.mark.parametrize("column", ["donor", "amount", "purpose", "source", "period_to"])
def test_a_flow_without_what_it_needs_stops(world: RawWorld, column: str) -> None:
    world.put("flows.csv", [{**FLOW, column: ""}])
    build = world.build()
    add_flows(build)
    assert build.problems.found
