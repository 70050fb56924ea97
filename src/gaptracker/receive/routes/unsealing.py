"""Sealed identities: a custodian asks, another confirms, the first gets what only they can open."""

from base64 import b64encode
from typing import Annotated

from fastapi import Path, Request, Response

from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import json_of, respond
from gaptracker.receive.documented import IDEMPOTENCY_KEY, SENT_ONCE, intake_problems, takes
from gaptracker.receive.errands import BodyParameter, ReadingErrand, SubmissionId, WritingErrand
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.requests import Body, UnsealBody, parse_body
from gaptracker.receive.schemas_custody import SealedCopyMark, UnsealRequestAnswer
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.unseal_identity import (
    SeenRequest,
    ask_to_unseal,
    confirm_unsealing,
    show_request,
)

router = Routes(tag="identities")

RequestId = Annotated[str, Path(min_length=1, max_length=64)]


class NoBody(Body):
    """An object without members."""


@router.post(
    "/v1/submissions/{submission_id}/unseal-requests",
    summary="Ask to open the identities of a submission",
    status_code=201,
    response_model=UnsealRequestAnswer,
    responses=intake_problems(*SENT_ONCE, ProblemCode.IDEMPOTENCY_KEY_REUSED),
    openapi_extra=takes(UnsealBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def create_unseal_request(
    request: Request, submission_id: SubmissionId, errand: WritingErrand, body: BodyParameter
) -> Response:
    """Ask, with the reason; another custodian has to confirm within 24 hours."""

    def ask() -> Answer:
        asked = parse_body(UnsealBody, body)
        seen = ask_to_unseal(submission_id, asked.reason, errand)
        where = {"Location": f"/v1/unseal-requests/{seen.request.id}"}
        return Answer(status=201, body=json_of(_answer(seen, errand)), headers=where)

    return answer_once(request, body, errand, ask)


@router.post(
    "/v1/unseal-requests/{request_id}:confirm",
    summary="Confirm another custodian's request",
    response_model=UnsealRequestAnswer,
    responses=intake_problems(
        *SENT_ONCE,
        ProblemCode.IDEMPOTENCY_KEY_REUSED,
        ProblemCode.INVALID_TRANSITION,
        ProblemCode.SELF_REVIEW,
    ),
    openapi_extra=takes(NoBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def confirm_unseal_request(
    request: Request, request_id: RequestId, errand: WritingErrand, body: BodyParameter
) -> Response:
    """Confirm it, as somebody else than who asked; the body is an empty object."""

    def confirm() -> Answer:
        parse_body(NoBody, body)
        return Answer(
            status=200, body=json_of(_answer(confirm_unsealing(request_id, errand), errand))
        )

    return answer_once(request, body, errand, confirm)


@router.get(
    "/v1/unseal-requests/{request_id}",
    summary="One request, and once it is confirmed what is sealed to your own key",
    response_model=UnsealRequestAnswer,
    responses=intake_problems(),
)
def get_unseal_request(request_id: RequestId, errand: ReadingErrand) -> Response:
    """Give the request; who asked gets the sealed copies, which this program cannot open."""
    return respond(_answer(show_request(request_id, errand), errand))


def _answer(seen: SeenRequest, errand: Errand) -> UnsealRequestAnswer:
    request = seen.request
    copies = None
    if seen.copies is not None:
        copies = [
            SealedCopyMark(
                custodian=each.custodian,
                fingerprint=each.fingerprint,
                ciphertext=b64encode(each.ciphertext).decode(),
            )
            for each in seen.copies
        ]
    return UnsealRequestAnswer(
        id=request.id,
        submission=request.submission,
        reason=request.reason,
        yours=request.asked_by == errand.principal.member,
        asked_at=request.asked_at,
        confirmed=request.confirmed_by is not None,
        expires_at=request.expires_at,
        expired=seen.expired,
        copies=copies,
    )
