"""The log and the outbox: collected while a unit of work runs, appended when it commits.

Whoever appends holds the one row of `custody_head` until the transaction ends, so that positions
have no gaps and come in the order of the commits. That is done last, to hold it briefly.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gaptracker.custody.canonical import canonical_bytes
from gaptracker.custody.commitments import SALT_BYTES, commitment, entry_salt
from gaptracker.custody.log_entries import EntryKind, LogEntry, LogRole, day_of, entry_bytes
from gaptracker.custody.tree import HASH_BYTES, Frontier, leaf_hash
from gaptracker.domain.delivery import EventType
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.ids import ID_BYTES, make_id
from gaptracker.records import custody_tables  # noqa: F401  it declares the tables below
from gaptracker.records.log_appending import append
from gaptracker.records.tables import Row

HEAD = Row.metadata.tables["custody_head"]
LEAF = Row.metadata.tables["log_leaf"]
DETAIL = Row.metadata.tables["log_detail"]
SALT = Row.metadata.tables["log_salt"]
NODE = Row.metadata.tables["log_node"]
EVENT = Row.metadata.tables["outbox_event"]
TAKE_HEAD = select(HEAD).with_for_update()
CHUNK = 500
# `Any` because a row holds every type that a column can have.
_Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNote:
    """What happened, in full; only a commitment to it and the day reach the entry.

    Attributes:
        about: Opaque id of what it happened to.
        at: Aware UTC time.
        particulars: JSON without floats, as a receipt discloses it. Nothing in it names anybody.
        member: Who did it, None for the machine. Committed to under a salt of its own.
        action: What was done, in the words of the workflow.
        fresh: Whether the object is made in this very transaction, so that no salt of it is to
            be looked for.
    """

    kind: EntryKind
    about: str
    role: LogRole
    at: datetime
    particulars: Mapping[str, object]
    member: str | None = None
    action: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEvent:
    """Something to tell an organisation, or everybody where it names none.

    `position` is its place in the order of commits, 0 before it has one.
    """

    id: str
    type: EventType
    organisation: str | None
    data: Mapping[str, object]
    at: datetime
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """One entry of the log with what it commits to; None where that was erased."""

    position: int
    entry: str
    entry_id: str
    leaf_hash: bytes
    particulars: Mapping[str, Any] | None
    member: str | None
    action: str | None
    happened_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry without its place: the columns of its leaf, and of what it commits to."""

    leaf: Mapping[str, Any]
    detail: Mapping[str, Any]


