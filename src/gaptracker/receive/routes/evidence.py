"""Published evidence for everybody, without a key: pages, one by one, and whole files."""

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from gaptracker.domain.formula_guard import formula_safe_cell
from gaptracker.domain.refusals import not_there
from gaptracker.publish.api.codes import ProblemCode
from gaptracker.publish.api.routing import Routes
from gaptracker.receive.answers import respond
from gaptracker.receive.callers import DeskParameter, ReadingParameter
from gaptracker.receive.documented import intake_problems
from gaptracker.receive.errands import SubmissionId
from gaptracker.receive.schemas import EvidenceAnswer, EvidencePage
from gaptracker.workflows.public_evidence import (
    PublicEvidence,
    all_evidence,
    list_evidence,
    show_evidence,
)

router = Routes(tag="evidence")

# Short, and nothing stale after it: what is unpublished for somebody's safety must be gone soon.
CACHED = "public, max-age=60"
EXPORT_COLUMNS = (
    *("id", "ref", "kind", "actor", "theme", "title", "paraphrase", "forum", "said_on"),
    *("indicator", "period", "value", "in_force_from", "in_force_to", "source_title"),
    *("source_url", "verification", "published_on"),
)


class EvidenceQuery(BaseModel):
    """Which page of the published evidence."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[
        str | None,
        Field(
            description="Where to go on: `next` of the page before.",
            pattern=r"^sub_[a-z2-7]{26}$",
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Most rows.")] = 50


@router.get(
    "/v1/evidence",
    summary="Published evidence, page by page",
    response_model=EvidencePage,
    responses=intake_problems(),
)
def get_evidence_page(
    request: Request, query: Annotated[EvidenceQuery, Query()], work: ReadingParameter
) -> Response:
    """Give what organisations sent and editors published; the public projection only."""
    found = list_evidence(work, after=query.cursor, limit=query.limit + 1)
    shown = found[: query.limit]
    following = shown[-1].id if len(found) > query.limit else None
    headers = {"Cache-Control": CACHED, "ETag": _tag(shown, following)}
    if _is_held(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if following is not None:
        headers["Link"] = f'</v1/evidence?cursor={following}&limit={query.limit}>; rel="next"'
    page = EvidencePage(data=[_answer(each) for each in shown], next=following)
    return respond(page, headers=headers)


@router.get(
    "/v1/evidence/{submission_id}",
    summary="One piece of published evidence",
    response_model=EvidenceAnswer,
    responses=intake_problems(ProblemCode.RETRACTED, ProblemCode.WITHDRAWN),
)
def get_evidence(request: Request, submission_id: SubmissionId, work: ReadingParameter) -> Response:
    """Give the public projection; 410 with reason and last digest once it was taken back."""
    found = show_evidence(submission_id, work)
    headers = {"Cache-Control": CACHED, "ETag": _tag((found,), found.state.value)}
    if _is_held(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return respond(_answer(found), headers=headers)


@router.get(
    "/v1/exports/evidence",
    summary="All published evidence as one file: `.csv` or `.ndjson`",
    response_model=None,
    responses={
        **intake_problems(ProblemCode.NOT_ACCEPTABLE),
        200: {
            "description": "One item a row (`.csv`), or one submission a line (`.ndjson`).",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
    },
)
def export_evidence(request: Request, desk: DeskParameter) -> Response:
    """Give everything that is published, from one state of the records."""

    def rows() -> Iterator[PublicEvidence]:
        with desk.open_work(True) as work:
            yield from all_evidence(work)

    headers = {"Cache-Control": CACHED}
    match request.state.suffix:
        case "csv":
            return StreamingResponse(
                _csv_of(rows()), media_type="text/csv; charset=utf-8", headers=headers
            )
        case "ndjson" | None:
            return StreamingResponse(
                (_answer(each).model_dump_json() + "\n" for each in rows()),
                media_type="application/x-ndjson",
                headers=headers,
            )
        case _:
            raise not_there()


def _answer(found: PublicEvidence) -> EvidenceAnswer:
    address = f"/v1/evidence/{found.id}"
    links = {"self": address, "attachments": f"{address}/attachments"}
    if found.superseded_by is not None:
        links["superseded_by"] = f"/v1/evidence/{found.superseded_by}"
    return EvidenceAnswer(
        id=found.id,
        state=found.state,
        verification=found.verification,
        superseded_by=found.superseded_by,
        published_on=found.published_on,
        content_sha256=found.content_sha256,
        evidence=found.evidence,
        withheld={"attachments": found.withheld_files},
        content=found.projection,
        links=links,
    )


def _csv_of(rows: Iterator[PublicEvidence]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, EXPORT_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for found in rows:
        for row in _items(found):
            writer.writerow({name: formula_safe_cell(str(value)) for name, value in row.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


# `Any` because an item is JSON.
def _items(found: PublicEvidence) -> Iterator[dict[str, Any]]:
    sources = {each["ref"]: each for each in found.projection["sources"]}
    for item in found.projection["items"]:
        links = item["sources"]
        first = links[0] if isinstance(links[0], str) else links[0]["ref"]
        row = {name: item[name] for name in EXPORT_COLUMNS if name in item}
        yield row | {
            "id": found.evidence[item["ref"]],
            "source_title": sources[first].get("title", ""),
            "source_url": sources[first].get("url", ""),
            "verification": found.verification,
            "published_on": found.published_on.isoformat(),
        }


def _tag(found: tuple[PublicEvidence, ...], more: str | None) -> str:
    lines = [
        f"{each.id} {each.content_sha256} {each.verification} {each.state} {each.superseded_by} "
        f"{each.withheld_files}"
        for each in found
    ]
    digest = hashlib.sha256("\n".join([*lines, str(more)]).encode()).hexdigest()
    return f'"{digest[:32]}"'


def _is_held(request: Request, tag: str) -> bool:
    return tag in {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
