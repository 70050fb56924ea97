"""What is kept, until when, and that what was erased is really gone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from gaptracker.custody.commitments import commitment_opens
from gaptracker.custody.receipts import parse_receipt, verify_receipt
from gaptracker.domain.submissions import Attachment, AttachmentState, Derivative, DerivativeKind
from gaptracker.main.keeping import what_is_due
from gaptracker.records.blob_store import StoredBlob
from gaptracker.records.tables import Row
from gaptracker.workflows.keep_or_erase import Tidied
from gaptracker.workflows.legal_hold import hold_submission
from gaptracker.workflows.verify_log import verify_log
from tests.keeping_world import START, KeepingWorld, keeping_world, renew_keys

NOTHING = Tidied()


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[KeepingWorld]:
    with keeping_world(database_url, tmp_path) as made:
        yield made


def state(world: KeepingWorld, name: str) -> str:
    found: str = world.get("sender", f"/v1/submissions/{name}").json()["state"]
    return found


def secrets_of(world: KeepingWorld, name: str) -> list[bytes]:
    """What is kept of a submission's content, as it is kept: encrypted, sealed, salted."""
    found: list[bytes] = []
    for table, column, owner in (
        ("submission_revision", "content", "submission"),
        ("sealed_identity", "ciphertext", "submission"),
        ("message", "text", "submission"),
        ("log_salt", "salt", "object"),
    ):
        rows = Row.metadata.tables[table]
        with world.engine.connect() as connection:
            values = connection.execute(
                select(rows.c[column]).where(rows.c[owner] == name, rows.c[column].is_not(None))
            ).scalars()
            found += [each.encode() if isinstance(each, str) else bytes(each) for each in values]
    return found


def hold(world: KeepingWorld, name: str, *, lift: bool = False) -> None:
    with world.desk.open_work(False) as work:
        hold_submission(name, "a court asked", work, world.present(), lift=lift)
        work.commit()


def test_a_draft_is_warned_of_at_60_days_and_erased_at_90(world: KeepingWorld) -> None:
    name = world.send()
    world.pass_days(59.9)
    assert world.tidy().warned == 0
    world.pass_days(0.2)
    assert world.tidy().warned == 1
    assert world.tidy() == NOTHING
    (message,) = world.get("sender", f"/v1/submissions/{name}/messages").json()["data"]
    assert message["author"] == "gaptracker"
    assert "30 days" in message["text"]

    world.pass_days(29.8)
    assert world.tidy().expired == 0
    world.pass_days(0.3)
    renew_keys(world)
    done = world.tidy()

    assert (done.expired, done.contents_erased) == (1, 1)
    answer = world.get("sender", f"/v1/submissions/{name}").json()
    assert (answer["state"], answer["content"]) == ("expired", None)
    assert secrets_of(world, name) == []


def test_a_draft_that_was_touched_after_the_warning_is_warned_of_again(
    world: KeepingWorld,
) -> None:
    name = world.send()
    world.pass_days(60)
    assert world.tidy().warned == 1
    world.pass_days(10)
    edit(world, name)
    world.pass_days(59)
    assert world.tidy().warned == 0
    world.pass_days(1)
    assert world.tidy().warned == 1


