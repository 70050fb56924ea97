"""Who asks: organisations, their members, and the keys that speak for a member.

A key holds scopes; a member's roles say which scopes a key of theirs can hold at most. Everything
that no scope and role allow is denied.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gaptracker.domain.workflow import Role

KEY_PREFIX = "gtk_"
KEY_BYTES = 32
LONGEST_KEY_DAYS = 90


class Scope(StrEnum):
    """What a key may be used for."""

    SUBMISSION_READ = "submission:read"
    SUBMISSION_WRITE = "submission:write"
    WEBHOOK_WRITE = "webhook:write"
    KEYS_ADMIN = "keys:admin"
    REVIEW_WRITE = "review:write"
    PUBLISH_WRITE = "publish:write"
    CODING_WRITE = "coding:write"
    IDENTITY_UNSEAL = "identity:unseal"
    LOG_READ = "log:read"
    HEALTH_READ = "health:read"
    PUBLIC_READ = "public:read"


ROLE_SCOPES: Mapping[Role, frozenset[Scope]] = {
    Role.CONTRIBUTOR: frozenset(
        {Scope.SUBMISSION_READ, Scope.SUBMISSION_WRITE, Scope.WEBHOOK_WRITE}
    ),
    Role.ORG_ADMIN: frozenset({Scope.KEYS_ADMIN}),
    Role.REVIEWER: frozenset({Scope.SUBMISSION_READ, Scope.REVIEW_WRITE}),
    Role.EDITOR: frozenset({Scope.SUBMISSION_READ, Scope.PUBLISH_WRITE}),
    Role.CODER: frozenset({Scope.CODING_WRITE}),
    Role.CUSTODIAN: frozenset({Scope.IDENTITY_UNSEAL}),
    Role.AUDITOR: frozenset({Scope.LOG_READ}),
    Role.OPERATOR: frozenset({Scope.HEALTH_READ}),
    Role.SERVICE: frozenset({Scope.PUBLIC_READ}),
    Role.CLOCK: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation that sends, reviews or edits."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person or program of an organisation, under a handle of their choosing."""

    id: str
    organisation: str
    handle: str
    roles: frozenset[Role]
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is known of a key: everything but the key."""

    id: str
    member: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Say whether the key opens anything at a moment."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller of one request: a member, and the scopes of the key that was shown."""

    member: str
    organisation: str
    organisation_name: str
    handle: str
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    key: str
    key_expires_at: datetime

    def may(self, scope: Scope) -> bool:
        """Say whether the key holds a scope that one of the member's roles still allows.

        Roles are asked again at every request: a role that was taken away takes effect at once,
        whatever the key was issued with.
        """
        return scope in self.scopes and scope in scopes_of(self.roles)

    def acting_roles(self, scope: Scope) -> frozenset[Role]:
        """Return the member's roles in which a scope of the key can be used."""
        if scope not in self.scopes:
            return frozenset()
        return frozenset(role for role in self.roles if scope in ROLE_SCOPES[role])


def scopes_of(roles: Iterable[Role]) -> frozenset[Scope]:
    """Return every scope that some roles allow.

    Examples:
        >>> sorted(scopes_of([Role.CODER]))
        [<Scope.CODING_WRITE: 'coding:write'>]
    """
    return frozenset(scope for role in roles for scope in ROLE_SCOPES[role])
