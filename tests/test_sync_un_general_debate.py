"""Whole sessions of the General Debate tell who let pass an opportunity, and who was not there."""

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from gaptracker.domain.principals import Member, Organisation
from gaptracker.domain.proposals import ProposalState
from gaptracker.domain.records import Opportunity
from gaptracker.domain.syncing import RunState
from gaptracker.domain.vocabulary import CoderKind
from gaptracker.domain.workflow import Role
from gaptracker.intake.connectors.un_general_debate import (
    DATASET,
    DATAVERSE,
    WHOLE_SESSION,
    UnGeneralDebate,
    document_of,
)
from gaptracker.intake.speech_finder import packaged_finder
from gaptracker.records.mapping import OPPORTUNITIES, STATEMENTS
from gaptracker.records.proposals_repository import Asked
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.read_documents import read_document
from tests.publisher_world import publishing
from tests.sync_world import NOON, Syncs, issues, newest_rules, open_syncs, reference_actors

CORPUS_URL = f"{DATAVERSE}/access/datafile/11095"
LINE = (
    "We gather once more in this great hall, and each of us has come with hopes for peace on earth"
)
PLAIN = f"{LINE} and prosperity.\n{LINE} and for the climate.\n"
ON_CANNABIS = f"{PLAIN}{LINE}; a market for cannabis that the law regulates is better than war.\n"
ON_DRUGS = f"{PLAIN}{LINE}, and drug trafficking has no place among them whatsoever it may be.\n"
ON_DEATH = f"{PLAIN}{LINE}, and no state has to keep the death penalty, whatever the crime is.\n"


class FewSpeeches(UnGeneralDebate):
    """The connector with a guard for one session."""

    about = replace(
        UnGeneralDebate.about, guard=replace(UnGeneralDebate.about.guard, rows=3, actors=0)
    )


@pytest.fixture(scope="module")
def session() -> dict[str, bytes]:
    """The texts of a whole session, none of them on drugs."""
    actors = reference_actors()
    states = sorted(actor.code for actor in actors if actor.kind == "state" and actor.code != "AND")
    return {f"{code}_78_2023.txt": PLAIN.encode() for code in states}


@pytest.fixture
def syncs(synced_records: Connection, tmp_path: Path) -> Iterator[Syncs]:
    with publishing() as publishers, open_syncs(synced_records, tmp_path, publishers) as found:
        files = [
            {"label": name, "dataFile": {"id": number, "filename": name}}
            for number, name in (
                (7, "Speakers_by_session.xlsx"),
                (9000, "UNGDC_1946-2023.tar.gz"),
                (11095, "UNGDC_1946-2024.tar.gz"),
            )
        ]
        listed = {"status": "OK", "data": {"latestVersion": {"files": files}}}
        publishers.serve(DATASET, json.dumps(listed).encode())
        yield found


