"""`/v1/compare`: which figure is the higher, if that can be told."""

from typing import Annotated

from fastapi import Query, Request, Response

from gaptracker.publish.addresses import COMPARE_PATH
from gaptracker.publish.api.answers import (
    Written,
    release_ticket,
    respond,
    respond_held,
    write_document,
    write_file,
)
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.comparison_asked import asked_lists, subjects_of
from gaptracker.publish.api.comparison_rows import build_comparison, pair_rows
from gaptracker.publish.api.deps import (
    JSON,
    TABLE_FORMATS,
    View,
    current_of,
    shape_of,
    standing_of,
    take_release,
)
from gaptracker.publish.api.documented import table_responses
from gaptracker.publish.api.filters import Findings, require_known_names
from gaptracker.publish.api.queries import CompareQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_compared import (
    ComparedAnswer,
    ComparedPairRow,
    ComparisonAnswer,
)
from gaptracker.publish.api.slow_work import slow_work_of

router = Routes(tag="figures")


@router.get(
    COMPARE_PATH,
    summary="Two figures or more, and whether they can be told apart",
    response_model=ComparedAnswer,
    responses=table_responses(),
)
async def compare_figures(request: Request, query: Annotated[CompareQuery, Query()]) -> Response:
    """Compare actors in one year, or one actor in several years or releases, on one theme.

    A difference is given only where its order has a probability of 0.90 or more; otherwise the
    sentence says that the two cannot be told apart. Cells of grade D enter no comparison. As CSV
    and NDJSON the pairs are given.
    """
    lists = asked_lists(query)
    standing = standing_of(request)
    newest = current_of(standing).id
    found = Findings()
    known = dict.fromkeys(standing.published, ())
    parameter = "releases" if query.releases else "release"
    require_known_names(lists.releases, parameter, ErrorCode.RELEASE_UNKNOWN, known, found)
    found.condition()  # refuses, if there was a fault
    shape = shape_of(request, query, offered=TABLE_FORMATS, pinned=bool(lists.releases))
    releases = [
        await take_release(request, standing, name) for name in (lists.releases or (newest,))
    ]
    # They stand newest first.
    leading = min(releases, key=lambda each: list(standing.published).index(each.id))
    view = View(standing=standing, release=leading, shape=shape)
    asked = query.model_dump(exclude={"lang", "format"}, exclude_none=True)
    ticket = release_ticket(leading, shape, COMPARE_PATH, asked)
    held = respond_held(request, ticket)
    if held is not None:
        return held

    def compare() -> ComparisonAnswer:
        # Finding forty cells takes as long as comparing them.
        subjects = subjects_of(lists, releases, query.theme)
        return build_comparison(view, subjects, query.figure, lists.across)

    comparison = await slow_work_of(request).run(compare)

    def write() -> Written:
        if view.form != JSON:
            return write_file(
                f"compare-{query.theme}",
                ComparedPairRow,
                pair_rows(view, comparison),
                form=view.form,
                release=leading.id,
            )
        return write_document(ComparedAnswer(meta=view.meta(), data=comparison))

    return respond(request, ticket, write)
