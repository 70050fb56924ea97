"""Send a report into a folder, and tell webhooks of it: both may be repeated without harm."""

import json
from collections.abc import Callable
from datetime import datetime

from gaptracker.custody.webhook_signing import signed_headers
from gaptracker.domain.delivery import GONE, Answered, Outcome, Unanswered
from gaptracker.domain.report_delivery import (
    FolderRecipient,
    NotSent,
    ReportDelivery,
    SendingRefused,
    WebhookRecipient,
)
from gaptracker.records.release_files import ReleaseFiles
from gaptracker.workflows.keep_report import LIST_NAME, KeptReport

EVENT_TYPE = "report.published"
FIRST_SUCCESS, FIRST_REDIRECT = 200, 300

PostWebhook = Callable[[str, dict[str, str], bytes], Outcome]
"""Makes one attempt: address, headers, payload."""


def copy_to_folder(report: KeptReport, recipient: FolderRecipient) -> None:
    """Copy a report into a folder of its period, whole or not at all.

    In an object store the list of the files comes last: a report counts once that is there.

    Raises:
        OSError: If the folder cannot be written; what was written of it is removed.
        NotSent: If the store refuses for a reason of its own, or another process writes there.
    """
    try:
        files = ReleaseFiles(recipient.url)
        with files.locked():
            files.remove_leftovers()
            listed = (report.folder / LIST_NAME).read_bytes()
            if files.read(f"{report.period}/{LIST_NAME}") == listed:
                return
            try:
                files.copy_folder(report.period, report.folder, last=LIST_NAME)
            except BaseException:
                files.remove_leftovers()
                raise
    except OSError:
        raise
    # Object stores bring errors of their own, by a dozen names.
    except Exception as error:
        raise NotSent(f"the store cannot be written ({type(error).__name__})") from error


def tell_webhook(
    report: KeptReport,
    recipient: WebhookRecipient,
    delivery: ReportDelivery,
    *,
    post: PostWebhook,
    now: datetime,
) -> None:
    """Tell a webhook of a report: signed, thin, under an id that stays the same.

    Raises:
        NotSent: If the endpoint does not answer with success.
        SendingRefused: If the endpoint says that it is gone.
    """
    payload = payload_of(report)
    headers = signed_headers(delivery.message_id, payload, at=now, secrets=[recipient.secret])
    match post(recipient.url, headers, payload):
        case Answered(status=status) if FIRST_SUCCESS <= status < FIRST_REDIRECT:
            return
        case Answered(status=status) if status == GONE:
            raise SendingRefused(f"the endpoint is gone (answer {status})")
        case Answered(status=status):
            raise NotSent(f"the endpoint answered {status}; expected 200 to 299")
        case Unanswered(failure=failure):
            raise NotSent(f"the endpoint did not answer ({failure.value})")


def payload_of(report: KeptReport) -> bytes:
    """Return what webhooks are told: the same bytes each time, and no more than what to look for.

    `report_sha256` is the hash of the report's `report.json`, which lists every file with its own.
    """
    told = {
        "type": EVENT_TYPE,
        "data": {
            "period": report.period,
            "release": report.release,
            "report_sha256": report.sha256,
            "editions": len({file.edition for file in report.files}),
            "languages": sorted({file.language for file in report.files if file.language}),
            "links": {"release": f"/v1/releases/{report.release}"},
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()
