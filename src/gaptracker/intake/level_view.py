"""What of a submission is for whom, by the level that its sender gave each part."""

from collections.abc import Collection

from gaptracker.intake.public_view import public_view
from gaptracker.intake.submission_terms import Confidentiality
from gaptracker.intake.submissions import Content


def level_view(content: Content, levels: Collection[Confidentiality]) -> Content:
    """Return the parts of content whose level is among some.

    With public alone it is the public projection. A reference to a source that is left out is
    left out, too; the sender's note and consent belong to those who review.

    Args:
        content: A revision's content.
        levels: The levels that the reader may see.
    """
    if set(levels) == {Confidentiality.PUBLIC}:
        return public_view(content).projection
    seen = {level.value for level in levels}
    sources = [each for each in content["sources"] if each["confidentiality"] in seen]
    refs = {each["ref"] for each in sources}
    items = [
        {**each, "sources": [link for link in each["sources"] if _is_seen(link, refs, seen)]}
        for each in content["items"]
        if each["confidentiality"] in seen
    ]
    found = {**content, "items": items, "sources": sources}
    if "event" in content and content["event"]["confidentiality"] not in seen:
        del found["event"]
    if Confidentiality.ORGANISATION not in levels:
        found.pop("note", None)
    return found


def with_sealed(earlier: Content, current: Content) -> Content:
    """Return an earlier revision's content with every source sealed that is sealed by now.

    A level can be raised at any time, and what was said before it was is behind it, too.
    """
    sealed = {
        each["ref"]
        for each in current["sources"]
        if each["confidentiality"] == Confidentiality.SEALED
    }
    sources = [
        {**each, "confidentiality": Confidentiality.SEALED.value} if each["ref"] in sealed else each
        for each in earlier["sources"]
    ]
    return {**earlier, "sources": sources}


def _is_seen(link: object, refs: Collection[str], seen: Collection[str]) -> bool:
    """Say whether a link's source and the link's own level are seen."""
    if isinstance(link, dict):
        return link["ref"] in refs and link.get("confidentiality", "public") in seen
    return link in refs
