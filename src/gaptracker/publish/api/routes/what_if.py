"""`/v1/what-if`: a cell under other choices than the methodology's; never official."""

from typing import Annotated

import structlog
from fastapi import Query, Request, Response

from gaptracker.domain.errors import InvalidValue, ReleaseCorrupt
from gaptracker.publish.api.answers import (
    Written,
    release_ticket,
    respond,
    respond_held,
    write_document,
)
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import View, not_ready, open_view
from gaptracker.publish.api.documented import problems
from gaptracker.publish.api.errors import Fault, invalid
from gaptracker.publish.api.filters import (
    Findings,
    actor_spellings,
    known_years,
    require_known_names,
    scored_theme_spellings,
)
from gaptracker.publish.api.queries import WhatIfQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_what_if import WhatIfAnswer
from gaptracker.publish.api.slow_work import slow_work_of
from gaptracker.publish.api.what_if_rows import build_what_if, read_choices
from gaptracker.publish.frozen_evidence import FrozenSurroundings, evidence_of
from gaptracker.publish.rows import FrozenCell
from gaptracker.workflows.what_if import CellAsked, OtherCell, OtherChoices, score_under

router = Routes(tag="figures")

WHAT_IF_PATH = "/v1/what-if"

log = structlog.get_logger("gaptracker.api")


@router.get(
    WHAT_IF_PATH,
    summary="A cell under other choices than the methodology's; never official",
    response_model=WhatIfAnswer,
    responses=problems(
        ProblemCode.NOT_ACCEPTABLE, ProblemCode.VALIDATION_FAILED, ProblemCode.UNAVAILABLE
    ),
)
async def score_what_if(request: Request, query: Annotated[WhatIfQuery, Query()]) -> Response:
    """Score one cell anew from the release's own evidence, under choices of the asker's.

    Which evidence counts stays as the methodology says; what it weighs, where it stands and how
    it is averaged may be chosen. The published figure stands beside it, and the least and
    greatest gap that any weights could bring about. Without any choice the figures are the
    published ones exactly.
    """
    view = await open_view(request, query)
    found = Findings()
    release = view.release
    known = actor_spellings(release)
    require_known_names((query.actor,), "actor", ErrorCode.ACTOR_UNKNOWN, known, found)
    themes = scored_theme_spellings(release)
    require_known_names((query.theme,), "theme", ErrorCode.THEME_UNKNOWN, themes, found)
    years = known_years((query.year.strip(),), release.years, found)
    choices = read_choices(view, query, found)
    found.condition()  # refuses, if there was a fault
    asked = query.model_dump(exclude={"lang", "release"}, exclude_none=True)
    ticket = release_ticket(release, view.shape, WHAT_IF_PATH, asked)
    held = respond_held(request, ticket)
    if held is not None:
        return held
    frozen = release.cell(query.actor, query.theme, years[0])
    scored = await _scored(request, view, frozen, choices)

    def write() -> Written:
        data = build_what_if(view, frozen, choices, scored)
        return write_document(WhatIfAnswer(meta=view.meta(), data=data))

    return respond(request, ticket, write)


async def _scored(
    request: Request, view: View, frozen: FrozenCell, choices: OtherChoices
) -> OtherCell:
    """Score a cell when its turn comes.

    Raises:
        RequestRefused: If the choices leave nothing that weighs anything (422), too many
            questions are waiting or the release cannot be read (503).
    """
    surroundings = request.app.state.surroundings
    if not isinstance(surroundings, FrozenSurroundings):
        raise TypeError("the application holds no surroundings of releases")
    release = view.release
    chances = frozen.n_opportunities

    def score() -> OtherCell:
        around = surroundings.of(release)
        return score_under(
            CellAsked(
                actor=frozen.actor,
                theme=frozen.theme,
                year=frozen.year,
                opportunities=chances,
                silent=round((frozen.silence_rate or 0.0) * chances),
            ),
            evidence_of(release, around.belonging, frozen.actor),
            release.methodology,
            choices,
            around.confusions,
        )

    try:
        return await slow_work_of(request).run(score)
    except InvalidValue as error:
        raise invalid(
            Fault(
                parameter="weights",
                place="query",
                code=ErrorCode.VALUE_OUT_OF_RANGE,
                detail=str(error),
                expected="choices under which at least one item of each side weighs something",
            )
        ) from error
    except (ReleaseCorrupt, OSError) as error:
        log.error("release refused", release=release.id, reason=str(error))  # noqa: TRY400
        raise not_ready(f"release {release.id} cannot be read at the moment") from error
