"""What moved between two releases, over the API: both figures, causes, and what may be said."""

from dataclasses import replace
from pathlib import Path

import pytest

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.evidence import Evidence
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.differences import CHANGE_CAUSES, ChangeCause
from gaptracker.release.difference import Cause
from gaptracker.workflows.diff_releases import diff_releases
from tests.api_world import (
    World,
    client_of,
    open_store,
    pages,
    rows_of,
    shared_world,
    the_error,
)
from tests.small_release import cut, graded_evidence

VOTE = "vote-MEX-222-2022"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


def _with_figures(value: float) -> Evidence:
    """Evidence of grade C whose observations all have one value."""
    known = graded_evidence()
    return replace(
        known,
        observations=tuple(
            replace(each, value=value, lower=None, upper=None) if each.value is not None else each
            for each in known.observations
        ),
    )


@pytest.fixture(scope="module")
def far_apart(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two releases between which all deeds turned from the worst end to the best."""
    folder = tmp_path_factory.mktemp("far")
    store = open_store(folder)
    older, newer = (cut(store, _with_figures(value)).entry.id for value in (0.0, 100.0))
    shelf = Shelf(store)
    shelf.refresh()
    return World(client=client_of(shelf), shelf=shelf, folder=folder, older=older, newer=newer)


def address(world: World, **parameters: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"/v1/releases/{world.newer}/diff" + (f"?{query}" if query else "")


def test_every_cause_has_a_public_name_and_one_is_kept_for_replies() -> None:
    assert set(CHANGE_CAUSES) == set(Cause)
    assert set(ChangeCause) - set(CHANGE_CAUSES.values()) == {ChangeCause.REPLY_ACCEPTED}


def test_a_moved_cell_has_both_figures_its_cause_and_the_item_that_moved_it(world: World) -> None:
    answer = world.get(address(world, **{"from": world.older}))
    assert answer.status_code == 200, answer.text
    found = diff_releases(open_store(world.folder), world.older, world.newer)
    rows = answer.json()["data"]
    assert len(rows) == len(found.differences) > 0
    for row, each in zip(rows, found.differences, strict=True):
        assert row["change_points"] == each.change_points
        assert row["p_after_higher"] == each.p_higher
        assert row["actor_name"] == "Mexico"
        assert row["causes"] == ["new_evidence"]
        assert [(item["item"], item["change"]) for item in row["items"]] == [(VOTE, "entered")]
        for side, figures in (("before", each.cell.old), ("after", each.cell.new)):
            assert figures is not None
            cell = world.data(row["links"][side])[0]
            assert cell["gap"] == row[side]["gap"] == figures.gap
            assert cell["grade"] == row[side]["grade"]
    summary = answer.json()["difference"]
    assert summary["before"]["release"] == world.older
    assert summary["after"]["release"] == world.newer
    assert summary["moved"] == len(rows)
    assert summary["causes"] == {"new_evidence": len(rows)}
    assert summary["threshold"] == 0.9


def test_a_change_is_demonstrated_where_its_order_can_be_told(far_apart: World) -> None:
    rows = far_apart.data(address(far_apart, demonstrated="true"))
    assert rows
    for row in rows:
        assert row["change_points"] < 0  # the deeds came nearer to the words
        assert 1 - row["p_after_higher"] >= 0.9
        assert row["change_low"] < row["change_points"] < row["change_high"]
        assert row["causes"] == ["correction"]
    others = far_apart.data(address(far_apart, demonstrated="false"))
    every = far_apart.data(address(far_apart))
    assert len(rows) + len(others) == len(every)
    assert not any(row["demonstrated"] for row in others)


def test_without_from_a_release_is_held_against_the_one_before_it(world: World) -> None:
    named = world.get(address(world, **{"from": world.older}))
    assert world.get(address(world)).json()["data"] == named.json()["data"]


def test_filters_narrow_and_pages_give_each_cell_once(world: World) -> None:
    every = world.data(address(world))
    year = every[0]["year"]
    assert world.data(address(world, year=str(year), actor="MEX")) == [
        row for row in every if row["year"] == year
    ]
    assert world.data(address(world, actor="CHN")) == []
    assert world.data(address(world, cause="methodology,reply_accepted")) == []
    assert world.data(address(world, cause="methodology,new_evidence")) == every
    walked = [
        row
        for answer in pages(world, address(world, limit="1", sort="-year"))
        for row in answer.json()["data"]
    ]
    assert walked == sorted(every, key=lambda row: -row["year"])


def test_csv_has_the_same_rows_with_one_column_for_each_list(world: World) -> None:
    rows = rows_of(world.get(f"/v1/releases/{world.newer}/diff.csv"))
    data = world.data(address(world))
    assert [row["after_gap"] for row in rows] == [repr(each["after"]["gap"]) for each in data]
    assert rows[0]["items"] == f"{VOTE} statement entered"
    assert rows[0]["causes"] == "new_evidence"


def test_an_answer_is_immutable_and_known_by_its_tag(world: World) -> None:
    answer = world.get(address(world))
    assert "immutable" in answer.headers["cache-control"]
    again = world.get(address(world), if_none_match=answer.headers["etag"])
    assert again.status_code == 304


def test_from_that_is_unknown_the_same_newer_or_missing_is_refused(world: World) -> None:
    unknown = the_error(world.get(address(world, **{"from": world.older[:-1] + "x"})))
    assert (unknown["code"], unknown["parameter"]) == ("release.unknown", "from")
    assert world.older in unknown["nearest"]
    same = the_error(world.get(address(world, **{"from": world.newer})))
    assert same["code"] == "value.out_of_range"
    assert same["nearest"] == [world.older]
    newer = the_error(world.get(f"/v1/releases/{world.older}/diff?from={world.newer}"))
    assert newer["code"] == "value.out_of_range"
    assert f"/v1/releases/{world.newer}/diff?from={world.older}" in newer["detail"]
    first = the_error(world.get(f"/v1/releases/{world.older}/diff"))
    assert "first release" in first["detail"]
    absent = world.get("/v1/releases/2020-01-01-00000000/diff")
    assert absent.status_code == 404
    assert the_error(absent)["code"] == "release.unknown"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("actor=MEXX", "actor.unknown"),
        ("theme=deathpenalty", "theme.unknown"),
        ("year=1999", "year.unknown"),
        ("cause=corrections", "cause.unknown"),
        ("cause=", "value.invalid"),
        ("demonstrated=yes", "value.not_listed"),
        ("release=newest", "parameter.unknown"),
        ("limit=0", "value.out_of_range"),
        ("cursor=abc", "cursor.malformed"),
    ],
)
def test_a_wrong_parameter_is_named(world: World, query: str, code: str) -> None:
    answer = world.get(f"/v1/releases/{world.newer}/diff?{query}")
    assert answer.status_code == 422
    assert the_error(answer)["code"] == code


def test_a_cursor_of_another_pair_of_releases_is_foreign(world: World) -> None:
    following = world.get(address(world, limit="1")).json()["meta"]["next"]
    cursor = following.rpartition("cursor=")[2]
    gaps = world.get(f"/v1/gaps?cursor={cursor}")
    assert the_error(gaps)["code"] == "cursor.foreign"


def test_a_damaged_release_is_not_compared(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    older, newer = (cut(store, _with_figures(value)).entry.id for value in (0.0, 100.0))
    shelf = Shelf(store)
    shelf.refresh()
    world = World(client=client_of(shelf), shelf=shelf, folder=tmp_path, older=older, newer=newer)
    gaps = tmp_path / "releases" / older / "gaps.parquet"
    gaps.write_bytes(gaps.read_bytes()[:-1] + b"x")
    with pytest.raises(ReleaseCorrupt):
        diff_releases(store, older, newer)
    refused = world.get(address(world))
    assert refused.status_code == 503
    assert refused.headers["retry-after"]
