"""Let custodians open an identity: one asks and says why, another confirms, within a day.

The program hands out what is sealed to the asker's own key and opens nothing itself. A custodian
learns nothing else of a submission: what has no identity for them does not exist for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.custody.sealing import SealedCopy
from gaptracker.domain.refusals import RefusalCode, Refused, not_there
from gaptracker.domain.submissions import Submission, UnsealRequest
from gaptracker.workflows.create_submissions import particulars_of
from gaptracker.workflows.errand import Errand

OPEN_FOR = timedelta(hours=24)
ASK, CONFIRM, HAND_OUT = "ask_to_unseal", "confirm_unsealing", "hand_out_sealed_copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    """A request as one custodian sees it.

    Attributes:
        expired: Whether its day is over.
        copies: What is sealed to the asker's own keys; for the asker alone, once somebody else
            has confirmed and until the day is over.
    """

    request: UnsealRequest
    expired: bool
    copies: Sequence[SealedCopy] | None


def ask_to_unseal(submission: str, reason: str, errand: Errand) -> SeenRequest:
    """Ask to open the identities of a submission.

    Args:
        submission: Its id.
        reason: Why; the second custodian reads it.
        errand: Which custodian, and when.

    Raises:
        Refused: `not-found`, alike for a submission that is not there and one that holds nothing
            sealed to the caller.
    """
    work, present, caller = errand.work, errand.present, errand.principal.member
    found = work.submissions.find(submission)
    if found is None or not work.custodians.copies_for(caller, found.id):
        raise not_there()
    request = UnsealRequest(
        id=present.new_id("uns"),
        submission=found.id,
        asked_by=caller,
        reason=reason,
        asked_at=present.now,
        confirmed_by=None,
        confirmed_at=None,
        expires_at=present.now + OPEN_FOR,
    )
    work.custodians.add_request(request)
    _log(EntryKind.IDENTITY_REQUESTED, found, ASK, errand)
    return SeenRequest(request=request, expired=False, copies=None)


def confirm_unsealing(request: str, errand: Errand) -> SeenRequest:
    """Confirm another custodian's request.

    Raises:
        Refused: `not-found`; `self-review` for who asked; `invalid-transition` if its day is over
            or somebody else has confirmed it.
    """
    found, submission = _find(request, errand, to_change=True)
    caller = errand.principal.member
    if found.asked_by == caller:
        raise Refused(
            RefusalCode.SELF_REVIEW, "nobody confirms their own request; ask another custodian"
        )
    if found.confirmed_by == caller:
        return _seen(found, errand)
    if errand.present.now >= found.expires_at or found.confirmed_by is not None:
        raise Refused(
            RefusalCode.INVALID_TRANSITION,
            "the request's day is over, or it is confirmed; a custodian can ask anew",
            allowed_actions=[],
        )
    errand.work.custodians.confirm_request(found.id, by=caller, at=errand.present.now)
    _log(EntryKind.IDENTITY_REQUESTED, submission, CONFIRM, errand)
    confirmed = replace(found, confirmed_by=caller, confirmed_at=errand.present.now)
    return _seen(confirmed, errand)


def show_request(request: str, errand: Errand) -> SeenRequest:
    """Show a request; to who asked, once it is confirmed, with what is sealed to their own key.

    Each time that a sealed copy is handed out is logged, before it leaves.

    Raises:
        Refused: `not-found`.
    """
    found, submission = _find(request, errand)
    seen = _seen(found, errand)
    if seen.expired or found.confirmed_by is None or found.asked_by != errand.principal.member:
        return seen
    copies = errand.work.custodians.copies_for(errand.principal.member, found.submission)
    if copies:
        _log(EntryKind.IDENTITY_UNSEALED, submission, HAND_OUT, errand)
    return replace(seen, copies=copies)


def _find(
    request: str, errand: Errand, *, to_change: bool = False
) -> tuple[UnsealRequest, Submission]:
    """Load a request for a custodian who has a key in use."""
    work, caller = errand.work, errand.principal.member
    own = [each for each in work.custodians.all() if each.member == caller]
    found = work.custodians.find_request(request, to_change=to_change)
    submission = None if found is None else work.submissions.find(found.submission)
    if found is None or submission is None or all(each.revoked_at for each in own):
        raise not_there()
    return found, submission


def _seen(request: UnsealRequest, errand: Errand) -> SeenRequest:
    expired = errand.present.now >= request.expires_at
    return SeenRequest(request=request, expired=expired, copies=None)


def _log(kind: EntryKind, submission: Submission, action: str, errand: Errand) -> None:
    errand.log(kind, submission.id, LogRole.CUSTODIAN, particulars_of(submission), action=action)
