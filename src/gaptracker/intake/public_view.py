"""What of a submission becomes public, field by field: nothing that is not named here does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gaptracker.intake.file_types import COPIED_TYPES, accepted_type
from gaptracker.intake.submission_problems import pointer_to
from gaptracker.intake.submissions import Content, public_sources

Path = tuple[str | int, ...]
# Members of public parts that readers see. A new member is private until it is added here.
SOURCE_MEMBERS = frozenset(
    {"ref", "kind", "title", "publisher", "url", "published", "reliability", "licence"}
)
ITEM_MEMBERS = frozenset(
    {
        *("ref", "kind", "actor", "theme", "sources", "public_note"),
        *("forum", "said_on", "mode", "instrument", "office", "speaker", "language", "excerpt"),
        *("paraphrase", "act", "series", "due_on", "solicited"),
        *("layer", "title", "issuer", "in_force_from", "in_force_to", "territory"),
        *("bears_on_statements", "indicator", "period", "value", "category", "lower", "upper"),
        *("status", "record", "changes", "reason"),
    }
)
LINK_MEMBERS = frozenset({"ref", "reliability", "on", "locator"})
# How precise a place may be, from the country down; the operator sets the level.
PLACE_MEMBERS = ("territory", "admin1", "admin2")
USUAL_ADMIN_LEVEL = 1
DAY_LETTERS = len("2026-03-05")
# What a reader of the preview is told of an attachment, in the place of its type.
PUBLIC_COPY = "a public copy of the file: what is seen in it, nothing that is hidden beside it"
BUCKETS = ((5, "5+"), (1, "1-4"), (0, "0"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFate:
    """Whether one field of the content becomes public, and as what; None: not at all."""

    pointer: str
    becomes_public: bool
    shown_as: Any  # JSON

    def as_json(self) -> dict[str, Any]:  # `Any`: JSON
        """Return the fate as `:preview-public` tells it."""
        return {
            "pointer": self.pointer,
            "becomes_public": self.becomes_public,
            "as": self.shown_as,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicView:
    """The public projection of a submission, and what becomes of each of its fields."""

    projection: Content
    fields: tuple[FieldFate, ...]


def public_view(content: Content, *, admin_level: int = USUAL_ADMIN_LEVEL) -> PublicView:
    """Return what readers would see of a submission (intake, section 1.4).

    Public are the summary, public items with a public source, public sources, and the event:
    as it was given if it is public, to the day and the administrative level otherwise. Private
    notes, collectors, identities and consent never are; what is left out is counted in buckets
    only. Of an attachment neither name nor digest is; of some a public copy is made, see
    `copies_become_public`.

    Args:
        content: A draft's content.
        admin_level: How precise the place of an event that is not public may be: 0 the country
            or unit, 1 the first level below it, 2 the second.
    """
    view = _View(admin_level=admin_level)
    items = [
        (number, item) for number, item in enumerate(content["items"]) if _is_shown(item, content)
    ]
    sources = [
        (number, source)
        for number, source in enumerate(content["sources"])
        if source["confidentiality"] == "public"
    ]
    shown = {item["ref"] for _, item in items}
    hidden = {item["ref"] for item in content["items"]} - shown
    projection: Content = {
        "language": view.kept(("language",), content["language"]),
        "public_summary": view.kept(("public_summary",), content["public_summary"]),
        "items": [view.item(("items", n), item, content, hidden) for n, item in items],
        "sources": [view.source(("sources", n), source) for n, source in sources],
        "withheld": {
            "items": bucket(len(content["items"]) - len(items)),
            "sources": bucket(len(content["sources"]) - len(sources)),
        },
    }
    if "event" in content:
        projection["event"] = view.event(content["event"])
    if copies_become_public(content):
        for number, file in enumerate(content["attachments_expected"]):
            if accepted_type(file["media_type"]) in COPIED_TYPES:
                view.turned(("attachments_expected", number, "media_type"), PUBLIC_COPY)
    dropped = (
        FieldFate(pointer=pointer_to(path), becomes_public=False, shown_as=None)
        for path, _ in _leaves((), content)
        if path not in view.fates
    )
    fates = {each.pointer: each for each in (*view.fates.values(), *dropped)}
    in_order = (pointer_to(path) for path, _ in _leaves((), content))
    return PublicView(projection=projection, fields=tuple(fates[pointer] for pointer in in_order))


def copies_become_public(content: Content) -> bool:
    """Say whether plain copies of the attachments become public when the content does.

    An attachment has no level of its own. Beside any part that is not public nobody but a person
    can say that a copy tells nothing of it: then only redactions by an editor become public.
    """
    parts = [*content["items"], *content["sources"], *filter(None, [content.get("event")])]
    links = [each for item in content["items"] for each in item["sources"]]
    levels = {
        each.get("confidentiality") or "public"
        for each in [*parts, *links]
        if isinstance(each, dict)
    }
    return levels <= {"public"} and not any("identity" in each for each in content["sources"])


@dataclass(slots=True, kw_only=True)
class _View:
    """Builds the projection and notes where each of its values came from."""

    admin_level: int
    fates: dict[Path, FieldFate] = field(default_factory=dict)

    def kept(self, path: Path, value: Any) -> Any:  # noqa: ANN401 (JSON)
        for place, leaf in _leaves(path, value):
            self.turned(place, leaf)
        return value

    def turned(self, path: Path, shown: Any) -> Any:  # noqa: ANN401 (JSON)
        self.fates[path] = FieldFate(pointer=pointer_to(path), becomes_public=True, shown_as=shown)
        return shown

    def members(self, path: Path, part: Mapping[str, Any], names: frozenset[str]) -> Content:
        return {
            name: self.kept((*path, name), value) for name, value in part.items() if name in names
        }

    def source(self, path: Path, source: Content) -> Content:
        found = self.members(path, source, SOURCE_MEMBERS)
        if "collected_at" in source:
            # To the day: the minute at which somebody stood somewhere can give that person away.
            day = source["collected_at"][:DAY_LETTERS]
            found["collected_on"] = self.turned((*path, "collected_at"), day)
        return found

    def item(self, path: Path, item: Content, content: Content, hidden: set[str]) -> Content:
        found = self.members(path, item, ITEM_MEMBERS - {"sources", "bears_on_statements"})
        open_refs = set(public_sources(item, content))
        found["sources"] = [
            self.kept((*path, "sources", number), link)
            if isinstance(link, str)
            else self.members((*path, "sources", number), link, LINK_MEMBERS)
            for number, link in enumerate(item["sources"])
            if (link if isinstance(link, str) else link["ref"]) in open_refs
        ]
        if "bears_on_statements" in item:
            found["bears_on_statements"] = [
                self.kept((*path, "bears_on_statements", number), name)
                for number, name in enumerate(item["bears_on_statements"])
                if name not in hidden
            ]
        return found

    def event(self, event: Content) -> Content:
        if event["confidentiality"] == "public":
            return self.members(("event",), event, frozenset({"on", "at", "place"}))
        found = self.members(("event",), event, frozenset({"on"}))
        if "at" in event:
            found["on"] = self.turned(("event", "at"), event["at"][:DAY_LETTERS])
        names = frozenset(PLACE_MEMBERS[: self.admin_level + 1])
        found["place"] = self.members(("event", "place"), event.get("place", {}), names)
        return found


def _is_shown(item: Content, content: Content) -> bool:
    # A link's own level hides the link: one source of an item can be named, another not.
    return item["confidentiality"] == "public" and bool(public_sources(item, content))


def bucket(count: int) -> str:
    """Return how many are withheld, no more precisely than readers are told."""
    return next(name for least, name in BUCKETS if count >= least)


def _leaves(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves((*path, name), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves((*path, number), inner)
    else:
        yield path, value
