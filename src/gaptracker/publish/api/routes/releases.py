"""`/v1/releases` and `/v1/methodologies`: which figures there are, and by which rules."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from gaptracker.publish.api.answers import (
    Written,
    release_ticket,
    respond,
    write_document,
    write_file,
)
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import (
    JSON,
    JSON_ONLY,
    TABLE_FORMATS,
    View,
    current_of,
    meta_of,
    open_view,
    path_part,
    shape_of,
    standing_of,
    take_release,
)
from gaptracker.publish.api.documented import LEADS_ON, document_responses, table_responses
from gaptracker.publish.api.errors import absent, unknown
from gaptracker.publish.api.method_rows import build_methodology
from gaptracker.publish.api.newest import lead_to_newest
from gaptracker.publish.api.queries import LanguageQuery, ListQuery
from gaptracker.publish.api.release_names import LATEST
from gaptracker.publish.api.release_rows import (
    METHODOLOGIES_PATH,
    RELEASES_PATH,
    build_release,
    build_release_detail,
)
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_methods import MethodologyAnswer
from gaptracker.publish.api.schemas_releases import ReleaseAnswer, ReleaseList, ReleaseRow

router = Routes(tag="rules")


@router.get(
    RELEASES_PATH,
    summary="All published releases",
    response_model=ReleaseList,
    responses=table_responses(),
)
async def list_releases(request: Request, query: Annotated[ListQuery, Query()]) -> Response:
    """Give the releases, the newest first; `meta` is about the newest."""
    view = await open_view(request, query, offered=TABLE_FORMATS)
    published = view.standing.published

    def write() -> Written:
        rows = [build_release(each) for each in published.values()]
        if view.form != JSON:
            return write_file("releases", ReleaseRow, rows, form=view.form, release=view.release.id)
        return write_document(ReleaseList(meta=view.meta(), data=rows))

    known = {"published": ",".join(published)}
    return respond(request, release_ticket(view.release, view.shape, RELEASES_PATH, known), write)


@router.get(
    RELEASES_PATH + "/{id}",
    summary="One release: its manifest",
    response_model=ReleaseAnswer,
    responses={**LEADS_ON, **document_responses()},
)
async def get_release(
    request: Request,
    name: Annotated[str, Path(alias="id", examples=["2026-08-16-1f0c33ab"])],
    query: Annotated[LanguageQuery, Query()],
) -> Response:
    """Give a release's counts, checks with their reasons, and the SHA-256 of every file.

    `latest` in place of an id leads to the newest release.
    """
    if name == LATEST:
        return lead_to_newest(request, RELEASES_PATH)
    shape = shape_of(request, query, offered=JSON_ONLY, pinned=True)
    standing = standing_of(request)
    current_of(standing)
    if name not in standing.published:
        known = dict.fromkeys((*standing.published, LATEST), ())
        raise absent(unknown("id", ErrorCode.RELEASE_UNKNOWN, name, known, place="path"))
    published = standing.published[name]

    def write() -> Written:
        meta = meta_of(published.manifest, shape.language)
        return write_document(ReleaseAnswer(meta=meta, data=build_release_detail(published)))

    path = f"{RELEASES_PATH}/{path_part(name)}"
    return respond(request, release_ticket(published, shape, path, {}), write)


@router.get(
    METHODOLOGIES_PATH + "/{version}",
    summary="One methodology: all the rules",
    response_model=MethodologyAnswer,
    responses=document_responses(),
)
async def get_methodology(
    request: Request,
    version: Annotated[str, Path(examples=["1.0.0"])],
    query: Annotated[LanguageQuery, Query()],
) -> Response:
    """Give ladders, goalposts, weights, thresholds and the codebook, in every language.

    They are those of the newest release that was scored by this version, which `meta` names.
    """
    shape = shape_of(request, query, offered=JSON_ONLY, pinned=False)
    standing = standing_of(request)
    current_of(standing)
    newest: dict[str, str] = {}
    for name, published in standing.published.items():
        newest.setdefault(published.manifest.methodology, name)
    if version not in newest:
        known = dict.fromkeys(newest, ())
        fault = unknown("version", ErrorCode.METHODOLOGY_UNKNOWN, version, known, place="path")
        raise absent(fault)
    release = await take_release(request, standing, newest[version])
    view = View(standing=standing, release=release, shape=shape)

    def write() -> Written:
        answer = MethodologyAnswer(meta=view.meta(), data=build_methodology(release))
        return write_document(answer)

    path = f"{METHODOLOGIES_PATH}/{path_part(version)}"
    return respond(request, release_ticket(release, shape, path, {}), write)
