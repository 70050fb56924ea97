"""`/docs`: the API described for a person, from the document that describes it for programs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from gaptracker.publish.api.codes import ERROR_ADVICE, PROBLEM_KINDS
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.pages.described import Samples, describe_groups
from gaptracker.publish.pages.frame import Frame, Place
from gaptracker.publish.pages.rendering import render
from gaptracker.publish.pages.words import PART
from gaptracker.publish.texts import texts_of

CODE = re.compile(r"`([^`]+)`")
EXAMPLE_RELEASE = "2026-08-16-1f0c33ab"
EXAMPLE_PAIR = "pair_0c1d2e3f4a5b6c7d"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsAsked:
    """A request for the documentation; `release` is the newest, None where none is loaded."""

    # `Any` because the document is JSON of every shape.
    document: Mapping[str, Any]
    place: Place
    release: FrozenRelease | None


def build_docs_page(asked: DocsAsked) -> bytes:
    """Return the page that describes the API."""
    language = asked.place.language
    say = texts_of(PART, language).say
    document = asked.document
    frame = Frame(
        title=say("Data and API for journalists"),
        description=document["info"]["summary"],
        place=asked.place,
        manifest=asked.release.manifest if asked.release else None,
    )
    groups = describe_groups(document, samples_of(asked.place.site, asked.release))
    return render(
        "docs.html",
        language,
        frame=frame,
        info=document["info"],
        groups=groups,
        prose=prose,
        problems=[(code.value, kind) for code, kind in PROBLEM_KINDS.items()],
        advice=[(code.value, text) for code, text in ERROR_ADVICE.items()],
        site=asked.place.site,
    )


def samples_of(site: str, release: FrozenRelease | None) -> Samples:
    """Return names that the site has, for requests that a reader can copy and run."""
    if release is None:
        return Samples(site=site, known={})
    known = {EXAMPLE_RELEASE: release.id}
    pair = release.pairs.table.rows(limit=1)
    if pair:
        known[EXAMPLE_PAIR] = pair[0].id
    return Samples(site=site, known=known)


def prose(text: str) -> Markup:
    """Return a text of the document as paragraphs, what stands between backticks as code.

    Examples:
        >>> print(prose("See `a<b`."))
        <p>See <code>a&lt;b</code>.</p>
    """
    paragraphs = re.split(r"\n\s*\n", text.strip())
    written = (CODE.sub(r"<code>\1</code>", str(escape(each))) for each in paragraphs)
    return Markup("\n".join(f"<p>{each}</p>" for each in written))  # noqa: S704  escaped above