def edit(world: KeepingWorld, name: str) -> None:
    tag = world.get("sender", f"/v1/submissions/{name}").json()["etag"]
    answer = world.client.patch(
        f"/v1/submissions/{name}",
        json={"note": "once more"},
        headers={"Authorization": f"Bearer {world.keys['sender']}", "If-Match": tag}
        | {"Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text


def test_a_draft_nobody_was_warned_of_does_not_expire_the_day_the_clock_comes_back(
    world: KeepingWorld,
) -> None:
    world.send()
    world.pass_days(200)
    done = world.tidy()
    assert (done.warned, done.expired) == (1, 0)
    world.pass_days(30)
    assert world.tidy().expired == 1


def test_withdrawn_content_is_erased_after_seven_days_and_really_gone(
    world: KeepingWorld,
) -> None:
    name = world.send(submit=True)
    world.post("sender", f"/v1/submissions/{name}/messages", {"text": "A word in confidence"})
    receipt = world.get("sender", f"/v1/submissions/{name}/receipt").json()
    content = world.get("sender", f"/v1/submissions/{name}").json()["content"]
    secrets = secrets_of(world, name)
    assert len(secrets) >= 4
    before = world.stored()
    assert not is_sqlite(world) or sum(each in before for each in pieces(secrets)) > 150

    world.act("sender", name, "withdraw")
    world.pass_days(6.9)
    assert world.tidy().contents_erased == 0
    world.pass_days(0.2)
    assert world.tidy().contents_erased == 1

    assert secrets_of(world, name) == []
    after = world.stored()
    assert not [each for each in pieces(secrets) if each in after]
    # The log still holds, and so does what was handed out; nothing new can be shown of it.
    with world.desk.open_work(True) as work:
        verify_log(work, lambda *_: None, verifier=world.desk.log_key.verifier)
        salt = work.custody.salt_of(name)
    assert salt is None
    key = world.desk.log_key.verifier.encode()
    assert verify_receipt(receipt, verifier_key=key, content=content).content_checked
    gone = world.get("sender", f"/v1/submissions/{name}/receipt")
    assert (gone.status_code, gone.json()["code"]) == (410, "withdrawn")


def pieces(secrets: list[bytes]) -> list[bytes]:
    """Secrets in small pieces, since a database parts what is longer than a page."""
    return [each[at : at + 32] for each in secrets for at in range(0, len(each) - 31, 32)]


def is_sqlite(world: KeepingWorld) -> bool:
    return world.url.startswith("sqlite")


def test_after_erasure_no_entry_opens_with_anything_that_is_kept(world: KeepingWorld) -> None:
    name = world.send(submit=True)
    given = parse_receipt(world.get("sender", f"/v1/submissions/{name}/receipt").json())
    world.act("sender", name, "withdraw")
    world.pass_days(8)
    world.tidy()

    with world.desk.open_work(True) as work:
        entries = work.custody.entries_of([name])
    assert entries[-1].action == "erase"
    assert entries[-1].member is None
    assert all(each.particulars is None for each in entries[:-1])
    # The salt of one receipt opens its own entry and none of the others of the same object.
    opening = [
        each.position
        for each in entries
        if commitment_opens(
            each.entry.split('"commitment":"')[1][:64], given.salt, given.particulars.canonical()
        )
    ]
    assert opening == [given.leaf_index]


def test_a_legal_hold_keeps_everything_and_its_lifting_lets_it_go(world: KeepingWorld) -> None:
    name = world.send(submit=True)
    hold(world, name)
    world.act("sender", name, "withdraw")
    world.pass_days(365)

    assert world.tidy().contents_erased == 0
    assert len(secrets_of(world, name)) >= 4
    hold(world, name, lift=True)
    assert world.tidy().contents_erased == 1
    assert secrets_of(world, name) == []


def test_identities_are_destroyed_90_days_after_the_decision(world: KeepingWorld) -> None:
    name = world.send(submit=True)
    held = world.send("HRN-2", submit=True)
    hold(world, held)
    for each in (name, held):
        world.act("reviewer", each, "claim")
        world.act("reviewer", each, "reject", comment="Not ours", reason_code="out_of_scope")
    world.pass_days(89.9)
    assert world.tidy().identities_destroyed == 0
    world.pass_days(0.2)

    assert world.tidy() == Tidied(identities_destroyed=1, answers_forgotten=0)
    with world.desk.open_work(True) as work:
        assert not any(each.ciphertext for each in work.submissions.identities(name))
        assert all(each.ciphertext for each in work.submissions.identities(held))
        assert work.custody.entries_of([name])[-1].action == "destroy_identities"


def test_a_question_to_the_submitter_is_no_decision(world: KeepingWorld) -> None:
    name = world.send(submit=True)
    world.act("reviewer", name, "claim")
    world.act("reviewer", name, "request_info", comment="Which gazette?")
    world.pass_days(400)
    assert world.tidy().identities_destroyed == 0


def test_answers_are_kept_seven_days(world: KeepingWorld) -> None:
    world.send()
    world.pass_days(6.9)
    assert world.tidy().answers_forgotten == 0
    world.pass_days(0.2)
    assert world.tidy().answers_forgotten == 1


def attach(world: KeepingWorld, name: str, blob: StoredBlob, number: int) -> str:
    """Keep an attachment whose bytes are stored, and its public copy with the same bytes."""
    attachment = Attachment(
        id=f"att_{'a' * 25}{number}",
        submission=name,
        ref=f"a{number}",
        filename="CANARY-file.txt",
        sha256=blob.sha256,
        blob=world.desk.blobs.name_of(blob.sha256),
        size_bytes=blob.size,
        media_type_declared="text/plain",
        media_type_detected="text/plain",
        state=AttachmentState.CLEAN,
        problem=None,
        created_at=START,
        created_by=world.members["sender"],
    )
    with world.desk.open_work(False) as work:
        work.attachments.add(attachment)
        work.attachments.add_derivative(
            Derivative(
                id=f"der_{'a' * 25}{number}",
                attachment=attachment.id,
                kind=DerivativeKind.PUBLIC_COPY,
                tool="test",
                sha256=blob.sha256,
                blob=world.desk.blobs.name_of(blob.sha256),
                size_bytes=blob.size,
                media_type="text/plain",
                created_at=START,
                created_by=None,
            )
        )
        work.commit()
    return attachment.id


def test_files_go_with_the_content_unless_another_submission_has_the_same(
    world: KeepingWorld,
) -> None:
    own = world.desk.blobs.receive([b"only here"], limit_bytes=100)
    shared = world.desk.blobs.receive([b"in both"], limit_bytes=100)
    one, other = world.send("HRN-1"), world.send("HRN-2")
    attach(world, one, own, 2)
    attach(world, one, shared, 3)
    attach(world, other, shared, 4)
    world.act("sender", one, "withdraw")
    world.pass_days(8)

    world.tidy()

    assert world.desk.blobs.verify(shared.sha256) == shared
    assert b"only here" not in world.stored()
    assert b"CANARY-file.txt" not in world.everything()
    with world.desk.open_work(True) as work:
        kept = {each.filename for name in (one, other) for each in work.attachments.of(name)}
        assert kept == {None, "CANARY-file.txt"}
        assert {each.filename for each in work.attachments.of(one)} == {None}
    world.act("sender", other, "withdraw")
    world.pass_days(8)
    world.tidy()
    assert b"in both" not in world.stored()


def test_a_dry_run_says_what_is_due_and_does_nothing(world: KeepingWorld) -> None:
    name = world.send()
    blob = world.desk.blobs.receive([b"kept for now"], limit_bytes=100)
    attach(world, name, blob, 5)
    world.act("sender", name, "withdraw")
    world.pass_days(8)
    before = world.everything()

    due = what_is_due(world.desk.open_work, world.present, world.desk.promise)

    assert due.contents_erased == 1
    assert world.everything() == before
    assert world.tidy() == due


def test_thousands_are_tidied_in_bounded_transactions(world: KeepingWorld) -> None:
    for number in range(7):
        world.act("sender", world.send(f"HRN-{number}"), "withdraw")
    world.pass_days(8)
    world.desk = replace(world.desk, promise=replace(world.desk.promise, batch=3))
    assert world.tidy().contents_erased == 7


def test_sqlite_overwrites_what_is_deleted(tmp_path: Path) -> None:
    with keeping_world(f"sqlite:///{tmp_path / 'r.sqlite3'}", tmp_path) as world:
        with world.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
        world.send()
        world.tidy()
        journal = tmp_path / "r.sqlite3-wal"
        assert not journal.exists() or journal.stat().st_size == 0
