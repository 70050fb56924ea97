"""Reading and writing evidence: revisions are added, nothing is changed or removed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, Table, and_, func, insert, select
from sqlalchemy.orm import Session

from gaptracker.domain.ownership import MEMBER_PREFIX
from gaptracker.domain.syncing import SYNC_AUTHOR
from gaptracker.records.datasets import stamp_of
from gaptracker.records.mapping import Columns, Kind, StoredColumns, of_the_intake
from gaptracker.records.next_revisions import (
    NO_HEAD,
    Head,
    contents_by_id,
    next_rows,
    refuse_reserved,
)
from gaptracker.records.revisions import (
    Revision,
    RevisionStamp,
    RevisionStatus,
    content_sha256,
)

Value = TypeVar("Value")
Item = TypeVar("Item")
Progress = Callable[[str, int, int], None]

# Large enough that round trips cost little, small enough that progress moves every second.
BATCH_ROWS = 2_000
# SQLite takes at most 32,766 values in one statement; a chunk of ids stays far below.
CHUNK_IDS = 500
# Their word is newer than that of a folder that is loaded again.
NEWER_AUTHORS = (SYNC_AUTHOR, MEMBER_PREFIX)


def no_progress(step: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one load did to one kind: counts of values."""

    added_count: int
    changed_count: int
    withdrawn_count: int
    unchanged_count: int

    @property
    def written_count(self) -> int:
        """Return the number of revisions written."""
        return self.added_count + self.changed_count + self.withdrawn_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Current(Generic[Value]):
    """The current revision of one value: what it says, whether it stands, and since when."""

    value: Value
    status: RevisionStatus
    recorded_at: datetime

    @property
    def stands(self) -> bool:
        """Say whether the value was not withdrawn."""
        return self.status is RevisionStatus.RECORDED


