"""What is not theirs is answered as what is not there, by every route that names an object.

The routes come from the application and the objects from `every_object`: a route with a parameter
that nobody here has a hidden object for, or that nobody could use well, fails the test.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gaptracker.domain.principals import scopes_of
from gaptracker.domain.workflow import Role
from gaptracker.receive.access import ACCESS, Open
from gaptracker.workflows.manage_principals import add_member, issue_key
from gaptracker.workflows.present import Present
from tests.every_object import Asker, Place, address_of, everything_of, objects_in
from tests.hostile_files import picture
from tests.intake_world import OTHERS, PEOPLE, Served, once, serving

# Beside the cast: the same parts in the other organisation, which sent nothing.
FOREIGN: dict[str, frozenset[Role]] = {
    "foreign_admin": frozenset({Role.ORG_ADMIN}),
    "foreign_custodian": frozenset({Role.CUSTODIAN}),
}
ROLES = {**{handle: roles for handle, _, roles in PEOPLE}, **FOREIGN}
# Who must not learn that something of the senders' is there, as none of it is public.
BLIND = ("stranger", *FOREIGN)
# These see what was handed over, and its files; no draft, and nothing of one.
BLIND_TO_DRAFTS = (*BLIND, "editor", "reviewer")
OF_DRAFTS = (["submission_id"], ["attachment_id"])
OWN_HEADERS = {"date", "x-request-id", "ratelimit", "content-length"}
NAMING = sorted(place for place in ACCESS if objects_in(place[1]))
NOBODY = "nobody"
UNREACHED = "http://127.0.0.1:9/hook"
BODIES: Mapping[str, Any] = {
    "/transitions": {"action": "withdraw"},
    "/messages": {"text": "Hello."},
    "/reviews": {"decision": "join"},
    "/links": {"url": UNREACHED, "ref": "a2"},
    "/unseal-requests": {"reason": "A court order."},
    "/derivatives": {"boxes": [{"page": 0, "left": 0, "top": 0, "right": 1, "bottom": 1}]},
    ":confirm": {},
    ":revoke": {},
}
QUERIES = {"/diff": {"from": "1", "to": "1"}, "/attachments": {"ref": "a1"}}
PICTURE = picture("PNG")
TRANSITIONS = ("POST", "/v1/submissions/{submission_id}/transitions")
# A conflict is an answer, too: what is not there has no state.
ANSWERED = frozenset({200, 201, 202, 204, 409})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """One of every object, none of it public, by parameter; and who asks for them.

    `accepted` stands for what editors see and can publish.
    """

    ids: Mapping[str, str]
    accepted: Mapping[str, str]
    clients: Mapping[str, httpx.Client]


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hidden]:
    folder = tmp_path_factory.mktemp("absent")
    url = f"sqlite:///{folder / 'records.sqlite3'}"
    with serving(folder, url, webhook_allow_loopback=True) as running:
        served = with_more_people(running)
        handles = (*ROLES, None)
        clients = {each or NOBODY: served.client(each) for each in handles}

        def ask(
            handle: str, method: str, address: str, body: bytes | None, headers: Mapping[str, str]
        ) -> httpx.Response:
            return clients[handle].request(method, address, content=body, headers=dict(headers))

        ids, accepted = everything_of(Asker(ask=ask), UNREACHED, PICTURE)
        yield Hidden(ids=ids, accepted=accepted, clients=clients)
        for client in clients.values():
            client.close()


def with_more_people(served: Served) -> Served:
    """The same server; the foreign people have keys to it, too."""
    now = Present(now=datetime.now(UTC), random=secrets.token_bytes)  # noqa: TID251  the server's own clock
    keys = dict(served.cast.secrets)
    with served.cast.work() as work:
        for handle, roles in FOREIGN.items():
            keys[handle] = issue_key(add_member(OTHERS, handle, roles, work, now), work, now).secret
        work.commit()
    return replace(served, cast=replace(served.cast, secrets=keys))


def may_ask(handle: str, place: Place) -> bool:
    """Say whether a route lets somebody in; what it shows them is another question."""
    needs = ACCESS[place].needs
    if isinstance(needs, Open):
        return needs is Open.ANYBODY or handle != NOBODY
    return handle != NOBODY and bool(needs & scopes_of(ROLES[handle]))


def ask(
    hidden: Hidden, handle: str, place: Place, ids: Mapping[str, str], body: object = None
) -> httpx.Response:
    """Ask a route as well as it can be asked."""
    method, path = place
    ending = next((each for each in (*BODIES, "/attachments") if path.endswith(each)), "")
    headers = {**once(), "If-Match": "*"}
    sent: bytes | None = None
    if method == "PATCH":
        sent = json.dumps({"note": "changed"}).encode()
    elif method == "POST" and ending == "/attachments":
        sent, headers = PICTURE, {**headers, "Content-Type": "image/png"}
    elif method == "POST" and ending:
        sent = json.dumps(body or BODIES[ending]).encode()
    query = next((value for each, value in QUERIES.items() if path.endswith(each)), None)
    return hidden.clients[handle].request(
        method,
        address_of(path, ids),
        params=None if place[0] == "GET" and ending == "/attachments" else query,
        headers=headers,
        content=sent,
    )


def absent_one(name: str) -> str:
    """An id that nothing has, of the form of one that something has."""
    prefix, _, rest = name.partition("_")
    return f"{prefix}_{'a' * len(rest)}"


def told(answer: httpx.Response) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """All that an answer tells, but for what every answer has of its own."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}
    body = answer.content.replace(answer.headers["x-request-id"].encode(), b"")
    return answer.status_code, tuple(sorted(headers.items())), body


