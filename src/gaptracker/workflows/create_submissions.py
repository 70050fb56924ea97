"""Create drafts: one by a request, thousands by a batch, in sets either way.

An organisation's own reference (`client_ref`) makes sending again harmless: the same content finds
what is there, other content is refused, and what was withdrawn never comes back under its name.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gaptracker.custody.canonical import canonical_bytes
from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.custody.sealing import CustodianKey, seal
from gaptracker.domain.principals import Principal
from gaptracker.domain.refusals import RefusalCode, Refused
from gaptracker.domain.submissions import SealedIdentity, Submission, SubmissionRevision
from gaptracker.domain.workflow import State
from gaptracker.intake.submissions import Content, SubmissionDraft, is_confidential
from gaptracker.workflows.errand import Errand
from gaptracker.workflows.present import Present

FIRST_REVISION = 1
ENDED = frozenset({State.WITHDRAWN, State.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDraft:
    """A checked draft as it will be written, with nothing in it that is open and must be sealed.

    `content` is canonical JSON; `refused` says why it cannot be created, unless it is there
    already.
    """

    id: str
    client_ref: str | None
    content: str
    content_sha256: str
    consent_to_publish: bool
    has_confidential: bool
    identities: tuple[SealedIdentity, ...] = ()
    refused: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """What became of one draft: the submission, and whether it is new."""

    submission: Submission
    created: bool


def create_submissions(
    drafts: Sequence[SubmissionDraft], errand: Errand
) -> list[Creation | Refused]:
    """Create drafts for an organisation.

    Args:
        drafts: Checked content, in the order in which it came.
        errand: Who sends, and when.

    Returns:
        For each draft what became of it, or why it was refused: `client-ref-conflict` where the
        reference is taken by other content (also earlier in the same sequence), and
        `client-ref-retired` where it was of one that ended. Identities are sealed to every
        custodian before anything is written; without a custodian, a draft that brings one is
        refused, since nobody could ever read it and keeping it open is not safe.
    """
    # Without an identity there is nothing to seal, and nobody to ask for.
    sealing = any(each.identities for each in drafts)
    custodians = errand.work.custodians.active() if sealing else ()
    return create_prepared([prepare(each, custodians, errand.present) for each in drafts], errand)


def prepare(
    draft: SubmissionDraft, custodians: Sequence[tuple[str, CustodianKey]], present: Present
) -> PreparedDraft:
    """Give a draft its id and seal what has to be sealed; nothing is written."""
    submission = present.new_id("sub")
    content = canonical_bytes(draft.content)
    unsealable = bool(draft.identities) and not custodians
    return PreparedDraft(
        id=submission,
        client_ref=draft.client_ref,
        content=content.decode(),
        content_sha256=sha256(content).hexdigest(),
        consent_to_publish=draft.content["consent"]["publish"],
        has_confidential=is_confidential(draft.content),
        identities=()
        if unsealable
        else tuple(seal_identities(submission, draft.identities, custodians, present)),
        refused=no_custodian() if unsealable else None,
    )


def create_prepared(drafts: Sequence[PreparedDraft], errand: Errand) -> list[Creation | Refused]:
    """Create prepared drafts; as `create_submissions`, which prepares them first."""
    principal, work, present = errand.principal, errand.work, errand.present
    refs = [draft.client_ref for draft in drafts if draft.client_ref is not None]
    work.submissions.reserve_client_refs(principal.organisation, refs)
    held = dict(work.submissions.find_by_client_refs(principal.organisation, refs))
    outcomes: list[Creation | Refused] = []
    new: list[tuple[Submission, SubmissionRevision]] = []
    identities: list[SealedIdentity] = []
    for draft in drafts:
        known = held.get(draft.client_ref) if draft.client_ref is not None else None
        if known is not None:
            outcomes.append(_again(known, draft))
            continue
        if draft.refused is not None:
            outcomes.append(draft.refused)
            continue
        submission, revision = _first(draft, principal, present)
        identities += draft.identities
        new.append((submission, revision))
        outcomes.append(Creation(submission=submission, created=True))
        if draft.client_ref is not None:
            held[draft.client_ref] = submission
    work.submissions.add(
        [submission for submission, _ in new], [revision for _, revision in new], identities
    )
    for submission, _ in new:
        errand.log(
            EntryKind.SUBMISSION_CREATED,
            submission.id,
            LogRole.CONTRIBUTOR,
            particulars_of(submission),
            action="create",
            fresh=True,
        )
    return outcomes


def particulars_of(submission: Submission) -> dict[str, object]:
    """Return what a log entry about a submission commits to, besides who did it."""
    return {
        "submission": submission.id,
        "revision": submission.revision,
        "state": submission.state.value,
        "content_sha256": submission.content_sha256,
    }


def seal_identities(
    submission: str,
    identities: Mapping[str, Mapping[str, object]],
    custodians: Sequence[tuple[str, CustodianKey]],
    present: Present,
) -> list[SealedIdentity]:
    """Seal each source's identity to every custodian's key, with where it belongs inside.

    A sealed copy says nothing of itself, so that whoever can write to the database could put one
    in another's place; its custodian then reads of which submission it really is.
    """
    kept_under = {key.fingerprint: custodian for custodian, key in custodians}
    return [
        SealedIdentity(
            id=present.new_id("seal"),
            submission=submission,
            source_ref=source_ref,
            custodian=kept_under[copy.fingerprint],
            ciphertext=copy.ciphertext,
            sealed_at=present.now,
        )
        for source_ref, identity in identities.items()
        for copy in seal(
            canonical_bytes({"submission": submission, "source": source_ref, "identity": identity}),
            [key for _, key in custodians],
        )
    ]


def no_custodian() -> Refused:
    """Return the refusal of an identity that nobody could ever open."""
    return Refused(
        RefusalCode.UNAVAILABLE,
        "a source's identity came, and this installation has no custodian's key to seal it to; "
        "nothing was kept: send it without the identity, or have the operator add a custodian",
    )


def _again(known: Submission, draft: PreparedDraft) -> Creation | Refused:
    """Answer a reference that is taken already."""
    if known.state in ENDED:
        return Refused(
            RefusalCode.CLIENT_REF_RETIRED,
            f"client_ref {draft.client_ref} was of a submission that has ended; it never revives: "
            "send it under a new one",
        )
    if known.content_sha256 == draft.content_sha256:
        return Creation(submission=known, created=False)
    return Refused(
        RefusalCode.CLIENT_REF_CONFLICT,
        f"client_ref {draft.client_ref} has other content already; edit that submission, or send "
        "this one under a new reference",
        current_etag=known.etag,
        location=f"/v1/submissions/{known.id}",
    )


def _first(
    draft: PreparedDraft, principal: Principal, present: Present
) -> tuple[Submission, SubmissionRevision]:
    submission = Submission(
        id=draft.id,
        organisation=principal.organisation,
        created_by=principal.member,
        client_ref=draft.client_ref,
        state=State.DRAFT,
        revision=FIRST_REVISION,
        content_sha256=draft.content_sha256,
        consent_to_publish=draft.consent_to_publish,
        has_confidential=draft.has_confidential,
        legal_hold=False,
        created_at=present.now,
        changed_at=present.now,
        touched_at=present.now,
    )
    revision = SubmissionRevision(
        submission=submission.id,
        number=submission.revision,
        content=draft.content,
        content_sha256=submission.content_sha256,
        created_at=present.now,
        created_by=principal.member,
    )
    return submission, revision


def revision_of(
    submission: Submission, draft: SubmissionDraft, member: str, present: Present
) -> SubmissionRevision:
    """Return the revision that keeps a draft's content."""
    return SubmissionRevision(
        submission=submission.id,
        number=submission.revision,
        content=canonical_bytes(draft.content).decode(),
        content_sha256=submission.content_sha256,
        created_at=present.now,
        created_by=member,
    )


def content_of(revision: SubmissionRevision) -> Content:
    """Return a revision's content.

    Raises:
        Refused: `withdrawn`, if it was erased.
    """
    if revision.content is None:
        raise Refused(RefusalCode.WITHDRAWN, "the content was erased")
    content: Content = json.loads(revision.content)
    return content
