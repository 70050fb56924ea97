"""Checks that one field alone cannot show: names we know, and references between parts.

They read the document as it came and not the models, so that everything wrong is told at once;
what has no shape at all the models tell, and it is passed over here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping

from gaptracker.intake.strict_json import echo
from gaptracker.intake.submission_agreement import disagreements, event_disagreements
from gaptracker.intake.submission_faults import Path, may_echo
from gaptracker.intake.submission_known import Known
from gaptracker.intake.submission_problems import FieldCode, Problem, pointer_to

Found = tuple[Path, Problem]
Object = Mapping[str, object]
# What of a sealed source is sealed with its identity; its ref, kind and reliability stay.
SEALED_DETAILS = frozenset(
    ("title", "publisher", "url", "published", "collected_at", "collected_by", "licence")
)
ACTOR_DETAIL = "no actor we know: an ISO 3166 code or a listed body is expected"


def check(document: object, known: Known, sealed: Collection[str]) -> Iterator[Found]:
    """Yield the problems of a document that no single field shows.

    Args:
        document: The parsed body, of any shape.
        known: The names that may be referred to.
        sealed: References of sources whose identity is sealed already.
    """
    if not isinstance(document, dict):
        return
    items, sources = objects(document, "items"), objects(document, "sources")
    refs = {ref for _, each in sources if isinstance(ref := each.get("ref"), str)}
    for name in ("items", "sources", "attachments_expected"):
        yield from _repeated(name, objects(document, name))
    statements = {
        ref
        for _, each in items
        if each.get("kind") == "statement" and isinstance(ref := each.get("ref"), str)
    }
    names = _Names(document, known, statements)
    for number, item in items:
        yield from names.of_item(("items", number), item)
        yield from _links(("items", number), item, refs, document)
        yield from disagreements(("items", number), item, known)
    for number, source in sources:
        yield from _identity(("sources", number, "identity"), source, sealed)
    event = document.get("event")
    if isinstance(event, dict):
        yield from event_disagreements(event)
        place = event.get("place")
        if isinstance(place, dict):
            yield from names.actor(("event", "place", "territory"), place.get("territory"))


def objects(document: Object, name: str) -> list[tuple[int, Object]]:
    """Return the objects in an array of a document, numbered; what is none is passed over."""
    came = document.get(name)
    listed = came if isinstance(came, list) else ()
    return [(number, each) for number, each in enumerate(listed) if isinstance(each, dict)]


class _Names:
    """Names in one document, held against what is known."""

    def __init__(self, document: Object, known: Known, statements: Collection[str]) -> None:
        self.document = document
        self.known = known
        self.statements = statements

    def of_item(self, path: Path, item: Object) -> Iterator[Found]:
        yield from self.actor((*path, "actor"), item.get("actor"))
        yield from self._name(
            (*path, "theme"), item.get("theme"), self.known.themes, FieldCode.THEME_UNKNOWN
        )
        yield from self._name(
            (*path, "indicator"),
            item.get("indicator"),
            self.known.indicators,
            FieldCode.INDICATOR_UNKNOWN,
        )
        yield from self._name(
            (*path, "record"), item.get("record"), self.known.records, FieldCode.RECORD_UNKNOWN
        )
        yield from self._each((*path, "territory"), item.get("territory"), self.actor)
        yield from self._each(
            (*path, "bears_on_statements"), item.get("bears_on_statements"), self._statement
        )

    def actor(self, path: Path, came: object) -> Iterator[Found]:
        if not isinstance(came, str) or came in self.known.actors:
            return
        if not may_echo(self.document, path):
            yield problem(path, FieldCode.COUNTRY_UNKNOWN, f"this is {ACTOR_DETAIL}")
            return
        nearest = self.known.nearest_actor(came)
        yield problem(
            path,
            FieldCode.COUNTRY_UNKNOWN,
            f"'{echo(came)}' is {ACTOR_DETAIL}",
            f"{nearest}?" if nearest else None,
        )

    def _statement(self, path: Path, came: object) -> Iterator[Found]:
        if isinstance(came, str) and came not in self.statements:
            yield from self._name(path, came, self.known.records, FieldCode.RECORD_UNKNOWN)

    def _name(
        self, path: Path, came: object, known: Collection[str], code: FieldCode
    ) -> Iterator[Found]:
        if isinstance(came, str) and came not in known:
            shown = f"'{echo(came)}' is" if may_echo(self.document, path) else "this is"
            yield problem(path, code, f"{shown} not known; the API lists those that are")

    def _each(
        self, path: Path, came: object, one: Callable[[Path, object], Iterator[Found]]
    ) -> Iterator[Found]:
        for number, each in enumerate(came if isinstance(came, list) else ()):
            yield from one((*path, number), each)


def _repeated(name: str, parts: list[tuple[int, Object]]) -> Iterator[Found]:
    seen: set[str] = set()
    for number, each in parts:
        ref = each.get("ref")
        if isinstance(ref, str) and ref in seen:
            yield problem(
                (name, number, "ref"),
                FieldCode.REF_REPEATED,
                "another part has this ref already; give each its own",
            )
        elif isinstance(ref, str):
            seen.add(ref)


def _links(path: Path, item: Object, refs: Collection[str], document: Object) -> Iterator[Found]:
    came = item.get("sources")
    seen: set[str] = set()
    for number, link in enumerate(came if isinstance(came, list) else ()):
        place: Path = (*path, "sources", number)
        ref = link
        if isinstance(link, dict):
            place, ref = (*place, "ref"), link.get("ref")
        if not isinstance(ref, str):
            continue
        if ref in seen:
            yield problem(place, FieldCode.REF_REPEATED, "the item names this source already")
        elif ref not in refs:
            shown = f"'{echo(ref)}'" if may_echo(document, place) else "this"
            yield problem(
                place,
                FieldCode.SOURCE_UNKNOWN,
                f"{shown} is the ref of no source in this submission; add the source",
            )
        seen.add(ref)


def _identity(path: Path, source: Object, sealed: Collection[str]) -> Iterator[Found]:
    identity = source.get("identity")
    if not isinstance(identity, dict):
        return
    given = {name for name, value in identity.items() if value is not None}
    if not given:
        yield problem(
            path, FieldCode.MEMBER_MISSING, "nothing is in it; expected a name or a contact"
        )
    elif given == {"sealed"}:
        ref = source.get("ref")
        if isinstance(ref, str) and ref not in sealed:
            yield problem(
                path,
                FieldCode.IDENTITY_NOT_KEPT,
                "nothing is sealed for this source yet; send the identity itself",
            )
        elif any(source.get(name) is not None for name in hidden_details(source)):
            yield problem(
                path,
                FieldCode.VALUE_CONFLICT,
                "a sealed source cannot be changed in part; send all of it again",
            )
    elif "sealed" in given:
        yield problem(
            path,
            FieldCode.VALUE_CONFLICT,
            "`sealed` keeps what is sealed, and a new identity replaces it; send one of them",
        )


def hidden_details(source: Object) -> frozenset[str]:
    """Return the members of a source that are sealed with its identity where it is sealed."""
    return SEALED_DETAILS if source.get("confidentiality") == "sealed" else frozenset()


def problem(path: Path, code: FieldCode, detail: str, expected: str | None = None) -> Found:
    """Return a problem beside the path it is at."""
    return path, Problem(pointer=pointer_to(path), code=code, detail=detail, expected=expected)
