"""Custodians' public keys, and the requests to open what is sealed to them."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gaptracker.custody.sealing import CustodianKey
from gaptracker.records import intake_tables  # noqa: F401  it declares the table below
from gaptracker.records.tables import Row

CUSTODIAN = Row.metadata.tables["custodian"]


class CustodiansRepository:
    """To whom identities are sealed."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def add(
        self, custodian: str, key: CustodianKey, *, member: str | None, created_at: datetime
    ) -> None:
        """Add a custodian's public key."""
        self._session.execute(
            insert(CUSTODIAN).values(
                id=custodian,
                member=member,
                name=key.name,
                public_key=key.encode(),
                created_at=created_at,
                revoked_at=None,
            )
        )

    def revoke(self, custodian: str, *, at: datetime) -> None:
        """Seal nothing more to a key; what is sealed to it stays so."""
        self._session.execute(
            update(CUSTODIAN).where(CUSTODIAN.c.id == custodian).values(revoked_at=at)
        )

    def active(self) -> tuple[tuple[str, CustodianKey], ...]:
        """Load the keys in use, each with its id, by id."""
        query = (
            select(CUSTODIAN.c.id, CUSTODIAN.c.public_key)
            .where(CUSTODIAN.c.revoked_at.is_(None))
            .order_by(CUSTODIAN.c.id)
        )
        return tuple(
            (row.id, CustodianKey.parse(row.public_key)) for row in self._session.execute(query)
        )
