"""Receipts: what lets a submitter show, alone and offline, what the log holds about their content.

A receipt is a JSON object. It proves that the log, under its signature, holds an entry which
commits to this submission, revision, state and content. It needs nothing but the log's verifier
key, and that from elsewhere than from the receipt. It does not prove that everybody is shown the
same log: for that, checkpoints must be compared (decision 0017).

Its salt opens the commitment of one entry, so a receipt is as confidential as what it is about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from gaptracker.custody.canonical import MOST_INTEGER, canonical_bytes, content_digest
from gaptracker.custody.checkpoints import Checkpoint, verify_checkpoint
from gaptracker.custody.commitments import commitment_opens
from gaptracker.custody.log_entries import LogEntry, parse_entry
from gaptracker.custody.signed_notes import VerifierKey
from gaptracker.custody.tree import leaf_hash
from gaptracker.custody.tree_proofs import verify_inclusion
from gaptracker.domain.errors import CheckpointInvalid, InvalidValue, ProofInvalid, ReceiptInvalid

RECEIPT_VERSION = 1
MOST_PATH = 63
MOST_TEXT = 65_536

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What an entry about a submission commits to.

    Attributes:
        submission: Opaque id.
        revision: Of the content, from 1.
        state: Where the submission is after what happened.
        content_sha256: The revision's `content_digest`.
        actor_commitment: To who did it, under a salt of its own that no receipt discloses; a
            reviewer's name is not the submitter's to learn. None where nobody is recorded.
    """

    submission: str
    revision: int
    state: str
    content_sha256: str
    actor_commitment: str | None = None

    def canonical(self) -> bytes:
        """Write them as the bytes that are committed to."""
        return canonical_bytes(self.to_json())

    def to_json(self) -> dict[str, object]:
        """Return them as members of a JSON object."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as it is handed out, or as it came and is not yet believed.

    Attributes:
        salt: That of the one entry (`entry_salt`), never the object's own.
        entry: The leaf, as `entry_bytes` writes it.
        leaf_index: Where in the log the entry is, from 0.
        inclusion_path: From the leaf to the checkpoint's root.
        checkpoint: The signed text.
        verifier_key_name: Which log's key is to be asked for.
    """

    particulars: Particulars
    salt: bytes
    entry: bytes
    leaf_index: int
    inclusion_path: tuple[bytes, ...]
    checkpoint: str
    verifier_key_name: str

    def to_json(self) -> dict[str, object]:
        """Return the receipt as a JSON object."""
        return {
            "version": RECEIPT_VERSION,
            **self.particulars.to_json(),
            "salt": self.salt.hex(),
            "entry": self.entry.decode(),
            "leaf_index": self.leaf_index,
            "inclusion_path": [each.hex() for each in self.inclusion_path],
            "checkpoint": self.checkpoint,
            "verifier_key_name": self.verifier_key_name,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedReceipt:
    """A receipt that holds.

    Attributes:
        content_checked: Whether the content itself was at hand; without it only its digest is
            proved to be in the log.
    """

    particulars: Particulars
    entry: LogEntry
    leaf_index: int
    checkpoint: Checkpoint
    content_checked: bool


def verify_receipt(
    receipt: Mapping[str, object],
    *,
    verifier_key: str,
    content: Mapping[str, object] | None = None,
) -> VerifiedReceipt:
    """Check everything that a receipt says, offline.

    Args:
        receipt: The JSON object.
        verifier_key: The log's public key as one line, from a place that is trusted: the project's
            page or another organisation, not the sender of the receipt.
        content: What was sent, if it is to be shown that the entry is about it.

    Raises:
        ReceiptInvalid: If anything does not hold; `check` names what was looked at.
        KeyUnreadable: If the verifier key is no such text.
    """
    verifier = VerifierKey.parse(verifier_key)
    read = parse_receipt(receipt)
    entry = _checked_entry(read)
    if content is not None:
        _check_content(content, read.particulars.content_sha256)
    checkpoint = _checked_checkpoint(read, verifier)
    try:
        verify_inclusion(
            leaf_hash(read.entry),
            read.leaf_index,
            size=checkpoint.size,
            path=read.inclusion_path,
            root=checkpoint.root,
        )
    except ProofInvalid as error:
        raise ReceiptInvalid("inclusion", str(error)) from error
    return VerifiedReceipt(
        particulars=read.particulars,
        entry=entry,
        leaf_index=read.leaf_index,
        checkpoint=checkpoint,
        content_checked=content is not None,
    )


def parse_receipt(receipt: Mapping[str, object]) -> Receipt:
    """Read a receipt WITHOUT checking what it says.

    Raises:
        ReceiptInvalid: If it has not exactly the members it must have, each of its type.
    """
    # To Python `true` and 1.0 are 1 as well.
    if type(receipt.get("version")) is not int or receipt["version"] != RECEIPT_VERSION:
        msg = f"a receipt of version {RECEIPT_VERSION} is expected; use a newer program for others"
        raise ReceiptInvalid("shape", msg)
    strange = receipt.keys() ^ _MEMBERS
    if strange:
        named = ", ".join(sorted(ascii(name)[:40] for name in strange)[:10])
        raise ReceiptInvalid("shape", f"members are missing or not known: {named}")
    actor = receipt["actor_commitment"]
    return Receipt(
        particulars=Particulars(
            submission=_text(receipt, "submission"),
            revision=_number(receipt, "revision", 1),
            state=_text(receipt, "state"),
            content_sha256=_digits(receipt["content_sha256"], "content_sha256"),
            actor_commitment=None if actor is None else _digits(actor, "actor_commitment"),
        ),
        salt=bytes.fromhex(_digits(receipt["salt"], "salt")),
        entry=_text(receipt, "entry").encode(),
        leaf_index=_number(receipt, "leaf_index", 0),
        inclusion_path=_path(receipt["inclusion_path"]),
        checkpoint=_text(receipt, "checkpoint"),
        verifier_key_name=_text(receipt, "verifier_key_name"),
    )


_MEMBERS = frozenset(
    {
        "version",
        "salt",
        "entry",
        "leaf_index",
        "inclusion_path",
        "checkpoint",
        "verifier_key_name",
        *(each.name for each in fields(Particulars)),
    }
)


def _checked_entry(read: Receipt) -> LogEntry:
    """Return the entry, once it is known to be about what the receipt says."""
    try:
        entry = parse_entry(read.entry)
    except InvalidValue as error:
        raise ReceiptInvalid("entry", str(error)) from error
    if entry.object != read.particulars.submission:
        msg = "the log's entry is about another object than the submission that the receipt names"
        raise ReceiptInvalid("entry", msg)
    if not commitment_opens(entry.commitment, read.salt, read.particulars.canonical()):
        msg = (
            "the log's entry does not commit to this submission, revision, state and digest under "
            "this salt; one of them was changed, or the entry is another's"
        )
        raise ReceiptInvalid("commitment", msg)
    return entry


def _check_content(content: Mapping[str, object], expected: str) -> None:
    """Check that content is what the receipt is about."""
    try:
        found = content_digest(content)
    except (TypeError, InvalidValue) as error:
        raise ReceiptInvalid("content", str(error)) from error
    if found != expected:
        msg = f"its digest is {found}, and the receipt is for {expected}; pass the revision named"
        raise ReceiptInvalid("content", msg)


def _checked_checkpoint(read: Receipt, verifier: VerifierKey) -> Checkpoint:
    """Return the checkpoint, once it is known to be the log's."""
    if read.verifier_key_name != verifier.name:
        msg = (
            f"the receipt is of the log {read.verifier_key_name[:80]!r}, and the key of "
            f"{verifier.name!r} came; pass the key of that log"
        )
        raise ReceiptInvalid("checkpoint", msg)
    try:
        return verify_checkpoint(read.checkpoint, verifier)
    except CheckpointInvalid as error:
        raise ReceiptInvalid("checkpoint", str(error)) from error


def _text(receipt: Mapping[str, object], name: str) -> str:
    """Return a member that is text, not empty and encodable."""
    value = receipt[name]
    # Half characters come through JSON's escapes, and cannot be written as bytes.
    if isinstance(value, str) and 0 < len(value) <= MOST_TEXT and not _HALF.search(value):
        return value
    raise ReceiptInvalid("shape", f"{name} is text of 1 to {MOST_TEXT} characters")


def _number(receipt: Mapping[str, object], name: str, least: int) -> int:
    """Return a member that is a whole number."""
    value = receipt[name]
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST_INTEGER:
        return value
    raise ReceiptInvalid("shape", f"{name} is a whole number from {least} to {MOST_INTEGER}")


def _digits(value: object, name: str) -> str:
    """Return a member that is 32 bytes in hexadecimal digits."""
    if isinstance(value, str) and _HASH.fullmatch(value):
        return value
    raise ReceiptInvalid("shape", f"{name} is 64 lower-case hexadecimal digits")


def _path(value: object) -> tuple[bytes, ...]:
    """Return the hashes of the inclusion path."""
    if not isinstance(value, list) or len(value) > MOST_PATH:
        raise ReceiptInvalid("shape", f"inclusion_path is a list of at most {MOST_PATH} hashes")
    return tuple(bytes.fromhex(_digits(each, "each of inclusion_path")) for each in value)
