"""The coding desk over HTTP: blind, whoever asks."""

from typing import Annotated

from fastapi import Query, Request, Response

from gaptracker.domain.errors import UnknownName
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.refusals import not_there
from gaptracker.intake.submission_problems import FieldCode, Problem, SubmissionInvalid
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import json_of, respond
from gaptracker.receive.callers import (
    CallerParameter,
    DeskParameter,
    ReadingParameter,
)
from gaptracker.receive.documented import IDEMPOTENCY_KEY, SENT_ONCE, intake_problems, takes
from gaptracker.receive.errands import BodyParameter, WritingErrand
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.requests import CodingBody, CodingQuery, parse_body
from gaptracker.receive.schemas import (
    CodingAnswer,
    CodingQueue,
    QueuedItem,
    RungMark,
    SourceShown,
)
from gaptracker.workflows.code_items import QueueEntry
from gaptracker.workflows.coding_desk import GivenCoding, code_item, queue_for

router = Routes(tag="codings")


@router.get(
    "/v1/codings/queue",
    summary="What the caller is asked to code next",
    response_model=CodingQueue,
    responses=intake_problems(),
)
def get_queue(
    query: Annotated[CodingQuery, Query()],
    caller: CallerParameter,
    desk: DeskParameter,
    work: ReadingParameter,
) -> Response:
    """Give published items, nearest to completion first, each alone with the theme's ladder.

    Nothing is shown of the actor's other side or of other people's codings. What the caller's own
    organisation sent, and what they have coded, is left out.
    """
    if query.theme is not None:
        _require_theme(query.theme, "theme", desk.known.methodology)
    entries = queue_for(
        caller.member, work, desk.known.methodology, theme=query.theme, limit=query.limit
    )
    return respond(CodingQueue(data=[_queued(entry) for entry in entries]))


@router.post(
    "/v1/codings",
    status_code=201,
    summary="Place an item on a theme's ladder",
    response_model=CodingAnswer,
    responses=intake_problems(*SENT_ONCE, ProblemCode.IDEMPOTENCY_KEY_REUSED),
    openapi_extra=takes(CodingBody.model_json_schema(), IDEMPOTENCY_KEY),
)
def post_coding(
    request: Request, body: BodyParameter, errand: WritingErrand, desk: DeskParameter
) -> Response:
    """Keep the caller's rung for an item; the same item again is a new revision of it.

    The rationale is public for ever once people have settled the item: quote nothing but the
    item's own text. An item that is not there, or that the caller may not code, is not found.
    """

    def do() -> Answer:
        given = parse_body(CodingBody, body)
        _require_theme(given.theme, "#/theme", desk.known.methodology)
        try:
            kept = code_item(
                GivenCoding(
                    item=given.item,
                    theme=given.theme,
                    rung=given.rung,
                    specificity=given.specificity,
                    rationale=given.rationale,
                ),
                errand.work,
                errand.present,
                member=errand.principal.member,
                methodology=desk.known.methodology,
            )
        except UnknownName as error:
            raise not_there() from error
        answer = CodingAnswer(
            item=kept.coding.item,
            item_kind=kept.coding.item_kind,
            theme=kept.coding.theme,
            rung=kept.coding.rung,
            specificity=kept.coding.specificity,
            rationale=kept.coding.rationale,
            revision=kept.revision,
        )
        return Answer(status=201, body=json_of(answer))

    return answer_once(request, body, errand, do)


def _require_theme(theme: str, pointer: str, methodology: Methodology) -> None:
    if theme not in methodology.themes:
        detail = f"no theme is called so; expected one of {', '.join(methodology.themes)}"
        raise SubmissionInvalid(
            (Problem(pointer=pointer, code=FieldCode.THEME_UNKNOWN, detail=detail),)
        )


def _queued(entry: QueueEntry) -> QueuedItem:
    item = entry.item
    return QueuedItem(
        item=item.id,
        item_kind=item.kind,
        theme=item.theme,
        needed=entry.needed,
        reads=dict(item.face),
        source=SourceShown(title=item.source, url=item.url),
        question=dict(entry.question),
        ladder=[
            RungMark(rung=rung.rung, title=dict(rung.title), description=dict(rung.description))
            for rung in entry.ladder
        ],
    )
