"""Syncs: what arrived from publishers, and what each run did.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-26

Both tables are append-only: what a publisher said once stays on record.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEYS = {"source_snapshot": ("run", "resource"), "sync_run": ("id",)}
SOURCES = (
    "source IN ('world_bank', 'unodc', 'un_sdg', 'our_world_in_data', 'who_gho', 'unaids', "
    "'sipri', 'wikipedia', 'sesnsp', 'oeps', 'un_votes', 'cnd', 'upr', 'un_general_debate')"
)


def upgrade() -> None:
    """Add both tables, then refuse changes to their rows."""
    create_snapshot()
    create_run()
    for table, key in KEYS.items():
        if op.get_bind().dialect.name == "postgresql":
            refuse_changes_on_postgresql(table)
        else:
            refuse_changes_on_sqlite(table, key)


def text(name: str, *, optional: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.String(), nullable=optional)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """Return a named check."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def create_snapshot() -> None:
    """Make the table of what arrived."""
    table = "source_snapshot"
    op.create_table(
        table,
        text("run"),
        text("resource"),
        text("source"),
        text("url"),
        text("sha256"),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        text("media_type", optional=True),
        text("release", optional=True),
        text("etag", optional=True),
        text("last_modified", optional=True),
        sa.PrimaryKeyConstraint("run", "resource", name=op.f(f"pk_{table}")),
        check(table, "sha256_length", "length(sha256) = 64"),
        check(table, "size_bytes_counted", "size_bytes >= 0"),
        check(table, "source_known", SOURCES),
    )
    columns = ["source", "resource", "fetched_at"]
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def create_run() -> None:
    """Make the table of runs."""
    table = "sync_run"
    op.create_table(
        table,
        text("id"),
        text("source"),
        text("state"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        text("program"),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("issues", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        check(table, "source_known", SOURCES),
        check(
            table,
            "state_known",
            "state IN ('applied', 'unchanged', 'dry', 'stopped', 'failed')",
        ),
    )
    op.create_index(op.f(f"ix_{table}_source_started_at"), table, ["source", "started_at"])


def refuse_changes_on_postgresql(table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE, through the function of the first migration."""
    op.execute(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """
    )


def refuse_changes_on_sqlite(table: str, key: tuple[str, ...]) -> None:
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
    same = " AND ".join(f"{name} = NEW.{name}" for name in key)
    rule = f"""
        CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
        BEGIN
            SELECT RAISE(ABORT, '{table} is append-only: replace refused; add a row');
        END
        """  # noqa: S608  the names are the constants above
    op.execute(rule)
