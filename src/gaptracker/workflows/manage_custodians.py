"""Add and revoke custodians' public keys; the private ones are made and kept elsewhere."""

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.custody.sealing import CustodianKey
from gaptracker.domain.errors import Conflict, InvalidValue, UnknownName
from gaptracker.domain.workflow import Role
from gaptracker.records.custody_repository import LogNote
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.manage_principals import find_member
from gaptracker.workflows.present import Present


def add_custodian(
    public_key: str, work: UnitOfWork, present: Present, *, member: str | None = None
) -> str:
    """Seal identities to a custodian's key from now on.

    Args:
        public_key: The line that `custodian keygen` printed.
        work: An open unit of work.
        present: Time and randomness.
        member: Who may ask over the API for what is sealed to it; they need the role `custodian`.

    Returns:
        The custodian's id.

    Raises:
        KeyUnreadable: If the line is no custodian's public key.
        UnknownName: If there is no such member.
        InvalidValue: If the member is no custodian.
        Conflict: If the key is there already.
    """
    key = CustodianKey.parse(public_key)
    if member is not None and Role.CUSTODIAN not in find_member(member, work).roles:
        raise InvalidValue(f"{member} has not the role custodian; add a member who has it")
    if any(each.key.public == key.public for each in work.custodians.all()):
        raise Conflict(f"the key {key.fingerprint} is there already; make another with keygen")
    custodian = present.new_id("cus")
    work.custodians.add(custodian, key, member=member, created_at=present.now)
    _note(custodian, "add", work, present)
    return custodian


def revoke_custodian(custodian: str, work: UnitOfWork, present: Present) -> None:
    """Seal nothing more to a custodian's key; again changes nothing.

    What is sealed to it already stays so, and its private key still opens it.

    Raises:
        UnknownName: If there is no custodian of this id.
    """
    known = {each.id: each for each in work.custodians.all()}
    if custodian not in known:
        raise UnknownName(
            "custodian", custodian, expected="an id that `gaptracker custodian list` shows"
        )
    if known[custodian].revoked_at is None:
        work.custodians.revoke(custodian, at=present.now)
        _note(custodian, "revoke", work, present)


def _note(custodian: str, action: str, work: UnitOfWork, present: Present) -> None:
    note = LogNote(
        kind=EntryKind.CUSTODIAN_CHANGED,
        about=custodian,
        role=LogRole.OPERATOR,
        at=present.now,
        particulars={"about": custodian},
        action=action,
    )
    work.custody.note(note, present.random)
