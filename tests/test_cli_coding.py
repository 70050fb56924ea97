"""`gaptracker coding`: a member codes what others published, blind, in a local database."""

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from gaptracker.domain.principals import Member, Organisation
from gaptracker.domain.submissions import Submission, SubmissionRevision
from gaptracker.domain.workflow import Role, State
from gaptracker.main.cli import build_app
from gaptracker.records.key_files import content_box_of
from gaptracker.records.schema import open_database
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.read_evidence import read_evidence
from gaptracker.workflows.submitted_evidence import record_evidence
from tests.cli_world import fill_database
from tests.small_evidence import EVIDENCE
from tests.submitted_world import PUBLISHED, SUBMISSION, THEME, submitted

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CONTENT = {
    "items": [
        {"kind": "measure", "ref": "m1", "theme": THEME},
        {"kind": "statement", "ref": "st1", "theme": THEME},
        {"kind": "observation", "ref": "o1"},
    ]
}
DECREE = f"{SUBMISSION}-m1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a published submission, two coders, and one of the sender's own."""
    fill_database(tmp_path, EVIDENCE)
    engine = open_database(f"sqlite:///{tmp_path / 'gaptracker.sqlite3'}")
    box = content_box_of(tmp_path / "content.key", secrets.token_bytes)
    with UnitOfWork(engine, box=box) as work:
        add_people(work)
        add_submission(work)
        record_evidence(submitted(), work, submission=SUBMISSION, stamp=PUBLISHED)
        work.commit()
    engine.dispose()
    return tmp_path


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    """The folder's database."""
    engine = open_database(f"sqlite:///{folder / 'gaptracker.sqlite3'}")
    yield engine
    engine.dispose()


def add_people(work: UnitOfWork) -> None:
    for name in ("org_desk", "org_ngo"):
        work.principals.add_organisation(Organisation(id=name, name=name, created_at=NOW))
    people = {
        "mem_a": ("org_desk", Role.CODER),
        "mem_b": ("org_desk", Role.CODER),
        "mem_own": ("org_ngo", Role.CODER),
        "mem_sender": ("org_ngo", Role.CONTRIBUTOR),
    }
    for name, (organisation, role) in people.items():
        member = Member(id=name, organisation=organisation, handle=name, roles=frozenset({role}))
        work.principals.add_member(member, created_at=NOW)


def add_submission(work: UnitOfWork) -> None:
    envelope = Submission(
        id=SUBMISSION,
        organisation="org_ngo",
        created_by="mem_sender",
        client_ref=None,
        state=State.PUBLISHED,
        revision=1,
        content_sha256="a" * 64,
        consent_to_publish=True,
        has_confidential=False,
        legal_hold=False,
        created_at=NOW,
        changed_at=NOW,
        touched_at=NOW,
        published_revision=1,
    )
    revision = SubmissionRevision(
        submission=SUBMISSION,
        number=1,
        content=json.dumps(CONTENT),
        content_sha256="a" * 64,
        created_at=NOW,
        created_by="mem_sender",
        frozen_at=NOW,
    )
    work.submissions.add([envelope], [revision])


def run(folder: Path, *arguments: str) -> Result:
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": "80"}
    return CliRunner(env=settings).invoke(build_app(), ["coding", *arguments])


def add(folder: Path, coder: str, *, item: str = DECREE, rung: int = 2) -> Result:
    given = ("--theme", THEME, "--rung", str(rung), "--specificity", "specific")
    return run(folder, "add", item, "--as", coder, *given, "--rationale", "Says so.")


def asked(folder: Path, coder: str) -> dict[str, int]:
    result = run(folder, "queue", "--as", coder, "--format", "json", "--limit", "50")
    assert result.exit_code == 0, result.stderr
    return {entry["item"]["id"]: entry["needed"] for entry in json.loads(result.stdout)}


def test_two_coders_bring_an_item_into_the_evidence(folder: Path, engine: Engine) -> None:
    assert asked(folder, "mem_a")[DECREE] == 2
    first = add(folder, "mem_a")
    assert first.stdout == f"{DECREE} on {THEME}: rung 2, revision 1\n"
    assert DECREE not in asked(folder, "mem_a")
    assert asked(folder, "mem_b")[DECREE] == 1
    assert add(folder, "mem_b", rung=3).exit_code == 0
    assert DECREE not in asked(folder, "mem_b")
    with UnitOfWork(engine, read_only=True) as work:
        codings = [each for each in read_evidence(work).codings if each.item == DECREE]
    assert sorted(each.rung for each in codings) == [2, 3]


def test_the_queue_shows_the_text_and_the_ladder_in_a_language(folder: Path) -> None:
    text = run(folder, "queue", "--as", "mem_a", "--language", "es").stdout
    assert f"{DECREE} (measure) on {THEME}: 2 coders needed" in text
    assert "title: Decree 12" in text
    assert "source: Official gazette" in text
    assert max(map(len, text.splitlines())) <= 80
    assert text != run(folder, "queue", "--as", "mem_a").stdout


def test_the_ladder_of_a_theme_is_printed_once(folder: Path) -> None:
    text = run(folder, "queue", "--as", "mem_a", "--limit", "50").stdout
    ladders = [line.strip() for line in text.splitlines() if line.startswith("  4 ")]
    assert text.count(f" on {THEME}: ") > 1
    assert len(ladders) == len(set(ladders)) > 0


def test_a_cut_says_how_many_published_items_wait_for_coders(folder: Path) -> None:
    add(folder, "mem_a")
    add(folder, "mem_b")
    settings = {"GAPTRACKER_DATA_DIR": str(folder), "COLUMNS": "80"}
    cut = CliRunner(env=settings).invoke(build_app(), ["release", "cut", "--workers", "1"])
    assert "1 published item not counted yet, until two coders agree" in cut.stderr


def test_the_senders_organisation_codes_nothing_of_its_own(folder: Path) -> None:
    assert DECREE not in asked(folder, "mem_own")
    refused = add(folder, "mem_own")
    assert refused.exit_code == 3
    assert "No measure is called" in refused.stderr


@pytest.mark.parametrize("coder", ["mem_sender", "mem_nobody", "org_desk"])
def test_only_a_member_with_the_role_codes(folder: Path, coder: str) -> None:
    for refused in (run(folder, "queue", "--as", coder), add(folder, coder)):
        assert refused.exit_code == 3
        assert "No coder is called" in refused.stderr


def test_an_item_that_is_not_there_is_refused_as_one_that_may_not_be_coded(folder: Path) -> None:
    refused = add(folder, "mem_a", item="sub_none-m1")
    assert refused.exit_code == 3
    assert "expected one from the coding queue" in refused.stderr


def test_a_rung_that_no_ladder_has_is_refused(folder: Path) -> None:
    refused = add(folder, "mem_a", rung=7)
    assert refused.exit_code == 4
    assert "expected 0 to 4" in refused.stderr
