"""The tables of periodic jobs: one row a job and period, and one a delivery of a report.

Their keys are what keeps an effect single: (job, period), and (period, channel, recipient).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from gaptracker.domain.periodic import PeriodicJob, PeriodicState
from gaptracker.domain.report_delivery import ON_RECORD, SendingState
from gaptracker.records.tables import Row, UtcDateTime, one_of


class PeriodicPlanRow(Row, table=True):
    """Up to which instant a job's periods are on record; never goes back, whatever a clock does."""

    __tablename__ = "periodic_plan"
    __table_args__ = (one_of("job", PeriodicJob),)

    job: str = Field(primary_key=True)
    planned_until: datetime = Field(sa_type=UtcDateTime)


class PeriodicRunRow(Row, table=True):
    """One job in one period; while it runs, it belongs to its owner until the lease ends."""

    __tablename__ = "periodic_run"
    __table_args__ = (
        one_of("job", PeriodicJob),
        one_of("state", PeriodicState),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint(
            "(state = 'running') = (owner IS NOT NULL) AND (owner IS NULL) = (lease_until IS NULL)",
            name="owned_while_running",
        ),
        CheckConstraint("(state = 'done') = (effect IS NOT NULL)", name="effect_when_done"),
        Index(None, "job", "state", "due_at"),
    )

    job: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    state: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int
    owner: str | None
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    error: str | None = Field(sa_type=Text)
    effect: str | None = Field(sa_type=Text)


class ReportDeliveryRow(Row, table=True):
    """One report on its way to one recipient; `recipient` is a name of the operator's choosing.

    No address is kept: it stands in the operator's file alone.
    """

    __tablename__ = "report_delivery"
    __table_args__ = (
        one_of("channel", sorted(ON_RECORD)),
        one_of("state", SendingState),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint("(state = 'sending') = (sender IS NOT NULL)", name="sender_while_sending"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when_sent"),
    )

    period: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    state: str
    message_id: str
    report_sha256: str
    attempts: int
    sender: str | None
    changed_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(sa_type=UtcDateTime)
    error: str | None = Field(sa_type=Text)
