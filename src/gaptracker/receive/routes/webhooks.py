"""Webhook endpoints: where events are sent, how that went, and sending again."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.domain.delivery import EventType
from gaptracker.domain.webhooks import Delivery, DeliveryAttempt, WebhookEndpoint
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import json_of, respond
from gaptracker.receive.callers import DeskParameter
from gaptracker.receive.documented import IDEMPOTENCY_KEY, SENT_ONCE, intake_problems, takes
from gaptracker.receive.errands import (
    BareErrand,
    BodyParameter,
    NoBodyParameter,
    ReadingErrand,
    WritingErrand,
)
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.requests import parse_body
from gaptracker.receive.requests_events import DeliveryQuery, EndpointBody
from gaptracker.receive.schemas_events import (
    AttemptMark,
    DeliveryAnswer,
    DeliveryPage,
    EndpointAnswer,
    EndpointList,
    EndpointSecret,
)
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.manage_webhooks import (
    DeliveriesAsked,
    deliveries_seen,
    endpoint_seen,
    redeliver,
    register_endpoint,
    remove_endpoint,
    rotate_secret,
    send_test,
)

router = Routes(tag="events")

EndpointId = Annotated[str, Path(min_length=1, max_length=64)]
DeliveryId = Annotated[str, Path(min_length=1, max_length=64)]
ENDPOINT = "/v1/webhook-endpoints/{endpoint_id}"
ONCE = (*SENT_ONCE, ProblemCode.IDEMPOTENCY_KEY_REUSED)
# A body may be left out where none is taken, and so has no place in the description.
ONLY_KEY = {"parameters": [IDEMPOTENCY_KEY]}


@router.post(
    "/v1/webhook-endpoints",
    summary="Register an address to which events are sent",
    status_code=201,
    response_model=EndpointSecret,
    responses=intake_problems(*ONCE),
    openapi_extra=takes(EndpointBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def create_endpoint(
    request: Request, errand: WritingErrand, body: BodyParameter, desk: DeskParameter
) -> Response:
    """Register an endpoint; it gets what happens from now on, signed by Standard Webhooks 1.0.0.

    The secret is in this answer and in no other. Delivery is at least once and in no order.
    """

    def register() -> Answer:
        asked = parse_body(EndpointBody, body)
        types = [EventType(each) for each in asked.types or ()]
        endpoint = register_endpoint(asked.url, types, errand, desk.outgoing.rules)
        location = ENDPOINT.format(endpoint_id=endpoint.id)
        return Answer(
            status=201,
            body=json_of(_with_secret(endpoint, errand)),
            headers={"Location": location},
        )

    return answer_once(request, body, errand, register)


@router.get(
    "/v1/webhook-endpoints",
    summary="The organisation's endpoints, oldest first",
    response_model=EndpointList,
    responses=intake_problems(),
)
def list_endpoints(errand: ReadingErrand) -> Response:
    """Give every endpoint, without its secret."""
    found = errand.work.webhooks.endpoints(errand.principal.organisation)
    return respond(EndpointList(data=[_endpoint_answer(each, errand) for each in found]))


@router.get(
    ENDPOINT,
    summary="One endpoint",
    response_model=EndpointAnswer,
    responses=intake_problems(),
)
def get_endpoint(endpoint_id: EndpointId, errand: ReadingErrand) -> Response:
    """Give an endpoint, without its secret."""
    return respond(_endpoint_answer(endpoint_seen(endpoint_id, errand), errand))


@router.delete(
    ENDPOINT,
    summary="Remove an endpoint",
    status_code=204,
    response_class=Response,
    responses=intake_problems(),
)
def delete_endpoint(endpoint_id: EndpointId, errand: BareErrand) -> Response:
    """Remove an endpoint, its secrets, and whatever is on its way to it."""
    remove_endpoint(endpoint_id, errand)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@router.post(
    f"{ENDPOINT}:rotate-secret",
    summary="A new secret; the old one signs beside it for 24 hours",
    response_model=EndpointSecret,
    responses=intake_problems(*ONCE),
    openapi_extra=ONLY_KEY,
)
def rotate_endpoint_secret(
    request: Request, endpoint_id: EndpointId, errand: BareErrand, body: NoBodyParameter
) -> Response:
    """Make a new secret and show it this once; until then messages carry both signatures."""

    def rotate() -> Answer:
        changed = rotate_secret(endpoint_id, errand)
        return Answer(status=200, body=json_of(_with_secret(changed, errand)))

    return answer_once(request, body, errand, rotate)


@router.post(
    f"{ENDPOINT}:test",
    summary="Send a webhook.test to this endpoint",
    status_code=202,
    response_model=DeliveryAnswer,
    responses=intake_problems(*ONCE),
    openapi_extra=ONLY_KEY,
)
def try_endpoint(
    request: Request, endpoint_id: EndpointId, errand: BareErrand, body: NoBodyParameter
) -> Response:
    """Put a test on its way; the endpoint's deliveries tell how it went."""

    def send() -> Answer:
        delivery = send_test(endpoint_id, errand)
        return Answer(status=202, body=json_of(_delivery_answer(delivery, ())))

    return answer_once(request, body, errand, send)


