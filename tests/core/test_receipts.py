"""Receipts: verified with nothing but the log's key, and false as soon as anything is changed."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.custody.canonical import content_digest
from gaptracker.custody.checkpoints import sign_checkpoint
from gaptracker.custody.commitments import commitment, entry_salt
from gaptracker.custody.log_entries import EntryKind, LogEntry, LogRole, entry_bytes
from gaptracker.custody.receipts import Particulars, Receipt, parse_receipt, verify_receipt
from gaptracker.custody.signed_notes import LogKey
from gaptracker.custody.tree import inclusion_path
from gaptracker.domain.errors import KeyUnreadable, ReceiptInvalid
from tests.core.grown_tree import GrownTree, numbered

KEY = LogKey(name="gaptracker.example/log", seed=bytes(range(32)))
STRANGER = LogKey(name="stranger.example/log", seed=bytes(range(32)))
SAME_NAME = LogKey(name="gaptracker.example/log", seed=bytes(32))
CONTENT: dict[str, object] = {"client_ref": "HRN-2026-0412", "items": [{"kind": "measure"}]}
PARTICULARS = Particulars(
    submission="sub_01JABC", revision=2, state="submitted", content_sha256=content_digest(CONTENT)
)
SALT = entry_salt(bytes(range(32)), "evt_01")


def issued(
    particulars: Particulars = PARTICULARS, *, before: int = 5, after: int = 7, key: LogKey = KEY
) -> Receipt:
    """The receipt of an entry with others before and after it in the log."""
    entry = entry_bytes(
        LogEntry(
            kind=EntryKind.SUBMISSION_TRANSITION,
            object=particulars.submission,
            day=date(2026, 11, 25),
            actor_role=LogRole.CONTRIBUTOR,
            commitment=commitment(SALT, particulars.canonical()),
        )
    )
    tree = GrownTree([*numbered(before), entry, *numbered(after)])
    size = tree.frontier.size
    return Receipt(
        particulars=particulars,
        salt=SALT,
        entry=entry,
        leaf_index=before,
        inclusion_path=inclusion_path(before, size, tree.node),
        checkpoint=sign_checkpoint(size, tree.frontier.root(), key),
        verifier_key_name=key.name,
    )


RECEIPT = issued().to_json()
PATH = [each.hex() for each in issued().inclusion_path]


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_receipt_holds_wherever_in_the_log_its_entry_is(before: int, after: int) -> None:
    receipt = json.loads(json.dumps(issued(before=before, after=after).to_json()))

    verified = verify_receipt(receipt, verifier_key=KEY.verifier.encode(), content=CONTENT)

    assert verified.particulars == PARTICULARS
    assert verified.entry.kind is EntryKind.SUBMISSION_TRANSITION
    assert (verified.leaf_index, verified.checkpoint.size) == (before, before + 1 + after)
    assert verified.content_checked


def test_without_the_content_only_its_digest_is_proved() -> None:
    verified = verify_receipt(RECEIPT, verifier_key=KEY.verifier.encode())

    assert not verified.content_checked


def test_who_acted_is_committed_to_and_not_told() -> None:
    hidden = replace(PARTICULARS, actor_commitment=commitment(bytes(32), b"mem_0042"))
    receipt = issued(hidden).to_json()

    assert "mem_0042" not in json.dumps(receipt)
    assert verify_receipt(receipt, verifier_key=KEY.verifier.encode()).particulars == hidden
    receipt["actor_commitment"] = None
    with pytest.raises(ReceiptInvalid, match="commitment"):
        verify_receipt(receipt, verifier_key=KEY.verifier.encode())


def test_a_receipt_is_read_as_it_was_written() -> None:
    assert parse_receipt(RECEIPT) == issued()


def refused(changes: dict[str, object], *, content: dict[str, object] | None = None) -> str:
    with pytest.raises(ReceiptInvalid) as caught:
        verify_receipt({**RECEIPT, **changes}, verifier_key=KEY.verifier.encode(), content=content)
    return caught.value.check


OTHER = issued(replace(PARTICULARS, submission="sub_02")).to_json()
LONGER = issued(after=8).to_json()
FORGED = issued(replace(PARTICULARS, state="accepted"), key=SAME_NAME).to_json()


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        pytest.param({"state": "accepted"}, "commitment", id="state"),
        pytest.param({"revision": 1}, "commitment", id="revision"),
        pytest.param({"content_sha256": "0" * 64}, "commitment", id="digest"),
        pytest.param({"salt": "0" * 64}, "commitment", id="salt"),
        pytest.param({"submission": "sub_02"}, "entry", id="submission"),
        pytest.param({"entry": OTHER["entry"]}, "entry", id="entry-of-another"),
        pytest.param(
            {"entry": OTHER["entry"], "submission": "sub_02"}, "inclusion", id="another-as-own"
        ),
        pytest.param({"leaf_index": 6}, "inclusion", id="index"),
        pytest.param({"leaf_index": 13}, "inclusion", id="index-behind-the-end"),
        pytest.param({"inclusion_path": []}, "inclusion", id="no-path"),
        pytest.param({"inclusion_path": PATH[1:]}, "inclusion", id="cut-path"),
        pytest.param({"checkpoint": LONGER["checkpoint"]}, "inclusion", id="other-checkpoint"),
        pytest.param(FORGED, "checkpoint", id="whole-log-forged-under-the-name"),
        pytest.param({"verifier_key_name": "stranger"}, "checkpoint", id="other-log"),
        pytest.param({"checkpoint": "no checkpoint"}, "checkpoint", id="no-checkpoint"),
    ],
)
def test_a_changed_receipt_is_refused_and_says_what_was_looked_at(
    changes: dict[str, object], check: str
) -> None:
    assert refused(changes) == check


@given(st.sampled_from(["entry", "checkpoint", "salt", "content_sha256"]), st.data())
def test_one_changed_character_makes_a_receipt_false(name: str, data: st.DataObject) -> None:
    text = RECEIPT[name]
    assert isinstance(text, str)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda sign: sign != text[at]))

    assert refused({name: text[:at] + other + text[at + 1 :]})


def test_other_content_is_refused() -> None:
    assert refused({}, content={**CONTENT, "client_ref": "HRN-2026-0413"}) == "content"
    assert refused({}, content={**CONTENT, "share": 0.5}) == "content"


def test_a_receipt_of_another_log_is_refused() -> None:
    with pytest.raises(ReceiptInvalid, match="pass the key of that log"):
        verify_receipt(RECEIPT, verifier_key=STRANGER.verifier.encode())


def test_a_verifier_key_that_is_none_is_told_apart_from_a_false_receipt() -> None:
    with pytest.raises(KeyUnreadable):
        verify_receipt(RECEIPT, verifier_key="gaptracker.example/log")


@pytest.mark.hostile
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"version": 2}, id="newer-version"),
        pytest.param({"version": True}, id="true-as-version"),
        pytest.param({"version": 1.0}, id="float-as-version"),
        pytest.param({"verified": True}, id="unknown-member"),
        pytest.param({"revision": True}, id="true-as-revision"),
        pytest.param({"revision": 0}, id="revision-zero"),
        pytest.param({"revision": "2"}, id="text-as-revision"),
        pytest.param({"leaf_index": -1}, id="negative-index"),
        pytest.param({"leaf_index": 2**63}, id="2^63"),
        pytest.param({"salt": "00"}, id="short-salt"),
        pytest.param({"salt": None}, id="no-salt"),
        pytest.param({"state": ""}, id="empty-state"),
        pytest.param({"state": "\ud800"}, id="lone-surrogate"),
        pytest.param({"entry": "x" * 100_000}, id="endless-entry"),
        pytest.param({"entry": {}}, id="object-as-entry"),
        pytest.param({"inclusion_path": ["0" * 64] * 64}, id="endless-path"),
        pytest.param({"inclusion_path": ["0" * 63]}, id="short-hash"),
        pytest.param({"inclusion_path": "0" * 64}, id="text-as-path"),
        pytest.param({"actor_commitment": ""}, id="empty-actor"),
    ],
)
def test_a_misshapen_receipt_is_refused(changes: dict[str, object]) -> None:
    assert refused(changes) == "shape"


@pytest.mark.hostile
@pytest.mark.parametrize("name", [pytest.param(name, id=f"no-{name}") for name in RECEIPT])
def test_a_receipt_without_a_member_is_refused(name: str) -> None:
    short = {each: value for each, value in RECEIPT.items() if each != name}

    with pytest.raises(ReceiptInvalid, match="shape"):
        verify_receipt(short, verifier_key=KEY.verifier.encode())
