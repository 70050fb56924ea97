"""Attachments on both databases: one wins, nothing needed is cleared away, nothing is kept open."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gaptracker.domain.refusals import Refused
from gaptracker.workflows.attach_files import ArrivedFile, AttachmentLimits, attach_file
from gaptracker.workflows.look_at_attachments import UNUSED_FOR, clear_unused, discard_unused
from gaptracker.workflows.present import Present
from tests.attachments_world import Intake, open_intake
from tests.hostile_files import telling_jpeg, telling_png

JPEG = telling_jpeg()
LETTERS = b"abcdefgh"


@pytest.fixture
def intake(database_url: str, tmp_path: Path) -> Iterator[Intake]:
    with open_intake(tmp_path / "data", database_url) as opened:
        yield opened


def later(intake: Intake) -> Present:
    present = intake.desk.present()
    return Present(now=present.now + UNUSED_FOR + timedelta(hours=1), random=present.random)


def test_of_many_at_once_for_one_reference_one_wins(intake: Intake) -> None:
    draft = intake.create()
    contents = [bytes([letter]) * 5_000 for letter in LETTERS]
    with ThreadPoolExecutor(len(contents)) as pool:
        answers = list(pool.map(lambda each: intake.send(draft, each, "text/plain"), contents))
    assert sorted(each.status_code for each in answers) == [201] + [409] * 7
    (winner,) = [each.json() for each in answers if each.status_code == 201]
    listed = intake.get("ana", f"/v1/submissions/{draft}/attachments").json()["data"]
    assert [each["sha256"] for each in listed] == [winner["sha256"]]
    assert intake.entries(draft) == ["create", "attach"]
    # What lost is gone, and what won is there.
    assert len(intake.stored()) == 1
    content = intake.get("ana", winner["links"]["content"]).content
    assert hashlib.sha256(content).hexdigest() == winner["sha256"]


def test_the_same_file_at_once_for_many_is_kept_for_each_that_was_told_so(intake: Intake) -> None:
    drafts = [intake.create() for _ in range(6)]
    refusing = intake.create()
    intake.attach(refusing, b"other\n", "text/plain")
    with ThreadPoolExecutor(12) as pool:
        lost = [pool.submit(intake.send, refusing, JPEG, "image/jpeg") for _ in range(6)]
        sent = [pool.submit(intake.send, draft, JPEG, "image/jpeg") for draft in drafts]
    assert {each.result().status_code for each in lost} == {409}
    for answer in (each.result() for each in sent):
        # A refused one may have taken the bytes along before the row was there; then it was told.
        assert answer.status_code in {201, 503}, answer.text
        if answer.status_code == 201:
            assert intake.get("ana", answer.json()["links"]["content"]).content == JPEG


def test_clearing_takes_what_nobody_needs_and_nothing_else(intake: Intake) -> None:
    draft = intake.create()
    kept = intake.attach(draft, JPEG, "image/jpeg")
    erased = intake.attach(draft, telling_png(), "image/png", "a2")
    intake.accept(draft)
    intake.work_off()
    blobs, now = intake.desk.blobs, intake.desk.present()
    orphan = blobs.receive([b"nobody's"], limit_bytes=100)
    assert len(intake.stored()) == 5
    with intake.desk.open_work(False) as work:
        work.attachments.change(erased["id"], erased_at=now.now)
        assert clear_unused(blobs, work, now) == 0
        assert clear_unused(blobs, work, later(intake)) == 3
        work.commit()
    assert not blobs.is_kept(orphan.sha256)
    assert not blobs.is_kept(erased["sha256"])
    assert len(intake.stored()) == 2
    assert intake.get("ana", kept["links"]["content"]).content == JPEG
    with intake.desk.open_work(False) as work:
        discard_unused(blobs.name_of(kept["sha256"]), blobs, work)
    assert blobs.is_kept(kept["sha256"])


def test_neither_names_nor_digests_of_files_stand_in_the_database(
    intake: Intake, database_url: str
) -> None:
    draft = intake.create()
    name = 'attachment; filename="CANARY.jpg"'
    kept = intake.send(draft, JPEG, "image/jpeg", Content_Disposition=name).json()
    intake.publish(draft)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = [
            str(row)
            for table in ("attachment", "derivative", "idempotency", "log_detail", "outbox_event")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    engine.dispose()
    assert len(rows) > 10
    assert not [row for row in rows if "CANARY" in row or kept["sha256"] in row]
    with intake.desk.open_work(True) as work:
        found = work.attachments.find(kept["id"])
    assert found is not None
    assert (found.filename, found.sha256) == ("CANARY.jpg", kept["sha256"])


def test_used_bytes_are_counted_for_the_organisation(intake: Intake) -> None:
    intake.attach(intake.create(), JPEG, "image/jpeg")
    limits = intake.get("ana", "/v1/me").json()["limits"]
    assert limits["organisation_bytes_used"] == len(JPEG)
    assert limits["attachment_bytes"] == 25_000_000


def test_bytes_that_went_before_their_row_are_not_acknowledged(intake: Intake) -> None:
    draft = intake.create()
    file = ArrivedFile(
        ref="a1",
        filename=None,
        sha256="ab" * 32,
        blob=intake.desk.blobs.name_of("ab" * 32),
        size_bytes=1,
        declared="text/plain",
        found=None,
        is_kept=lambda: intake.desk.blobs.is_kept("ab" * 32),
    )
    limits = AttachmentLimits(per_submission=20, organisation_bytes=1000)
    with intake.desk.open_work(False) as work:
        errand = intake.errand("ana", work)
        with pytest.raises(Refused, match="send it again"):
            attach_file(draft, file, errand, limits)