def tarred(texts: Mapping[str, bytes]) -> bytes:
    """The corpus as published: folders by session, a Macintosh's files between the texts."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in texts.items():
            for prefix, body in (("._", b"\x00\x05\x16\x07"), ("", content)):
                member = tarfile.TarInfo(f"UNGDC_1946-2024/TXT/Session 78 - 2023/{prefix}{name}")
                member.size = len(body)
                archive.addfile(member, io.BytesIO(body))
    return packed.getvalue()


def zipped(texts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in texts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def opportunities(syncs: Syncs) -> dict[str, Opportunity]:
    with UnitOfWork(syncs.records) as work:
        return {each.id: each for each in work.evidence.load_all(OPPORTUNITIES)}


def outcomes(syncs: Syncs, actor: str) -> dict[str, str]:
    found = opportunities(syncs).values()
    return {each.theme: each.outcome.value for each in found if each.actor == actor}


def test_what_a_machine_found_is_told_from_who_was_absent(
    syncs: Syncs, session: Mapping[str, bytes]
) -> None:
    spoken = {
        "MEX_78_2023.txt": ON_CANNABIS.encode(),
        "USA_78_2023.txt": b"\xef\xbb\xbf" + ON_DRUGS.encode(),
        "NOR_78_2023.txt": ON_DEATH.encode(),
    }
    syncs.publishers.serve(CORPUS_URL, tarred({**session, **spoken}))
    run = syncs.sync(FewSpeeches())
    assert run.state is RunState.APPLIED, run.issues
    themes = set(packaged_finder().themes)
    assert outcomes(syncs, "MEX") == {"cannabis": "found_taken"}
    assert outcomes(syncs, "USA") == {}
    assert outcomes(syncs, "NOR") == dict.fromkeys(themes, "found_silent") | {
        "death_penalty": "found_taken"
    }
    assert outcomes(syncs, "CHE") == dict.fromkeys(themes, "found_silent")
    assert outcomes(syncs, "AND") == {}
    chance = opportunities(syncs)["general-debate-2023-MEX-cannabis"]
    assert (chance.session, str(chance.held_on)) == ("UNGA-GD-2023", "2023-09")
    assert run.counts.rows_read == len(session)
    with UnitOfWork(syncs.records) as work:
        assert not tuple(work.evidence.load_all(STATEMENTS))


def test_a_second_sync_asks_conditionally_and_applies_nothing(
    syncs: Syncs, session: Mapping[str, bytes]
) -> None:
    syncs.publishers.serve(CORPUS_URL, tarred(session))
    syncs.sync(FewSpeeches())
    assert syncs.sync(FewSpeeches()).state is RunState.UNCHANGED
    assert syncs.publishers.statuses == [200, 200, 304, 304]
    again = syncs.sync(FewSpeeches(), again=True)
    assert (again.state, again.counts.added, again.counts.changed) == (RunState.APPLIED, 0, 0)


def test_a_session_with_too_few_speeches_is_not_marked(
    syncs: Syncs, session: Mapping[str, bytes]
) -> None:
    few = dict(list(session.items())[: WHOLE_SESSION - 1])
    syncs.publishers.serve(CORPUS_URL, tarred(few))
    run = syncs.sync(FewSpeeches())
    assert opportunities(syncs) == {}
    (told,) = issues(run, "count_differs")
    assert told.detail.startswith(f"{WHOLE_SESSION - 1} speeches came")


def test_a_folder_and_a_zip_with_the_tar_in_it_are_the_same(
    syncs: Syncs, session: Mapping[str, bytes], tmp_path: Path
) -> None:
    texts = {**session, "MEX_78_2023.txt": ON_CANNABIS.encode()}
    folder, other = tmp_path / "given", tmp_path / "zip"
    (folder / "TXT" / "Session 78 - 2023").mkdir(parents=True)
    other.mkdir()
    for name, content in texts.items():
        (folder / "TXT" / "Session 78 - 2023" / name).write_bytes(content)
    (other / "dataverse_files.zip").write_bytes(
        zipped({"UNGDC_1946-2024.tar.gz": tarred(texts), "README.txt": b"read me"})
    )
    first = syncs.sync(FewSpeeches(), offline=folder)
    assert first.state is RunState.APPLIED, first.issues
    assert outcomes(syncs, "MEX") == {"cannabis": "found_taken"}
    assert syncs.sync(FewSpeeches(), offline=folder).state is RunState.UNCHANGED
    second = syncs.sync(FewSpeeches(), offline=other)
    assert (second.state, second.counts.added, second.counts.changed) == (RunState.APPLIED, 0, 0)


def test_paragraphs_on_drugs_become_proposals_once(
    syncs: Syncs, session: Mapping[str, bytes]
) -> None:
    texts = {**session, "MEX_78_2023.txt": ON_CANNABIS.encode()}
    syncs.publishers.serve(CORPUS_URL, tarred(texts))
    run = syncs.sync(FewSpeeches())
    again = syncs.sync(FewSpeeches(), again=True)
    assert (run.counts.proposals, again.counts.proposals) == (1, 0)
    with UnitOfWork(syncs.records) as work:
        (found,) = work.proposals.load(Asked())
    proposal = found.proposal
    assert (proposal.document, proposal.paragraph) == (document_of("MEX", 2023), 3)
    assert (proposal.found_by, found.state) == (CoderKind.MACHINE, ProposalState.OPEN)
    assert [term.term for term in proposal.themes["cannabis"]] == ["cannabis"]
    assert proposal.finder == packaged_finder().version


def test_what_a_person_settled_stays_when_the_corpus_is_read_again(
    syncs: Syncs, session: Mapping[str, bytes]
) -> None:
    syncs.publishers.serve(CORPUS_URL, tarred(session))
    syncs.sync(FewSpeeches())
    with UnitOfWork(syncs.records) as work:
        work.principals.add_organisation(Organisation(id="org_d", name="D", created_at=NOON))
        coder = Member(id="mem_a", organisation="org_d", handle="a", roles=frozenset({Role.CODER}))
        work.principals.add_member(coder, created_at=NOON)
        stamp = RevisionStamp(recorded_at=NOON, recorded_by="mem_a", reason="read whole")
        read_document("UNGA-GD-2023-CHE", work, newest_rules(), stamp=stamp)
        work.commit()
    syncs.publishers.serve(CORPUS_URL, tarred({**session, "CHE_78_2023.txt": ON_DEATH.encode()}))
    again = syncs.sync(FewSpeeches(), again=True)
    assert (again.state, again.counts.changed) == (RunState.APPLIED, 0)
    assert again.counts.withdrawn == 0
    assert set(outcomes(syncs, "CHE").values()) == {"silent"}
    assert set(outcomes(syncs, "MEX").values()) == {"found_silent"}


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("name", "content", "kind", "refused"),
    [
        pytest.param("ATL_78_2023.txt", PLAIN.encode(), "actor_unknown", 1, id="new-code"),
        pytest.param("MEX_78_1013.txt", PLAIN.encode(), "value_out_of_range", 1, id="year-1013"),
        pytest.param("MEX_79_2023.txt", PLAIN.encode(), "value_out_of_range", 1, id="session"),
        pytest.param("EUR_78_2023.txt", b" \n", "row_refused", 1, id="empty-text"),
        pytest.param("EU_78_2023.txt", b"a" * (3 << 20), "row_refused", 1, id="too-long"),
        pytest.param("EU_78_2023.txt", b"Dr\xf4le de paix", "shape_unknown", 0, id="latin-1"),
        pytest.param("YUG_55_2000.txt", PLAIN.encode(), "left_over", 0, id="former-state"),
        pytest.param("MEX_54_1999.txt", PLAIN.encode(), "left_over", 0, id="before-2000"),
        pytest.param("../../etc/passwd", b"root", "left_over", 0, id="path-that-climbs"),
    ],
)
def test_a_text_that_cannot_be_is_refused_alone(
    syncs: Syncs,
    session: Mapping[str, bytes],
    name: str,
    content: bytes,
    kind: str,
    refused: int,
) -> None:
    syncs.publishers.serve(CORPUS_URL, tarred({**session, name: content}))
    run = syncs.sync(FewSpeeches())
    assert run.state is RunState.APPLIED, run.issues
    assert issues(run, kind), run.issues
    assert run.counts.rows_refused == refused
    assert set(outcomes(syncs, "MEX").values()) == {"found_silent"}


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "empty_answer", id="empty"),
        pytest.param(b"<html>rate limited</html>", "shape_unknown", id="html"),
        pytest.param(b"\x1f\x8b\x08\x00broken", "shape_unknown", id="damaged-gzip"),
        pytest.param(tarred({"MEX_78_2023.txt": PLAIN.encode()})[:-80], "shape_unknown", id="cut"),
        pytest.param(b"PK\x03\x04broken", "shape_unknown", id="damaged-zip"),
    ],
)
def test_what_is_no_corpus_changes_nothing(syncs: Syncs, body: bytes, kind: str) -> None:
    syncs.publishers.serve(CORPUS_URL, body)
    run = syncs.sync(FewSpeeches())
    assert (run.state, run.issues[0].kind) == (RunState.FAILED, kind)
    assert opportunities(syncs) == {}


@pytest.mark.hostile
@pytest.mark.parametrize(
    "listed",
    [{"status": "ERROR", "message": "busy"}, [], {"data": {"latestVersion": {"files": []}}}],
)
def test_a_list_without_a_corpus_fails(syncs: Syncs, listed: Any) -> None:  # noqa: ANN401  JSON
    syncs.publishers.serve(DATASET, json.dumps(listed).encode())
    run = syncs.sync(FewSpeeches())
    assert (run.state, run.issues[0].kind) == (RunState.FAILED, "shape_unknown")


@pytest.mark.hostile
def test_a_corpus_that_lost_its_states_is_stopped(
    syncs: Syncs, session: Mapping[str, bytes]
) -> None:
    syncs.publishers.serve(CORPUS_URL, tarred(session))
    run = syncs.sync(UnGeneralDebate())
    assert run.state is RunState.STOPPED
    assert "expected at least 10,000" in issues(run, "guard_breached")[0].detail
