"""`gaptracker org roles` and `org disable`: a key can do at once what its member still may."""

from pathlib import Path

import pytest

from gaptracker.domain.principals import Scope
from gaptracker.domain.workflow import Role
from gaptracker.main.intake import present
from gaptracker.records.database import make_engine
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.manage_principals import (
    add_member,
    change_roles,
    create_organisation,
    disable_member,
    issue_key,
    key_digest,
)
from tests.migrated_databases import at_schema


@pytest.fixture
def work(tmp_path: Path) -> UnitOfWork:
    """The records of a new installation."""
    url = f"sqlite:///{tmp_path / 'records.sqlite3'}"
    at_schema(url)
    return UnitOfWork(make_engine(url))


def test_a_role_taken_away_and_a_member_shut_out_take_effect_on_keys_that_are_out(
    work: UnitOfWork,
) -> None:
    moment = present()
    with work as open_work:
        desk = create_organisation("Desk", open_work, moment)
        member = add_member(desk.id, "ana", [Role.REVIEWER, Role.EDITOR], open_work, moment)
        digest = key_digest(issue_key(member, open_work, moment).secret)

        change_roles(member.id, [Role.REVIEWER], open_work, moment)
        seen = open_work.principals.principal_of(digest, now=moment.now)
        assert seen is not None
        assert seen.may(Scope.REVIEW_WRITE)
        assert not seen.may(Scope.PUBLISH_WRITE)

        disable_member(member.id, open_work, moment)
        assert open_work.principals.principal_of(digest, now=moment.now) is None
