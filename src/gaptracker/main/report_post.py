"""The ways by which reports leave, put together from settings: folders, feeds, mail, webhooks."""

import ssl
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from gaptracker.domain.delivery import Outcome
from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.report_delivery import (
    FeedRecipient,
    FolderRecipient,
    MailRecipient,
    NotSent,
    Recipient,
    ReportDelivery,
    WebhookRecipient,
)
from gaptracker.intake.delivery_file import read_delivery_file, read_secrets
from gaptracker.intake.http import OutgoingLimits, make_client, post_webhook
from gaptracker.intake.mail_sending import MailServer, send_mail
from gaptracker.main.cli.errors import BadSetting
from gaptracker.main.webhooks import outgoing_of
from gaptracker.publish.report_mail.compose import Letter, compose_mail
from gaptracker.records.release_store import ReleaseStore
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.settings import Settings
from gaptracker.workflows.announce_report import Whereabouts, announce_report
from gaptracker.workflows.deliver_report import Post
from gaptracker.workflows.keep_report import KeptReport
from gaptracker.workflows.send_report import copy_to_folder, tell_webhook

PORTS = {"starttls": 587, "tls": 465, "none": 25}


def recipients_of(settings: Settings) -> tuple[Recipient, ...]:
    """Return everybody who gets the reports; nobody where no file says so.

    Raises:
        BadSetting: If the webhooks' secrets are none.
        DeliveryFileRefused: If the file cannot be used.
    """
    if settings.delivery_file is None:
        return ()
    text = settings.delivery_webhook_secrets
    try:
        secrets = read_secrets(text.get_secret_value() if text else "")
    except InvalidValue as error:
        raise BadSetting(f"GAPTRACKER_DELIVERY_WEBHOOK_SECRETS: {error}") from None
    return read_delivery_file(settings.delivery_file, secrets)


def mail_server_of(settings: Settings) -> MailServer:
    """Return where mail is handed in.

    Raises:
        BadSetting: If none is set, or a password would go over the line in clear.
    """
    if settings.smtp_host is None or settings.smtp_from is None:
        raise BadSetting(
            "GAPTRACKER_SMTP_HOST and GAPTRACKER_SMTP_FROM are not both set; expected them where "
            "reports go by mail"
        )
    password = settings.smtp_password
    if settings.smtp_security == "none" and password is not None:
        raise BadSetting(
            "GAPTRACKER_SMTP_SECURITY=none would send the password in clear; expected starttls "
            "or tls"
        )
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port or PORTS[settings.smtp_security],
        security=settings.smtp_security,
        tls=ssl.create_default_context(
            cafile=str(settings.smtp_ca_file) if settings.smtp_ca_file else None
        ),
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        greeting=settings.smtp_from.rpartition("@")[2],
        step_seconds=settings.smtp_step_seconds,
        total_seconds=settings.smtp_total_seconds,
    )


def make_post(settings: Settings, engine: Engine, now: Callable[[], datetime]) -> Post:
    """Return what delivering needs."""

    def send(report: KeptReport, recipient: Recipient, delivery: ReportDelivery) -> None:
        match recipient:
            case FolderRecipient():
                copy_to_folder(report, recipient)
            case FeedRecipient():
                _announce(settings, report, recipient, at=now())
            case MailRecipient():
                _mail(settings, report, recipient, message_id=delivery.message_id, at=now())
            case WebhookRecipient():
                _tell(settings, report, recipient, delivery=delivery, at=now())
            case _:
                raise TypeError(f"nothing is sent by {recipient.channel.value}")

    return Post(open_work=lambda: UnitOfWork(engine), now=now, send=send)


def _announce(
    settings: Settings, report: KeptReport, recipient: FeedRecipient, *, at: datetime
) -> None:
    link = recipient.link
    if link is not None and link.startswith("/"):
        if settings.public_url is None:
            raise NotSent(
                f"feed {recipient.name} has a path as its link, and GAPTRACKER_PUBLIC_URL is not "
                "set; expected both, or a whole address"
            )
        link = f"{settings.public_url}{link}"
    where = Whereabouts(
        link=f"{link.rstrip('/')}/{report.period}" if link else None,
        ask=settings.contact if "contact" in settings.model_fields_set else None,
    )
    store = ReleaseStore(settings.resolved_releases_url)
    announce_report(store, report, where=where, now=at)


def _mail(
    settings: Settings,
    report: KeptReport,
    recipient: MailRecipient,
    *,
    message_id: str,
    at: datetime,
) -> None:
    try:
        server = mail_server_of(settings)
    except BadSetting as error:
        raise NotSent(str(error)) from error
    sender = settings.smtp_from or ""
    letter = Letter(
        period=report.period,
        release=report.release,
        folder=report.folder,
        files=report.files,
        sender=sender,
        message_id=message_id,
        at=at,
        site=settings.public_url,
    )
    send_mail(server, compose_mail(letter, recipient), sender=sender, to=recipient.address)


def _tell(
    settings: Settings,
    report: KeptReport,
    recipient: WebhookRecipient,
    *,
    delivery: ReportDelivery,
    at: datetime,
) -> None:
    outgoing = outgoing_of(settings)
    with make_client(outgoing.rules, OutgoingLimits(), contact=outgoing.contact) as client:

        def post(url: str, headers: dict[str, str], payload: bytes) -> Outcome:
            return post_webhook(client, url, headers=headers, payload=payload)

        tell_webhook(report, recipient, delivery, post=post, now=at)
