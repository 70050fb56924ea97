"""Runs the migrations on the connection that `gaptracker db upgrade` hands over."""

from alembic import context

from gaptracker.domain.errors import SchemaMismatch
from gaptracker.records import (
    annotation_tables,  # noqa: F401  it declares its own
    custody_tables,  # noqa: F401  it declares the intake's tables, too
    periodic_tables,  # noqa: F401  it declares its own
    proposal_tables,  # noqa: F401  it declares its own
    sync_tables,  # noqa: F401  it declares its own
)
from gaptracker.records.tables import Row

connection = context.config.attributes.get("connection")
if connection is None:
    raise SchemaMismatch("migrations run inside the program; use `gaptracker db upgrade`")

# The connection is inside a transaction already, so a migration is kept whole or not at all.
# `render_as_batch`: SQLite changes a column only by making the table anew.
context.configure(
    connection=connection,
    target_metadata=Row.metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
