"""What an organisation's spreadsheet columns mean, and a spreadsheet to begin with."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.domain.jobs import CsvMappingText
from gaptracker.intake.csv_mapping import CsvMapping, parse_mapping
from gaptracker.intake.csv_templates import template_of
from gaptracker.intake.strict_json import parse_json
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import NO_STORE, json_of, respond
from gaptracker.receive.callers import CallerParameter
from gaptracker.receive.documented import IDEMPOTENCY_KEY, SENT_ONCE, intake_problems, takes
from gaptracker.receive.errands import BareErrand, BodyParameter, ReadingErrand, WritingErrand
from gaptracker.receive.idempotency import Answer, answer_once
from gaptracker.receive.requests import TemplateQuery
from gaptracker.receive.schemas_jobs import CsvMappingAnswer, CsvMappingList
from gaptracker.workflows.csv_mappings import add_mapping, remove_mapping, shown

router = Routes(tag="jobs")

MappingId = Annotated[str, Path(min_length=1, max_length=64)]
TemplateParameter = Annotated[TemplateQuery, Query()]


@router.get(
    "/v1/csv-mappings/template",
    summary="A spreadsheet to begin with (`.csv`), and the mapping that reads it",
    response_model=CsvMappingAnswer,
    responses={
        **intake_problems(),
        200: {
            "description": "The mapping, or with `.csv` a header and one example row in UTF-8.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        },
    },
)
def get_mapping_template(
    request: Request, asked: TemplateParameter, caller: CallerParameter
) -> Response:
    """Give a spreadsheet for one kind of item, or the mapping that belongs to it.

    POST the mapping as it is, replace the example row with your own, and send the file.
    """
    del caller
    template = template_of(asked.kind)
    if request.state.suffix == "csv":
        name = f'attachment; filename="gaptracker-{asked.kind}.csv"'
        headers = {**NO_STORE, "Content-Disposition": name}
        return Response(template.spreadsheet(), media_type="text/csv", headers=headers)
    return respond(CsvMappingAnswer(id=None, mapping=template.mapping, created_at=None))


@router.post(
    "/v1/csv-mappings",
    summary="Say what the columns of a spreadsheet mean",
    status_code=201,
    response_model=CsvMappingAnswer,
    responses=intake_problems(*SENT_ONCE, ProblemCode.IDEMPOTENCY_KEY_REUSED),
    openapi_extra=takes(CsvMapping.model_json_schema(), IDEMPOTENCY_KEY),
)
def create_mapping(request: Request, errand: WritingErrand, body: BodyParameter) -> Response:
    """Keep a mapping for batches of CSV; it never changes, make another one instead."""

    def create() -> Answer:
        kept = add_mapping(parse_mapping(parse_json(body)), errand)
        location = f"/v1/csv-mappings/{kept.id}"
        return Answer(status=201, body=json_of(_answer(kept)), headers={"Location": location})

    return answer_once(request, body, errand, create)


@router.get(
    "/v1/csv-mappings",
    summary="The organisation's mappings",
    response_model=CsvMappingList,
    responses=intake_problems(),
)
def list_mappings(errand: ReadingErrand) -> Response:
    """Give all mappings, oldest first."""
    kept = errand.work.jobs.mappings(errand.principal.organisation)
    return respond(CsvMappingList(data=[_answer(each) for each in kept]))


@router.delete(
    "/v1/csv-mappings/{mapping_id}",
    summary="Remove a mapping",
    status_code=204,
    responses=intake_problems(),
    response_class=Response,
)
def delete_mapping(mapping_id: MappingId, errand: BareErrand) -> Response:
    """Remove a mapping; batches that were read by it stay as they are."""
    remove_mapping(mapping_id, errand)
    return Response(status_code=204, headers=NO_STORE)


def _answer(kept: CsvMappingText) -> CsvMappingAnswer:
    return CsvMappingAnswer(id=kept.id, mapping=dict(shown(kept)), created_at=kept.created_at)
