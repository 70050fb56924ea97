"""Receipts and the public log over HTTP: what holds offline, and what nobody is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gaptracker.custody.checkpoints import parse_checkpoint, verify_checkpoint
from gaptracker.custody.receipts import verify_receipt
from gaptracker.custody.signed_notes import VerifierKey
from gaptracker.custody.tree_proofs import verify_consistency, verify_inclusion
from gaptracker.domain.errors import ReceiptInvalid
from tests.keeping_world import CANARY, CONTENT_CANARY, KeepingWorld, keeping_world

NOWHERE = "sub_" + "a" * 26


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[KeepingWorld]:
    with keeping_world(database_url, tmp_path) as made:
        yield made


def key_of(world: KeepingWorld) -> str:
    return world.get(None, "/v1/log/key").text


def test_a_receipt_holds_offline_against_the_content_served(world: KeepingWorld) -> None:
    name = world.send(submit=True)
    served = world.get("sender", f"/v1/submissions/{name}").json()

    answer = world.get("sender", f"/v1/submissions/{name}/receipt")

    found = verify_receipt(answer.json(), verifier_key=key_of(world), content=served["content"])
    assert found.content_checked
    assert (found.particulars.submission, found.particulars.state) == (name, "submitted")
    assert found.particulars.content_sha256 == served["content_sha256"]
    assert world.members["sender"] not in answer.text
    with world.desk.open_work(True) as work:
        assert [each.text for each in work.log.checkpoints()] == [answer.json()["checkpoint"]]
        assert work.custody.salt_of(name) != bytes.fromhex(answer.json()["salt"])


def test_a_receipt_follows_the_submission_and_its_states(world: KeepingWorld) -> None:
    name = world.send()
    states = [verify(world, name)]
    world.act("sender", name, "submit")
    states.append(verify(world, name))
    world.act("reviewer", name, "claim")
    # A message is not the submission's course: the newest change is still the claim.
    world.post("reviewer", f"/v1/submissions/{name}/messages", {"text": "Hello"})
    states.append(verify(world, name))

    assert states == ["draft", "submitted", "in_review"]


def verify(world: KeepingWorld, name: str) -> str:
    receipt = world.get("sender", f"/v1/submissions/{name}/receipt").json()
    return verify_receipt(receipt, verifier_key=key_of(world)).particulars.state


def test_content_that_was_changed_is_not_what_the_receipt_is_for(world: KeepingWorld) -> None:
    name = world.send()
    receipt = world.get("sender", f"/v1/submissions/{name}/receipt").json()
    content = world.get("sender", f"/v1/submissions/{name}").json()["content"]

    with pytest.raises(ReceiptInvalid, match="content"):
        verify_receipt(receipt, verifier_key=key_of(world), content={**content, "note": "another"})


@pytest.mark.parametrize("who", ["stranger", "reviewer", "editor"])
@pytest.mark.hostile
def test_nothing_tells_a_receipt_that_is_not_yours_from_one_that_is_not_there(
    world: KeepingWorld, who: str
) -> None:
    name = world.send(submit=True)

    theirs = world.get(who, f"/v1/submissions/{name}/receipt")
    absent = world.get(who, f"/v1/submissions/{NOWHERE}/receipt")

    assert theirs.status_code == absent.status_code == 404
    assert same(theirs.text, absent.text)
    assert sorted(theirs.headers) == sorted(absent.headers)


def same(one: str, other: str) -> bool:
    """Compare two problem documents but for the request's id."""
    return without_request(one) == without_request(other)


def without_request(text: str) -> str:
    head, _, rest = text.partition("urn:request:")
    return head + rest[32:]


