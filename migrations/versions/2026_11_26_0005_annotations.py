"""Replies of assessed governments, the decisions on them, and errata of releases.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-26

The tables are append-only: what was said and decided stays on record.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEYS = {"reply": "id", "reply_decision": "reply", "erratum": "id"}
OUTCOMES = "outcome IN ('pending', 'accepted', 'partly', 'declined')"


def upgrade() -> None:
    """Add the tables, then refuse changes to their rows."""
    create_reply()
    create_decision()
    create_erratum()
    for table, key in KEYS.items():
        if op.get_bind().dialect.name == "postgresql":
            refuse_changes_on_postgresql(table)
        else:
            refuse_changes_on_sqlite(table, key)


def line(name: str, *, optional: bool = False) -> sa.Column[str]:
    """Return a column of a short text."""
    return sa.Column(name, sa.String(), nullable=optional)


def text(name: str) -> sa.Column[str]:
    """Return a column of a text of any length."""
    return sa.Column(name, sa.Text(), nullable=False)


def moment(name: str) -> sa.Column[datetime]:
    """Return a column of a time."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """Return a named check."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def create_reply() -> None:
    """Make the table of replies."""
    table = "reply"
    op.create_table(
        table,
        *map(line, ("id", "actor", "release", "who", "office")),
        sa.Column("received_on", sa.Date(), nullable=False),
        line("language"),
        text("text"),
        line("link", optional=True),
        line("attachment_sha256", optional=True),
        text("cells"),
        text("pairs"),
        moment("recorded_at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        check(table, "text_there", "length(text) > 0"),
        check(
            table,
            "attachment_sha256_length",
            "attachment_sha256 IS NULL OR length(attachment_sha256) = 64",
        ),
    )


def create_decision() -> None:
    """Make the table of decisions."""
    table = "reply_decision"
    op.create_table(
        table,
        line("reply"),
        line("outcome"),
        text("because"),
        moment("decided_at"),
        sa.PrimaryKeyConstraint("reply", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["reply"], ["reply.id"], name=op.f(f"fk_{table}_reply")),
        check(table, "outcome_known", OUTCOMES),
        check(table, "because_there", "length(because) > 0"),
    )


def create_erratum() -> None:
    """Make the table of errata."""
    table = "erratum"
    op.create_table(
        table,
        *map(line, ("id", "release")),
        *map(text, ("said", "is_right", "because")),
        line("language"),
        *map(text, ("cells", "pairs", "records")),
        moment("published_at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        check(
            table,
            "texts_there",
            "length(said) > 0 AND length(is_right) > 0 AND length(because) > 0",
        ),
    )


def refuse_changes_on_postgresql(table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE, through the function of the first migration."""
    op.execute(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """
    )


def refuse_changes_on_sqlite(table: str, key: str) -> None:
    """Refuse UPDATE, DELETE and INSERT OR REPLACE."""
    for change in ("update", "delete"):
        op.execute(
            f"""
            CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table}
            BEGIN
                SELECT RAISE(ABORT, '{table} is append-only: {change} refused; add a row');
            END
            """
        )
    rule = f"""
        CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
        BEGIN
            SELECT RAISE(ABORT, '{table} is append-only: replace refused; add a row');
        END
        """  # noqa: S608  the names are the constants above
    op.execute(rule)
