"""`/v1/check`: was this figure published, and what is it now?"""

from typing import Annotated

from fastapi import Query, Request, Response

from gaptracker.domain.errors import InvalidValue
from gaptracker.publish.api.answers import Written, release_ticket, respond, write_document
from gaptracker.publish.api.check_rows import build_check
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import open_view
from gaptracker.publish.api.documented import problems
from gaptracker.publish.api.errors import Fault, clip
from gaptracker.publish.api.filters import (
    Findings,
    actor_spellings,
    known_years,
    require_known_names,
    scored_theme_spellings,
)
from gaptracker.publish.api.queries import CheckQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_checked import CheckedAnswer
from gaptracker.publish.api.slow_work import slow_work_of
from gaptracker.publish.checked_claims import (
    FIGURE_FORM,
    CheckedClaim,
    PrintedGap,
    check_claim,
    parse_printed,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.said_figures import KeptRelease, SaidFigures

router = Routes(tag="figures")

CHECK_PATH = "/v1/check"


@router.get(
    CHECK_PATH,
    summary="Was this figure published, and what is it now?",
    response_model=CheckedAnswer,
    responses=problems(
        ProblemCode.NOT_ACCEPTABLE, ProblemCode.VALIDATION_FAILED, ProblemCode.UNAVAILABLE
    ),
)
async def check_figure(request: Request, query: Annotated[CheckQuery, Query()]) -> Response:
    """Hold a printed gap against every published release.

    It counts as said if the gap, rounded to as many decimals as were printed, is the same with
    its sign. The answer says which releases said so, what the figure is now, and whether the
    newest differs demonstrably.
    """
    view = await open_view(request, query)
    published = view.standing.published
    releases = [
        KeptRelease(entry=each.entry, manifest=each.manifest) for each in published.values()
    ]
    printed, year = _asked(view.release, query, releases)
    figures = request.app.state.said_figures
    if not isinstance(figures, SaidFigures):
        raise TypeError("the application holds no figures of releases")
    labels, draws = view.release.methodology.labels, view.release.methodology.draws

    def check() -> CheckedClaim:
        return check_claim(
            figures,
            releases,
            (query.actor, query.theme, year),
            printed,
            (labels.comparison, draws.interval),
        )

    claim = await slow_work_of(request).run(check)
    asked = query.model_dump(exclude={"lang"})
    known = {"published": ",".join(published), "not_read": ",".join(claim.not_read)}

    def write() -> Written:
        data = build_check(view, claim, labels.comparison)
        return write_document(CheckedAnswer(meta=view.meta(), data=data))

    ticket = release_ticket(view.release, view.shape, CHECK_PATH, {**asked, **known})
    return respond(request, ticket, write)


def _asked(
    newest: FrozenRelease, query: CheckQuery, releases: list[KeptRelease]
) -> tuple[PrintedGap, int]:
    """Return the printed gap and the year.

    Raises:
        RequestRefused: If the gap is no number, or an actor, theme or year is unknown.
    """
    found = Findings()
    known = actor_spellings(newest)
    require_known_names((query.actor,), "actor", ErrorCode.ACTOR_UNKNOWN, known, found)
    themes = scored_theme_spellings(newest)
    require_known_names((query.theme,), "theme", ErrorCode.THEME_UNKNOWN, themes, found)
    covered = range(
        min(each.manifest.first_year for each in releases),
        max(each.manifest.last_year for each in releases) + 1,
    )
    years = known_years((query.year.strip(),), covered, found)
    try:
        printed = parse_printed(query.gap)
    except InvalidValue:
        found.faults.append(
            Fault(
                parameter="gap",
                place="query",
                code=ErrorCode.VALUE_INVALID,
                detail=f"gap is {clip(query.gap)!r}; expected {FIGURE_FORM}",
                given=clip(query.gap),
                expected=FIGURE_FORM,
            )
        )
    found.condition()  # refuses, if there was a fault
    return printed, years[0]
