"""Who gets in where: the access table against the routes, and refusals that tell nothing."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from gaptracker.domain.principals import Scope, scopes_of
from gaptracker.main.app import create_app
from gaptracker.publish.api.app import ROUTERS
from gaptracker.receive.access import ACCESS, Open
from gaptracker.workflows.manage_principals import issue_key, revoke_key
from gaptracker.workflows.present import Present
from tests.intake_world import PEOPLE, Served, at, document, once, serving, settings_for

OWN_HEADERS = {"date", "x-request-id", "ratelimit", "content-length"}
KEYED = sorted(place for place, rule in ACCESS.items() if rule.needs is not Open.ANYBODY)
SCOPED = [place for place in KEYED if ACCESS[place].needs is not Open.ANY_KEY]
NOWHERE = "a" * 26


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("access")
    with serving(folder, f"sqlite:///{folder / 'records.sqlite3'}") as found:
        yield found


# The table


def test_every_route_is_in_the_access_table_or_reads_what_is_published(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'records.sqlite3'}")
    app = create_app(settings)
    public = {place for router in ROUTERS for place in places_of(router.routes)}
    # FastAPI's own document, which is no APIRoute.
    found = places_of(app.routes)

    assert {method for method, _ in public} == {"GET"}
    assert found - public == set(ACCESS)
    assert not public & set(ACCESS)


def places_of(routes: Any) -> set[tuple[str, str]]:  # noqa: ANN401  of every framework's kind
    found: set[tuple[str, str]] = set()
    for route in routes:
        if isinstance(route, APIRoute):
            found |= {(method, route.path) for method in route.methods or ()}
    return found


# Keys that open nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class BadKey:
    id: str
    authorization: str | None


def bad_keys(served: Served) -> list[BadKey]:
    now = datetime.now(UTC)  # noqa: TID251  the server's own clock
    long_ago = Present(now=now - timedelta(days=91), random=at().random)
    with served.cast.work() as work:
        member = work.principals.find_member(served.cast.principal("sender", work, now).member)
        assert member is not None
        expired = issue_key(member, work, long_ago).secret
        revoked = issue_key(member, work, Present(now=now, random=at().random))
        revoke_key(revoked.key.id, work, Present(now=now, random=at().random))
        work.commit()
    good = served.cast.secrets["sender"]
    return [
        BadKey(id="none", authorization=None),
        BadKey(id="empty", authorization="Bearer"),
        BadKey(id="expired", authorization=f"Bearer {expired}"),
        BadKey(id="revoked", authorization=f"Bearer {revoked.secret}"),
        BadKey(id="unknown", authorization=f"Bearer gtk_{'x' * 43}"),
        BadKey(id="cut short", authorization=f"Bearer {good[:-1]}"),
        BadKey(id="longer", authorization=f"Bearer {good}x"),
        BadKey(id="very long", authorization=f"Bearer {good}{'x' * 5000}"),
        BadKey(id="another scheme", authorization=f"Basic {good}"),
        BadKey(id="two", authorization=f"Bearer {good}, Bearer {good}"),
    ]


@pytest.mark.hostile(id="bad-keys")
def test_a_key_that_opens_nothing_is_answered_alike_everywhere(served: Served) -> None:
    answers: dict[tuple[str, ...], tuple[Any, ...]] = {}
    with served.client(None) as client:
        for key in bad_keys(served):
            for place in KEYED:
                headers = {} if key.authorization is None else {"Authorization": key.authorization}
                answer = ask(client, place, NOWHERE, headers)
                answers[key.id, *place] = told(answer)

    (first, *others) = set(answers.values())
    assert others == [], answers
    assert first[0] == 401
    assert dict(first[1])["www-authenticate"] == 'Bearer realm="gaptracker"'


def test_a_key_without_the_scope_is_told_so_before_anything_else_is_looked_at(
    served: Served,
) -> None:
    wrong = []
    # A client each and not one a question: making one takes longer than asking.
    for handle, _, roles in PEOPLE:
        with served.client(handle) as client:
            for place in SCOPED:
                needs = ACCESS[place].needs
                assert not isinstance(needs, Open)
                if needs & scopes_of(roles):
                    continue
                answer = ask(client, place, NOWHERE)
                if (answer.status_code, answer.json()["code"]) != (403, "insufficient-scope"):
                    wrong.append((place, handle, answer.status_code, answer.text))

    assert wrong == []


def test_a_key_with_fewer_scopes_than_its_member_may_do_no_more_than_the_key(
    served: Served,
) -> None:
    now = Present(now=datetime.now(UTC), random=at().random)  # noqa: TID251  the server's own clock
    with served.cast.work() as work:
        member = work.principals.find_member(served.cast.principal("sender", work, now.now).member)
        assert member is not None
        reading = issue_key(member, work, now, scopes=[Scope.SUBMISSION_READ]).secret
        work.commit()
    with served.client(None, headers={"Authorization": f"Bearer {reading}"}) as client:
        assert client.get("/v1/submissions").status_code == 200
        answer = client.post("/v1/submissions", headers=once(), json=document())

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient-scope")


# What is not theirs


BODIES: dict[str, Any] = {
    "transitions": {"action": "withdraw"},
    "messages": {"text": "Hello."},
    "reviews": {"decision": "join"},
    "links": {"url": "https://gazette.example.org/12", "ref": "w1"},
}
FILES = "/v1/submissions/{submission_id}/attachments"
QUERIES = {"diff": {"from": "1", "to": "1"}, "attachments": {"ref": "a1"}}


def ask(
    client: httpx.Client, place: tuple[str, str], name: str, headers: dict[str, str] | None = None
) -> httpx.Response:
    """Ask a route well, with a name in the place of every parameter that names an object."""
    method, path = place
    address = path.replace("{number}", "1")
    address = re.sub(r"\{(\w+)\}", lambda found: named(found[1], name), address)
    last = path.rpartition("/")[2]
    body = BODIES.get(last, {"note": "changed"} if method == "PATCH" else document())
    kind = {"Content-Type": "text/plain"} if last == "attachments" else {}
    sent = {} if method in {"GET", "DELETE"} else {"content": json.dumps(body)}
    return client.request(
        method,
        address,
        params=None if place == ("GET", FILES) else QUERIES.get(last),
        headers={**once(), "If-Match": "*", **kind, **(headers or {})},
        **sent,  # type: ignore[arg-type]  # httpx's own keywords
    )


PREFIXES = {"submission_id": "sub"}


def named(parameter: str, name: str) -> str:
    return name if "_" in name else f"{PREFIXES.get(parameter, 'obj')}_{name}"


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """All that an answer tells, but for what every answer has of its own."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}
    body = answer.content.replace(answer.headers["x-request-id"].encode(), b"")
    return answer.status_code, tuple(sorted(headers.items())), body


