"""Identities: sealed on arrival, handed out sealed, to one custodian that another confirmed."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from gaptracker.custody.sealing import SealedCopy, unseal
from gaptracker.workflows.legal_hold import hold_submission
from tests.keeping_world import CANARY, CONTENT_CANARY, Json, KeepingWorld, keeping_world
from tests.test_receipts_over_http import NOWHERE, same


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[KeepingWorld]:
    with keeping_world(database_url, tmp_path) as made:
        yield made


def ask(world: KeepingWorld, name: str, who: str = "ana") -> Response:
    return world.post(who, f"/v1/submissions/{name}/unseal-requests", {"reason": "court order"})


def asked(world: KeepingWorld, name: str) -> str:
    answer = ask(world, name)
    assert answer.status_code == 201, answer.text
    assert answer.json()["copies"] is None
    request: str = answer.json()["id"]
    return request


def confirm(world: KeepingWorld, request: str, who: str = "ben") -> Response:
    return world.post(who, f"/v1/unseal-requests/{request}:confirm", {})


def see(world: KeepingWorld, request: str, who: str = "ana") -> Json:
    answer = world.get(who, f"/v1/unseal-requests/{request}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def kinds(world: KeepingWorld, name: str, who: str) -> list[str]:
    entries = world.get(who, f"/v1/submissions/{name}/log").json()["data"]
    return [each["kind"] for each in entries if each["kind"].startswith("identity.")]


def opened(world: KeepingWorld, copies: list[Json], who: str) -> Json:
    (copy,) = copies
    found: Json = json.loads(
        unseal(
            SealedCopy(
                custodian=copy["custodian"],
                fingerprint=copy["fingerprint"],
                ciphertext=b64decode(copy["ciphertext"]),
            ),
            world.private[who],
        )
    )
    return found


def test_an_identity_reaches_one_custodian_sealed_once_another_has_confirmed(
    world: KeepingWorld,
) -> None:
    name = world.send(submit=True)
    request = asked(world, name)
    assert see(world, request)["copies"] is None

    assert confirm(world, request).status_code == 200

    found = see(world, request)
    assert opened(world, found["copies"], "ana") == {
        "submission": name,
        "source": "s2",
        "identity": {"name": CANARY, "contact": f"{CANARY}@example.org"},
    }
    assert see(world, request, "ben")["copies"] is None
    assert kinds(world, name, "auditor") == [
        "identity.requested",
        "identity.requested",
        "identity.unsealed",
    ]


def test_each_time_a_sealed_copy_is_handed_out_is_logged(world: KeepingWorld) -> None:
    request = asked(world, name := world.send())
    confirm(world, request)
    for _ in range(3):
        see(world, request)
    assert kinds(world, name, "auditor").count("identity.unsealed") == 3


def test_nobody_confirms_their_own_request_and_nobody_twice(world: KeepingWorld) -> None:
    request = asked(world, world.send())

    own = confirm(world, request, "ana")
    assert (own.status_code, own.json()["code"]) == (409, "self-review")
    # Who has no key in use is no second custodian, whatever their role is.
    assert confirm(world, request, "keyless").status_code == 404
    assert confirm(world, request).status_code == 200
    assert confirm(world, request).status_code == 200


def test_a_day_later_a_request_is_worth_nothing(world: KeepingWorld) -> None:
    late, used = asked(world, world.send()), asked(world, world.send("HRN-2"))
    confirm(world, used)
    world.now += timedelta(hours=24)

    assert confirm(world, late).json()["code"] == "invalid-transition"
    assert see(world, used)["expired"]
    assert see(world, used)["copies"] is None


def test_its_organisation_learns_of_it_after_30_days_unless_there_is_a_hold(
    world: KeepingWorld,
) -> None:
    name = world.send(submit=True)
    confirm(world, request := asked(world, name))
    see(world, request)
    world.act("reviewer", name, "claim")

    world.pass_days(29)
    assert kinds(world, name, "sender") == []
    world.pass_days(1)
    with world.desk.open_work(False) as work:
        hold_submission(name, "a court asked", work, world.present())
        work.commit()
    assert kinds(world, name, "sender") == []
    assert kinds(world, name, "reviewer") == []
    with world.desk.open_work(False) as work:
        hold_submission(name, "the court is done", work, world.present(), lift=True)
        work.commit()
    assert len(kinds(world, name, "sender")) == 3
    assert kinds(world, name, "reviewer") == []


@pytest.mark.hostile
def test_a_custodian_cannot_tell_what_holds_no_identity_from_what_is_not_there(
    world: KeepingWorld,
) -> None:
    bare = world.send("HRN-2", identity=False)
    sealed = world.send("HRN-3")

    absent = ask(world, NOWHERE)
    answers = [ask(world, bare), ask(world, sealed, "keyless")]

    assert absent.status_code == 404
    assert all(same(each.text, absent.text) for each in answers)
    no_request = confirm(world, "uns_" + "a" * 26)
    assert no_request.status_code == 404
    assert same(
        world.get("keyless", f"/v1/unseal-requests/{asked(world, sealed)}").text,
        world.get("keyless", f"/v1/unseal-requests/uns_{'a' * 26}").text,
    )


@pytest.mark.parametrize("address", ["", "/receipt", "/log", "/messages", "/revisions"])
@pytest.mark.hostile
def test_a_custodian_sees_nothing_else_of_a_submission(world: KeepingWorld, address: str) -> None:
    name = world.send()
    theirs = world.get("ana", f"/v1/submissions/{name}{address}")
    absent = world.get("ana", f"/v1/submissions/{NOWHERE}{address}")
    assert theirs.status_code == absent.status_code == 403
    assert same(theirs.text, absent.text)


@pytest.mark.parametrize("who", ["sender", "reviewer", "editor", "auditor"])
def test_nobody_but_custodians_asks(world: KeepingWorld, who: str) -> None:
    assert ask(world, world.send(), who).status_code == 403


@pytest.mark.hostile
def test_a_sealed_name_is_nowhere(world: KeepingWorld) -> None:
    name = world.send(submit=True)
    confirm(world, request := asked(world, name))
    addresses = [
        f"/v1/submissions/{name}",
        f"/v1/submissions/{name}/revisions/1",
        f"/v1/submissions/{name}/log",
        f"/v1/submissions/{name}/receipt",
        "/v1/submissions",
    ]
    answers = [world.get("sender", each).text for each in addresses]
    answers += [
        world.get("ana", f"/v1/unseal-requests/{request}").text,
        world.get("auditor", "/v1/log/entries?count=1000").text,
        world.get(None, "/v1/exports/evidence").text,
    ]

    assert not [text for text in answers if CANARY in text]
    assert CANARY.encode() not in world.everything()
    # What reviewers may read is not sealed, but encrypted where it is kept.
    assert CONTENT_CANARY.encode() not in world.everything()
    assert b"court order" not in world.everything()
