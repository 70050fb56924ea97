"""What the intake answers about the log, receipts and sealed identities."""

from datetime import datetime

from pydantic import Field

from gaptracker.receive.schemas import Answer


class ReceiptAnswer(Answer):
    """A receipt; `gaptracker receipt verify` checks it offline."""

    version: int
    submission: str
    revision: int
    state: str
    content_sha256: str
    actor_commitment: str | None
    salt: str = Field(description="Opens this one entry's commitment; keep it as the content.")
    entry: str = Field(description="The entry as it was hashed.")
    leaf_index: int
    inclusion_path: list[str]
    checkpoint: str = Field(description="Signed note (C2SP tlog-checkpoint).")
    verifier_key_name: str


class InclusionAnswer(Answer):
    """A proof that a leaf is in the log (RFC 6962), hashes in hexadecimal digits."""

    leaf_index: int
    size: int
    path: list[str]


class ConsistencyAnswer(Answer):
    """A proof that the log only grew (RFC 6962), hashes in hexadecimal digits."""

    earlier: int
    later: int
    path: list[str]


class EntryMark(Answer):
    """One entry as the log holds it."""

    position: int
    entry: str = Field(description="The entry as it was hashed.")
    leaf_hash: str


class EntryPage(Answer):
    """Entries in order, and how many the log has."""

    size: int
    data: list[EntryMark]


class SealedCopyMark(Answer):
    """What is sealed to the asker's own key; `gaptracker custodian unseal` opens it, offline."""

    custodian: str
    fingerprint: str
    ciphertext: str = Field(description="Base64.")


class UnsealRequestAnswer(Answer):
    """A request to open a submission's identities.

    `copies` is null until another custodian has confirmed it, after its day, and for everybody
    but who asked.
    """

    id: str
    submission: str
    reason: str | None
    yours: bool
    asked_at: datetime
    confirmed: bool
    expires_at: datetime
    expired: bool
    copies: list[SealedCopyMark] | None
