"""Releases as the API shows them: from their manifests, without loading their tables."""

from gaptracker.publish.api.cells import GAPS_PATH
from gaptracker.publish.api.deps import address, path_part
from gaptracker.publish.api.schemas_releases import (
    CheckAnswer,
    ProvenanceAnswer,
    ReleaseDetail,
    ReleaseLinks,
    ReleaseRow,
)
from gaptracker.publish.api.shelf import Published
from gaptracker.release.documents import plain

RELEASES_PATH = "/v1/releases"
METHODOLOGIES_PATH = "/v1/methodologies"


def files_path(release: str) -> str:
    """Return where the files of a release are listed; each is below."""
    return f"{RELEASES_PATH}/{path_part(release)}/files"


def build_release(published: Published) -> ReleaseRow:
    """Return a release without its checks and files."""
    entry, manifest = published.entry, published.manifest
    return ReleaseRow(
        id=entry.id,
        number=entry.number,
        as_of=manifest.as_of,
        methodology=manifest.methodology,
        provisional=manifest.provisional,
        first_year=manifest.first_year,
        last_year=manifest.last_year,
        content_sha256=entry.content_sha256,
        links=ReleaseLinks(
            self=f"{RELEASES_PATH}/{path_part(entry.id)}",
            gaps=address(GAPS_PATH, {"release": entry.id}),
            files=files_path(entry.id) if entry.downloads_sha256 else None,
            methodology=f"{METHODOLOGIES_PATH}/{path_part(manifest.methodology)}",
        ),
    )


def build_release_detail(published: Published) -> ReleaseDetail:
    """Return a release's whole manifest."""
    manifest = published.manifest
    return ReleaseDetail(
        **dict(build_release(published)),
        state="published",
        notice=manifest.notice,
        methodology_sha256=manifest.methodology_sha256,
        input_sha256=manifest.input_sha256,
        counts=dict(manifest.counts),
        checks=[CheckAnswer.model_validate(plain(check)) for check in manifest.checks],
        compared=[CheckAnswer.model_validate(plain(check)) for check in published.entry.compared],
        files=dict(manifest.files),
        provenance=ProvenanceAnswer.model_validate(plain(published.provenance)),
    )
