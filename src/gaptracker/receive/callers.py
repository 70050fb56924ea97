"""Who is asking: the key in `Authorization`, the access table, the rates, the transaction."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

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
    """Give a route its time and randomness."""
    return present_of(request)


def present_of(request: Request) -> Present:
    """Return a request's time and randomness; one moment for the whole request.

    Called and not depended on where every request passes: FastAPI walks the whole tree of
    dependencies each time, those it knows already, too.
    """
    present: Present | None = getattr(request.state, "present", None)
    if present is None:
        present = request.state.present = desk_of(request).present()
    return present


DeskParameter = Annotated[Desk, Depends(the_desk)]
PresentParameter = Annotated[Present, Depends(the_present)]


async def the_principal(request: Request) -> Principal:
    """Give a route its caller, if the access table lets them use it.

    Raises:
        Refused: `unauthenticated`, `insufficient-scope` or `rate-limited`.
    """
    desk, present = desk_of(request), present_of(request)
    rule = ACCESS.get((request.method, request.scope["route"].path))
    if rule is None:
        # A route that nobody entered in the table answers nobody.
        raise Refused(RefusalCode.INSUFFICIENT_SCOPE, "this address is open to no key")
    principal = await _authenticated(request, desk, present)
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
    request: Request, _principal: "CallerParameter"
) -> AsyncIterator[UnitOfWork]:
    """Give a route its transaction, and commit it before the answer leaves (decision 0003)."""
    desk = desk_of(request)
    async with desk.writers, _writing(desk.open_work(False)) as work:
        yield work


@asynccontextmanager
async def _writing(work: UnitOfWork) -> AsyncIterator[UnitOfWork]:
    """Run the block in a unit of work, and commit it unless the block fails.

    Each trip to a thread and back costs as much as a statement, so there is one: the unit opens
    its connection with its first statement, and is committed and closed in one go.
    """
    work.__enter__()
    try:
        yield work
    except BaseException as error:
        await _ended(work.__exit__, type(error), error, error.__traceback__)
        raise
    await _ended(_commit, work)


async def _ended(end: Callable[..., object], *given: object) -> None:
    """End a unit of work in a thread of its own, whatever becomes of the request meanwhile."""
    # Beside the threads of the routes: all of those may be waiting for what this gives back.
    with CancelScope(shield=True):
        await to_thread.run_sync(end, *given, limiter=CapacityLimiter(1))


def _commit(work: UnitOfWork) -> None:
    """Commit a unit of work and close it."""
    try:
        work.commit()
    except BaseException as error:
        work.__exit__(type(error), error, error.__traceback__)
        raise
    work.__exit__(None, None, None)


def reading_work(desk: DeskParameter) -> Iterator[UnitOfWork]:
    """Give a route a transaction that writes nothing."""
    with desk.open_work(True) as work:
        yield work


CallerParameter = Annotated[Principal, Depends(the_principal)]
WorkParameter = Annotated[UnitOfWork, Depends(unit_of_work, scope="function")]
ReadingParameter = Annotated[UnitOfWork, Depends(reading_work, scope="function")]


async def _authenticated(request: Request, desk: Desk, present: Present) -> Principal:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.startswith(KEY_PREFIX) and len(secret) <= LONGEST_KEY:
        async with desk.asking:
            found = await run_in_threadpool(_principal_of, secret, desk, present)
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


def _principal_of(secret: str, desk: Desk, present: Present) -> Principal | None:
    with desk.open_work(True) as work:
        return work.principals.principal_of(key_digest(secret), now=present.now)


def _over(allowance: Allowance) -> Refused:
    return Refused(
        RefusalCode.RATE_LIMITED,
        f"more than {allowance.quota} requests a minute under policy {allowance.policy}; wait "
        f"{allowance.reset_seconds} s",
        headers=allowance.headers(),
    )
