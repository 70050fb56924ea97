"""Who is asking: the key in `Authorization`, the access table, the rates, the transaction."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool

from gaptracker.domain.principals import KEY_PREFIX, Principal
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.receive.access import ACCESS, Open
from gaptracker.receive.desk import Desk, desk_of
from gaptracker.receive.rates import Allowance
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.manage_principals import key_digest
from gaptracker.workflows.present import Present

LONGEST_KEY = 100
READING = frozenset({"GET", "HEAD"})
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="gaptracker"'}


async def the_desk(request: Request) -> Desk:
    """Give a route the intake's tools."""
    return desk_of(request)


async def the_present(request: Request) -> Present:
    """Give a route its time and randomness; one moment for the whole request."""
    present = desk_of(request).present()
    request.state.present = present
    return present


DeskParameter = Annotated[Desk, Depends(the_desk)]
PresentParameter = Annotated[Present, Depends(the_present)]


def the_principal(request: Request, desk: DeskParameter, present: PresentParameter) -> Principal:
    """Give a route its caller, if the access table lets them use it.

    Raises:
        Refused: `unauthenticated`, `insufficient-scope` or `rate-limited`.
    """
    rule = ACCESS.get((request.method, request.scope["route"].path))
    if rule is None:
        # A route that nobody entered in the table answers nobody.
        raise Refused(RefusalCode.INSUFFICIENT_SCOPE, "this address is open to no key")
    principal = _authenticated(request, desk, present)
    policy = "read" if request.method in READING else "write"
    allowance = desk.rates.count(policy, principal.key, present.now)
    if not allowance.allowed:
        raise _over(allowance)
    request.state.headers.update(allowance.headers())
    if rule.needs not in {Open.ANYBODY, Open.ANY_KEY} and not any(
        principal.may(scope) for scope in rule.needs
    ):
        raise Refused(
            RefusalCode.INSUFFICIENT_SCOPE,
            f"this needs a key with {' or '.join(sorted(rule.needs))}; yours has "
            f"{', '.join(sorted(principal.scopes))}",
        )
    return principal


def public_rate(request: Request, desk: Desk, present: Present) -> None:
    """Count a request of somebody without a key, where the answer costs the database something.

    Raises:
        Refused: `rate-limited`.
    """
    client = request.client
    who = desk.rates.stranger(f"public {client.host if client else ''}", present.now)
    allowance = desk.rates.count("read", who, present.now)
    request.state.headers.update(allowance.headers())
    if not allowance.allowed:
        raise _over(allowance)


async def unit_of_work(
    desk: DeskParameter, _principal: "CallerParameter"
) -> AsyncIterator[UnitOfWork]:
    """Give a route its transaction, and commit it before the answer leaves (decision 0003)."""
    async with desk.writers, contextmanager_in_threadpool(desk.open_work(False)) as work:
        yield work
        await run_in_threadpool(work.commit)


def reading_work(desk: DeskParameter) -> Iterator[UnitOfWork]:
    """Give a route a transaction that writes nothing."""
    with desk.open_work(True) as work:
        yield work


CallerParameter = Annotated[Principal, Depends(the_principal)]
WorkParameter = Annotated[UnitOfWork, Depends(unit_of_work, scope="function")]
ReadingParameter = Annotated[UnitOfWork, Depends(reading_work, scope="function")]


def _authenticated(request: Request, desk: Desk, present: Present) -> Principal:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.startswith(KEY_PREFIX) and len(secret) <= LONGEST_KEY:
        with desk.open_work(True) as work:
            found = work.principals.principal_of(key_digest(secret), now=present.now)
        if found is not None:
            return found
    client = request.client
    stranger = desk.rates.stranger(client.host if client else "", present.now)
    allowance = desk.rates.count("stranger", stranger, present.now)
    if not allowance.allowed:
        raise _over(allowance)
    raise Refused(
        RefusalCode.UNAUTHENTICATED,
        "no key came, or one that is unknown, expired or revoked; expected "
        "`Authorization: Bearer gtk_…`",
        headers={**CHALLENGE, **allowance.headers()},
    )


def _over(allowance: Allowance) -> Refused:
    return Refused(
        RefusalCode.RATE_LIMITED,
        f"more than {allowance.quota} requests a minute under policy {allowance.policy}; wait "
        f"{allowance.reset_seconds} s",
        headers=allowance.headers(),
    )
