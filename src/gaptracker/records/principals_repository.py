"""Organisations, members and keys, inside one unit of work."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from gaptracker.domain.principals import ApiKey, Member, Organisation, Principal, Scope
from gaptracker.domain.workflow import Role
from gaptracker.records.intake_tables import ApiKeyRow, MemberRow, OrganisationRow
from gaptracker.records.tables import Row

ORGANISATION = Row.metadata.tables[OrganisationRow.__tablename__]
MEMBER = Row.metadata.tables[MemberRow.__tablename__]
KEY = Row.metadata.tables[ApiKeyRow.__tablename__]
# Every request runs it: made once, and not each time.
PRINCIPAL_OF_KEY = (
    select(
        KEY.c.id.label("key"),
        KEY.c.scopes,
        KEY.c.expires_at,
        MEMBER.c.id.label("member"),
        MEMBER.c.organisation,
        MEMBER.c.handle,
        MEMBER.c.roles,
        ORGANISATION.c.name.label("organisation_name"),
    )
    .join(MEMBER, MEMBER.c.id == KEY.c.member)
    .join(ORGANISATION, ORGANISATION.c.id == MEMBER.c.organisation)
    .where(
        KEY.c.key_sha256 == bindparam("digest"),
        KEY.c.revoked_at.is_(None),
        KEY.c.expires_at > bindparam("now"),
        MEMBER.c.disabled_at.is_(None),
    )
)


class PrincipalsRepository:
    """Who may ask, and with which keys."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def add_organisation(self, organisation: Organisation) -> None:
        """Add an organisation."""
        self._session.execute(
            insert(ORGANISATION).values(
                id=organisation.id, name=organisation.name, created_at=organisation.created_at
            )
        )

    def add_member(self, member: Member, *, created_at: datetime) -> None:
        """Add a member; their organisation must be there."""
        self._session.execute(
            insert(MEMBER).values(
                id=member.id,
                organisation=member.organisation,
                handle=member.handle,
                roles=_joined(member.roles),
                created_at=created_at,
                disabled_at=None,
            )
        )

    def set_roles(self, member: str, roles: Iterable[Role]) -> None:
        """Give a member other roles."""
        self._session.execute(
            update(MEMBER).where(MEMBER.c.id == member).values(roles=_joined(roles))
        )

    def disable(self, member: str, *, at: datetime) -> None:
        """Let a member's keys open nothing from a moment on; a disabled one keeps its moment."""
        self._session.execute(
            update(MEMBER)
            .where(MEMBER.c.id == member, MEMBER.c.disabled_at.is_(None))
            .values(disabled_at=at)
        )

    def add_key(self, key: ApiKey, *, key_sha256: str) -> None:
        """Keep a key's digest and what it may do."""
        self._session.execute(
            insert(KEY).values(
                id=key.id,
                member=key.member,
                key_sha256=key_sha256,
                scopes=_joined(key.scopes),
                created_at=key.created_at,
                expires_at=key.expires_at,
                revoked_at=key.revoked_at,
            )
        )

    def revoke_key(self, key: str, *, at: datetime) -> None:
        """Make a key open nothing from a moment on; a revoked one keeps its first moment."""
        self._session.execute(
            update(KEY).where(KEY.c.id == key, KEY.c.revoked_at.is_(None)).values(revoked_at=at)
        )

    def find_organisation(self, name_or_id: str) -> Organisation | None:
        """Load an organisation by its id or its exact name."""
        query = select(ORGANISATION).where(
            (ORGANISATION.c.id == name_or_id) | (ORGANISATION.c.name == name_or_id)
        )
        row = self._session.execute(query).mappings().first()
        return None if row is None else Organisation(**row)

    def organisations(self) -> tuple[Organisation, ...]:
        """Load every organisation, by name."""
        query = select(ORGANISATION).order_by(ORGANISATION.c.name, ORGANISATION.c.id)
        return tuple(Organisation(**row) for row in self._session.execute(query).mappings())

    def find_member(self, member: str) -> Member | None:
        """Load a member by id."""
        row = self._session.execute(select(MEMBER).where(MEMBER.c.id == member)).one_or_none()
        return None if row is None else _member_of(row)

    def members(self, organisation: str) -> tuple[Member, ...]:
        """Load an organisation's members, by handle."""
        query = (
            select(MEMBER).where(MEMBER.c.organisation == organisation).order_by(MEMBER.c.handle)
        )
        return tuple(_member_of(row) for row in self._session.execute(query))

    def keys(self, organisation: str) -> tuple[ApiKey, ...]:
        """Load all keys of an organisation's members, oldest first."""
        query = (
            select(KEY)
            .join(MEMBER, MEMBER.c.id == KEY.c.member)
            .where(MEMBER.c.organisation == organisation)
            .order_by(KEY.c.created_at, KEY.c.id)
        )
        return tuple(_key_of(row) for row in self._session.execute(query))

    def find_key(self, key: str) -> ApiKey | None:
        """Load what is known of a key by its id."""
        row = self._session.execute(select(KEY).where(KEY.c.id == key)).one_or_none()
        return None if row is None else _key_of(row)

    def principal_of(self, key_sha256: str, *, now: datetime) -> Principal | None:
        """Load who a key speaks for; None if it is unknown, expired, revoked or its member is out.

        The digest is looked up as it is: it is of 256 random bits, so that neither a slow hash nor
        a comparison in constant time would protect anything more.
        """
        asked = {"digest": key_sha256, "now": now}
        row = self._session.execute(PRINCIPAL_OF_KEY, asked).one_or_none()
        if row is None:
            return None
        return Principal(
            member=row.member,
            organisation=row.organisation,
            organisation_name=row.organisation_name,
            handle=row.handle,
            roles=_roles_in(row.roles),
            scopes=_scopes_in(row.scopes),
            key=row.key,
            key_expires_at=row.expires_at,
        )


def _joined(words: Iterable[str]) -> str:
    """Write a set of words in one column."""
    return " ".join(sorted(str(word) for word in words))


def _roles_in(text: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in text.split())


def _scopes_in(text: str) -> frozenset[Scope]:
    return frozenset(Scope(word) for word in text.split())


# `Any` because SQLAlchemy types a whole row by what was selected.
def _member_of(row: ResultRow[Any]) -> Member:
    return Member(
        id=row.id,
        organisation=row.organisation,
        handle=row.handle,
        roles=_roles_in(row.roles),
        disabled=row.disabled_at is not None,
    )


def _key_of(row: ResultRow[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        member=row.member,
        scopes=_scopes_in(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