class CustodyRepository:
    """Append to the log and the outbox; read them back."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session
        self._notes: list[LogNote] = []
        self._events: list[OutboxEvent] = []
        self._random: Callable[[int], bytes] | None = None

    def note(self, note: LogNote, random: Callable[[int], bytes]) -> None:
        """Add an entry to the log when the work commits.

        Args:
            note: What happened.
            random: Gives random bytes, for the salt of a new object and the entry's id.
        """
        self._notes.append(note)
        self._random = random

    def tell(self, event: OutboxEvent) -> None:
        """Add an event to the outbox when the work commits."""
        self._events.append(event)

    def flush(self) -> None:
        """Append what was collected; the transaction's last step."""
        if not self._notes and not self._events:
            return
        salts, unsalted = self._salts()
        entries = [self._entry(note, salts[note.about]) for note in self._notes]
        head = self._session.execute(TAKE_HEAD).mappings().one()
        frontier = Frontier(head["log_size"], _hashes_in(head["frontier"]))
        leaves, details, nodes = _places(entries, frontier)
        append(
            self._session,
            {
                "log_salt": unsalted,
                "log_leaf": leaves,
                "log_detail": details,
                "log_node": nodes,
                "outbox_event": self._event_rows(head["event_count"]),
            },
            {
                "log_size": frontier.size,
                "frontier": b"".join(frontier.hashes),
                "event_count": head["event_count"] + len(self._events),
            },
        )
        self._notes, self._events = [], []

    def _entry(self, note: LogNote, salt: bytes) -> _Entry:
        """Make an entry of a note: everything but its place, so that the head is held briefly."""
        entry_id = make_id("ent", self._bytes(ID_BYTES))
        particulars = _committed(note, salt, entry_id)
        entry = entry_bytes(
            LogEntry(
                kind=note.kind,
                object=note.about,
                day=day_of(note.at),
                actor_role=note.role,
                commitment=commitment(entry_salt(salt, entry_id), particulars),
            )
        )
        leaf = {
            "object": note.about,
            "entry": entry.decode(),
            "entry_id": entry_id,
            "leaf_hash": leaf_hash(entry),
        }
        detail = {
            "particulars": particulars.decode(),
            "member": note.member,
            "action": note.action,
            "happened_at": note.at,
        }
        return _Entry(leaf=leaf, detail=detail)

    def _event_rows(self, count: int) -> list[dict[str, Any]]:
        return [
            {
                "position": count + place,
                "id": event.id,
                "organisation": event.organisation,
                "type": str(event.type),
                "data": canonical_bytes(event.data).decode(),
                "created_at": event.at,
            }
            for place, event in enumerate(self._events)
        ]

    def _salts(self) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
        """Load the objects' salts and make those of new objects; returns the rows of these, too."""
        fresh = {note.about for note in self._notes if note.fresh}
        names, salts = sorted({note.about for note in self._notes} - fresh), dict[str, bytes]()
        for start in range(0, len(names), CHUNK):
            found = select(SALT).where(SALT.c.object.in_(names[start : start + CHUNK]))
            for row in self._session.execute(found).mappings():
                # Of an erased object later entries are closed for good, too: their salt is never
                # kept, since with a known one anybody could confirm a guess of what was erased.
                salts[row["object"]] = row["salt"] or self._bytes(SALT_BYTES)
        new = [*sorted(fresh), *(name for name in names if name not in salts)]
        salts |= {name: self._bytes(SALT_BYTES) for name in new}
        return salts, [{"object": name, "salt": salts[name]} for name in new]

    def _bytes(self, count: int) -> bytes:
        if self._random is None:
            raise InvalidValue("nothing was noted; expected a source of random bytes")
        return self._random(count)

    def size(self) -> int:
        """Return how many entries the log has."""
        return int(self._session.execute(select(HEAD.c.log_size)).scalar_one())

    def frontier(self) -> Frontier:
        """Load the right edge of the tree as it is now."""
        head = self._session.execute(select(HEAD)).mappings().one()
        return Frontier(head["log_size"], _hashes_in(head["frontier"]))

    def node(self, level: int, index: int) -> bytes:
        """Load the hash of a complete subtree; a `NodeLookup` for proofs."""
        query = select(NODE.c.hash).where(NODE.c.level == level, NODE.c.position == index)
        return bytes(self._session.execute(query).scalar_one())

    def entries_of(self, objects: Sequence[str]) -> tuple[LoggedEntry, ...]:
        """Load the entries about some objects, in order."""
        return self._entries(LEAF.c.object.in_(objects))

    def entries_from(self, start: int, count: int) -> tuple[LoggedEntry, ...]:
        """Load entries by position: at most `count` from `start` on."""
        return self._entries(LEAF.c.position >= start, LEAF.c.position < start + count)

    # `Any` is SQLAlchemy's own type of a condition.
    def _entries(self, *conditions: Any) -> tuple[LoggedEntry, ...]:  # noqa: ANN401
        query = (
            select(
                LEAF,
                DETAIL.c.particulars,
                DETAIL.c.member,
                DETAIL.c.action,
                DETAIL.c.happened_at,
            )
            .join(DETAIL, DETAIL.c.position == LEAF.c.position)
            .where(*conditions)
            .order_by(LEAF.c.position)
        )
        return tuple(
            LoggedEntry(
                position=row["position"],
                entry=row["entry"],
                entry_id=row["entry_id"],
                leaf_hash=bytes(row["leaf_hash"]),
                particulars=None if row["particulars"] is None else json.loads(row["particulars"]),
                member=row["member"],
                action=row["action"],
                happened_at=row["happened_at"],
            )
            for row in self._session.execute(query).mappings()
        )

    def salt_of(self, name: str) -> bytes | None:
        """Load an object's salt; None if it was erased or never was."""
        found = self._session.execute(
            select(SALT.c.salt).where(SALT.c.object == name)
        ).scalar_one_or_none()
        return None if found is None else bytes(found)

    def erase(self, name: str) -> None:
        """Destroy an object's salt and what its entries commit to; the tree stays valid."""
        self._session.execute(update(SALT).where(SALT.c.object == name).values(salt=None))
        positions = select(LEAF.c.position).where(LEAF.c.object == name)
        self._session.execute(
            update(DETAIL)
            .where(DETAIL.c.position.in_(positions))
            .values(particulars=None, member=None, action=None, happened_at=None)
        )

    def events_after(
        self,
        position: int,
        *,
        organisation: str,
        types: Sequence[str] = (),
        before: int | None = None,
        limit: int = 100,
    ) -> tuple[OutboxEvent, ...]:
        """Load events that an organisation may see, in order.

        Args:
            position: After this one; -1 for all.
            organisation: Whose they are; those for everybody are theirs, too.
            types: Of these types only, unless empty.
            before: Before this position, unless None.
            limit: At most so many.
        """
        mine = (EVENT.c.organisation == organisation) | EVENT.c.organisation.is_(None)
        query = select(EVENT).where(EVENT.c.position > position, mine)
        if before is not None:
            query = query.where(EVENT.c.position < before)
        if types:
            query = query.where(EVENT.c.type.in_(types))
        rows = self._session.execute(query.order_by(EVENT.c.position).limit(limit)).mappings()
        return tuple(_event_of(row) for row in rows)

    def event_at(self, position: int) -> OutboxEvent:
        """Load the event at a position where there is one."""
        query = select(EVENT).where(EVENT.c.position == position)
        return _event_of(self._session.execute(query).mappings().one())

    def event_position(self, event: str, *, organisation: str) -> int | None:
        """Return the position of an event that an organisation may see."""
        mine = (EVENT.c.organisation == organisation) | EVENT.c.organisation.is_(None)
        query = select(EVENT.c.position).where(EVENT.c.id == event, mine)
        return self._session.execute(query).scalar_one_or_none()

    def event_count(self) -> int:
        """Return how many events there are."""
        return int(self._session.execute(select(HEAD.c.event_count)).scalar_one())


