"""`/v1/releases/{id}/files`: the tables of a release as files, whole and in parts."""

from typing import Annotated

import structlog
from fastapi import Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.publish.api.answers import (
    Written,
    release_headers,
    release_ticket,
    respond,
    write_document,
)
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.deps import (
    JSON_ONLY,
    current_of,
    meta_of,
    not_ready,
    path_part,
    shape_of,
    shelf_of,
    standing_of,
)
from gaptracker.publish.api.documented import LEADS_ON, document_responses
from gaptracker.publish.api.errors import Fault, absent, clip, unknown
from gaptracker.publish.api.file_answers import answer_file, disposition_of
from gaptracker.publish.api.file_rows import build_files
from gaptracker.publish.api.newest import lead_to_newest
from gaptracker.publish.api.queries import LanguageQuery
from gaptracker.publish.api.release_names import LATEST
from gaptracker.publish.api.release_rows import RELEASES_PATH, files_path
from gaptracker.publish.api.routing import Routes
from gaptracker.publish.api.schemas_releases import FileList
from gaptracker.publish.api.shelf import Published

router = Routes(tag="figures")

FILES_PATH = RELEASES_PATH + "/{id}/files"
# `datapackage.json` is JSON, which programs that read this document decode.
BINARY = {
    "*/*": {"schema": {"type": "string", "format": "binary"}},
    "application/json": {"schema": {"type": "object"}},
}

IdPart = Annotated[str, Path(alias="id", examples=["2026-08-16-1f0c33ab"])]

log = structlog.get_logger("gaptracker.api")


@router.get(
    FILES_PATH,
    summary="The files of a release",
    response_model=FileList,
    responses={**LEADS_ON, **document_responses()},
)
async def list_files(
    request: Request, name: IdPart, query: Annotated[LanguageQuery, Query()]
) -> Response:
    """Give every file's name, size, SHA-256 and address."""
    shape = shape_of(request, query, offered=JSON_ONLY, pinned=True)
    if name == LATEST:
        return lead_to_newest(request, RELEASES_PATH, "/files")
    published, listing = _find(request, name)
    downloads = shelf_of(request).downloads
    try:
        names = await run_in_threadpool(downloads.names, listing)
        sizes = await run_in_threadpool(downloads.sizes, listing)
    except (ReleaseCorrupt, OSError) as error:
        raise _damaged(name, error) from error

    def write() -> Written:
        rows = build_files(name, names, sizes)
        meta = meta_of(published.manifest, shape.language)
        return write_document(FileList(meta=meta, data=rows))

    return respond(request, release_ticket(published, shape, files_path(name), {}), write)


@router.get(
    FILES_PATH + "/{name}",
    summary="One file of a release",
    response_class=Response,
    responses={
        200: {"description": "The whole file.", "content": BINARY},
        206: {"description": "The part that `Range` asks for.", "content": BINARY},
        304: {"description": "`If-None-Match` names the file's tag."},
        307: {"description": "`latest` leads to the file of the newest release."},
        **document_responses(ProblemCode.PRECONDITION_FAILED, ProblemCode.RANGE_NOT_SATISFIABLE),
    },
)
async def get_file(
    request: Request,
    name: IdPart,
    file: Annotated[str, Path(alias="name", examples=["gaps.csv"])],
) -> Response:
    """Give a file, whole or the one range that `Range` asks for; its bytes never change.

    `latest` in place of an id leads to the newest release, so that what is read in parts is
    read of one release.
    """
    if name == LATEST:
        return lead_to_newest(request, RELEASES_PATH, f"/files/{path_part(file)}")
    published, listing = _find(request, name)
    downloads = shelf_of(request).downloads
    try:
        names = await run_in_threadpool(downloads.names, listing)
        if file not in names:
            known = dict.fromkeys(names, ())
            raise absent(unknown("name", ErrorCode.FILE_UNKNOWN, file, known, place="path"))
        found = await run_in_threadpool(downloads.find, listing, file)
    except (ReleaseCorrupt, OSError) as error:
        raise _damaged(name, error) from error
    headers = {
        **release_headers(published.manifest),
        "Content-Disposition": disposition_of(file, name),
    }
    return answer_file(request, downloads, found, listing=listing, headers=headers)


def _find(request: Request, name: str) -> tuple[Published, str]:
    """Return a release, and the SHA-256 of its list of files.

    Raises:
        RequestRefused: If there is no such release, or it has no files (404).
    """
    standing = standing_of(request)
    current_of(standing)
    if name not in standing.published:
        known = dict.fromkeys((*standing.published, LATEST), ())
        raise absent(unknown("id", ErrorCode.RELEASE_UNKNOWN, name, known, place="path"))
    published = standing.published[name]
    listing = published.entry.downloads_sha256
    if listing is None:
        fault = Fault(
            parameter="id",
            place="path",
            code=ErrorCode.FILE_UNKNOWN,
            detail=f"release {clip(name)} was cut before there were files; use /v1/gaps?release=",
            given=clip(name),
            expected="a release whose `links.files` is not null",
        )
        raise absent(fault)
    return published, listing


def _damaged(release: str, error: Exception) -> Exception:
    log.error("release file refused", release=release, reason=str(error))
    return not_ready(f"a file of release {clip(release)} cannot be read at the moment")
