"""A reference folder is read whole or not at all, and says of every fault where it lies."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from gaptracker.domain.errors import ReferenceDataError
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import (
    CoderKind,
    Instrument,
    ItemKind,
    Mode,
    ObservationStatus,
    OpportunityOutcome,
)
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.intake.reference_files import load_reference_files, packaged_reference
from tests.reference_folder import ROWS, Cells, write_folder


@pytest.fixture(scope="module")
def methodology() -> Methodology:
    """The methodology that travels in the package."""
    return shipped_methodology("1.0.0")


def load(folder: Path, methodology: Methodology) -> Evidence:
    return load_reference_files(folder, methodology).evidence


def problems_of(folder: Path, methodology: Methodology) -> tuple[str, ...]:
    with pytest.raises(ReferenceDataError) as caught:
        load_reference_files(folder, methodology)
    return caught.value.problems


def test_a_small_folder_becomes_evidence(tmp_path: Path, methodology: Methodology) -> None:
    evidence = load(write_folder(tmp_path), methodology)
    vote, joint, answer, spoken = (
        next(s for s in evidence.statements if s.rule == rule)
        for rule in ("A/RES/77/222", "UNGASS-2016-DP", "ratify_op2", None)
    )
    assert (vote.mode, vote.answer, vote.series) == (Mode.VOTE, "yes", "moratorium")
    assert (joint.instrument, joint.answer) == (Instrument.JOINT_STATEMENT, "signed")
    assert (answer.mode, answer.answer) == (Mode.PLEDGE, "accepted")
    assert str(spoken.said_on) == "2012-09"
    (coding,) = evidence.codings
    assert (coding.item_kind, coding.coder_kind, coding.original_code) == (
        ItemKind.STATEMENT,
        CoderKind.MACHINE,
        "stance=+2",
    )
    by_id = {value.id: value for value in evidence.observations}
    secret = by_id["drug_executions_rate.EUU.2024"]
    assert (secret.status, secret.value) == (ObservationStatus.OPAQUE, None)
    assert evidence.as_of.isoformat() == "2026-08-16"


def test_flows_and_competences_become_values(tmp_path: Path, methodology: Methodology) -> None:
    evidence = load(write_folder(tmp_path), methodology)
    named, rest = evidence.flows
    assert (named.donor, named.recipient, named.amount) == ("EUU", "MEX", 650_000.0)
    assert (str(named.period.start), str(named.period.end)) == ("2016", "2018-06")
    assert (rest.recipient, rest.locator) == (None, "page 4")
    by_theme = {entry.theme: entry for entry in evidence.competences}
    assert by_theme["cannabis"].national_prevails
    assert by_theme["personal_use"].enforced is None
    assert not by_theme["personal_use"].national_prevails


def test_signing_what_a_body_read_out_is_the_bodys_act(
    tmp_path: Path, methodology: Methodology
) -> None:
    changes = changed("joint_statements.csv", act="the act")
    signed = next(
        statement
        for statement in load(write_folder(tmp_path, changes), methodology).statements
        if statement.answer == "signed"
    )
    assert signed.act == "the act"


def test_an_absence_is_an_opportunity_let_pass_and_no_statement(
    tmp_path: Path, methodology: Methodology
) -> None:
    evidence = load(write_folder(tmp_path), methodology)
    chances = {c.actor: c.outcome for c in evidence.opportunities if c.theme == "death_penalty"}
    assert chances == {"MEX": OpportunityOutcome.TAKEN, "EUU": OpportunityOutcome.SILENT}
    assert not [s for s in evidence.statements if s.actor == "EUU"]


def changed(file: str, **cells: str) -> dict[str, list[Cells]]:
    return {file: [{**ROWS[file][0], **cells}, *ROWS[file][1:]]}


@pytest.mark.parametrize(
    ("changes", "place", "expected"),
    [
        (changed("votes.csv", actor="MXE"), "votes.csv line 2, actor", "did you mean MEX"),
        (changed("votes.csv", vote="maybe"), "votes.csv line 2, vote", "one of yes, no"),
        (changed("votes.csv", roll_call="A/RES/1"), "votes.csv line 2", "a known roll call"),
        (changed("codings.csv", theme="cannabi"), "codings.csv line 2, theme", "cannabis"),
        (changed("codings.csv", item="PF1"), "codings.csv line 2, item", "a known statement"),
        (changed("codings.csv", rung="5"), "codings.csv line 2", "expected 0 to 4"),
        (changed("observations.csv", indicator="prison"), "observations.csv line 2", "indicator"),
        (changed("observations.csv", value="nan"), "line 2, value", "a finite number"),
        (changed("observations.csv", value="inf"), "line 2, value", "a finite number"),
        (changed("observations.csv", value=""), "line 2", "expected 1 for status observed"),
        (changed("observations.csv", period="2022-13"), "line 2, period", "YYYY-MM-DD"),
        (changed("observations.csv", source="unknown"), "line 2, source", "a known source"),
        (changed("statements.csv", date="2012-02-30"), "statements.csv line 2", "YYYY-MM-DD"),
        (changed("statements.csv", mode="shout"), "statements.csv line 2, mode", "advocacy"),
        (changed("measures.csv", in_force_to="2001"), "in_force_to", "cannot end"),
        (changed("sources.csv", grade="9"), "sources.csv line 2", "expected 1 to 5"),
        (changed("sources.csv", record_of_act="yes"), "record_of_act", "true or false"),
        (changed("populations.csv", persons="-3"), "populations.csv line 2", "its residents"),
        (changed("recommendations.csv", response="maybe"), "response", "accepted"),
        (changed("competences.csv", enforced="perhaps"), "enforced", "true or false"),
        (changed("flows.csv", donor="EUX"), "flows.csv line 2, donor", "or EUU?"),
        (changed("flows.csv", recipient="MXE"), "flows.csv line 2, recipient", "MEX"),
        (changed("flows.csv", theme="death"), "flows.csv line 2, theme", "a known theme"),
        (changed("flows.csv", amount=""), "flows.csv line 2", "has no amount"),
        (changed("flows.csv", amount="-1"), "flows.csv line 2", "one above zero"),
        (changed("flows.csv", amount="inf"), "line 2, amount", "a finite number"),
        (changed("flows.csv", currency="euro"), "flows.csv line 2", "ISO 4217"),
        (changed("flows.csv", period_to=""), "flows.csv line 2", "expected both ends"),
        (changed("flows.csv", recipient="EUU"), "flows.csv line 2", "expected abroad"),
        (changed("flows.csv", source="unknown"), "line 2, source", "a known source"),
        (changed("flows.csv", purpose=""), "line 2, purpose", "a text"),
        ({"flows.csv": [*ROWS["flows.csv"], ROWS["flows.csv"][0]]}, "line 4", "no other line"),
        ({"actors.csv": [*ROWS["actors.csv"], ROWS["actors.csv"][0]]}, "line 5", "no other line"),
    ],
)
def test_a_wrong_cell_is_named_with_its_place_and_what_was_expected(
    tmp_path: Path,
    methodology: Methodology,
    changes: Mapping[str, list[Cells]],
    place: str,
    expected: str,
) -> None:
    problems = problems_of(write_folder(tmp_path, changes), methodology)
    assert [p for p in problems if place in p and expected in p], problems


def test_all_problems_are_told_at_once(tmp_path: Path, methodology: Methodology) -> None:
    changes = {**changed("votes.csv", vote="maybe"), **changed("statements.csv", mode="shout")}
    assert len(problems_of(write_folder(tmp_path, changes), methodology)) >= 2


def drop_a_file(folder: Path) -> None:
    (folder / "votes.csv").unlink()


def change_a_byte(folder: Path) -> None:
    path = folder / "votes.csv"
    path.write_bytes(path.read_bytes().replace(b"yes", b"no"))


def change_the_columns(folder: Path) -> None:
    content = (folder / "votes.csv").read_bytes().replace(b"roll_call,actor", b"actor,roll_call")
    _write_and_sign(folder, "votes.csv", content)


def write_another_encoding(folder: Path) -> None:
    _write_and_sign(folder, "actors.csv", "México".encode("latin-1"))


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def date_it_wrongly(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("2026-08-16", "August 2026"), "utf-8")


def _write_and_sign(folder: Path, name: str, content: bytes) -> None:
    """Change a file and its hash in the manifest."""
    (folder / name).write_bytes(content)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    for entry in manifest["files"]:
        if entry["file"] == name:
            entry["sha256"] = sha256(content).hexdigest()
    path.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (drop_a_file, "votes.csv: 'no such file' came"),
        (change_a_byte, "as the manifest says: the file was changed"),
        (change_the_columns, "expected the columns roll_call,actor,vote"),
        (write_another_encoding, "expected UTF-8 text"),
        (lose_the_manifest, "manifest.json"),
        (date_it_wrongly, "manifest.json, as_of: 'August 2026' came"),
    ],
)
def test_a_damaged_folder_is_refused(
    tmp_path: Path, methodology: Methodology, damage: Callable[[Path], None], said: str
) -> None:
    damage(write_folder(tmp_path))
    problems = problems_of(tmp_path, methodology)
    assert [problem for problem in problems if said in problem], problems


def test_the_packaged_folder_loads_and_covers_the_world(methodology: Methodology) -> None:
    evidence = load_reference_files(packaged_reference(), methodology).evidence
    states = {code for code, actor in evidence.actors.items() if actor.kind == "state"}
    assert len(states) >= 193
    cases = {"MEX", "COL", "USA", "EUU", "URY", "GTM", "JAM", "NOR", "RUS", "CHN", "EGY", "IRN"}
    assert cases | {"IDN", "PAK"} <= {statement.actor for statement in evidence.statements}
    assert cases | {"IDN", "PAK"} <= {measure.actor for measure in evidence.measures}
    stored = [c.coder_kind for c in evidence.codings]
    assert set(stored) == {CoderKind.MACHINE}
    secret = {o.actor for o in evidence.observations if o.status is ObservationStatus.OPAQUE}
    assert secret == {"CHN", "PRK", "VNM"}
    shares = [o.value for o in evidence.observations if o.indicator == "drug_prisoner_share"]
    assert min(value for value in shares if value is not None) >= 1


def test_every_roll_call_and_joint_statement_of_the_package_is_in_the_codebook(
    methodology: Methodology,
) -> None:
    evidence = load_reference_files(packaged_reference(), methodology).evidence
    book = methodology.codebook
    rules = {s.rule for s in evidence.statements if s.rule is not None}
    asks = {ask for ask, _ in book.recommendations}
    known = {*book.roll_calls, *book.joint_statements, *asks, *book.not_coded}
    assert not rules - known
