"""A batch's body: read, checked and sealed before any transaction begins."""

from typing import Annotated

from fastapi import Depends, Query, Request

from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.receive.bodies import media_type_of, read_body, require_media_type
from gaptracker.receive.callers import (
    CallerParameter,
    DeskParameter,
    PresentParameter,
    WorkParameter,
)
from gaptracker.receive.desk import desk_of
from gaptracker.receive.errands import KnownParameter
from gaptracker.receive.idempotency import given_key
from gaptracker.receive.requests import BatchQuery
from gaptracker.workflows.csv_mappings import find_mapping
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.prepare_batch import (
    BatchFormat,
    PreparedBatch,
    Reading,
    prepare_batch,
)

BatchQueryParameter = Annotated[BatchQuery, Query()]


async def batch_body(request: Request, _caller: CallerParameter) -> bytes:
    """Read a batch's body within the limit, once its sender is known."""
    require_media_type(request, *BatchFormat)
    given_key(request)
    return await read_body(request, desk_of(request).limits.batch_bytes)


BatchBody = Annotated[bytes, Depends(batch_body)]


def the_reading(
    caller: CallerParameter,
    asked: BatchQueryParameter,
    desk: DeskParameter,
    known: KnownParameter,
    present: PresentParameter,
) -> Reading:
    """Look up what a batch is read by, in a transaction that only reads and is over at once."""
    with desk.open_work(True) as work:
        mapping = None
        if asked.mapping is not None:
            mapping = find_mapping(asked.mapping, caller.organisation, work)
        custodians = work.custodians.active()
    return Reading(known=known, custodians=custodians, mapping=mapping, present=present)


def prepared_batch(
    request: Request,
    body: BatchBody,
    asked: BatchQueryParameter,
    reading: Annotated[Reading, Depends(the_reading)],
) -> PreparedBatch:
    """Prepare a batch; this takes seconds for a large one, and holds no lock meanwhile."""
    written = BatchFormat(media_type_of(request))
    if asked.mapping is not None and written is not BatchFormat.CSV:
        raise Refused(
            RefusalCode.VALIDATION_FAILED,
            f"a mapping came with {written.value}; expected one with {BatchFormat.CSV.value} only",
        )
    return prepare_batch(body, written, reading)


async def the_batch_errand(
    caller: CallerParameter,
    _batch: "BatchParameter",
    work: WorkParameter,
    present: PresentParameter,
) -> Errand:
    """Give the batch's route its errand; the transaction begins when the batch is prepared."""
    return Errand(principal=caller, work=work, present=present)


BatchParameter = Annotated[PreparedBatch, Depends(prepared_batch)]
BatchErrand = Annotated[Errand, Depends(the_batch_errand)]
