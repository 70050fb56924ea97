"""Replies and errata: put on record, decided, and laid beside the releases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from gaptracker.domain.annotations import (
    NO_ANNOTATIONS,
    Annotations,
    CellRef,
    DecidedReply,
    Erratum,
    Reply,
    ReplyDecision,
    ReplyOutcome,
    lost_between,
)
from gaptracker.domain.errors import Conflict, InvalidValue, ReleaseCorrupt, UnknownName
from gaptracker.intake.reply_files import ReplyDraft
from gaptracker.records.beside_store import BesideHead
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.release.documents import plain, write_json
from gaptracker.workflows.present import Present

MOST_NEAREST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """What a reply or an erratum is about, held against the release that it names."""

    release: str
    cells: tuple[CellRef, ...]
    pairs: tuple[str, ...]
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErratumTexts:
    """What an erratum says, in one language."""

    said: str
    right: str
    because: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidBeside:
    """The version that is current now; `changed` says whether it was written just now."""

    annotations: Annotations
    head: BesideHead | None
    changed: bool


def add_reply(
    draft: ReplyDraft, actor: str, about: Subjects, work: UnitOfWork, present: Present
) -> Reply:
    """Put a reply on record, whole; it is pending.

    Args:
        draft: The reply as it came.
        actor: The code of who replies.
        about: What it is about.
        work: An open unit of work, which the caller commits.
        present: The moment; a reply received today needs no day.

    Raises:
        InvalidValue: If it was received on a day that has not come.
    """
    now = _second(present.now)
    received_on = draft.received_on or now.date()
    if received_on > now.date():
        raise InvalidValue(
            f"the reply is said to be received on {received_on}, and today is {now.date()} (UTC); "
            "expected the day on which it came"
        )
    reply = Reply(
        id=present.new_id("rep"),
        actor=actor,
        release=about.release,
        who=draft.who,
        office=draft.office,
        received_on=received_on,
        language=draft.language,
        text=draft.text,
        link=draft.link,
        attachment_sha256=draft.attachment_sha256,
        cells=about.cells,
        pairs=about.pairs,
        recorded_at=now,
    )
    work.annotations.add_reply(reply)
    return reply


def decide_reply(
    name: str, outcome: ReplyOutcome, because: str, work: UnitOfWork, present: Present
) -> ReplyDecision:
    """Put the decision on a reply on record; it stands.

    Raises:
        UnknownName: If no reply has this id.
        Conflict: If it was decided already.
        InvalidValue: If the outcome is to leave it pending.
    """
    if outcome is ReplyOutcome.PENDING:
        raise InvalidValue("pending is no decision; expected accepted, partly or declined")
    found = require_reply(name, work)
    if found.decision is not None:
        raise Conflict(
            f"reply {name} was decided already, on {found.decision.decided_at.date()}: "
            f"{found.decision.outcome.value}; a decision stands. Where it was wrong, say so in an "
            "erratum: `gaptracker correction add`"
        )
    decision = ReplyDecision(
        reply=name, outcome=outcome, because=because, decided_at=_second(present.now)
    )
    work.annotations.add_decision(decision)
    return decision


def require_reply(name: str, work: UnitOfWork) -> DecidedReply:
    """Load a reply.

    Raises:
        UnknownName: If none has this id; it names the newest ones.
    """
    found = work.annotations.find_reply(name)
    if found is None:
        newest = [each.reply.id for each in reversed(work.annotations.load_replies())]
        raise UnknownName("reply", name, newest[:MOST_NEAREST])
    return found


def add_erratum(
    texts: ErratumTexts, about: Subjects, work: UnitOfWork, present: Present
) -> Erratum:
    """Put an erratum of a published release on record, with its day."""
    erratum = Erratum(
        id=present.new_id("err"),
        release=about.release,
        said=texts.said,
        right=texts.right,
        because=texts.because,
        language=texts.language,
        cells=about.cells,
        pairs=about.pairs,
        records=about.records,
        published_at=_second(present.now),
    )
    work.annotations.add_erratum(erratum)
    return erratum


def lay_beside(
    store: ReleaseStore,
    load: Callable[[], tuple[tuple[DecidedReply, ...], tuple[Erratum, ...]]],
) -> LaidBeside:
    """Lay all that is on record beside the releases: a new version, or nothing if none is needed.

    Whoever is killed in it leaves the version before, and the next call lays all of it.

    Args:
        store: Where releases are kept.
        load: Reads replies and errata from the records; called under the store's lock, so that
            of two at once the later one knows what the earlier one laid.

    Raises:
        Conflict: If the records lack what lies beside the releases already: nothing that was
            published is taken back.
        ReleaseCorrupt: If the current version is damaged.
        TimeoutError: If another process holds the store.
    """
    with store.annotations.locked():
        held, head = read_annotations(store)
        replies, errata = load()
        coming = Annotations(
            version=held.version + 1,
            previous_sha256=head.sha256 if head else None,
            replies=replies,
            errata=errata,
        )
        lost = lost_between(held, coming)
        if lost:
            raise Conflict(
                f"{', '.join(lost)} lies beside the releases in {store.url} and is not in the "
                "records, or is otherwise there; nothing was changed. Look at "
                "GAPTRACKER_DATABASE_URL and GAPTRACKER_RELEASES_URL: they belong together"
            )
        if (replies, errata) == (held.replies, held.errata):
            return LaidBeside(annotations=held, head=head, changed=False)
        head = store.annotations.keep(write_json(plain(coming)), coming.version)
        return LaidBeside(annotations=coming, head=head, changed=True)


def read_annotations(store: ReleaseStore) -> tuple[Annotations, BesideHead | None]:
    """Read what lies beside the releases, verified.

    Raises:
        ReleaseCorrupt: If it is not what was written.
    """
    head = store.annotations.head()
    if head is None:
        return NO_ANNOTATIONS, None
    content = store.annotations.read(head.sha256)
    try:
        found = msgspec.json.decode(content, type=Annotations)
    except msgspec.MsgspecError as error:
        raise ReleaseCorrupt(
            f"the replies and errata {head.sha256} in {store.url} were written by another version "
            f"of this program ({error}); update it"
        ) from error
    return found, head


def _second(moment: datetime) -> datetime:
    """Return a moment to the second, which every database keeps alike."""
    return moment.replace(microsecond=0)
