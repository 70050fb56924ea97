"""What an organisation's admin may not do: become the people whose hands an acceptance needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gaptracker.domain.workflow import Role
from gaptracker.main.intake import present
from gaptracker.workflows.manage_principals import add_member, issue_key
from tests.desk_world import DeskWorld, desk_world

ADMINS = {
    "admin": ("desk", {Role.ORG_ADMIN}),
    "chief": ("desk", {Role.ORG_ADMIN, Role.REVIEWER, Role.EDITOR}),
    "head": ("network", {Role.ORG_ADMIN}),
}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[DeskWorld]:
    with desk_world(database_url, tmp_path) as made:
        with made.open() as work:
            for handle, (organisation, roles) in ADMINS.items():
                member = add_member(organisation, handle, roles, work, present())
                made.members[handle] = member.id
                made.keys[handle] = issue_key(member, work, present()).secret
            work.commit()
        yield made


@pytest.mark.parametrize("who", ["reviewer", "editor", "coder"])
@pytest.mark.parametrize("admin", ["admin", "chief"])
def test_an_admin_gets_no_key_by_which_to_act_as_a_colleague(
    world: DeskWorld, admin: str, who: str
) -> None:
    for wanted in (None, "submission:read", "review:write", "publish:write", "coding:write"):
        more = {} if wanted is None else {"scopes": [wanted]}
        answer = world.ask("POST", "/v1/keys", admin, {"member": world.members[who], **more})
        assert answer.status_code == 403, answer.text


def test_an_admin_who_reviews_adds_no_second_self(world: DeskWorld) -> None:
    answer = world.ask("POST", "/v1/members", "chief", {"handle": "sock", "roles": ["reviewer"]})
    assert answer.status_code == 403


def test_an_admin_issues_keys_to_senders_and_to_themselves(world: DeskWorld) -> None:
    sender = world.done("/v1/keys", "head", {"member": world.members["sender"]})
    assert "submission:write" in sender["scopes"]
    own = world.done("/v1/keys", "chief", {"member": world.members["chief"]})
    assert {"review:write", "publish:write", "keys:admin"} <= set(own["scopes"])
    new = world.done("/v1/members", "head", {"handle": "field", "roles": ["contributor"]})
    world.done("/v1/keys", "head", {"member": new["member"], "scopes": ["submission:write"]})