@router.get(
    f"{ENDPOINT}/deliveries",
    summary="What was sent to an endpoint and how that went, the newest first",
    response_model=DeliveryPage,
    responses=intake_problems(),
)
def list_deliveries(
    endpoint_id: EndpointId, query: Annotated[DeliveryQuery, Query()], errand: ReadingErrand
) -> Response:
    """Give deliveries with every attempt: its status, or why no answer came."""
    asked = DeliveriesAsked(before=query.before, state=query.state, limit=query.limit)
    page, attempts = deliveries_seen(endpoint_id, asked, errand)
    answers = [_delivery_answer(each, attempts.get(each.id, ())) for each in page]
    more = page[-1].id if len(page) == query.limit else None
    return respond(DeliveryPage(data=answers, next=more))


@router.post(
    f"{ENDPOINT}/deliveries/{{delivery_id}}:redeliver",
    summary="Send an event to an endpoint again",
    status_code=202,
    response_model=DeliveryAnswer,
    responses=intake_problems(*ONCE),
    openapi_extra=ONLY_KEY,
)
def redeliver_event(
    request: Request,
    endpoint_id: EndpointId,
    delivery_id: DeliveryId,
    errand: BareErrand,
    body: NoBodyParameter,
) -> Response:
    """Begin a further round under the event's own id; what is still on its way is hurried."""

    def send() -> Answer:
        delivery = redeliver(endpoint_id, delivery_id, errand)
        attempts = errand.work.webhooks.attempts([delivery.id]).get(delivery.id, ())
        return Answer(status=202, body=json_of(_delivery_answer(delivery, attempts)))

    return answer_once(request, body, errand, send)


def _endpoint_answer(endpoint: WebhookEndpoint, errand: Errand) -> EndpointAnswer:
    address = ENDPOINT.format(endpoint_id=endpoint.id)
    overlaps = endpoint.overlaps(errand.present.now)
    return EndpointAnswer(
        id=endpoint.id,
        url=endpoint.url,
        types=[EventType(each) for each in endpoint.types.split()],
        created_at=endpoint.created_at,
        previous_secret_until=endpoint.previous_until if overlaps else None,
        disabled_at=endpoint.disabled_at,
        disabled_reason=endpoint.disabled_reason,
        links={"self": address, "deliveries": f"{address}/deliveries"},
    )


def _with_secret(endpoint: WebhookEndpoint, errand: Errand) -> EndpointSecret:
    shown = _endpoint_answer(endpoint, errand)
    return EndpointSecret(**dict(shown), secret=endpoint.secret)


def _delivery_answer(delivery: Delivery, attempts: Sequence[DeliveryAttempt]) -> DeliveryAnswer:
    return DeliveryAnswer(
        id=delivery.id,
        event=delivery.event,
        type=delivery.type,
        round=delivery.round,
        state=delivery.state,
        attempts=[
            AttemptMark(
                attempt=each.attempt,
                at=each.at,
                status=each.status,
                outcome=each.outcome,
                duration_ms=each.duration_ms,
            )
            for each in attempts
        ],
        next_attempt_at=delivery.next_at,
        created_at=delivery.created_at,
    )
