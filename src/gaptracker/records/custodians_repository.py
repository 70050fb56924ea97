"""Custodians' public keys, and the requests to open what is sealed to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gaptracker.custody.sealing import CustodianKey, SealedCopy
from gaptracker.domain.submissions import UnsealRequest
from gaptracker.records import intake_tables  # noqa: F401  it declares the table below
from gaptracker.records.plain_rows import plain_table
from gaptracker.records.submissions_repository import IDENTITIES, Box
from gaptracker.records.tables import Row

CUSTODIAN = Row.metadata.tables["custodian"]
REQUESTS = plain_table(UnsealRequest, "unseal_request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Custodian:
    """A custodian's key as it is kept; `member` is who may ask for what is sealed to it."""

    id: str
    member: str | None
    key: CustodianKey
    created_at: datetime
    revoked_at: datetime | None


class CustodiansRepository:
    """To whom identities are sealed, and who asked to open them."""

    def __init__(self, session: Session, box: Box) -> None:
        """Work inside a session that somebody else commits; reasons are kept closed."""
        self._session = session
        self._box = box

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
        return tuple((each.id, each.key) for each in self.all() if each.revoked_at is None)

    def all(self) -> tuple[Custodian, ...]:
        """Load every key, also those that were revoked, by id."""
        rows = self._session.execute(select(CUSTODIAN).order_by(CUSTODIAN.c.id)).mappings()
        return tuple(
            Custodian(
                id=row["id"],
                member=row["member"],
                key=CustodianKey.parse(row["public_key"]),
                created_at=row["created_at"],
                revoked_at=row["revoked_at"],
            )
            for row in rows
        )

    def copies_for(self, member: str, submission: str) -> Sequence[SealedCopy]:
        """Load a submission's sealed identities as far as they are for a member's own keys."""
        table = IDENTITIES.table
        query = (
            select(table.c.ciphertext, CUSTODIAN.c.public_key)
            .join(CUSTODIAN, CUSTODIAN.c.id == table.c.custodian)
            .where(
                table.c.submission == submission,
                table.c.ciphertext.is_not(None),
                CUSTODIAN.c.member == member,
            )
            .order_by(table.c.id)
        )
        copies = []
        for row in self._session.execute(query):
            key = CustodianKey.parse(row.public_key)
            copies.append(
                SealedCopy(
                    custodian=key.name,
                    fingerprint=key.fingerprint,
                    ciphertext=bytes(row.ciphertext),
                )
            )
        return copies

    def add_request(self, request: UnsealRequest) -> None:
        """Keep a request."""
        closed = self._box.close(request.reason or "", _place(request.id))
        REQUESTS.add(self._session, [replace(request, reason=closed)])

    def find_request(self, request: str, *, to_change: bool = False) -> UnsealRequest | None:
        """Load a request; `to_change` keeps others from changing it until the work ends."""
        query = select(REQUESTS.table).where(REQUESTS.table.c.id == request)
        if to_change:
            query = query.with_for_update()
        row = self._session.execute(query).mappings().one_or_none()
        if row is None:
            return None
        found = REQUESTS.decode(row)
        if found.reason is None:
            return found
        return replace(found, reason=self._box.open(found.reason, _place(found.id)))

    def confirm_request(self, request: str, *, by: str, at: datetime) -> None:
        """Note who confirmed a request."""
        table = REQUESTS.table
        self._session.execute(
            update(table).where(table.c.id == request).values(confirmed_by=by, confirmed_at=at)
        )

    def erase_reasons(self, submission: str) -> None:
        """Empty the reasons of all requests about a submission."""
        table = REQUESTS.table
        self._session.execute(
            update(table).where(table.c.submission == submission).values(reason=None)
        )


def _place(request: str) -> str:
    return f"reason {request}"
