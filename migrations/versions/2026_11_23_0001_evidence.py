"""Tables of the evidence, and the triggers that keep it append-only.

Revision ID: 0001
Revises: none
Create Date: 2026-11-23

The words of the vocabularies are written out: a migration keeps meaning what it meant.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REGISTERS = ("actor_register", "source_register")
EVIDENCE = (
    "actor",
    "membership",
    "competence",
    "population",
    "source",
    "statement",
    "measure",
    "observation",
    "coding",
    "opportunity",
)
APPEND_ONLY = (*REGISTERS, "dataset", *EVIDENCE)
KEYS = {"dataset": ("revision",)} | dict.fromkeys(REGISTERS, ("id",))


def upgrade() -> None:
    """Make every table, then refuse changes to their rows."""
    for register in REGISTERS:
        op.create_table(
            register, text("id"), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{register}"))
        )
    create_dataset()
    create_actors_and_sources()
    create_context()
    create_words()
    create_deeds()
    create_codings()
    if op.get_bind().dialect.name == "postgresql":
        refuse_changes_on_postgresql()
    else:
        refuse_changes_on_sqlite()


def text(name: str, *, optional: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.String(), nullable=optional)


def one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    """Return a check that allows only these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def partial_dates(table: str, *columns: str) -> list[sa.CheckConstraint]:
    """Return checks that allow YYYY, YYYY-MM and YYYY-MM-DD."""
    return [
        sa.CheckConstraint(
            f"length({column}) IN (4, 7, 10)", name=op.f(f"ck_{table}_{column}_partial_date")
        )
        for column in columns
    ]


