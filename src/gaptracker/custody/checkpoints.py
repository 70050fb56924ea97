"""Checkpoints: the log's size and root under its signature, in C2SP's formats.

    gaptracker.example/log
    4823
    cx0qWYz6vKQ6nGDJWKmfQ3zD4SVVzJqtzEKoSmSiK4c=

    — gaptracker.example/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv…

The first line is the log's name, which its key bears too. Others may sign the same text as
witnesses; their lines are kept, and not believed without their keys.

References:
    C2SP tlog-checkpoint, and signed-note for the signatures (`signed_notes.py`).
"""

from base64 import b64encode
from dataclasses import dataclass

from gaptracker.custody.keys import strict_base64
from gaptracker.custody.signed_notes import LogKey, VerifierKey, parse_note, sign_note, verify_note
from gaptracker.custody.tree import HASH_BYTES
from gaptracker.domain.errors import CheckpointMalformed, InvalidValue, SignatureMissing

MOST_SIZE = 2**63 - 1
LEAST_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log says of itself at one moment; believed only after `verify_checkpoint`."""

    origin: str
    size: int
    root: bytes


def sign_checkpoint(size: int, root: bytes, key: LogKey) -> str:
    """Sign that the log had this size and this root.

    Raises:
        InvalidValue: If no log can have them.
    """
    if not 0 <= size <= MOST_SIZE or len(root) != HASH_BYTES:
        msg = (
            f"a size of {size} and a root of {len(root)} bytes came; a size from 0 to 2^63 - 1 "
            f"and a root of {HASH_BYTES} bytes are expected"
        )
        raise InvalidValue(msg)
    return sign_note(f"{key.name}\n{size}\n{b64encode(root).decode()}\n", key)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a signed checkpoint WITHOUT checking its signatures.

    Raises:
        CheckpointMalformed: If it is none.
    """
    return _checkpoint_of(parse_note(text)[0])


def verify_checkpoint(text: str, verifier_key: VerifierKey) -> Checkpoint:
    """Read a checkpoint, once it is known that the log signed it.

    Raises:
        CheckpointMalformed: If it is no signed checkpoint.
        SignatureMissing: If this log has not signed it, or it is of a log of another name.
        SignatureWrong: If the signature under the log's name is not by its key.
    """
    checkpoint = _checkpoint_of(verify_note(text, verifier_key))
    if checkpoint.origin != verifier_key.name:
        msg = f"the checkpoint is of another log than {verifier_key.name}, whose key was given"
        raise SignatureMissing(msg)
    return checkpoint


def _checkpoint_of(text: str) -> Checkpoint:
    """Read the lines of a checkpoint; a log may write more than three, which say nothing here."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < LEAST_LINES or not lines[0]:
        raise CheckpointMalformed(_EXPECTED)
    origin, size, root = lines[:LEAST_LINES]
    # Nineteen digits are all that a size has; digits of other scripts are told apart below.
    if not (size.isdecimal() and len(size) <= len(str(MOST_SIZE))):
        raise CheckpointMalformed(_EXPECTED)
    try:
        decoded = strict_base64(root)
    except ValueError:
        raise CheckpointMalformed(_EXPECTED) from None
    if str(int(size)) != size or int(size) > MOST_SIZE or len(decoded) != HASH_BYTES:
        raise CheckpointMalformed(_EXPECTED)
    return Checkpoint(origin=origin, size=int(size), root=decoded)


_EXPECTED = (
    "the text is no checkpoint; the log's name, its size without leading zeros and a root of "
    "32 bytes in base64 are expected, each on a line, then an empty line and signatures"
)
