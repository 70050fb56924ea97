"""`/v1/actors`: who is assessed."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.publish.api.actor_rows import ACTORS_PATH, build_actor
from gaptracker.publish.api.answers import (
    Written,
    release_ticket,
    respond,
    write_document,
    write_file,
)
from gaptracker.publish.api.cells import graded_counts
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import JSON, TABLE_FORMATS, open_view, path_part
from gaptracker.publish.api.documented import document_responses, table_responses
from gaptracker.publish.api.errors import absent, unknown
from gaptracker.publish.api.filters import actor_spellings
from gaptracker.publish.api.profile_rows import build_profile
from gaptracker.publish.api.queries import ActorsQuery, ReleaseQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_actors import ActorAnswer, ActorList, ActorRow

router = Routes(tag="figures")


@router.get(
    ACTORS_PATH,
    summary="All actors",
    response_model=ActorList,
    responses=table_responses(),
)
async def list_actors(request: Request, query: Annotated[ActorsQuery, Query()]) -> Response:
    """Give who is assessed, in the order of their codes, with the number of usable cells."""
    view = await open_view(request, query, offered=TABLE_FORMATS)

    def write() -> Written:
        counts = graded_counts(view.release, "actor")
        rows = [
            build_actor(view, actor, counts.get(code, 0))
            for code, actor in sorted(view.release.actors.items())
            if query.kind in {None, actor.kind.value}
        ]
        if view.form != JSON:
            return write_file("actors", ActorRow, rows, form=view.form, release=view.release.id)
        return write_document(ActorList(meta=view.meta(), data=rows))

    return respond(
        request, release_ticket(view.release, view.shape, ACTORS_PATH, {"kind": query.kind}), write
    )


@router.get(
    ACTORS_PATH + "/{code}",
    summary="One actor: its profile of themes",
    response_model=ActorAnswer,
    responses=document_responses(),
)
async def get_actor(
    request: Request,
    code: Annotated[str, Path(examples=["MEX"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Give an actor's names and, for each theme, its newest usable cell and its years.

    Across themes there is no overall number: `years` has the signed mean, the size of the gaps
    once chance is taken off, and how many are demonstrated. `pledges` says which were kept.
    """
    view = await open_view(request, query)
    known = actor_spellings(view.release)
    if code not in known:
        raise absent(unknown("code", ErrorCode.ACTOR_UNKNOWN, code, known, place="path"))

    def write() -> Written:
        profile = build_profile(view, view.release.actors[code])
        return write_document(ActorAnswer(meta=view.meta(), data=profile))

    return respond(
        request,
        release_ticket(view.release, view.shape, f"{ACTORS_PATH}/{path_part(code)}", {}),
        write,
    )
