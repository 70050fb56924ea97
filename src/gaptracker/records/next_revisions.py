"""What the next revision of each record is: of contents, beside the revisions that stand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TypeVar

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.ownership import RESERVED_PREFIXES
from gaptracker.records.mapping import Columns, Kind, of_the_intake
from gaptracker.records.revisions import (
    FIRST_REVISION,
    RevisionStamp,
    RevisionStatus,
    content_sha256,
)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The current revision of one id, as far as a comparison needs it."""

    revision: int
    status: RevisionStatus
    content_sha256: str
    recorded_by: str


NO_HEAD = Head(
    revision=FIRST_REVISION - 1,
    status=RevisionStatus.WITHDRAWN,
    content_sha256="",
    recorded_by="",
)


def contents_by_id(kind: Kind[Value], values: Iterable[Value]) -> dict[str, Columns]:
    """Encode values by id; refuse two of one id."""
    contents: dict[str, Columns] = {}
    for value in values:
        columns = kind.encode(value)
        record = columns["id"]
        if record in contents:
            raise InvalidValue(
                f"{kind.name} {record!r} came twice; expected one value for each "
                f"{', '.join(kind.key)}: remove or rename one of them"
            )
        contents[record] = columns
    return contents


def refuse_reserved(kind: str, records: Iterable[str]) -> None:
    """Refuse ids that would pass for those of the intake."""
    reserved = [record for record in records if of_the_intake(record)]
    if reserved:
        raise InvalidValue(
            f"{kind} {reserved[0]!r}: ids that begin with {' or '.join(RESERVED_PREFIXES)} are "
            "kept for submissions and for members of organisations; rename it"
        )


def next_rows(
    kind: str,
    contents: Iterable[tuple[str, Columns]],
    heads: Mapping[str, Head],
    stamp: RevisionStamp,
) -> Iterator[Columns]:
    """Make the next revision of each content that differs from its current one."""
    stamped = asdict(stamp)
    for record, columns in contents:
        sha256 = content_sha256(kind, columns)
        head = heads.get(record, NO_HEAD)
        if head.status is RevisionStatus.RECORDED and head.content_sha256 == sha256:
            continue
        yield (
            columns
            | stamped
            | {
                "revision": head.revision + 1,
                "revision_status": RevisionStatus.RECORDED.value,
                "content_sha256": sha256,
            }
        )
