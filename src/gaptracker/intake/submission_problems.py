"""What can be wrong with a submission: every problem with its place and a stable code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gaptracker.domain.errors import GapTrackerError

MOST_PROBLEMS = 100
LONGEST_DETAIL = 500


class FieldCode(StrEnum):
    """What is wrong with one field. A code once published is never renamed."""

    MEMBER_UNKNOWN = "member.unknown"
    MEMBER_MISSING = "member.missing"
    MEMBER_READ_ONLY = "member.read_only"
    OBJECT_TYPE = "object.type"
    ARRAY_TYPE = "array.type"
    ARRAY_LENGTH = "array.length"
    BOOLEAN_TYPE = "boolean.type"
    STRING_TYPE = "string.type"
    STRING_LENGTH = "string.length"
    STRING_PATTERN = "string.pattern"
    STRING_BLANK = "string.blank"
    STRING_CONTROL_CHARACTER = "string.control_character"
    INTEGER_TYPE = "integer.type"
    NUMBER_TYPE = "number.type"
    NUMBER_FORM = "number.form"
    NUMBER_RANGE = "number.range"
    VALUE_NOT_LISTED = "value.not_listed"
    VALUE_CONFLICT = "value.conflict"
    VALUE_INVALID = "value.invalid"
    DATE_FORM = "date.form"
    DATE_IMPOSSIBLE = "date.impossible"
    DATE_PRECISION = "date.precision"
    DATE_ORDER = "date.order"
    TIME_FORM = "time.form"
    URL_SCHEME = "url.scheme"
    URL_FORM = "url.form"
    URL_CREDENTIALS = "url.credentials"
    URL_REFUSED = "url.refused"
    COUNTRY_UNKNOWN = "country.unknown"
    THEME_UNKNOWN = "theme.unknown"
    INDICATOR_UNKNOWN = "indicator.unknown"
    CATEGORY_UNKNOWN = "category.unknown"
    RECORD_UNKNOWN = "record.unknown"
    RECORD_FIELD_UNKNOWN = "record.field_unknown"
    SOURCE_UNKNOWN = "source.unknown"
    SOURCE_MISSING = "source.missing"
    SOURCE_NOT_PUBLIC = "source.not_public"
    REF_REPEATED = "ref.repeated"
    IDENTITY_NOT_KEPT = "identity.not_kept"
    CONSENT_MISSING = "consent.missing"
    ATTACHMENT_MISSING = "attachment.missing"
    ATTACHMENT_DIFFERS = "attachment.differs"
    PROBLEMS_MORE = "problems.more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    `pointer` is a JSON pointer as a fragment (`#/items/0/actor`); `expected` is what may have
    been meant, where that is known and may be said.
    """

    pointer: str
    code: FieldCode
    detail: str
    expected: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return the problem as `errors` of a problem document has it (RFC 9457)."""
        found = {"pointer": self.pointer, "code": self.code.value, "detail": self.detail}
        return found if self.expected is None else {**found, "expected": self.expected}


class SubmissionInvalid(GapTrackerError, ValueError):
    """A submission with problems; each is named, and nothing was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems, at most 100 of them."""
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} found")


def pointer_to(path: Iterable[str | int]) -> str:
    """Return the JSON pointer of a path, escaped by RFC 6901.

    Examples:
        >>> pointer_to(("items", 0, "a/b~c"))
        '#/items/0/a~1b~0c'
    """
    return "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def in_order(
    found: Iterable[tuple[Sequence[str | int], Problem]], members: Sequence[str]
) -> tuple[Problem, ...]:
    """Return problems in the order of the document, each once, 100 at most.

    Args:
        found: Problems with the paths they are at.
        members: The submission's members in the order in which they are told.

    Returns:
        The first 99 and one that counts the rest, where there are more than 100.
    """
    rank: Mapping[str | int, int] = {name: number for number, name in enumerate(members)}

    def place(each: tuple[Sequence[str | int], Problem]) -> tuple[object, ...]:
        path = each[0]
        first = rank.get(path[0], len(rank)) if path else -1
        # Numbers before names, so that #/items/2 stands before #/items/10.
        steps = tuple(
            (isinstance(step, str), step if isinstance(step, str) else f"{step:8}")
            for step in path[1:]
        )
        return (first, steps, each[1].code)

    once = {(each.pointer, each.code): each for _, each in sorted(found, key=place)}
    problems = tuple(once.values())
    if len(problems) <= MOST_PROBLEMS:
        return problems
    more = Problem(
        pointer="#",
        code=FieldCode.PROBLEMS_MORE,
        detail=f"{len(problems) - MOST_PROBLEMS + 1} more problems; mend these and send again",
    )
    return (*problems[: MOST_PROBLEMS - 1], more)
