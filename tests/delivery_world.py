"""Reports that are delivered: real records, a real report, and the program's own post."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from gaptracker.domain.report_delivery import (
    Channel,
    FolderRecipient,
    MailRecipient,
    Recipient,
    ReportDelivery,
    WebhookRecipient,
)
from gaptracker.main.report_post import make_post
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.settings import Settings
from gaptracker.workflows.deliver_report import deliver_report
from gaptracker.workflows.keep_report import KeptReport, ReportOrder, keep_report
from tests.mail_world import HOST
from tests.periodic_world import RELEASE, small_report

NOW = datetime(2027, 1, 5, 7, tzinfo=UTC)
PERIOD, ADDRESS, SENDER = "2026-Q4", "reader.of.reports@desk.example", "reports@gaps.example"
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"


def never() -> None:
    """Nobody wants the process to stop."""


def reader(name: str = "desk", **changed: object) -> MailRecipient:
    """A reader of Spanish who gets the global edition as PDF."""
    given: Mapping[str, object] = {
        "name": name,
        "channel": Channel.MAIL,
        "address": ADDRESS,
        "language": "es",
        "editions": ("global",),
        "forms": ("pdf",),
        "link": None,
        **changed,
    }
    return MailRecipient(**given)  # type: ignore[arg-type]  # a test's own choice of fields


def folder_of(url: str, name: str = "archive") -> FolderRecipient:
    """A folder that gets the reports."""
    return FolderRecipient(name=name, channel=Channel.FOLDER, url=url)


def hook(url: str, name: str = "newsroom") -> WebhookRecipient:
    """An endpoint that is told of reports."""
    return WebhookRecipient(name=name, channel=Channel.WEBHOOK, url=url, secret=SECRET)


@dataclass(slots=True, kw_only=True)
class DeliveryWorld:
    """Records, a folder of reports, and settings that a test may change."""

    engine: Engine
    folder: Path
    changed: dict[str, object] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        given: Mapping[str, object] = {
            "smtp_host": HOST,
            "smtp_from": SENDER,
            "smtp_step_seconds": 20.0,
            "webhook_allow_loopback": True,
            "contact": "https://gaps.example/about",
            **self.changed,
        }
        return Settings(_env_file=None, **given)  # type: ignore[arg-type]  # as above

    def report(self, period: str = PERIOD) -> KeptReport:
        """The report of a period."""
        order = ReportOrder(
            period=period,
            release=RELEASE,
            languages=("en", "es", "pt"),
            attempt=secrets.token_hex(4),
        )
        return keep_report(self.folder / "reports", order, small_report())

    def deliver(self, *recipients: Recipient, sender: str | None = None) -> str:
        """Deliver the report; raises what the run would fail by."""
        return deliver_report(
            self.report(),
            recipients,
            sender=sender or secrets.token_hex(8),
            post=make_post(self.settings, self.engine, lambda: NOW),
            check_stop=never,
        )

    def rows(self) -> list[ReportDelivery]:
        """Every delivery on record."""
        with UnitOfWork(self.engine, read_only=True) as work:
            return list(work.report_deliveries.load([PERIOD]))

    def state(self) -> str:
        """How the only delivery stands."""
        (row,) = self.rows()
        return row.state.value

    def error(self) -> str:
        """Why the only delivery is where it is."""
        (row,) = self.rows()
        return row.error or ""

    def retry(self) -> None:
        """Let what is unsure or refused be sent again, as `jobs retry` does."""
        with UnitOfWork(self.engine) as work:
            work.report_deliveries.send_again(PERIOD, NOW)
            work.commit()
