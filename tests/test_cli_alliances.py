"""`gaptracker alliances`: what can be told of who stands near whom, and that the rest cannot."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gaptracker.domain.vocabulary import Side
from gaptracker.main.cli import build_app
from gaptracker.main.cli.alliances_text import groups_lines, pairs_lines
from gaptracker.main.cli.errors import ExitCode
from gaptracker.publish.alliance_rows import FrozenMember, FrozenSimilarity
from gaptracker.publish.frozen import load_release
from gaptracker.release.alliance_tables import SIMILARITIES, SIMILARITY_CHANGES
from tests.alliance_release import alliance_evidence
from tests.api_world import open_store
from tests.small_release import PLAN, cut

PAIR = FrozenSimilarity(
    side=Side.WORDS,
    year=2022,
    actor_a="AAA",
    actor_b="BBB",
    n_themes=5,
    similarity=0.9,
    similarity_low=0.8,
    similarity_high=0.95,
    p_alike=0.9,
    together_share=0.5,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("alliances")
    cut(open_store(made), alliance_evidence(), PLAN)
    return made


def run(folder: Path, *words: str) -> Result:
    environment = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": "80"}
    return CliRunner(env=environment).invoke(build_app(), ["alliances", *words])


def test_a_year_shows_pairs_groups_and_who_acts_apart_in_80_columns(folder: Path) -> None:
    result = run(folder, "--side", "deeds", "--since", "2020")
    assert result.exit_code == 0, result.output
    assert "6 pairs can be compared" in result.stdout
    assert "2: AAA CCC" in result.stdout
    assert "2 pairs that speak alike and act apart" in result.stdout
    assert "3 changes from 2020 to 2022 can be told" in result.stdout
    assert "demonstrated" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_what_cannot_be_told_is_said_so(folder: Path) -> None:
    words = run(folder, "yyy", "--year", "2020", "--since", "2020").stdout
    assert "YYY and" in words
    assert "No change from 2020 to 2020 can be told." in words
    assert "Of no pair can it be told" in words
    deeds = run(folder, "YYY", "--side", "deeds").stdout
    assert "No two can be compared" in deeds
    assert "No group with YYY holds" in deeds


def test_a_group_is_shown_whole_when_one_member_is_asked_for(folder: Path) -> None:
    assert "3: AAA BBB CCC" in run(folder, "BBB").stdout


def test_csv_and_json_hold_every_row_unrounded(folder: Path) -> None:
    frozen = load_release(open_store(folder))
    rows = list(csv.DictReader(io.StringIO(run(folder, "--year", "all", "--format", "csv").stdout)))
    held = frozen.alliances.similarities.where(side=Side.WORDS)
    assert len(rows) == len(held)
    assert list(rows[0]) == list(SIMILARITIES.schema)
    changes = run(folder, "--side", "deeds", "--since", "2020", "--format", "csv").stdout
    assert list(csv.DictReader(io.StringIO(changes)).fieldnames or ()) == list(
        SIMILARITY_CHANGES.schema
    )
    document = json.loads(run(folder, "AAA", "BBB", "--side", "deeds", "--format", "json").stdout)
    assert document.keys() == {"similarities", "communities", "changes", "alike_apart"}
    (pair,) = document["similarities"]
    assert (pair["actor_a"], pair["actor_b"]) == ("AAA", "BBB")
    assert len(document["alike_apart"]) == 1


@pytest.mark.parametrize(
    ("words", "nearest"),
    [(("AAB",), "AAA"), (("--year", "1999"), "2020"), (("--since", "2031"), "2022")],
)
def test_a_name_that_nothing_carries_ends_with_the_nearest(
    folder: Path, words: tuple[str, ...], nearest: str
) -> None:
    result = run(folder, *words)
    assert result.exit_code == ExitCode.UNKNOWN_NAME
    assert nearest in result.stderr


def sentence(*others: FrozenSimilarity) -> str:
    return str(list(pairs_lines([PAIR, *others], [], 5))[-1])


def test_pairs_whose_intervals_overlap_are_not_told_apart() -> None:
    near = replace(PAIR, actor_b="CCC", similarity=0.85, similarity_low=0.7, similarity_high=0.9)
    far = replace(PAIR, actor_b="DDD", similarity=0.5, similarity_low=0.4, similarity_high=0.79)
    assert sentence() == "AAA and BBB are the only pair."
    assert sentence(near).startswith("AAA and BBB cannot be told apart from any other pair")
    assert sentence(near, far) == "AAA and BBB cannot be told apart from 1 other of 2."
    assert sentence(far) == "AAA and BBB are more alike than all others."


def test_long_lists_say_what_they_leave_out() -> None:
    many = [replace(PAIR, actor_b=f"B{number:02d}") for number in range(20)]
    assert "Left out: 4 pairs between these." in map(str, pairs_lines(many, ["AAA"], 5))
    members = [
        FrozenMember(
            side=Side.WORDS,
            year=2022,
            community=f"A{number:02d}",
            actor=actor,
            n_members=2,
            together_share=1.0,
        )
        for number in range(16)
        for actor in (f"A{number:02d}", f"B{number:02d}")
    ]
    assert list(groups_lines(members, []))[-1] == "  Left out: 1 smaller one."
