"""`/v1/themes`: areas of policy, their ladders and indicators."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

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
from gaptracker.publish.api.filters import theme_spellings
from gaptracker.publish.api.method_rows import THEMES_PATH, build_theme, build_theme_detail
from gaptracker.publish.api.queries import ReleaseQuery, TableQuery
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_methods import ThemeAnswer, ThemeList, ThemeRow

router = Routes(tag="rules")


@router.get(
    THEMES_PATH,
    summary="All themes",
    response_model=ThemeList,
    responses=table_responses(),
)
async def list_themes(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Give the themes in their order, and how many cells of grade C or better each has."""
    view = await open_view(request, query, offered=TABLE_FORMATS)

    def write() -> Written:
        counts = graded_counts(view.release, "theme")
        themes = sorted(view.release.themes.values(), key=lambda theme: theme.order)
        rows = [build_theme(view, theme, counts.get(theme.id, 0)) for theme in themes]
        if view.form != JSON:
            return write_file("themes", ThemeRow, rows, form=view.form, release=view.release.id)
        return write_document(ThemeList(meta=view.meta(), data=rows))

    return respond(request, release_ticket(view.release, view.shape, THEMES_PATH, {}), write)


@router.get(
    THEMES_PATH + "/{id}",
    summary="One theme: its ladder and indicators",
    response_model=ThemeAnswer,
    responses=document_responses(),
)
async def get_theme(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["death_penalty"])],
    query: Annotated[ReleaseQuery, Query()],
) -> Response:
    """Give a theme's five rungs, and the indicators with their goalposts and weights."""
    view = await open_view(request, query)
    known = theme_spellings(view.release)
    if name not in known:
        raise absent(unknown("id", ErrorCode.THEME_UNKNOWN, name, known, place="path"))

    def write() -> Written:
        n_cells = graded_counts(view.release, "theme").get(name, 0)
        detail = build_theme_detail(view, view.release.themes[name], n_cells)
        return write_document(ThemeAnswer(meta=view.meta(), data=detail))

    return respond(
        request,
        release_ticket(view.release, view.shape, f"{THEMES_PATH}/{path_part(name)}", {}),
        write,
    )
