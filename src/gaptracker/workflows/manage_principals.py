"""Create organisations and members; issue and revoke keys."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.errors import Conflict, InvalidValue, NotAllowed, UnknownName
from gaptracker.domain.principals import (
    KEY_BYTES,
    KEY_PREFIX,
    LONGEST_KEY_DAYS,
    ApiKey,
    Member,
    Organisation,
    Scope,
    scopes_of,
)
from gaptracker.domain.workflow import Role
from gaptracker.records.custody_repository import LogNote
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.present import Present

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new key. `secret` is shown once and kept nowhere."""

    secret: str
    key: ApiKey


def key_digest(secret: str) -> str:
    """Return what is kept of a key: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_organisation(name: str, work: UnitOfWork, present: Present) -> Organisation:
    """Add an organisation.

    Raises:
        InvalidValue: If the name is empty or longer than 200 characters.
        Conflict: If there is one of this name.
    """
    named = name.strip()
    if not 0 < len(named) <= LONGEST_NAME:
        raise InvalidValue(f"a name of {len(named)} characters; expected 1 to {LONGEST_NAME}")
    if work.principals.find_organisation(named) is not None:
        raise Conflict(
            f"there is an organisation called {named!r} already; use it, or another name"
        )
    organisation = Organisation(id=present.new_id("org"), name=named, created_at=present.now)
    work.principals.add_organisation(organisation)
    _note(EntryKind.ORGANISATION_CREATED, organisation.id, LogRole.OPERATOR, work, present)
    return organisation


def add_member(
    organisation: str, handle: str, roles: Iterable[Role], work: UnitOfWork, present: Present
) -> Member:
    """Add a member to an organisation.

    Args:
        organisation: Its id or exact name.
        handle: How the member is called there; nobody else sees it.
        roles: What they may be; at least one.
        work: An open unit of work.
        present: Time and randomness.

    Raises:
        UnknownName: If there is no such organisation.
        InvalidValue: If the handle or the roles are empty, or a role is the clock's.
        Conflict: If the organisation has a member of this handle.
    """
    owner = find_organisation(organisation, work)
    given = frozenset(roles)
    if not given or Role.CLOCK in given:
        raise InvalidValue("expected at least one role, and not `clock`, which is the machine's")
    if not 0 < len(handle.strip()) <= LONGEST_NAME:
        raise InvalidValue(f"handle {handle!r}; expected 1 to {LONGEST_NAME} characters")
    if any(member.handle == handle.strip() for member in work.principals.members(owner.id)):
        raise Conflict(f"{owner.name} has a member called {handle.strip()!r} already")
    member = Member(
        id=present.new_id("mem"), organisation=owner.id, handle=handle.strip(), roles=given
    )
    work.principals.add_member(member, created_at=present.now)
    _note(EntryKind.MEMBER_CHANGED, member.id, LogRole.OPERATOR, work, present)
    return member


def change_roles(member: str, roles: Iterable[Role], work: UnitOfWork, present: Present) -> Member:
    """Give a member other roles; their keys can do at once what these allow, and no more.

    Raises:
        UnknownName: If there is no such member.
        InvalidValue: If the roles are empty, or one is the clock's.
    """
    found, given = find_member(member, work), frozenset(roles)
    if not given or Role.CLOCK in given:
        raise InvalidValue("expected at least one role, and not `clock`, which is the machine's")
    work.principals.set_roles(found.id, given)
    _note(EntryKind.MEMBER_CHANGED, found.id, LogRole.OPERATOR, work, present)
    return replace(found, roles=given)


def disable_member(member: str, work: UnitOfWork, present: Present) -> Member:
    """Shut a member out: all their keys open nothing from now on. What they did stays.

    Raises:
        UnknownName: If there is no such member.
    """
    found = find_member(member, work)
    if not found.disabled:
        work.principals.disable(found.id, at=present.now)
        _note(EntryKind.MEMBER_CHANGED, found.id, LogRole.OPERATOR, work, present)
    return replace(found, disabled=True)


def issue_key(
    member: Member,
    work: UnitOfWork,
    present: Present,
    *,
    scopes: Iterable[Scope] | None = None,
    days: int = LONGEST_KEY_DAYS,
) -> IssuedKey:
    """Issue a key to a member.

    Args:
        member: Whom it speaks for.
        work: An open unit of work.
        present: Time and randomness.
        scopes: What it may be used for; everything the member's roles allow if None.
        days: How long it is good, at most 90 days.

    Raises:
        NotAllowed: If a scope is beyond the member's roles.
        InvalidValue: If the days are not 1 to 90.
    """
    if not 1 <= days <= LONGEST_KEY_DAYS:
        raise InvalidValue(f"a key for {days} days; expected 1 to {LONGEST_KEY_DAYS}")
    most = scopes_of(member.roles)
    wanted = most if scopes is None else frozenset(scopes)
    if beyond := sorted(wanted - most):
        raise NotAllowed(
            f"scopes {', '.join(beyond)} are beyond the roles of {member.handle} "
            f"({', '.join(sorted(member.roles))}); expected some of {', '.join(sorted(most))}"
        )
    random = base64.urlsafe_b64encode(present.random(KEY_BYTES)).decode().rstrip("=")
    secret = f"{KEY_PREFIX}{random}"
    key = ApiKey(
        id=present.new_id("key"),
        member=member.id,
        scopes=wanted,
        created_at=present.now,
        expires_at=present.now + timedelta(days=days),
    )
    work.principals.add_key(key, key_sha256=key_digest(secret))
    _note(EntryKind.KEY_ISSUED, key.id, LogRole.ORG_ADMIN, work, present)
    return IssuedKey(secret=secret, key=key)


def revoke_key(key: str, work: UnitOfWork, present: Present) -> ApiKey:
    """Make a key open nothing, from now on; revoking it again changes nothing.

    Raises:
        UnknownName: If there is no key of this id.
    """
    found = work.principals.find_key(key)
    if found is None:
        raise UnknownName("key", key, expected="an id that `gaptracker key list` shows")
    if found.revoked_at is None:
        work.principals.revoke_key(key, at=present.now)
        _note(EntryKind.KEY_REVOKED, key, LogRole.ORG_ADMIN, work, present)
    return found


def find_member(member: str, work: UnitOfWork) -> Member:
    """Load a member by id.

    Raises:
        UnknownName: If there is none.
    """
    found = work.principals.find_member(member)
    if found is None:
        raise UnknownName("member", member, expected="an id that `gaptracker org list` shows")
    return found


def find_organisation(name_or_id: str, work: UnitOfWork) -> Organisation:
    """Load an organisation by id or exact name.

    Raises:
        UnknownName: If there is none.
    """
    found = work.principals.find_organisation(name_or_id)
    if found is None:
        names = [each.name for each in work.principals.organisations()]
        raise UnknownName("organisation", name_or_id, expected=", ".join(names) or "none yet")
    return found


def _note(kind: EntryKind, about: str, role: LogRole, work: UnitOfWork, present: Present) -> None:
    note = LogNote(kind=kind, about=about, role=role, at=present.now, particulars={"about": about})
    work.custody.note(note, present.random)
