"""Flows between donors and recipients, and whether a national rule is enforced.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-25

Both new columns of `competence` may be empty: rows of before say nothing about it, and stay so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FLOW = "flow"


def upgrade() -> None:
    """Add the table and the columns, then refuse changes to the table's rows."""
    op.add_column("competence", sa.Column("enforced", sa.Boolean(), nullable=True))
    op.add_column("competence", text("basis", optional=True))
    create_flow()
    if op.get_bind().dialect.name == "postgresql":
        refuse_changes_on_postgresql()
    else:
        refuse_changes_on_sqlite()


def text(name: str, *, optional: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.String(), nullable=optional)


def register_key(column: str, register: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key to a register."""
    return sa.ForeignKeyConstraint([column], [f"{register}.id"], name=op.f(f"fk_{FLOW}_{column}"))


def check(name: str, rule: str) -> sa.CheckConstraint:
    """Return a named check."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{FLOW}_{name}"))


def create_flow() -> None:
    """Make the table of flows, whose rows are revisions."""
    op.create_table(
        FLOW,
        text("id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        text("revision_status"),
        text("content_sha256"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        text("recorded_by"),
        text("reason"),
        text("donor"),
        text("recipient", optional=True),
        text("theme"),
        text("valid_from"),
        text("valid_to"),
        sa.Column("amount", sa.Float(), nullable=False),
        text("currency"),
        text("purpose"),
        text("source"),
        text("locator", optional=True),
        sa.PrimaryKeyConstraint("id", "revision", name=op.f(f"pk_{FLOW}")),
        check("revision_positive", "revision >= 1"),
        check("content_sha256_length", "length(content_sha256) = 64"),
        check("revision_status_known", "revision_status IN ('recorded', 'withdrawn')"),
        register_key("donor", "actor_register"),
        register_key("recipient", "actor_register"),
        register_key("source", "source_register"),
        check("amount_positive", "amount > 0"),
        check("currency_code", "length(currency) = 3"),
        check("parties_differ", "donor <> recipient"),
        check("valid_from_partial_date", "length(valid_from) IN (4, 7, 10)"),
        check("valid_to_partial_date", "length(valid_to) IN (4, 7, 10)"),
    )
    op.create_index(op.f(f"ix_{FLOW}_donor_theme"), FLOW, ["donor", "theme"])


def refuse_changes_on_postgresql() -> None:
    """Refuse UPDATE, DELETE and TRUNCATE, through the function of the first migration."""
    op.execute(
        """
        CREATE TRIGGER flow_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON flow
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """
    )


def refuse_changes_on_sqlite() -> None:
    """Refuse UPDATE, DELETE and INSERT OR REPLACE."""
    for change in ("update", "delete"):
        op.execute(
            f"""
            CREATE TRIGGER flow_no_{change} BEFORE {change.upper()} ON flow
            BEGIN
                SELECT RAISE(ABORT, 'flow is append-only: {change} refused; add a revision');
            END
            """
        )
    op.execute(
        """
        CREATE TRIGGER flow_no_replace BEFORE INSERT ON flow
        WHEN EXISTS (SELECT 1 FROM flow WHERE id = NEW.id AND revision = NEW.revision)
        BEGIN
            SELECT RAISE(ABORT, 'flow is append-only: replace refused; add a revision');
        END
        """
    )
