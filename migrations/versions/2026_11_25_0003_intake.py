"""The intake: members and keys, submissions, attachments, jobs, the log and the outbox.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-25

The log's entries and tree and the outbox's events are append-only; the other tables change, since
submissions move and sources' traces are erased.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = {"log_leaf": "position", "outbox_event": "position"}


def upgrade() -> None:
    """Make the tables, refuse changes to what is append-only, and begin an empty log."""
    for create in (
        create_checkpoint,
        create_custody_head,
        create_idempotency,
        create_log_leaf,
        create_log_node,
        create_log_salt,
        create_organisation,
        create_csv_mapping,
        create_log_detail,
        create_member,
        create_outbox_event,
        create_api_key,
        create_custodian,
        create_job,
        create_submission,
        create_webhook_endpoint,
        create_attachment,
        create_correction,
        create_delivery,
        create_dirty_score,
        create_job_input,
        create_job_line,
        create_message,
        create_review,
        create_sealed_identity,
        create_submission_revision,
        create_unseal_request,
        create_delivery_attempt,
        create_derivative,
    ):
        create()
    for table, key in APPEND_ONLY.items():
        refuse_changes(table, key)
    op.execute(
        sa.text("INSERT INTO custody_head VALUES (1, 0, :nothing, 0)").bindparams(nothing=b"")
    )


def refuse_changes(table: str, key: str) -> None:
    """Refuse UPDATE, DELETE, TRUNCATE and INSERT OR REPLACE."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
            """
        )
        return
    for change in ("update", "delete"):
        op.execute(
            f"""
            CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table}
            BEGIN
                SELECT RAISE(ABORT, '{table} is append-only: {change} refused; add a revision');
            END
            """
        )
    rule = f"""
        CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
        BEGIN
            SELECT RAISE(ABORT, '{table} is append-only: replace refused; add a revision');
        END
        """  # noqa: S608  the names are the constants above
    op.execute(rule)


def create_checkpoint() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
    )


def create_custody_head() -> None:
    op.create_table(
        "custody_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("log_size", sa.Integer(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("event_count >= 0", name=op.f("ck_custody_head_event_count_counted")),
        sa.CheckConstraint("id = 1", name=op.f("ck_custody_head_one_row")),
        sa.CheckConstraint("log_size >= 0", name=op.f("ck_custody_head_log_size_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_head")),
    )


def create_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member", "method", "route", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)


def create_log_leaf() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(leaf_hash) = 32", name=op.f("ck_log_leaf_leaf_hash_length")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_log_leaf_entry_id")),
    )
    op.create_index(op.f("ix_log_leaf_leaf_hash"), "log_leaf", ["leaf_hash"], unique=False)
    op.create_index(op.f("ix_log_leaf_object"), "log_leaf", ["object"], unique=False)


def create_log_node() -> None:
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_log_node_hash_length")),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_log_node")),
    )


def create_log_salt() -> None:
    op.create_table(
        "log_salt",
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_log_salt")),
    )


def create_organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )


def create_csv_mapping() -> None:
    op.create_table(
        "csv_mapping",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_csv_mapping_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_csv_mapping")),
    )
    op.create_index(
        op.f("ix_csv_mapping_organisation"), "csv_mapping", ["organisation"], unique=False
    )


def create_log_detail() -> None:
    op.create_table(
        "log_detail",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("particulars", sa.Text(), nullable=True),
        sa.Column("member", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["position"], ["log_leaf.position"], name=op.f("fk_log_detail_position")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_detail")),
    )


def create_member() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_member_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("organisation", "handle", name=op.f("uq_member_organisation_handle")),
    )


def create_outbox_event() -> None:
    op.create_table(
        "outbox_event",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_outbox_event_organisation")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox_event")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_event_id")),
    )
    op.create_index(
        op.f("ix_outbox_event_organisation_position"),
        "outbox_event",
        ["organisation", "position"],
        unique=False,
    )


def create_api_key() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("key_sha256", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(key_sha256) = 64", name=op.f("ck_api_key_key_sha256_length")),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_api_key_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_sha256", name=op.f("uq_api_key_key_sha256")),
    )
    op.create_index(op.f("ix_api_key_member"), "api_key", ["member"], unique=False)


def create_custodian() -> None:
    op.create_table(
        "custodian",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_custodian_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custodian")),
        sa.UniqueConstraint("public_key", name=op.f("uq_custodian_public_key")),
    )


def create_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("read_count", sa.Integer(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('batch', 'capture', 'copy')", name=op.f("ck_job_kind_known")),
        sa.CheckConstraint("mode IN ('partial', 'atomic')", name=op.f("ck_job_mode_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'partially_succeeded', 'failed', "
            "'cancelled')",
            name=op.f("ck_job_state_known"),
        ),
        sa.ForeignKeyConstraint(["member"], ["member.id"], name=op.f("fk_job_member")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_job_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_state_created_at"), "job", ["state", "created_at"], unique=False)


def create_submission() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("client_ref", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("consent_to_publish", sa.Boolean(), nullable=False),
        sa.Column("has_confidential", sa.Boolean(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitter", sa.String(), nullable=True),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("second_reviewer", sa.String(), nullable=True),
        sa.Column("second_editor", sa.String(), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=True),
        sa.Column("rejected_by", sa.String(), nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_revision", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.Column("published_sha256", sa.String(), nullable=True),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verification", sa.String(), nullable=False),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("public_reason", sa.String(), nullable=True),
        sa.Column("withdrawal_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_action", sa.String(), nullable=True),
        sa.Column("last_actor", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'published' OR consent_to_publish",
            name=op.f("ck_submission_published_with_consent"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'in_review', 'needs_info', 'accepted', 'rejected', "
            "'published', 'superseded', 'retracted', 'withdrawn', 'expired')",
            name=op.f("ck_submission_state_known"),
        ),
        sa.CheckConstraint(
            "verification IN ('unverified', 'verified')",
            name=op.f("ck_submission_verification_known"),
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_submission_revision_positive")),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["member.id"], name=op.f("fk_submission_accepted_by")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["member.id"], name=op.f("fk_submission_assigned_to")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_submission_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["last_actor"], ["member.id"], name=op.f("fk_submission_last_actor")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_submission_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["member.id"], name=op.f("fk_submission_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["rejected_by"], ["member.id"], name=op.f("fk_submission_rejected_by")
        ),
        sa.ForeignKeyConstraint(
            ["second_editor"], ["member.id"], name=op.f("fk_submission_second_editor")
        ),
        sa.ForeignKeyConstraint(
            ["second_reviewer"], ["member.id"], name=op.f("fk_submission_second_reviewer")
        ),
        sa.ForeignKeyConstraint(["submitter"], ["member.id"], name=op.f("fk_submission_submitter")),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["submission.id"], name=op.f("fk_submission_superseded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint(
            "organisation", "client_ref", name=op.f("uq_submission_organisation_client_ref")
        ),
    )
    op.create_index(
        op.f("ix_submission_organisation_created_at_id"),
        "submission",
        ["organisation", "created_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_submission_state_id"), "submission", ["state", "id"], unique=False)


def create_webhook_endpoint() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", sa.String(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_reason", sa.String(), nullable=True),
        sa.Column("from_position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(disabled_at IS NULL) = (disabled_reason IS NULL)",
            name=op.f("ck_webhook_endpoint_disabled_whole"),
        ),
        sa.CheckConstraint(
            "(previous_secret IS NULL) = (previous_until IS NULL)",
            name=op.f("ck_webhook_endpoint_previous_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_webhook_endpoint_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_webhook_endpoint_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_index(
        op.f("ix_webhook_endpoint_organisation"), "webhook_endpoint", ["organisation"], unique=False
    )


def create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("media_type_declared", sa.String(), nullable=False),
        sa.Column("media_type_detected", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("no_copy", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('scanning', 'clean', 'quarantined')", name=op.f("ck_attachment_state_known")
        ),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_attachment_size_bytes_counted")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_attachment_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_attachment_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("submission", "ref", name=op.f("uq_attachment_submission_ref")),
    )
    op.create_index(op.f("ix_attachment_blob"), "attachment", ["blob"], unique=False)


def create_correction() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_correction_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_submission"), "correction", ["submission"], unique=False)


def create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("event_position", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'pending') = (next_at IS NOT NULL)", name=op.f("ck_delivery_next_at_pending")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'given_up', 'cancelled')",
            name=op.f("ck_delivery_state_known"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts_counted")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_delivery_round_positive")),
        sa.ForeignKeyConstraint(
            ["endpoint"], ["webhook_endpoint.id"], name=op.f("fk_delivery_endpoint")
        ),
        sa.ForeignKeyConstraint(
            ["event_position"], ["outbox_event.position"], name=op.f("fk_delivery_event_position")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "endpoint", "event", "round", name=op.f("uq_delivery_endpoint_event_round")
        ),
        sa.UniqueConstraint(
            "endpoint",
            "event_position",
            "round",
            name=op.f("uq_delivery_endpoint_event_position_round"),
        ),
    )
    op.create_index(
        op.f("ix_delivery_endpoint_created_at_id"),
        "delivery",
        ["endpoint", "created_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_delivery_lease_until"), "delivery", ["lease_until"], unique=False)
    op.create_index(
        op.f("ix_delivery_state_next_at"), "delivery", ["state", "next_at"], unique=False
    )


def create_dirty_score() -> None:
    op.create_table(
        "dirty_score",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("release", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_dirty_score_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dirty_score")),
    )


def create_job_input() -> None:
    op.create_table(
        "job_input",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name=op.f("fk_job_input_job")),
        sa.PrimaryKeyConstraint("job", "part", name=op.f("pk_job_input")),
    )


def create_job_line() -> None:
    op.create_table(
        "job_line",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name=op.f("fk_job_line_job")),
        sa.PrimaryKeyConstraint("job", "line", name=op.f("pk_job_line")),
    )


def create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("from_submitter", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "visibility IN ('submitter', 'internal')", name=op.f("ck_message_visibility_known")
        ),
        sa.ForeignKeyConstraint(["author"], ["member.id"], name=op.f("fk_message_author")),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_message_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_submission"), "message", ["submission"], unique=False)


def create_review() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("internal_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reviewer"], ["member.id"], name=op.f("fk_review_reviewer")),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_review_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_submission"), "review", ["submission"], unique=False)


def create_sealed_identity() -> None:
    op.create_table(
        "sealed_identity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=False),
        sa.Column("custodian", sa.String(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["custodian"], ["custodian.id"], name=op.f("fk_sealed_identity_custodian")
        ),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_sealed_identity_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_identity")),
    )
    op.create_index(
        op.f("ix_sealed_identity_submission"), "sealed_identity", ["submission"], unique=False
    )


def create_submission_revision() -> None:
    op.create_table(
        "submission_revision",
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "length(content_sha256) = 64", name=op.f("ck_submission_revision_content_sha256_length")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_submission_revision_number_positive")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_submission_revision_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_submission_revision_submission")
        ),
        sa.PrimaryKeyConstraint("submission", "number", name=op.f("pk_submission_revision")),
    )


def create_unseal_request() -> None:
    op.create_table(
        "unseal_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> asked_by",
            name=op.f("ck_unseal_request_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["member.id"], name=op.f("fk_unseal_request_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["member.id"], name=op.f("fk_unseal_request_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_unseal_request_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unseal_request")),
    )
    op.create_index(
        op.f("ix_unseal_request_submission"), "unseal_request", ["submission"], unique=False
    )


def create_delivery_attempt() -> None:
    op.create_table(
        "delivery_attempt",
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_delivery_attempt_attempt_positive")),
        sa.CheckConstraint(
            "duration_ms >= 0", name=op.f("ck_delivery_attempt_duration_ms_counted")
        ),
        sa.ForeignKeyConstraint(
            ["delivery"], ["delivery.id"], name=op.f("fk_delivery_attempt_delivery")
        ),
        sa.PrimaryKeyConstraint("delivery", "attempt", name=op.f("pk_delivery_attempt")),
    )


def create_derivative() -> None:
    op.create_table(
        "derivative",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("attachment", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('public_copy', 'redaction', 'transcript', 'original')",
            name=op.f("ck_derivative_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment"], ["attachment.id"], name=op.f("fk_derivative_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_derivative_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_derivative")),
    )
    op.create_index(op.f("ix_derivative_attachment"), "derivative", ["attachment"], unique=False)
    op.create_index(op.f("ix_derivative_blob"), "derivative", ["blob"], unique=False)
