"""`/v1/check`: was this figure published, and what is it now?"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query, Request, Response

from gaptracker.domain.errors import InvalidValue
from gaptracker.publish.api.answers import (
    Ticket,
    Written,
    release_ticket,
    respond,
    respond_held,
    write_document,
)
from gaptracker.publish.api.check_rows import build_check
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import View, open_view
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
    asked = {**query.model_dump(exclude={"lang"}), "published": ",".join(published)}
    # The answer for which every release was read; one that lacks some has another tag.
    held = respond_held(request, _ticket(view, {**asked, "not_read": ""}))
    if held is not None:
        return held
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

    def write() -> Written:
        data = build_check(view, claim, labels.comparison)
        return write_document(CheckedAnswer(meta=view.meta(), data=data))

    return respond(request, _ticket(view, {**asked, "not_read": ",".join(claim.not_read)}), write)


def _ticket(view: View, asked: Mapping[str, object]) -> Ticket:
    return release_ticket(view.release, view.shape, CHECK_PATH, asked)


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
