"""Proposals of machines, decisions of people about them, and chances that a machine found.

Revision ID: 0006
Revises: 0004
Create Date: 2026-11-26

New tables are append-only. Three closed vocabularies grow: files of statements are a source of
syncs, and an opportunity may be one that only a machine found. PostgreSQL changes a check in
place; on SQLite a table is made anew, and its rows, indexes and triggers go with it.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEYS = {
    "proposal": ("id",),
    "proposal_decision": ("proposal", "number"),
    "document_reading": ("document", "number"),
    "coding_request": ("item", "theme"),
}
SOURCES = (
    "'world_bank', 'unodc', 'un_sdg', 'our_world_in_data', 'who_gho', 'unaids', 'sipri', "
    "'wikipedia', 'sesnsp', 'oeps', 'un_votes', 'cnd', 'upr', 'un_general_debate'"
)
NEW_SOURCES = f"{SOURCES}, 'statements'"
INSTRUMENTS = (
    "'binding_act', 'accepted_recommendation', 'formal_pledge', 'vote', 'sponsorship', "
    "'explanation_of_position', 'national_statement', 'joint_statement', 'group_statement', "
    "'interview', 'social_media'"
)
OFFICES = "'head_of_state_or_government', 'minister', 'accredited_delegate', 'other', 'vote'"
# Table, column, the words before, the words from now on.
GROWN = (
    ("source_snapshot", "source", SOURCES, NEW_SOURCES),
    ("sync_run", "source", SOURCES, NEW_SOURCES),
    (
        "opportunity",
        "outcome",
        "'taken', 'silent'",
        "'taken', 'silent', 'found_taken', 'found_silent'",
    ),
)


def upgrade() -> None:
    """Let the vocabularies grow, add the tables, then refuse changes to their rows."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, column, before, after in GROWN:
        if on_postgresql:
            op.drop_constraint(op.f(f"ck_{table}_{column}_known"), table, type_="check")
            op.create_check_constraint(
                op.f(f"ck_{table}_{column}_known"), table, f"{column} IN ({after})"
            )
        else:
            grow_on_sqlite(table, f"{column} IN ({before})", f"{column} IN ({after})")
    create_proposal()
    create_decisions()
    for table, key in KEYS.items():
        if on_postgresql:
            refuse_changes_on_postgresql(table)
        else:
            refuse_changes_on_sqlite(table, key)


def grow_on_sqlite(table: str, before: str, after: str) -> None:
    """Make a table anew with another check; its append-only triggers do not see that."""
    connection = op.get_bind()
    kept = connection.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    ).all()
    (made,) = (sql for kind, sql in kept if kind == "table")
    if made.count(before) != 1:
        raise RuntimeError(f"{table}: its check is not {before}; expected the schema of 0004")
    grown = made.replace(before, after).replace(table, f"{table}_grown", 1)
    op.execute(sa.text(grown))
    op.execute(sa.text(f"INSERT INTO {table}_grown SELECT * FROM {table}"))  # noqa: S608  a constant
    op.execute(sa.text(f"DROP TABLE {table}"))
    op.execute(sa.text(f"ALTER TABLE {table}_grown RENAME TO {table}"))
    for kind, sql in kept:
        if kind != "table":
            op.execute(sql)


def text(name: str, *, optional: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.String(), nullable=optional)


def long_text(name: str) -> sa.Column[str]:
    """Return a column of long text."""
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[int]:
    """Return a column of whole numbers."""
    return sa.Column(name, sa.Integer(), nullable=False)


def moment(name: str) -> sa.Column[datetime]:
    """Return a column of times."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """Return a named check."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def key(table: str) -> sa.PrimaryKeyConstraint:
    """Return a table's primary key."""
    return sa.PrimaryKeyConstraint(*KEYS[table], name=op.f(f"pk_{table}"))


def create_proposal() -> None:
    """Make the table of proposals."""
    table = "proposal"
    op.create_table(
        table,
        text("id"),
        text("document"),
        text("origin"),
        text("source"),
        text("actor"),
        text("forum"),
        text("said_on"),
        text("instrument"),
        text("office", optional=True),
        text("speaker", optional=True),
        text("language", optional=True),
        number("paragraph"),
        long_text("text"),
        long_text("terms"),
        long_text("themes"),
        text("finder"),
        text("found_by"),
        moment("recorded_at"),
        key(table),
        sa.ForeignKeyConstraint(["actor"], ["actor_register.id"], name=op.f(f"fk_{table}_actor")),
        check(table, "origin_known", f"origin IN ({NEW_SOURCES})"),
        check(table, "instrument_known", f"instrument IN ({INSTRUMENTS})"),
        check(table, "office_known", f"office IN ({OFFICES})"),
        check(table, "said_on_partial_date", "length(said_on) IN (4, 7, 10)"),
        check(table, "paragraph_positive", "paragraph >= 1"),
        check(table, "found_by_machine", "found_by = 'machine'"),
    )
    op.create_index(op.f(f"ix_{table}_document"), table, ["document"])
    op.create_index(op.f(f"ix_{table}_actor_said_on"), table, ["actor", "said_on"])


def create_decisions() -> None:
    """Make the tables of what people decided, read and are asked to code."""
    table = "proposal_decision"
    op.create_table(
        table,
        text("proposal"),
        number("number"),
        text("state"),
        text("decided_by"),
        moment("decided_at"),
        long_text("why"),
        long_text("statements"),
        key(table),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"], name=op.f(f"fk_{table}_proposal")),
        check(table, "number_positive", "number >= 1"),
        check(table, "state_decided", "state IN ('accepted', 'rejected')"),
        check(table, "why_given", "length(why) > 0"),
    )
    table = "document_reading"
    op.create_table(
        table,
        text("document"),
        number("number"),
        text("read_by"),
        moment("read_at"),
        long_text("why"),
        long_text("silent_on"),
        key(table),
        check(table, "number_positive", "number >= 1"),
        check(table, "why_given", "length(why) > 0"),
    )
    table = "coding_request"
    op.create_table(
        table,
        text("item"),
        text("theme"),
        text("asked_by"),
        moment("asked_at"),
        key(table),
        check(table, "theme_given", "length(theme) > 0"),
    )


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
