"""Periodic jobs: what recurs, how each run stands, and who was sent which report.

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-26

The primary keys are the promise: one run a job and period, one delivery a report and recipient.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JOBS = "job IN ('retention', 'sync', 'score_and_cut', 'report', 'deliver')"


def upgrade() -> None:
    """Add the three tables."""
    create_plan()
    create_run()
    create_delivery()


def text(name: str, *, optional: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.String(), nullable=optional)


def moment(name: str, *, optional: bool = False) -> sa.Column[datetime]:
    """Return a column of aware times."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=optional)


def long_text(name: str) -> sa.Column[str]:
    """Return a column of text that may be missing."""
    return sa.Column(name, sa.Text(), nullable=True)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """Return a named check."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def create_plan() -> None:
    """Make the table of how far each job is planned."""
    table = "periodic_plan"
    op.create_table(
        table,
        text("job"),
        moment("planned_until"),
        sa.PrimaryKeyConstraint("job", name=op.f(f"pk_{table}")),
        check(table, "job_known", JOBS),
    )


def create_run() -> None:
    """Make the table of runs."""
    table = "periodic_run"
    op.create_table(
        table,
        text("job"),
        text("period"),
        text("state"),
        moment("due_at"),
        moment("next_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        text("owner", optional=True),
        moment("lease_until", optional=True),
        moment("started_at", optional=True),
        moment("ended_at", optional=True),
        long_text("error"),
        long_text("effect"),
        sa.PrimaryKeyConstraint("job", "period", name=op.f(f"pk_{table}")),
        check(table, "job_known", JOBS),
        check(
            table,
            "state_known",
            "state IN ('pending', 'running', 'done', 'failed', 'skipped')",
        ),
        check(table, "attempts_counted", "attempts >= 0"),
        check(
            table,
            "owned_while_running",
            "(state = 'running') = (owner IS NOT NULL) AND (owner IS NULL) = (lease_until IS NULL)",
        ),
        check(table, "effect_when_done", "(state = 'done') = (effect IS NOT NULL)"),
    )
    op.create_index(op.f(f"ix_{table}_job_state_due_at"), table, ["job", "state", "due_at"])


def create_delivery() -> None:
    """Make the table of deliveries."""
    table = "report_delivery"
    op.create_table(
        table,
        text("period"),
        text("channel"),
        text("recipient"),
        text("state"),
        text("message_id"),
        text("report_sha256"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        text("sender", optional=True),
        moment("changed_at"),
        moment("sent_at", optional=True),
        long_text("error"),
        sa.PrimaryKeyConstraint("period", "channel", "recipient", name=op.f(f"pk_{table}")),
        check(table, "channel_known", "channel IN ('folder', 'mail', 'webhook')"),
        check(
            table,
            "state_known",
            "state IN ('pending', 'sending', 'sent', 'unsure', 'refused')",
        ),
        check(table, "attempts_counted", "attempts >= 0"),
        check(table, "sender_while_sending", "(state = 'sending') = (sender IS NOT NULL)"),
        check(table, "sent_when_sent", "(state = 'sent') = (sent_at IS NOT NULL)"),
    )