def blind_to(place: Place) -> list[str]:
    """Everybody whom a route lets in and who sees nothing of the senders'."""
    handles = BLIND_TO_DRAFTS if objects_in(place[1]) in OF_DRAFTS else BLIND
    return [each for each in (*handles, NOBODY) if may_ask(each, place)]


def test_every_object_that_a_route_names_was_made(hidden: Hidden) -> None:
    named = {name for _, path in NAMING for name in objects_in(path)}

    assert named == set(hidden.ids)
    assert all(blind_to(place) for place in NAMING), "a route that no test asks"


@pytest.mark.hostile(id="not-theirs-anywhere")
@pytest.mark.parametrize("place", NAMING, ids=" ".join)
def test_what_is_not_theirs_is_answered_as_what_is_not_there(hidden: Hidden, place: Place) -> None:
    absent = {name: absent_one(value) for name, value in hidden.ids.items()}
    for handle in blind_to(place):
        nothing = ask(hidden, handle, place, absent)
        assert nothing.status_code == 404, (handle, nothing.text)
        for real in objects_in(place[1]):
            something = ask(hidden, handle, place, {**absent, real: hidden.ids[real]})
            assert told(something) == told(nothing), (handle, real)
        assert told(ask(hidden, handle, place, hidden.ids)) == told(nothing), handle


@pytest.mark.hostile(id="their-own-endpoint")
def test_a_delivery_of_others_is_not_found_under_ones_own_endpoint(hidden: Hidden) -> None:
    made = hidden.clients["stranger"].post(
        "/v1/webhook-endpoints", headers=once(), json={"url": UNREACHED}
    )
    own = {"endpoint_id": made.json()["id"]}
    place = ("POST", "/v1/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}:redeliver")
    theirs, nobodys = hidden.ids["delivery_id"], absent_one(hidden.ids["delivery_id"])

    answers = [
        ask(hidden, "stranger", place, {**own, "delivery_id": each}) for each in (theirs, nobodys)
    ]

    assert answers[0].status_code == 404
    assert told(answers[0]) == told(answers[1])


# Asked last, since it changes what the tests above must not find.


def test_each_question_was_one_that_somebody_is_answered(hidden: Hidden) -> None:
    """Else all of them were told alike that they had asked badly."""
    publish = ask(hidden, "editor", TRANSITIONS, hidden.accepted, {"action": "publish"})
    assert publish.status_code == 200, publish.text
    ending = ("/transitions", ":revoke")
    last = sorted(NAMING, key=lambda place: (place[0] == "DELETE", place[1].endswith(ending)))

    unanswered = [
        place
        for place in last
        if not any(
            ask(hidden, handle, place, {**hidden.ids, **other}).status_code in ANSWERED
            for other in ({}, hidden.accepted)
            for handle in (*ROLES, NOBODY)
            if may_ask(handle, place)
        )
    ]

    assert unanswered == []