def test_anybody_can_check_the_public_head_and_what_is_under_it(world: KeepingWorld) -> None:
    name = world.send(submit=True)
    receipt = world.get("sender", f"/v1/submissions/{name}/receipt").json()
    verifier = VerifierKey.parse(key_of(world))
    entries = world.get("sender", f"/v1/submissions/{name}/log").json()["data"]
    first = verify_checkpoint(world.get(None, "/v1/log/checkpoint").text, verifier)
    leaf = entries[-1]["leaf_hash"]

    proof = world.get(None, f"/v1/log/proof/inclusion?leaf={leaf}&size={first.size}").json()

    verify_inclusion(
        bytes.fromhex(leaf),
        proof["leaf_index"],
        size=first.size,
        path=[bytes.fromhex(each) for each in proof["path"]],
        root=first.root,
    )
    assert parse_checkpoint(receipt["checkpoint"]).size == first.size
    world.pass_days(1)
    world.send("HRN-2")
    later = verify_checkpoint(world.get(None, "/v1/log/checkpoint").text, verifier)
    grown = world.get(None, f"/v1/log/proof/consistency?from={first.size}&to={later.size}").json()
    verify_consistency(
        first.size,
        first.root,
        new_size=later.size,
        new_root=later.root,
        path=[bytes.fromhex(each) for each in grown["path"]],
    )


def test_the_public_head_moves_once_a_day_so_that_nobody_sees_when_something_came(
    world: KeepingWorld,
) -> None:
    before = world.get(None, "/v1/log/checkpoint").text
    name = world.send()
    leaf = world.get("sender", f"/v1/submissions/{name}/log").json()["data"][0]["leaf_hash"]
    size = parse_checkpoint(before).size

    assert world.get(None, "/v1/log/checkpoint").text == before
    unseen = world.get(None, f"/v1/log/proof/inclusion?leaf={leaf}")
    too_long = world.get(None, f"/v1/log/proof/inclusion?leaf={leaf}&size={size + 1}")
    nowhere = world.get(None, f"/v1/log/proof/inclusion?leaf={'0' * 64}")
    growth = world.get(None, f"/v1/log/proof/consistency?from={size}&to={size + 1}")
    beyond = world.get(None, f"/v1/log/proof/consistency?from={size}&to={size + 1000}")
    assert {each.status_code for each in (unseen, too_long, nowhere, growth, beyond)} == {404}
    assert same(unseen.text, nowhere.text)
    assert same(too_long.text, nowhere.text)
    assert same(growth.text, beyond.text)
    world.pass_days(1)
    assert world.get(None, f"/v1/log/proof/inclusion?leaf={leaf}").status_code == 200


def test_auditors_read_every_entry_and_no_name_or_content(world: KeepingWorld) -> None:
    name = world.send(submit=True)

    answer = world.get("auditor", "/v1/log/entries?start=0&count=1000")

    page = answer.json()
    assert [each["position"] for each in page["data"]] == list(range(page["size"]))
    assert any(name in each["entry"] for each in page["data"])
    for secret in (CANARY, CONTENT_CANARY, "HRN-1", "field-07", "09:30"):
        assert secret not in answer.text
    assert world.get("sender", "/v1/log/entries").status_code == 403
    assert world.get(None, "/v1/log/entries").status_code == 401
    assert len(world.get("auditor", f"/v1/submissions/{name}/log").json()["data"]) == 2
    assert world.get("auditor", f"/v1/submissions/{NOWHERE}/log").status_code == 404


@pytest.mark.hostile
@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/v1/log/proof/inclusion", id="no-leaf"),
        pytest.param("/v1/log/proof/inclusion?leaf=00", id="short-leaf"),
        pytest.param(f"/v1/log/proof/inclusion?leaf={'0' * 64}&size=0", id="no-size"),
        pytest.param(
            f"/v1/log/proof/inclusion?leaf={'0' * 64}&size=9223372036854775808", id="2^63"
        ),
        pytest.param("/v1/log/proof/consistency?from=-1&to=1", id="below-zero"),
        pytest.param("/v1/log/proof/consistency?from=NaN&to=1", id="nan"),
        pytest.param("/v1/log/proof/consistency?from=1&to=1&x=1", id="unknown-parameter"),
    ],
)
def test_impossible_proofs_are_refused(world: KeepingWorld, address: str) -> None:
    assert world.get(None, address).status_code == 422
