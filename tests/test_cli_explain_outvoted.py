"""`gaptracker explain` shows whose codings place an item, and whose are kept beside."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gaptracker.domain.records import Measure, Statement
from gaptracker.domain.vocabulary import CoderKind, Specificity
from tests.cli_world import EVIDENCE, LAW, SPEECH, THEME, coding, cut
from tests.test_cli_explain import explain

PEOPLE = {"mem_a": 4, "mem_b": 4, "mem_out": 0}
LEFT_OUT = "kept and not used"


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release in which two people outvoted a third, and settled what a machine had coded."""
    folder = tmp_path_factory.mktemp("data")
    by_people = [
        replace(coding(item, rung, CoderKind.PERSON, Specificity.SPECIFIC), coder=name)
        for item in (LAW, SPEECH)
        for name, rung in PEOPLE.items()
    ]
    others = [each for each in EVIDENCE.codings if each.item != LAW.id]
    cut(folder, evidence=replace(EVIDENCE, codings=(*others, *by_people)))
    return folder


@pytest.mark.parametrize(("reading", "item"), [("law", LAW), ("says", SPEECH)])
def test_the_outvoted_and_the_machine_are_listed_as_not_used(
    data_folder: Path, reading: str, item: Measure | Statement
) -> None:
    result = explain(data_folder, item.actor, THEME, "2022", "--format", "json")
    assert result.exit_code == 0, result.stderr
    (found,) = [
        each for each in json.loads(result.stdout)[reading]["items"] if each["id"] == item.id
    ]
    used = {note["coder"] for note in found["codings"] if note["used"]}
    assert used == {"mem_a", "mem_b"}
    assert "mem_out" in {note["coder"] for note in found["codings"] if not note["used"]}
    assert found["points"] > 95
    assert f"= {found['points']:.2f}: a coder is right" in found["placing"]


def test_the_text_says_why_a_coding_is_not_used(data_folder: Path) -> None:
    text = " ".join(explain(data_folder, SPEECH.actor, THEME, "2022").stdout.split())
    assert f"by mem_out (person), {LEFT_OUT} (outvoted): Reads as rung 0." in text
    assert f"by reader-1 (machine), {LEFT_OUT} (people settled it): Reads as rung 4." in text
