"""What an organisation's admin may do: members and keys of their own organisation, and no more."""

from collections.abc import Iterable

from gaptracker.domain.principals import ApiKey, Member, Scope, scopes_of
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.workflow import Role
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.manage_principals import (
    IssuedKey,
    add_member,
    issue_key,
    revoke_key,
)

# What any admin may grant. Whoever issues a key sees it: an admin who could issue one that reviews,
# edits, codes or unseals for somebody else would be as many people as the organisation has members.
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
        Refused: `insufficient-scope`, if a role is beyond what an admin grants.
        Conflict: If there is one of this handle.
    """
    wanted = frozenset(roles)
    if beyond := sorted(wanted - GRANTABLE):
        raise Refused(
            RefusalCode.INSUFFICIENT_SCOPE,
            f"roles {', '.join(beyond)} are beyond what an admin grants "
            f"({', '.join(sorted(GRANTABLE))}); the operator can grant them",
        )
    organisation = errand.principal.organisation
    return add_member(organisation, handle, wanted, errand.work, errand.present)


def issue_own_key(
    member: str, scopes: Iterable[Scope] | None, days: int, errand: Errand
) -> IssuedKey:
    """Issue a key to a member of the caller's organisation.

    For themselves an admin issues whatever their roles allow, for others what those send and
    administer with; keys that review, edit, code, unseal or audit are the operator's to issue.

    Args:
        member: Whom it is for.
        scopes: What it may be used for; all that the admin can issue to this member if None.
        days: How long it is good.
        errand: Whose, and when.

    Raises:
        Refused: `not-found`, if the member is of another organisation or nobody;
            `insufficient-scope`, if a scope is beyond what the admin can issue to them.
        NotAllowed: If a scope is beyond the member's roles.
        InvalidValue: If the days are not 1 to 90.
    """
    found = next((each for each in own_members(errand) if each.id == member), None)
    if found is None or found.disabled:
        raise not_there()
    most = scopes_of(found.roles)
    if found.id != errand.principal.member:
        # A scope that serves another role, too, such as reading, would lend them that role.
        most -= scopes_of(found.roles - GRANTABLE)
    wanted = most if scopes is None else frozenset(scopes)
    # What the member's own roles do not allow is `issue_key`'s to refuse.
    beyond = sorted((wanted & scopes_of(found.roles)) - most)
    if beyond or not wanted:
        raise Refused(
            RefusalCode.INSUFFICIENT_SCOPE,
            f"keys for {', '.join(beyond) or 'what this member does'} are issued by the operator; "
            "an admin issues them to nobody else",
        )
    return issue_key(found, errand.work, errand.present, scopes=wanted, days=days)


def revoke_own_key(key: str, errand: Errand) -> ApiKey:
    """Make a key of the caller's organisation open nothing, from now on.

    Raises:
        Refused: `not-found`, if the key is another organisation's or nobody's.
    """
    if key not in {each.id for each in own_keys(errand)}:
        raise not_there()
    revoke_key(key, errand.work, errand.present)
    return next(each for each in own_keys(errand) if each.id == key)