class EvidenceRepository:
    """The evidence of every kind, read and written inside one unit of work."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def load_all(self, kind: Kind[Value]) -> tuple[Value, ...]:
        """Load every current value of a kind that is not withdrawn, in order of its key."""
        recorded = kind.table.c.revision_status == RevisionStatus.RECORDED.value
        rows = self._session.execute(_current(kind.table).where(recorded)).mappings()
        return tuple(sorted((kind.decode(row) for row in rows), key=kind.sort_key))

    def load_ids(self, kind: Kind[Any]) -> tuple[str, ...]:
        """Load the ids of all current values of a kind, which takes a tenth of their reading."""
        recorded = kind.table.c.revision_status == RevisionStatus.RECORDED.value
        query = _current(kind.table).where(recorded).with_only_columns(kind.table.c.id)
        return tuple(self._session.execute(query).scalars())

    def load_history(self, kind: Kind[Value], record: str) -> tuple[Revision[Value], ...]:
        """Load every revision of one record, oldest first; empty if there never was one."""
        table = kind.table
        query = select(table).where(table.c.id == record).order_by(table.c.revision)
        return tuple(
            Revision(
                number=row["revision"],
                status=RevisionStatus(row["revision_status"]),
                stamp=stamp_of(row),
                content_sha256=row["content_sha256"],
                value=kind.decode(row),
            )
            for row in self._session.execute(query).mappings()
        )

    def load_beginning(
        self, kind: Kind[Value], prefix: str, *, column: str = "id"
    ) -> tuple[Current[Value], ...]:
        """Load the current revisions whose column begins so, withdrawn ones too, in key order.

        Args:
            kind: Which evidence.
            prefix: The beginning, case and all.
            column: A column that is the same in all revisions of an id: one of its key.
        """
        matches = kind.table.c[column].startswith(prefix, autoescape=True)
        found = self._load(kind, matches)
        # SQLite's LIKE takes no notice of case; what it lets through is looked at again.
        return tuple(each for name, each in found if name[column].startswith(prefix))

    def load_named(self, kind: Kind[Value], records: Iterable[str]) -> tuple[Current[Value], ...]:
        """Load the current revisions of these ids, withdrawn ones too, in key order."""
        found = [
            each
            for chunk in _batches(sorted(set(records)), CHUNK_IDS)
            for _, each in self._load(kind, kind.table.c.id.in_(chunk))
        ]
        return tuple(sorted(found, key=lambda current: kind.sort_key(current.value)))

    def load_having(
        self, kind: Kind[Value], column: str, wanted: Iterable[str]
    ) -> tuple[Value, ...]:
        """Load the current values whose column is one of these and that stand, in key order."""
        asked = kind.table.c[column]
        found = [
            each.value
            for chunk in _batches(sorted(set(wanted)), CHUNK_IDS)
            # An id's newest revision may say something else than the one that is found.
            for row, each in self._load(
                kind, kind.table.c.id.in_(select(kind.table.c.id).where(asked.in_(chunk)))
            )
            if each.stands and row[column] in chunk
        ]
        return tuple(sorted(found, key=kind.sort_key))

    def _load(
        self, kind: Kind[Value], condition: ColumnElement[bool]
    ) -> list[tuple[StoredColumns, Current[Value]]]:
        """Load the current revisions of which a condition holds, each beside its row."""
        rows = self._session.execute(_current(kind.table, condition)).mappings()
        found = [
            (
                row,
                Current(
                    value=kind.decode(row),
                    status=RevisionStatus(row["revision_status"]),
                    recorded_at=row["recorded_at"],
                ),
            )
            for row in rows
        ]
        return sorted(found, key=lambda pair: kind.sort_key(pair[1].value))

    def replace_all(
        self,
        kind: Kind[Value],
        values: Sequence[Value],
        *,
        stamp: RevisionStamp,
        progress: Progress = no_progress,
    ) -> Changes:
        """Make the current values of a kind exactly these, by adding revisions.

        What came through the intake is nobody's to replace, nor what a sync or a member recorded
        last, withdrawn records too: their word is newer than the folder's.

        Args:
            kind: Which evidence.
            values: All that the source now holds; what is not among them is withdrawn.
            stamp: Who writes, when and why.
            progress: Told after each batch: the kind, the values done, and how many there are.

        Returns:
            The counts; nothing is written for a value that has not changed.

        Raises:
            InvalidValue: If two values are the same record, or one has an id of the intake's.
        """
        contents = contents_by_id(kind, values)
        refuse_reserved(kind.name, contents)
        held = self._heads(kind.table)
        synced = {name for name, head in held.items() if head.recorded_by.startswith(NEWER_AUTHORS)}
        contents = {name: columns for name, columns in contents.items() if name not in synced}
        others = {name for name in held if of_the_intake(name)} | synced
        heads = {record: head for record, head in held.items() if record not in others}
        changes = self._add(kind, contents, heads, stamp, progress)
        gone = [record for record in heads if record not in contents]
        return replace(changes, withdrawn_count=self._withdraw(kind.table, gone, heads, stamp))

    def record(
        self, kind: Kind[Value], values: Sequence[Value], *, stamp: RevisionStamp
    ) -> Changes:
        """Record exactly these values and leave all others of the kind as they are.

        Returns:
            The counts; nothing is written for a value that has not changed.

        Raises:
            InvalidValue: If two values are the same record.
        """
        contents = contents_by_id(kind, values)
        heads = self._heads(kind.table, contents)
        return self._add(kind, contents, heads, stamp, no_progress)

    def take_over(self, kind: Kind[Value], values: Sequence[Value], *, stamp: RevisionStamp) -> int:
        """Add a revision that says the same, wherever no sync and no member recorded it.

        From then on it is the publisher's: what does not come again has vanished, and is noticed.

        Returns:
            How many were taken over.

        Raises:
            InvalidValue: If two values are the same record.
        """
        contents = contents_by_id(kind, values)
        equal = {
            record: head
            for record, head in self._heads(kind.table, contents).items()
            if head.status is RevisionStatus.RECORDED
            and not head.recorded_by.startswith(NEWER_AUTHORS)
            and head.content_sha256 == content_sha256(kind.name, contents[record])
        }
        # Heads that say nothing, so that what is equal is written again.
        silent = {record: replace(head, content_sha256="") for record, head in equal.items()}
        taken = [(record, contents[record]) for record in equal]
        return self._insert(kind.table, next_rows(kind.name, taken, silent, stamp))

    def load_by(self, kind: Kind[Value], author: str) -> tuple[Current[Value], ...]:
        """Load the current revisions that somebody recorded, withdrawn ones too, in key order.

        A record whose newest revision is another's is not among them.
        """
        table = kind.table
        found = self._load(
            kind, table.c.id.in_(select(table.c.id).where(table.c.recorded_by == author))
        )
        return tuple(each for row, each in found if row["recorded_by"] == author)

    def withdraw(self, kind: Kind[Value], records: Iterable[str], *, stamp: RevisionStamp) -> int:
        """Take records back; the last content of each stays in its withdrawing revision.

        Args:
            kind: Which evidence.
            records: Ids; those that never were, or are withdrawn already, are passed over.
            stamp: Who takes them back, when and why.

        Returns:
            How many were withdrawn.
        """
        named = sorted(set(records))
        return self._withdraw(kind.table, named, self._heads(kind.table, named), stamp)

    def _add(
        self,
        kind: Kind[Value],
        contents: Mapping[str, Columns],
        heads: Mapping[str, Head],
        stamp: RevisionStamp,
        progress: Progress,
    ) -> Changes:
        """Write the next revision of each content that differs from its head."""
        new = [record for record in contents if record not in heads]
        if kind.register is not None:
            self._insert(kind.register, ({"id": record} for record in new))
        done = written = 0
        progress(kind.name, done, len(contents))
        for batch in _batches(contents.items(), BATCH_ROWS):
            written += self._insert(kind.table, next_rows(kind.name, batch, heads, stamp))
            done += len(batch)
            progress(kind.name, done, len(contents))
        return Changes(
            added_count=len(new),
            changed_count=written - len(new),
            withdrawn_count=0,
            unchanged_count=len(contents) - written,
        )

    def _heads(self, table: Table, records: Iterable[str] | None = None) -> dict[str, Head]:
        """Load the current revision of these ids, of all if None, withdrawn ones included."""
        columns = (
            table.c.id,
            table.c.revision,
            table.c.revision_status,
            table.c.content_sha256,
            table.c.recorded_by,
        )
        asked = (
            [None]
            if records is None
            else [table.c.id.in_(chunk) for chunk in _batches(records, CHUNK_IDS)]
        )
        return {
            record: Head(
                revision=revision,
                status=RevisionStatus(status),
                content_sha256=sha256,
                recorded_by=author,
            )
            for condition in asked
            for record, revision, status, sha256, author in self._session.execute(
                _current(table, condition).with_only_columns(*columns)
            )
        }

    def _withdraw(
        self,
        table: Table,
        records: Iterable[str],
        heads: Mapping[str, Head],
        stamp: RevisionStamp,
    ) -> int:
        """Add a withdrawing revision to each of these that is recorded; return how many."""
        gone = [
            record
            for record in records
            if heads.get(record, NO_HEAD).status is RevisionStatus.RECORDED
        ]
        for chunk in _batches(gone, CHUNK_IDS):
            current = self._session.execute(_current(table, table.c.id.in_(chunk))).mappings()
            withdrawn = {"revision_status": RevisionStatus.WITHDRAWN.value, **asdict(stamp)}
            rows = [dict(row) | withdrawn | {"revision": row["revision"] + 1} for row in current]
            self._insert(table, rows)
        return len(gone)

    def _insert(self, table: Table, rows: Iterable[Columns]) -> int:
        """Add rows in bulk and return how many there were."""
        listed = list(rows)
        if listed:
            self._session.execute(insert(table), listed)
        return len(listed)


def _current(table: Table, condition: ColumnElement[bool] | None = None) -> Select[Any]:
    """Select the greatest revision of every id, or of those of which a condition holds."""
    wanted = select(table.c.id, func.max(table.c.revision).label("revision"))
    if condition is not None:
        # Inside, so that the greatest is looked for among these alone.
        wanted = wanted.where(condition)
    newest = wanted.group_by(table.c.id).subquery("newest")
    is_newest = and_(table.c.id == newest.c.id, table.c.revision == newest.c.revision)
    return select(table).join(newest, is_newest)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut items into lists of at most a size."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
