"""The migrations make the schema that the tables declare, and say so when they cannot."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import Inspector

from gaptracker.domain.errors import InvalidValue, SchemaMismatch
from gaptracker.records import (
    annotation_tables,
    custody_tables,
    intake_tables,
    periodic_tables,
    proposal_tables,
    sync_tables,
    tables,
)
from gaptracker.records.database import make_engine
from gaptracker.records.schema import (
    check_schema,
    describe_mismatch,
    known_revisions,
    migrations_folder,
    open_database,
    program_revision,
    upgrade_schema,
)
from gaptracker.records.tables import Row
from gaptracker.workflows.migrate_database import migrate_database

# Named, so that all tables are declared here whichever tests ran before.
DECLARING = (
    *(tables, intake_tables, custody_tables, sync_tables),
    *(annotation_tables, proposal_tables, periodic_tables),
)
TABLES = sorted(Row.metadata.tables)
# What says no more than that something is there, and refers to what has checks of its own.
UNCHECKED = frozenset(
    {
        *("actor_register", "source_register", "organisation", "member", "custodian"),
        *("sealed_identity", "review", "idempotency", "job_input", "job_line", "csv_mapping"),
        *("correction", "dirty_score", "log_detail", "log_salt", "checkpoint", "outbox_event"),
    }
)


def test_a_new_database_gets_the_programs_schema_and_a_second_upgrade_finds_nothing_to_do(
    empty_database_url: str,
) -> None:
    first = migrate_database(empty_database_url)
    second = migrate_database(empty_database_url)

    assert (first.before, first.after, first.changed) == (None, program_revision(), True)
    assert (second.before, second.changed) == (program_revision(), False)
    open_database(empty_database_url).dispose()


def test_migrations_and_tables_agree(empty_database_url: str) -> None:
    migrate_database(empty_database_url)
    engine = make_engine(empty_database_url)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, Row.metadata)

    engine.dispose()
    assert differences == []


def test_migrations_and_tables_agree_on_keys_and_checks(
    empty_database_url: str, tmp_path: Path
) -> None:
    """Alembic compares neither primary keys nor checks, so they are read from both."""
    migrate_database(empty_database_url)
    engine = make_engine(empty_database_url)
    migrated = keys_and_checks(inspect(engine), None)

    if engine.dialect.name == "sqlite":
        other = make_engine(f"sqlite:///{tmp_path / 'declared.sqlite3'}")
        Row.metadata.create_all(other)
        declared = keys_and_checks(inspect(other), None)
        other.dispose()
    else:
        with engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA declared"))
            Row.metadata.create_all(
                connection.execution_options(schema_translate_map={None: "declared"})
            )
        declared = keys_and_checks(inspect(engine), "declared")

    engine.dispose()
    assert migrated == declared
    assert {name for name, (_, checks) in migrated.items() if not checks} == UNCHECKED


def test_every_table_is_declared_where_this_test_looks() -> None:
    declared = {
        each.__tablename__
        for module in DECLARING
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Row) and hasattr(each, "__table__")
    }

    assert declared == set(TABLES)


def keys_and_checks(inspector: Inspector, schema: str | None) -> dict[str, Any]:
    return {
        table: (
            inspector.get_pk_constraint(table, schema),
            sorted(
                (str(check["name"]), check["sqltext"])
                for check in inspector.get_check_constraints(table, schema)
            ),
        )
        for table in TABLES
    }


def test_names_of_the_migrations_say_what_alembic_reads_in_them() -> None:
    config = Config()
    config.set_main_option("script_location", migrations_folder().as_posix())
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [program_revision()]
    assert {each.revision for each in scripts.walk_revisions()} == known_revisions()


def test_looking_at_a_schema_loads_no_alembic(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'records.sqlite3'}"
    migrate_database(database)
    program = (
        "import sys; from gaptracker.records.schema import open_database; "
        f"open_database({database!r}); print([name for name in sys.modules if 'alembic' in name])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert said.stdout.decode().strip() == "[]"


def test_the_migrations_are_found_in_a_checkout(project_root: Path) -> None:
    assert migrations_folder() == project_root / "migrations"


def test_an_empty_database_is_refused_with_the_command_that_helps(empty_postgres_url: str) -> None:
    with pytest.raises(SchemaMismatch, match=r"has no schema.*run `gaptracker db upgrade`"):
        open_database(empty_postgres_url)


def test_a_missing_file_is_not_made_by_looking_at_it(tmp_path: Path) -> None:
    file = tmp_path / "absent.sqlite3"

    with pytest.raises(SchemaMismatch, match="run `gaptracker db upgrade`"):
        open_database(f"sqlite:///{file}")

    assert not file.exists()


def test_upgrading_makes_the_folder_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "records.sqlite3"

    migrate_database(f"sqlite:///{file}")

    assert file.is_file()


def test_a_database_of_a_newer_program_is_neither_opened_nor_upgraded(
    empty_database_url: str,
) -> None:
    migrate_database(empty_database_url)
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(
        SchemaMismatch, match=r"9999, which this program does not know.*upgrade the"
    ):
        check_schema(engine)
    with pytest.raises(SchemaMismatch, match="a newer gaptracker made it"):
        migrate_database(empty_database_url)
    engine.dispose()


def test_an_older_schema_is_told_from_a_newer_one() -> None:
    known = frozenset({"0001", "0002"})

    older = describe_mismatch("0001", expected="0002", known=known)

    assert older is not None
    assert "older than the 0002" in older
    assert "gaptracker db upgrade" in older


def test_an_upgrade_that_fails_half_way_leaves_nothing(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        # The last table that the migration makes: everything before it succeeds.
        connection.execute(text("CREATE TABLE coding (id INTEGER)"))

    with pytest.raises(SchemaMismatch, match="could not be upgraded"):
        upgrade_schema(engine)

    assert table_names(engine) == ["coding"]
    engine.dispose()


def test_an_upgrade_does_not_wait_long_for_a_table_that_someone_holds(
    empty_postgres_url: str,
) -> None:
    migrate_database(empty_postgres_url)
    engine = make_engine(empty_postgres_url)

    with engine.begin() as holder:
        holder.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(SchemaMismatch, match=r"lock timeout(.|\n)*nothing was changed"):
            upgrade_schema(engine, lock_timeout_ms=100)

    engine.dispose()


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database, but long enough to look like one\n" * 100)

    with pytest.raises(SchemaMismatch, match=r"notes\.txt could not be read"):
        open_database(f"sqlite:///{file}")


def test_passwords_are_not_shown() -> None:
    with pytest.raises(SchemaMismatch) as failure:
        open_database("postgresql://somebody:opensesame@127.0.0.1:1/none")

    assert "opensesame" not in str(failure.value)


@pytest.mark.parametrize(
    "address", ["mysql://localhost/gaptracker", "sqlite://", "sqlite:///:memory:", "records.db"]
)
def test_other_databases_are_refused(address: str) -> None:
    with pytest.raises(InvalidValue, match=r"expected sqlite:///gaptracker\.db or postgresql://"):
        make_engine(address)


def table_names(engine: Engine) -> list[str]:
    return sorted(inspect(engine).get_table_names())
