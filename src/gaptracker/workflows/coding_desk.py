"""A member at the coding desk: the queue for them, and a coding of theirs with its log entry.

The one way in, for the API and for the command line.
"""

from dataclasses import dataclass

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Specificity
from gaptracker.records.custody_repository import LogNote
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.codable_items import CodingDraft
from gaptracker.workflows.code_items import QueueEntry, RecordedCoding, coding_queue, record_coding
from gaptracker.workflows.present import Present
from gaptracker.workflows.submitted_items import find_coder, find_kind, published_items


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCoding:
    """What a coder says of an item on a theme."""

    item: str
    theme: str
    rung: int
    specificity: Specificity
    rationale: str


def queue_for(
    member: str,
    work: UnitOfWork,
    methodology: Methodology,
    *,
    theme: str | None = None,
    limit: int = 20,
) -> tuple[QueueEntry, ...]:
    """Return what a member is asked to code next; nothing that their own organisation sent.

    Only published items are asked of: a coding's rationale stays for ever, and what is not
    published can still be withdrawn.

    Args:
        member: The coder's id.
        work: An open unit of work with the content key; reading is enough.
        methodology: The ladders.
        theme: Only items on this theme; all if None.
        limit: Most entries, from 1 to 200.

    Raises:
        UnknownName: If no member with the role `coder` has this id, or no theme this name.
        InvalidValue: If the limit lies outside.
    """
    submitted = published_items(work)
    return coding_queue(
        work,
        methodology,
        coder=find_coder(member, work, [item.id for item in submitted]),
        submitted=submitted,
        theme=theme,
        limit=limit,
    )


def code_item(
    given: GivenCoding,
    work: UnitOfWork,
    present: Present,
    *,
    member: str,
    methodology: Methodology,
) -> RecordedCoding:
    """Keep a member's coding, with an entry in the log if it says anything new.

    The entry is about a new opaque id: a coding's own names its coder and item, and whoever
    could tell from the log who has coded what would not be blind.

    Args:
        given: What the coder says.
        work: An open unit of work, which the caller commits.
        present: Time and randomness.
        member: The coder's id.
        methodology: The ladders and the codebook.

    Raises:
        UnknownName: If there is no such coder, theme or item, or the item is not theirs to code.
        InvalidValue: If the coding cannot be right, or the item needs none.
    """
    kept = record_coding(
        CodingDraft(
            item=given.item,
            item_kind=find_kind(given.item, work),
            theme=given.theme,
            rung=given.rung,
            specificity=given.specificity,
            rationale=given.rationale,
        ),
        work,
        methodology=methodology,
        coder=find_coder(member, work, [given.item]),
        stamp=RevisionStamp(recorded_at=present.now, recorded_by=member, reason="coded"),
    )
    if kept.new:
        about = present.new_id("cod")
        note = LogNote(
            kind=EntryKind.CODING_RECORDED,
            about=about,
            role=LogRole.CODER,
            at=present.now,
            particulars={
                "coding": about,
                "item": given.item,
                "theme": given.theme,
                "revision": kept.revision,
            },
            member=member,
            action="code",
        )
        work.custody.note(note, present.random)
    return kept
