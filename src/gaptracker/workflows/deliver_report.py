"""Deliver a period's report to everybody who gets it, nothing twice.

That a delivery is under way is kept before anything is sent, and how it went after it. Whoever
finds one under way that is not theirs knows that its sender ended, or sleeps: files and webhooks
are then sent again, since that does no harm; a mail is `unsure` and waits for somebody to decide.
Feeds have no row: what they announced is their own record.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from gaptracker.domain.errors import GapTrackerError
from gaptracker.domain.periodic import RunBeyondRetry
from gaptracker.domain.report_delivery import (
    ON_RECORD,
    REPEATABLE,
    NotSent,
    Recipient,
    ReportDelivery,
    SendingState,
    SendingUnsure,
)
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.keep_report import KeptReport

ID_DIGITS = 32
LEFT_UNDER_WAY = "whoever sent it ended before the receiver had answered"
Send = Callable[[KeptReport, Recipient, ReportDelivery], None]
"""Sends a report. Raises `NotSent`, `SendingRefused` or `SendingUnsure`; OSError counts as the
first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What delivering needs: the records, the clock, and how it is sent."""

    open_work: Callable[[], UnitOfWork]
    now: Callable[[], datetime]
    send: Send


def deliver_report(
    report: KeptReport,
    recipients: Sequence[Recipient],
    *,
    sender: str,
    post: Post,
    check_stop: Callable[[], None],
) -> str:
    """Send a report to everybody who has not got it yet.

    Args:
        report: The report; it was verified when it was found.
        recipients: Everybody who is to have it.
        sender: A name for this attempt alone.
        post: What it works with.
        check_stop: Called between two deliveries; may raise to stop there.

    Returns:
        What became of it, in a few words.

    Raises:
        NotSent: If something did not arrive and is to be tried again.
        RunBeyondRetry: If nothing is left to try by itself, and not everything arrived.
    """
    with post.open_work() as work:
        kept = [each for each in recipients if each.channel in ON_RECORD]
        work.report_deliveries.add_missing([_pending(report, each, post) for each in kept])
        work.commit()
    ended: list[ReportDelivery] = []
    for recipient in recipients:
        check_stop()
        ended.append(_deliver(report, recipient, sender, post))
    return _summary(ended)


def message_id_of(period: str, recipient: Recipient) -> str:
    """Return the id that a report's message to a recipient has, however often it is sent.

    Examples:
        >>> from gaptracker.domain.report_delivery import Channel
        >>> message_id_of("2026-Q4", Recipient(name="desk", channel=Channel.MAIL))
        'rep_e446d374e4d34ae39cb6121bcd68b502'
    """
    text = f"{period} {recipient.channel.value} {recipient.name}"
    return f"rep_{sha256(text.encode()).hexdigest()[:ID_DIGITS]}"


def _pending(report: KeptReport, recipient: Recipient, post: Post) -> ReportDelivery:
    return ReportDelivery(
        period=report.period,
        channel=recipient.channel,
        recipient=recipient.name,
        state=SendingState.PENDING,
        message_id=message_id_of(report.period, recipient),
        report_sha256=report.sha256,
        changed_at=post.now(),
    )


def _deliver(report: KeptReport, recipient: Recipient, sender: str, post: Post) -> ReportDelivery:
    """Take one delivery, send it, keep how it went."""
    if recipient.channel not in ON_RECORD:
        delivery = _pending(report, recipient, post)
        state, error = _send(report, recipient, delivery, post)
        return replace(delivery, state=state, error=error)
    with post.open_work() as work:
        delivery = _take(work, report, recipient, sender=sender, now=post.now())
        work.commit()
    if delivery.sender != sender:
        return delivery
    state, error = _send(report, recipient, delivery, post)
    with post.open_work() as work:
        kept = _keep(work, delivery, state, error=error, now=post.now())
        work.commit()
    return kept


def _take(
    work: UnitOfWork, report: KeptReport, recipient: Recipient, *, sender: str, now: datetime
) -> ReportDelivery:
    found = work.report_deliveries.take(report.period, recipient.channel, recipient.name)
    match found.state:
        case SendingState.SENT | SendingState.UNSURE | SendingState.REFUSED:
            return found
        case SendingState.SENDING if recipient.channel not in REPEATABLE:
            taken = replace(
                found,
                state=SendingState.UNSURE,
                sender=None,
                changed_at=now,
                error=LEFT_UNDER_WAY,
            )
        case SendingState.SENDING | SendingState.PENDING:
            taken = replace(
                found,
                state=SendingState.SENDING,
                report_sha256=report.sha256,
                attempts=found.attempts + 1,
                sender=sender,
                changed_at=now,
            )
    work.report_deliveries.update(taken)
    return taken


def _send(
    report: KeptReport, recipient: Recipient, delivery: ReportDelivery, post: Post
) -> tuple[SendingState, str | None]:
    """Send, and say how it went and why; no reason names an address."""
    try:
        post.send(report, recipient, delivery)
    # Whatever goes wrong for one recipient, the others get theirs.
    except Exception as error:  # noqa: BLE001
        return _after_failure(error, recipient)
    return SendingState.SENT, None


def _after_failure(error: Exception, recipient: Recipient) -> tuple[SendingState, str]:
    match error:
        case SendingUnsure():
            return SendingState.UNSURE, str(error)
        case NotSent():
            return SendingState.PENDING, str(error)
        case GapTrackerError():
            return SendingState.REFUSED, str(error)
        case OSError():
            # The system's message may hold a place that only the operator's file names.
            why = error.strerror or "no reason given"
            return SendingState.PENDING, f"{type(error).__name__}: {why}"
        case _:
            # A fault of our own: how far it came, nobody knows, and its message may hold anything.
            known = recipient.channel in REPEATABLE
            state = SendingState.PENDING if known else SendingState.UNSURE
            return state, type(error).__name__


def _keep(
    work: UnitOfWork,
    delivery: ReportDelivery,
    state: SendingState,
    *,
    error: str | None,
    now: datetime,
) -> ReportDelivery:
    """Keep how an attempt went, unless a later attempt is the one that counts by now.

    One that was thought lost, and marked unsure, may tell after all.
    """
    found = work.report_deliveries.take(delivery.period, delivery.channel, delivery.recipient)
    told_late = found.state is SendingState.UNSURE and found.attempts == delivery.attempts
    if found.sender != delivery.sender and not told_late:
        return found
    sent_at = now if state is SendingState.SENT else None
    kept = replace(found, state=state, sender=None, changed_at=now, sent_at=sent_at, error=error)
    work.report_deliveries.update(kept)
    return kept


def _summary(ended: Sequence[ReportDelivery]) -> str:
    """Say what became of every delivery.

    Raises:
        NotSent: If some are to be tried again.
        RunBeyondRetry: If some wait for a decision.
    """
    counted = Counter(each.state for each in ended)
    left = [each for each in ended if each.state is not SendingState.SENT]
    text = f"{counted[SendingState.SENT]} of {len(ended)} sent"
    if not left:
        return text
    told = "; ".join(
        f"{each.channel.value} {each.recipient}: {each.state.value} ({each.error})" for each in left
    )
    error: type[GapTrackerError] = RunBeyondRetry
    if counted[SendingState.PENDING] or counted[SendingState.SENDING]:
        error = NotSent
    raise error(f"{text}; {told}")
