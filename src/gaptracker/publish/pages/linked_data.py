"""JSON-LD: a release as a `Dataset`, a pair in the manner of a `ClaimReview`.

The context is named by its address, which is the form that search engines document; nothing of
ours fetches it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gaptracker.domain.results import Manifest
from gaptracker.publish.addresses import RELEASES_PAGE, address, path_part
from gaptracker.publish.api.schemas_pairs import Pair, SourceBrief
from gaptracker.publish.api.schemas_releases import FileRow
from gaptracker.publish.citations.works import Work
from gaptracker.publish.pages.rendering import web_address
from gaptracker.publish.pages.words import PART
from gaptracker.publish.texts import texts_of
from gaptracker.release.heading import LICENCE_URL, PUBLISHER

CONTEXT = "https://schema.org"

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A release as the site publishes it."""

    manifest: Manifest
    site: str
    language: str

    @property
    def url(self) -> str:
        """Return the permanent address of the release's page."""
        return f"{self.site}{RELEASES_PAGE}/{path_part(self.manifest.release)}"


def dataset(publication: Publication, files: Sequence[FileRow]) -> Document:
    """Return a release as a data set with its files; search engines list it by these."""
    manifest = publication.manifest
    texts = texts_of(PART, publication.language)
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": publication.url,
        "name": f"GapTracker, {manifest.release}",
        "description": texts.say(
            "What governments say about drugs and human rights, what their law provides and what "
            "they do, each on a scale from 0 to 100, and the gap between words and deeds, with "
            "90% intervals and the evidence under every figure."
        ),
        "url": publication.url,
        "identifier": manifest.release,
        "version": manifest.release,
        "datePublished": manifest.as_of.isoformat(),
        "temporalCoverage": f"{manifest.first_year}/{manifest.last_year}",
        "inLanguage": ["en", "es", "pt"],
        "isAccessibleForFree": True,
        "license": LICENCE_URL,
        "creator": _publisher(publication.site),
        "publisher": _publisher(publication.site),
        "creativeWorkStatus": _status(manifest),
        "measurementTechnique": (
            f"{publication.site}/v1/methodologies/{path_part(manifest.methodology)}"
        ),
        "distribution": [_distribution(publication.site, each) for each in files]
        or [_rows_of(publication)],
    }


def review(pair: Pair, work: Work, outcome: str, publication: Publication) -> Document:
    """Return a pair in the manner of a fact check: the claim, who made it, what was found.

    The rating has words and no number: a pair says how words and a deed relate, not how true
    the words are.
    """
    said, deed = pair.statement, pair.deed
    based_on = [_cited(said.source), *([_cited(deed.source)] if deed else ())]
    return {
        "@context": CONTEXT,
        "@type": "ClaimReview",
        "@id": work.url,
        "url": work.url,
        "name": work.title,
        "claimReviewed": said.excerpt or said.paraphrase or work.title,
        "datePublished": work.published_on.isoformat(),
        "inLanguage": work.language,
        "author": _publisher(publication.site),
        "creativeWorkStatus": _status(publication.manifest),
        "itemReviewed": {
            "@type": "Claim",
            "datePublished": said.said_on,
            "author": {"@type": "GovernmentOrganization", "name": said.actor_name},
            "appearance": _cited(said.source),
        },
        "reviewRating": {"@type": "Rating", "alternateName": outcome},
        "isBasedOn": based_on,
    }


def _status(manifest: Manifest) -> str:
    return "Provisional" if manifest.provisional else "Published"


def _publisher(site: str) -> Document:
    return {"@type": "Organization", "name": PUBLISHER, "url": site}


def _distribution(site: str, each: FileRow) -> Document:
    return {
        "@type": "DataDownload",
        "name": each.name,
        "description": each.title,
        "contentUrl": site + each.link,
        "encodingFormat": each.media_type.partition(";")[0],
        "contentSize": f"{each.bytes} B",
        "sha256": each.sha256,
    }


def _rows_of(publication: Publication) -> Document:
    path = address("/v1/gaps.csv", {"release": publication.manifest.release})
    return {
        "@type": "DataDownload",
        "contentUrl": publication.site + path,
        "encodingFormat": "text/csv",
    }


def _cited(source: SourceBrief) -> Document:
    url = web_address(source.url)
    return {
        "@type": "CreativeWork",
        "name": source.title,
        "publisher": {"@type": "Organization", "name": source.publisher},
        **({"url": url} if url else {}),
    }
