"""Editing a draft: the merge of a patch (RFC 7396), and what differs between two revisions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gaptracker.intake.submission_problems import pointer_to
from gaptracker.intake.submissions import Content

Path = tuple[str | int, ...]


class ChangeKind(StrEnum):
    """What happened to one place between two revisions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place that differs; `before` and `after` are JSON, None where there is nothing.

    `pointer` is into the newer revision, but for what was removed. Of what moved, they are the
    places in the array.
    """

    pointer: str
    change: ChangeKind
    before: Any  # JSON
    after: Any  # JSON

    def as_json(self) -> dict[str, Any]:  # `Any`: JSON
        """Return the difference as the API tells it."""
        return {
            "pointer": self.pointer,
            "change": self.change.value,
            "before": self.before,
            "after": self.after,
        }


def merge_patch(content: Content, patch: object) -> object:
    """Return content with a merge patch applied (RFC 7396), to be validated anew.

    Null removes a member, an object is merged, everything else replaces: arrays, too, so a patch
    of `sources` sends all of them. A source that comes back with `"identity": {"sealed": true}`
    keeps what is sealed; another identity replaces it. What is sealed cannot be read by this.

    Args:
        content: A draft's content; left as it is.
        patch: A parsed body, of any shape; nested no deeper than `parse_json` allows.

    Examples:
        >>> merge_patch({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": 4}})
        {'b': {'c': 4, 'd': 3}}
    """
    return _merged(content, patch)


def _merged(target: object, patch: object) -> object:
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = _merged(found.get(name), value)
    return found


def difference(old: Content, new: Content) -> tuple[Difference, ...]:
    """Return what differs between two revisions; nothing if and only if they are equal.

    Parts with a `ref` are followed by it, so that one removed item does not change all after it.
    """
    return tuple(_differences((), old, new))


def _differences(path: Path, old: object, new: object) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from _member((*path, name), old, new, name)
    elif isinstance(old, list) and isinstance(new, list):
        by_old, by_new = _by_ref(old), _by_ref(new)
        if by_old is None or by_new is None:
            # Written out, since 0 equals false in Python and not in JSON.
            if json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True):
                yield _told(path, ChangeKind.CHANGED, old, new)
        else:
            yield from _parts(path, by_old, by_new)
    elif type(old) is not type(new) or old != new:
        yield _told(path, ChangeKind.CHANGED, old, new)


def _member(
    path: Path, old: Mapping[str, object], new: Mapping[str, object], name: str
) -> Iterator[Difference]:
    if name not in new:
        yield _told(path, ChangeKind.REMOVED, old[name], None)
    elif name not in old:
        yield _told(path, ChangeKind.ADDED, None, new[name])
    else:
        yield from _differences(path, old[name], new[name])


Numbered = dict[str, tuple[int, object]]


def _by_ref(parts: list[object]) -> Numbered | None:
    """Return an array's parts by their ref, None if they have none of their own."""
    found: Numbered = {}
    for number, part in enumerate(parts):
        ref = part.get("ref") if isinstance(part, dict) else None
        if not isinstance(ref, str) or ref in found:
            return None
        found[ref] = (number, part)
    return found


def _parts(path: Path, old: Numbered, new: Numbered) -> Iterator[Difference]:
    for ref, (number, part) in old.items():
        if ref not in new:
            yield _told((*path, number), ChangeKind.REMOVED, part, None)
    stayed_old = [ref for ref in old if ref in new]
    stayed_new = [ref for ref in new if ref in old]
    for ref, (number, part) in new.items():
        if ref not in old:
            yield _told((*path, number), ChangeKind.ADDED, None, part)
            continue
        if stayed_old.index(ref) != stayed_new.index(ref):
            yield _told((*path, number), ChangeKind.MOVED, old[ref][0], number)
        yield from _differences((*path, number), old[ref][1], part)


def _told(path: Path, change: ChangeKind, before: object, after: object) -> Difference:
    return Difference(pointer=pointer_to(path), change=change, before=before, after=after)
