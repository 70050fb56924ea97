"""pytest-alembic's four tests, on both databases.

Its plugin is off, since its collector needs an older pytest; its tests and fixtures are not.
"""

from collections.abc import Iterator

import alembic.config
import pytest
from alembic.script import Script, ScriptDirectory
from pytest_alembic.config import Config
from pytest_alembic.plugin.fixtures import alembic_runner
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Connection

from gaptracker.records.database import make_engine
from gaptracker.records.schema import migrations_folder

__all__ = [
    "alembic_runner",
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]


@pytest.fixture
def alembic_config() -> Config:
    """Ours; there is no way back, since a downgrade would throw evidence away."""
    config = alembic.config.Config()
    config.set_main_option("script_location", migrations_folder().as_posix())
    before_the_last = [each.revision for each in revisions_of(config)][1:2]
    return Config(alembic_config=config, minimum_downgrade_revision=next(iter(before_the_last)))


def revisions_of(config: alembic.config.Config) -> Iterator[Script]:
    """Every revision, the newest first."""
    return ScriptDirectory.from_config(config).walk_revisions()


@pytest.fixture
def alembic_engine(empty_database_url: str) -> Iterator[Connection]:
    """A connection within one transaction, which is what our migrations are handed."""
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()
