"""The log for everybody: its signed head, its key, proofs; receipts; entries for auditors."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import respond
from gaptracker.receive.callers import DeskParameter, PresentParameter, public_rate
from gaptracker.receive.desk import Desk
from gaptracker.receive.documented import intake_problems
from gaptracker.receive.errands import ReadingErrand, SubmissionId
from gaptracker.receive.schemas_custody import (
    ConsistencyAnswer,
    EntryMark,
    EntryPage,
    InclusionAnswer,
    ReceiptAnswer,
)
from gaptracker.records.log_repository import StoredCheckpoint
from gaptracker.workflows.present import Present
from gaptracker.workflows.read_log import (
    entries_for_auditors,
    keep_todays_head,
    prove_consistency,
    prove_inclusion,
    todays_head,
)
from gaptracker.workflows.write_receipt import write_receipt

router = Routes(tag="log")

MOST_SIZE = 2**53 - 1
CACHED = {"Cache-Control": "public, max-age=60"}
TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}


class InclusionQuery(BaseModel):
    """Which leaf, and in the tree of which size."""

    model_config = ConfigDict(extra="forbid")

    leaf: Annotated[
        str, Field(description="Leaf hash, in hexadecimal digits.", pattern=r"^[0-9a-f]{64}$")
    ]
    size: Annotated[
        int | None,
        Field(description="Of which tree; the public head's if left out.", ge=1, le=MOST_SIZE),
    ] = None


class ConsistencyQuery(BaseModel):
    """From which size to which."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    earlier: Annotated[
        int, Field(alias="from", description="The smaller size.", ge=0, le=MOST_SIZE)
    ]
    later: Annotated[
        int | None,
        Field(
            alias="to",
            description="The larger size; the public head's if left out.",
            ge=0,
            le=MOST_SIZE,
        ),
    ] = None


class EntriesQuery(BaseModel):
    """Which entries."""

    model_config = ConfigDict(extra="forbid")

    start: Annotated[int, Field(description="First position.", ge=0, le=MOST_SIZE)] = 0
    count: Annotated[int, Field(description="Most entries.", ge=1, le=1_000)] = 100


@router.get(
    "/v1/log/checkpoint",
    summary="The log's head of today, signed",
    response_model=None,
    responses={200: {"description": "A signed note (C2SP tlog-checkpoint).", **TEXT}},
)
def get_checkpoint(request: Request, desk: DeskParameter, present: PresentParameter) -> Response:
    """Give size and root under the log's signature; it changes once a day (UTC) at most.

    Keep it: whoever has an earlier one can show that the log was changed since.
    """
    public_rate(request, desk, present)
    text = _todays(desk, present).text
    return Response(text, media_type="text/plain; charset=utf-8", headers=CACHED)


@router.get(
    "/v1/log/key",
    summary="The log's verifier key",
    response_model=None,
    responses={200: {"description": "One line, `name+hash+base64`.", **TEXT}},
)
def get_log_key(desk: DeskParameter) -> Response:
    """Give the public key; compare it with what you have from elsewhere before you trust it."""
    line = desk.log_key.verifier.encode() + "\n"
    return Response(line, media_type="text/plain; charset=utf-8", headers=CACHED)


@router.get(
    "/v1/log/proof/inclusion",
    summary="Proof that a leaf is in the log",
    response_model=InclusionAnswer,
    responses=intake_problems(),
)
def get_inclusion_proof(
    request: Request,
    query: Annotated[InclusionQuery, Query()],
    desk: DeskParameter,
    present: PresentParameter,
) -> Response:
    """Give the path from a leaf's hash to the root of a size, the public head's if left out."""
    public_rate(request, desk, present)
    head = _todays(desk, present)
    with desk.open_work(True) as work:
        proof = prove_inclusion(bytes.fromhex(query.leaf), query.size, head.size, work)
    answer = InclusionAnswer(leaf_index=proof.leaf_index, size=proof.size, path=_hex(proof.path))
    return respond(answer)


@router.get(
    "/v1/log/proof/consistency",
    summary="Proof that the log only grew",
    response_model=ConsistencyAnswer,
    responses=intake_problems(),
)
def get_consistency_proof(
    request: Request,
    query: Annotated[ConsistencyQuery, Query()],
    desk: DeskParameter,
    present: PresentParameter,
) -> Response:
    """Give the path from the root of one size to that of a later one."""
    public_rate(request, desk, present)
    head = _todays(desk, present)
    with desk.open_work(True) as work:
        later, path = prove_consistency(query.earlier, query.later, head.size, work)
    return respond(ConsistencyAnswer(earlier=query.earlier, later=later, path=_hex(path)))


@router.get(
    "/v1/log/entries",
    summary="The log's entries, for auditors",
    response_model=EntryPage,
    responses=intake_problems(),
)
def list_entries(query: Annotated[EntriesQuery, Query()], errand: ReadingErrand) -> Response:
    """Give entries as they were hashed: what happened to which object on which day; no names."""
    found = entries_for_auditors(query.start, query.count, errand.work)
    marks = [
        EntryMark(position=each.position, entry=each.entry, leaf_hash=each.leaf_hash.hex())
        for each in found
    ]
    return respond(EntryPage(size=errand.work.custody.size(), data=marks))


@router.get(
    "/v1/submissions/{submission_id}/receipt",
    summary="What lets you prove, alone and offline, what the log holds of this submission",
    response_model=ReceiptAnswer,
    responses=intake_problems(ProblemCode.WITHDRAWN),
)
def get_receipt(
    submission_id: SubmissionId, errand: ReadingErrand, desk: DeskParameter
) -> Response:
    """Give the receipt of the newest change, leading to a head that was signed just now."""
    receipt = write_receipt(submission_id, desk.log_key, errand)
    return respond(ReceiptAnswer.model_validate(receipt.to_json()))


def _todays(desk: Desk, present: Present) -> StoredCheckpoint:
    """Return the public head; the day's first reader has it signed and kept."""
    with desk.open_work(True) as work:
        known = todays_head(work, present)
    if known is not None:
        return known
    with desk.open_work(False) as work:
        head = keep_todays_head(work, desk.log_key, present)
        work.commit()
    return head


def _hex(path: tuple[bytes, ...]) -> list[str]:
    return [each.hex() for each in path]
