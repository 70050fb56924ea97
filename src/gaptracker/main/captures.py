"""The chore that captures web pages: the client and the transactions around the workflow."""

from collections.abc import Sequence

import httpx

from gaptracker.domain.jobs import JobKind
from gaptracker.domain.refusals import Refused
from gaptracker.intake.file_types import WARC
from gaptracker.intake.http import OutgoingLimits, make_client
from gaptracker.intake.page_capture import CaptureFailed, CaptureFault, fetch_page
from gaptracker.intake.warc_record import warc_pieces
from gaptracker.main.worker import Chore
from gaptracker.receive.desk import Desk
from gaptracker.receive.uploads import attachment_limits, discard_blobs, keep_file
from gaptracker.records.blob_errors import BlobTooLarge
from gaptracker.workflows.attach_files import ArrivedFile
from gaptracker.workflows.capture_links import (
    CAPTURE_SECONDS,
    Link,
    capture_rules,
    end_attempt,
    keep_capture,
    take_capture,
)

# A page is in memory while it is fetched: pages at a time, each as large as a file may be.
CAPTURERS = 2


def capture_chores(desk: Desk) -> Sequence[tuple[str, Chore]]:
    """Return the chores that capture pages."""
    client = capture_client(desk, seconds=CAPTURE_SECONDS)
    return [("captures", lambda: capture_one(desk, client))] * CAPTURERS


def capture_client(desk: Desk, *, seconds: float) -> httpx.Client:
    """Return the client that fetches pages, each within so many seconds, redirects included."""
    return make_client(
        capture_rules(desk.outgoing.rules),
        OutgoingLimits(seconds=seconds, response_bytes=desk.limits.attachment_bytes),
        contact=desk.outgoing.contact,
    )


def capture_one(desk: Desk, client: httpx.Client) -> bool:
    """Capture the page that has waited longest; says whether there was one.

    No transaction is open while the page is fetched.
    """
    with desk.open_work(True) as work:
        if not work.jobs.is_waiting(JobKind.CAPTURE, desk.present().now):
            return False
    with desk.open_work(False) as work:
        taken = take_capture(work, desk.present())
        work.commit()
    if taken is None:
        return False
    try:
        file = _captured(taken.link, desk, client)
    except (CaptureFailed, Refused) as failed:
        with desk.open_work(False) as work:
            end_attempt(taken, failed, work, desk.present())
            work.commit()
        return True
    with desk.open_work(False) as work:
        needed = keep_capture(taken, file, work, desk.present(), attachment_limits(desk))
        work.commit()
    if not needed:
        discard_blobs(desk, [file.blob])
    return True


def _captured(link: Link, desk: Desk, client: httpx.Client) -> ArrivedFile:
    """Fetch a page and keep it as a web archive.

    Raises:
        CaptureFailed: If there is no page.
        Refused: If what was written is not taken as a file.
    """
    present = desk.present()
    page = fetch_page(client, link.url)
    with desk.blobs.incoming(limit_bytes=desk.limits.attachment_bytes) as incoming:
        try:
            for piece in warc_pieces(page, at=present.now, random=present.random):
                incoming.write(piece)
        except BlobTooLarge:
            raise CaptureFailed(CaptureFault.TOO_LARGE) from None
        filename = f"{link.ref}.warc.gz"
        return keep_file(desk, incoming, ref=link.ref, filename=filename, declared=WARC)