def register_key(table: str, column: str, register: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key to a register."""
    return sa.ForeignKeyConstraint([column], [f"{register}.id"], name=op.f(f"fk_{table}_{column}"))


def actor_key(table: str, column: str = "actor") -> sa.ForeignKeyConstraint:
    """Return a foreign key to the actors' codes."""
    return register_key(table, column, "actor_register")


def source_key(table: str, column: str = "source") -> sa.ForeignKeyConstraint:
    """Return a foreign key to the sources' ids."""
    return register_key(table, column, "source_register")


def create_evidence(
    table: str, columns: list[sa.Column[Any]], constraints: list[sa.Constraint]
) -> None:
    """Make a table whose rows are revisions."""
    op.create_table(
        table,
        text("id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        text("revision_status"),
        text("content_sha256"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        text("recorded_by"),
        text("reason"),
        *columns,
        sa.PrimaryKeyConstraint("id", "revision", name=op.f(f"pk_{table}")),
        sa.CheckConstraint("revision >= 1", name=op.f(f"ck_{table}_revision_positive")),
        sa.CheckConstraint(
            "length(content_sha256) = 64", name=op.f(f"ck_{table}_content_sha256_length")
        ),
        one_of(table, "revision_status", "recorded", "withdrawn"),
        *constraints,
    )


def create_index(table: str, *columns: str) -> None:
    """Make an index."""
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def create_dataset() -> None:
    """Make the table of loads."""
    op.create_table(
        "dataset",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        text("manifest_sha256"),
        sa.Column("written_count", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        text("recorded_by"),
        text("reason"),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_dataset")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_dataset_revision_positive")),
        sa.CheckConstraint(
            "length(manifest_sha256) = 64", name=op.f("ck_dataset_manifest_sha256_length")
        ),
        sa.CheckConstraint("written_count >= 0", name=op.f("ck_dataset_written_count_counted")),
    )


def create_actors_and_sources() -> None:
    """Make the tables that all others refer to."""
    create_evidence(
        "actor",
        [
            text("kind"),
            text("name_en"),
            text("name_es", optional=True),
            text("name_pt", optional=True),
            text("parent", optional=True),
            text("exists_from", optional=True),
            text("exists_to", optional=True),
        ],
        [
            actor_key("actor", "id"),
            actor_key("actor", "parent"),
            one_of("actor", "kind", "state", "subnational", "supranational", "organ", "agency"),
            *partial_dates("actor", "exists_from", "exists_to"),
        ],
    )
    create_evidence(
        "source",
        [
            text("title"),
            text("publisher"),
            text("group"),
            sa.Column("grade", sa.Integer(), nullable=False),
            sa.Column("record_of_act", sa.Boolean(), nullable=False),
            text("kind"),
            text("licence"),
            text("citation"),
            sa.Column("retrieved_on", sa.Date(), nullable=False),
            text("url", optional=True),
            text("published_on", optional=True),
        ],
        [
            source_key("source", "id"),
            sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_source_grade_range")),
            *partial_dates("source", "published_on"),
        ],
    )


def create_context() -> None:
    """Make the tables of memberships, competences and populations."""
    create_evidence(
        "membership",
        [
            text("member"),
            text("group"),
            text("valid_from", optional=True),
            text("valid_to", optional=True),
        ],
        [
            actor_key("membership", "member"),
            *partial_dates("membership", "valid_from", "valid_to"),
        ],
    )
    create_index("membership", "member", "group")
    create_evidence(
        "competence",
        [
            text("actor"),
            text("theme"),
            text("level"),
            text("valid_from", optional=True),
            text("valid_to", optional=True),
        ],
        [
            actor_key("competence"),
            one_of("competence", "level", "national", "shared", "subnational"),
            *partial_dates("competence", "valid_from", "valid_to"),
        ],
    )
    create_index("competence", "actor", "theme")
    create_evidence(
        "population",
        [
            text("actor"),
            sa.Column("year", sa.Integer(), nullable=False),
            sa.Column("persons", sa.Integer(), nullable=False),
            text("source"),
        ],
        [
            actor_key("population"),
            source_key("population"),
            sa.CheckConstraint("persons >= 0", name=op.f("ck_population_persons_counted")),
        ],
    )
    create_index("population", "actor", "year")


def create_words() -> None:
    """Make the tables of statements and opportunities."""
    create_evidence(
        "statement",
        [
            text("actor"),
            text("forum"),
            text("said_on"),
            text("mode"),
            text("instrument"),
            text("office"),
            text("source"),
            text("document"),
            text("act"),
            text("paraphrase"),
            text("speaker", optional=True),
            text("language", optional=True),
            text("excerpt", optional=True),
            text("series", optional=True),
            text("due_on", optional=True),
            text("withdrawn_on", optional=True),
            sa.Column("solicited", sa.Boolean(), nullable=False),
            text("rule", optional=True),
            text("answer", optional=True),
            text("specificity", optional=True),
            text("locator", optional=True),
        ],
        [
            actor_key("statement"),
            source_key("statement"),
            one_of("statement", "mode", "advocacy", "claim", "pledge", "vote", "refusal"),
            one_of(
                "statement",
                "instrument",
                "binding_act",
                "accepted_recommendation",
                "formal_pledge",
                "vote",
                "sponsorship",
                "explanation_of_position",
                "national_statement",
                "joint_statement",
                "group_statement",
                "interview",
                "social_media",
            ),
            one_of(
                "statement",
                "office",
                "head_of_state_or_government",
                "minister",
                "accredited_delegate",
                "other",
                "vote",
            ),
            one_of(
                "statement",
                "specificity",
                "specific",
                "general",
                "considering",
                "continuing",
                "vote",
            ),
            *partial_dates("statement", "said_on", "due_on", "withdrawn_on"),
        ],
    )
    create_index("statement", "actor", "said_on")
    create_index("statement", "rule")
    create_evidence(
        "opportunity",
        [text("actor"), text("theme"), text("session"), text("held_on"), text("outcome")],
        [
            actor_key("opportunity"),
            one_of("opportunity", "outcome", "taken", "silent"),
            *partial_dates("opportunity", "held_on"),
        ],
    )
    create_index("opportunity", "actor", "theme")


def create_deeds() -> None:
    """Make the tables of measures and observations."""
    create_evidence(
        "measure",
        [
            text("actor"),
            text("layer"),
            text("kind"),
            text("title"),
            text("in_force_from", optional=True),
            text("in_force_to", optional=True),
            text("source"),
            text("issuer", optional=True),
            text("territory", optional=True),
            text("locator", optional=True),
            text("note", optional=True),
        ],
        [
            actor_key("measure"),
            source_key("measure"),
            one_of("measure", "layer", "law", "practice"),
            one_of(
                "measure", "kind", "statute", "executive_act", "ruling", "programme", "practice"
            ),
            *partial_dates("measure", "in_force_from", "in_force_to"),
        ],
    )
    create_index("measure", "actor", "layer")
    create_evidence(
        "observation",
        [
            text("actor"),
            text("indicator"),
            text("period"),
            text("source"),
            sa.Column("value", sa.Float(), nullable=True),
            text("category", optional=True),
            sa.Column("lower", sa.Float(), nullable=True),
            sa.Column("upper", sa.Float(), nullable=True),
            text("status"),
            text("note", optional=True),
        ],
        [
            actor_key("observation"),
            source_key("observation"),
            one_of("observation", "status", "observed", "opaque"),
            *partial_dates("observation", "period"),
            sa.CheckConstraint(
                "CASE WHEN status = 'observed' THEN (value IS NULL) <> (category IS NULL) "
                "ELSE value IS NULL AND category IS NULL END",
                name=op.f("ck_observation_value_or_category"),
            ),
        ],
    )
    create_index("observation", "actor", "indicator", "period")


def create_codings() -> None:
    """Make the table of codings."""
    create_evidence(
        "coding",
        [
            text("item"),
            text("item_kind"),
            text("theme"),
            text("coder"),
            text("coder_kind"),
            sa.Column("rung", sa.Integer(), nullable=False),
            text("specificity"),
            text("rationale"),
            text("original_code", optional=True),
        ],
        [
            one_of("coding", "item_kind", "statement", "measure", "observation"),
            one_of("coding", "coder_kind", "person", "machine", "rule"),
            one_of(
                "coding",
                "specificity",
                "specific",
                "general",
                "considering",
                "continuing",
                "vote",
            ),
            sa.CheckConstraint("rung BETWEEN 0 AND 4", name=op.f("ck_coding_rung_range")),
        ],
    )
    create_index("coding", "item", "theme")
    create_index("coding", "theme")


def refuse_changes_on_postgresql() -> None:
    """Refuse UPDATE, DELETE and TRUNCATE of every table."""
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: % refused; add a revision', TG_TABLE_NAME, TG_OP;
        END
        $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
            """
        )


def refuse_changes_on_sqlite() -> None:
    """Refuse UPDATE, DELETE and INSERT OR REPLACE of every table."""
    for table in APPEND_ONLY:
        refuse_update_and_delete_on_sqlite(table)
        refuse_replace_on_sqlite(table, KEYS.get(table, ("id", "revision")))


def refuse_update_and_delete_on_sqlite(table: str) -> None:
    """Refuse UPDATE and DELETE of a table."""
    for change in ("update", "delete"):
        op.execute(
            f"""
            CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table}
            BEGIN
                SELECT RAISE(ABORT, '{table} is append-only: {change} refused; add a revision');
            END
            """
        )


def refuse_replace_on_sqlite(table: str, key: tuple[str, ...]) -> None:
    """Refuse INSERT OR REPLACE into a table, which deletes without calling that trigger."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    op.execute(
        f"""
        CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
        BEGIN
            SELECT RAISE(ABORT, '{table} is append-only: replace refused; add a revision');
        END
        """  # noqa: S608  the names are the constants above
    )