def _places(entries: Sequence[_Entry], frontier: Frontier) -> tuple[_Rows, _Rows, _Rows]:
    """Give entries their places at the end of the log; returns leaves, details and new nodes."""
    leaves, details, nodes = [], [], []
    for entry in entries:
        position = frontier.size
        leaves.append({"position": position, **entry.leaf})
        details.append({"position": position, **entry.detail})
        nodes += [
            {"level": node.level, "position": node.index, "hash": node.hash}
            for node in frontier.append(entry.leaf["leaf_hash"])
        ]
    return leaves, details, nodes


def _committed(note: LogNote, salt: bytes, entry_id: str) -> bytes:
    """Return what an entry commits to: the particulars, and who it was under another salt."""
    actor = None
    if note.member is not None:
        actor = commitment(entry_salt(salt, f"{entry_id} actor"), note.member.encode())
    return canonical_bytes({**note.particulars, "actor_commitment": actor})


# `Any` because a row holds every type that a column can have.
def _event_of(row: Mapping[Any, Any]) -> OutboxEvent:
    return OutboxEvent(
        id=row["id"],
        type=EventType(row["type"]),
        organisation=row["organisation"],
        data=json.loads(row["data"]),
        at=row["created_at"],
        position=row["position"],
    )


def _hashes_in(frontier: bytes) -> list[bytes]:
    return [frontier[at : at + HASH_BYTES] for at in range(0, len(frontier), HASH_BYTES)]
