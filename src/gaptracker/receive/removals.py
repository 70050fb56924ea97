"""A removal's transaction, and what is erased once that is committed."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool

from gaptracker.receive.callers import (
    CallerParameter,
    DeskParameter,
    PresentParameter,
    WorkParameter,
)
from gaptracker.receive.errands import NoBodyParameter
from gaptracker.receive.uploads import discard_blobs
from gaptracker.workflows.errand import Errand


async def the_leftovers(_caller: CallerParameter, desk: DeskParameter) -> AsyncIterator[set[str]]:
    """Give a route a set for the names of blobs, and erase the unused of them before it answers.

    It is asked for before the transaction begins, and so ends after the commit; if that fails,
    nothing is erased.
    """
    blobs: set[str] = set()
    yield blobs
    if blobs:
        async with desk.writers:
            await run_in_threadpool(discard_blobs, desk, blobs)


LeftoversParameter = Annotated[set[str], Depends(the_leftovers, scope="function")]


async def the_removing_errand(
    caller: CallerParameter,
    _body: NoBodyParameter,
    _leftovers: LeftoversParameter,
    work: WorkParameter,
    present: PresentParameter,
) -> Errand:
    """Give a route that removes files its caller, transaction and moment."""
    return Errand(principal=caller, work=work, present=present)


RemovingErrand = Annotated[Errand, Depends(the_removing_errand)]