@pytest.mark.hostile(id="not-theirs")
def test_what_is_not_theirs_is_answered_as_what_is_not_there(served: Served) -> None:
    with served.client("sender") as client:
        made = client.post("/v1/submissions", headers=once(), json=document())
        handed = client.post("/v1/submissions", headers=once(), json={**document(), "submit": True})
        gone = client.post("/v1/submissions", headers=once(), json=document()).json()["id"]
        withdrawn = client.post(
            f"/v1/submissions/{gone}/transitions", headers=once(), json={"action": "withdraw"}
        )
    assert (made.status_code, handed.status_code, withdrawn.status_code) == (201, 201, 200)
    draft, submitted = made.json()["id"], handed.json()["id"]
    blind = {
        "stranger": (draft, submitted, gone),
        "reviewer": (draft, gone),
        "editor": (draft, submitted, gone),
    }
    about_one = [place for place in SCOPED if "{submission_id}" in place[1]]

    different = []
    for handle, hidden in blind.items():
        with served.client(handle) as client:
            for place in about_one:
                absent = ask(client, place, f"sub_{NOWHERE}")
                assert absent.status_code in {403, 404}, (handle, place, absent.text)
                different += [
                    (handle, place, found.text)
                    for name in hidden
                    if told(found := ask(client, place, name)) != told(absent)
                ]

    assert len(about_one) >= 10
    assert different == []


def test_lists_and_counts_hold_nothing_of_others(served: Served) -> None:
    with served.client("sender") as client:
        made = client.post("/v1/submissions", headers=once(), json=document()).json()["id"]
    for handle in ("stranger", "reviewer", "editor"):
        with served.client(handle) as client:
            for address in ("/v1/submissions", "/v1/reviews/queue"):
                answer = client.get(address, params={"count": "estimate", "state": "draft"})
                if answer.status_code == 403:
                    continue
                assert made not in answer.text
                assert (answer.json()["data"], answer.json()["count"]) == ([], "0"), answer.text
