"""What an organisation's admin may do: members and keys of their own organisation, and no more."""

from collections.abc import Iterable

from gaptracker.domain.principals import ApiKey, Member, Scope
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.workflow import Role
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.manage_principals import (
    IssuedKey,
    add_member,
    issue_key,
    revoke_key,
)

# What any admin may grant; further roles only if they hold them, so that nobody rises by it.
GRANTABLE = frozenset({Role.CONTRIBUTOR, Role.ORG_ADMIN})


def own_members(errand: Errand) -> tuple[Member, ...]:
    """List the members of the caller's organisation, by handle."""
    return errand.work.principals.members(errand.principal.organisation)


def own_keys(errand: Errand) -> tuple[ApiKey, ...]:
    """List the keys of the caller's organisation, oldest first; never the keys themselves."""
    return errand.work.principals.keys(errand.principal.organisation)


def add_own_member(handle: str, roles: Iterable[Role], errand: Errand) -> Member:
    """Add a member to the caller's organisation.

    Raises:
        Refused: `insufficient-scope`, if a role is beyond the caller's own.
        Conflict: If there is one of this handle.
    """
    wanted = frozenset(roles)
    if beyond := sorted(wanted - GRANTABLE - errand.principal.roles):
        raise Refused(
            RefusalCode.INSUFFICIENT_SCOPE,
            f"roles {', '.join(beyond)} are beyond your own; the operator can grant them",
        )
    organisation = errand.principal.organisation
    return add_member(organisation, handle, wanted, errand.work, errand.present)


def issue_own_key(
    member: str, scopes: Iterable[Scope] | None, days: int, errand: Errand
) -> IssuedKey:
    """Issue a key to a member of the caller's organisation.

    Raises:
        Refused: `not-found`, if the member is of another organisation or nobody.
        NotAllowed: If a scope is beyond the member's roles.
        InvalidValue: If the days are not 1 to 90.
    """
    found = next((each for each in own_members(errand) if each.id == member), None)
    if found is None or found.disabled:
        raise not_there()
    return issue_key(found, errand.work, errand.present, scopes=scopes, days=days)


def revoke_own_key(key: str, errand: Errand) -> ApiKey:
    """Make a key of the caller's organisation open nothing, from now on.

    Raises:
        Refused: `not-found`, if the key is another organisation's or nobody's.
    """
    if key not in {each.id for each in own_keys(errand)}:
        raise not_there()
    revoke_key(key, errand.work, errand.present)
    return next(each for each in own_keys(errand) if each.id == key)
