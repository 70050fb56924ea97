"""Webhooks as chores: the clock, the client and the transactions around the workflow."""

import time
from collections.abc import Callable, Sequence

import httpx

from gaptracker.domain.delivery import Outcome
from gaptracker.intake.addresses import OutgoingRules
from gaptracker.intake.http import OutgoingLimits, make_client, post_webhook
from gaptracker.main.worker import Chore
from gaptracker.receive.desk import Desk, Outgoing
from gaptracker.settings import Settings
from gaptracker.workflows.deliver_events import Parcel, fan_out, keep_outcome, take_parcel

# Messages under way at a time; of these, `MOST_AT_ONCE` may be to one endpoint.
SENDERS = 4
ANY_PORT = range(1, 65_536)

Post = Callable[[Parcel], Outcome]


def outgoing_of(settings: Settings) -> Outgoing:
    """Return where this installation may call, and who it says it is."""
    refused = settings.resolved_refused_networks
    if not settings.webhook_allow_loopback:
        rules = OutgoingRules(refused_networks=refused)
    else:
        rules = OutgoingRules(
            schemes=frozenset({"http", "https"}),
            ports=ANY_PORT,
            allow_loopback=True,
            refused_networks=refused,
        )
    return Outgoing(rules=rules, contact=settings.contact)


def webhook_chores(desk: Desk) -> Sequence[tuple[str, Chore]]:
    """Return the chores that bring events to webhook endpoints."""
    client = make_client(desk.outgoing.rules, OutgoingLimits(), contact=desk.outgoing.contact)
    post = poster(client)
    senders = [("webhooks", lambda: send_one(desk, post))] * SENDERS
    return [("webhook fan-out", lambda: fan_out_once(desk)), *senders]


def poster(client: httpx.Client) -> Post:
    """Return what makes one attempt with a client."""

    def post(parcel: Parcel) -> Outcome:
        return post_webhook(client, parcel.url, headers=parcel.headers, payload=parcel.payload)

    return post


def fan_out_once(desk: Desk) -> bool:
    """Put new events on their way; says whether there were any."""
    # Looked for without the lock that writing takes on SQLite.
    with desk.open_work(True) as work:
        if not work.webhooks.behind():
            return False
    with desk.open_work(False) as work:
        worked = fan_out(work, desk.present())
        work.commit()
    return worked


def send_one(desk: Desk, post: Post) -> bool:
    """Send the delivery that has been due longest; says whether one was due.

    No transaction is open while the receiver is waited for.
    """
    with desk.open_work(True) as work:
        if not work.webhooks.has_due(desk.present().now):
            return False
    with desk.open_work(False) as work:
        parcel = take_parcel(work, desk.present())
        work.commit()
    if parcel is None:
        return False
    begun = time.monotonic()
    outcome = post(parcel)
    took = round(1000 * (time.monotonic() - begun))
    with desk.open_work(False) as work:
        keep_outcome(parcel, outcome, duration_ms=took, work=work, present=desk.present())
        work.commit()
    return True
