"""Which release is answered from: none yet, a newer one, a damaged one, an old one; on sockets."""

import asyncio
import json
import threading
import time
from pathlib import Path

import httpx
import pytest
import structlog

from gaptracker.main.app import create_app, create_server
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.envelope import Envelope
from gaptracker.publish.api.shelf import RETRY_SECONDS, Shelf
from gaptracker.records.release_store import ReleaseStore
from gaptracker.settings import Settings
from tests.api_world import (
    API_EVIDENCE,
    World,
    client_of,
    open_store,
    open_world,
    shared_world,
    the_error,
    the_problem,
)
from tests.cli_world import cut, without_last_vote
from tests.server_world import WAIT_SECONDS, running, wait_until


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture
def own_world(tmp_path: Path) -> World:
    """A world that a test may damage."""
    return open_world(tmp_path)


def test_without_a_release_the_server_lives_and_says_what_to_run(tmp_path: Path) -> None:
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    client = client_of(shelf)
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/v1/problems").status_code == 200
    assert client.get("/v1/openapi.json").status_code == 200
    for address in (
        "/readyz",
        "/v1/gaps",
        "/v1/gaps.csv",
        "/v1/gaps?cursor=x",
        "/v1/actors/MEX",
        "/v1/themes",
        "/v1/releases",
        "/v1/releases/x",
        "/v1/methodologies/1.0.0",
    ):
        answer = client.get(address)
        if address.endswith("cursor=x"):
            assert the_error(answer)["code"] == "cursor.malformed"
            continue
        assert answer.status_code == 503, address
        assert answer.headers["retry-after"] == "5"
        assert "gaptracker release cut" in the_problem(answer)["detail"]


def test_a_ready_server_names_its_release(world: World) -> None:
    ready = world.get("/readyz")
    assert ready.json() == {
        "status": "ready",
        "release": world.newer,
        "methodology": "1.0.0",
        "provisional": True,
        "refused": None,
    }


def test_an_old_release_answers_under_its_own_id(world: World) -> None:
    address = "/v1/gaps?actor=MEX&theme=death_penalty&year=2022&min_grade=D"
    (new,) = world.data(address)
    (old,) = world.data(f"{address}&release={world.older}")
    assert (old["release"], new["release"]) == (world.older, world.newer)
    assert old["n_statements"] == new["n_statements"] - 1


def test_a_newer_release_takes_over_whole(tmp_path: Path) -> None:
    older = cut(tmp_path, evidence=without_last_vote(API_EVIDENCE)).entry.id
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    before = shelf.standing
    newer = cut(tmp_path, evidence=API_EVIDENCE).entry.id
    client = client_of(shelf)
    assert client.get("/readyz").json()["release"] == older
    shelf.refresh()
    assert client.get("/readyz").json()["release"] == newer
    assert [row["id"] for row in client.get("/v1/releases").json()["data"]] == [newer, older]
    # A request that began before keeps what it began with.
    assert before.current is not None
    assert before.current.id == older
    assert list(before.published) == [older]


def test_looking_again_changes_nothing(world: World) -> None:
    before = world.shelf.standing.current
    world.shelf.refresh()
    assert world.shelf.standing.current is before


def damage(folder: Path, release: str, name: str) -> bytes:
    """Change one byte of a frozen file; return what it was."""
    place = folder / "releases" / release / name
    kept = place.read_bytes()
    place.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    return kept


def test_a_damaged_release_never_takes_over(tmp_path: Path) -> None:
    older = cut(tmp_path, evidence=without_last_vote(API_EVIDENCE)).entry.id
    now = 0.0
    shelf = Shelf(open_store(tmp_path), clock=lambda: now)
    shelf.refresh()
    newer = cut(tmp_path, evidence=API_EVIDENCE).entry.id
    kept = damage(tmp_path, newer, "gaps.parquet")
    client = client_of(shelf)
    with structlog.testing.capture_logs() as logs:
        shelf.refresh()
        shelf.refresh()
    refusals = [entry for entry in logs if entry["event"] == "release refused"]
    assert len(refusals) == 1, "not read again at every look"
    assert "gaps.parquet" in refusals[0]["reason"]
    ready = client.get("/readyz").json()
    assert (ready["release"], ready["refused"]) == (older, newer)
    assert client.get("/v1/gaps").headers["gaptracker-release"] == older
    (tmp_path / "releases" / newer / "gaps.parquet").write_bytes(kept)
    now = RETRY_SECONDS
    shelf.refresh()
    ready = client.get("/readyz").json()
    assert (ready["release"], ready["refused"]) == (newer, None)


def test_a_damaged_first_release_leaves_the_server_unready(tmp_path: Path) -> None:
    release = cut(tmp_path, evidence=API_EVIDENCE).entry.id
    damage(tmp_path, release, "manifest.json")
    shelf = Shelf(open_store(tmp_path))
    shelf.refresh()
    answer = client_of(shelf).get("/readyz")
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text, "no path of this machine"


def test_a_damaged_old_release_is_refused_alone(own_world: World) -> None:
    damage(own_world.folder, own_world.older, "pairs.parquet")
    answer = own_world.get(f"/v1/gaps?release={own_world.older}")
    assert answer.status_code == 503
    assert str(own_world.folder) not in answer.text
    assert own_world.get("/v1/gaps").status_code == 200


def test_a_store_that_cannot_be_read_keeps_what_is_in_memory(own_world: World) -> None:
    (own_world.folder / "releases" / "latest").unlink()
    (own_world.folder / "releases" / "latest").mkdir()
    own_world.shelf.refresh()
    assert own_world.get("/readyz").json()["refused"] == "latest"
    assert own_world.get("/v1/gaps").status_code == 200


def test_a_failure_inside_is_a_problem_that_names_only_the_request() -> None:
    async def broken(_scope: object, _receive: object, _send: object) -> None:
        raise ZeroDivisionError("secret")

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    sent: list[dict[str, object]] = []

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/gaps",
        "headers": [(b"user-agent", b"a-reader")],
        "client": ("127.0.0.77", 1),
    }
    with structlog.testing.capture_logs() as logs:
        asyncio.run(Envelope(broken, new_id=lambda: "this-one")(scope, receive, send))
    assert sent[0]["status"] == 500
    body = b"".join(bytes(part["body"]) for part in sent[1:] if isinstance(part["body"], bytes))
    problem = json.loads(body)
    assert problem["code"] == "internal"
    assert problem["instance"] == "urn:request:this-one"
    assert b"secret" not in body
    written = json.dumps(logs)
    assert "ZeroDivisionError" in written
    assert "127.0.0.77" not in written
    assert "a-reader" not in written


def test_requests_are_logged_without_address_path_or_query(world: World) -> None:
    with structlog.testing.capture_logs() as logs:
        world.get("/v1/actors/MEX?lang=es", User_Agent="a-reader")
    (entry,) = logs
    assert entry["route"] == "/v1/actors/{code}"
    assert (entry["method"], entry["status"]) == ("GET", 200)
    written = json.dumps(logs)
    for private in ("testclient", "a-reader", "MEX", "lang"):
        assert private not in written


def test_a_real_server_answers_and_picks_up_a_newer_release(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, port=0, log_format="json")
    with (
        running(create_server(settings)) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        older = cut(tmp_path, evidence=without_last_vote(API_EVIDENCE)).entry.id
        wait_until(lambda: client.get("/readyz").status_code == 200)
        first = client.get("/v1/gaps.csv", params={"actor": "MEX"})
        assert first.headers["gaptracker-release"] == older
        assert first.content.startswith(b"actor,")
        etag = first.headers["etag"]
        assert client.get(str(first.url), headers={"If-None-Match": etag}).status_code == 304
        head = client.head(str(first.url))
        assert head.headers["content-length"] == first.headers["content-length"]
        assert client.post("/v1/gaps").headers["allow"] == "GET, HEAD, OPTIONS"
        # While the newer release is cut and taken, no answer fails and none is mixed.
        cutting = threading.Thread(target=lambda: cut(tmp_path, evidence=API_EVIDENCE))
        cutting.start()
        seen: set[str] = set()
        deadline = time.monotonic() + WAIT_SECONDS
        while len(seen) < 2:
            assert time.monotonic() < deadline, "the newer release was not taken"
            answer = client.get("/v1/gaps", params={"min_grade": "D"})
            assert answer.status_code == 200
            releases = {cell["release"] for cell in answer.json()["data"]}
            assert releases == {answer.headers["gaptracker-release"]}
            seen |= releases
        cutting.join(WAIT_SECONDS)
        newer = open_store(tmp_path).latest() or ""
        assert seen == {older, newer}
    written = capfd.readouterr().err
    assert "request answered" in written
    assert "127.0.0.1:" not in written.replace(base, ""), "no client's address in the log"


def test_the_application_is_put_together_from_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAPTRACKER_RELEASES_URL", (tmp_path / "releases").as_posix())
    monkeypatch.chdir(tmp_path)
    cut(tmp_path, evidence=API_EVIDENCE)
    shelf = create_app().state.shelf
    shelf.refresh()
    assert shelf.standing.current.id == open_store(tmp_path).latest()


def test_the_watch_ends_with_the_application(tmp_path: Path) -> None:
    app = create_api(Shelf(ReleaseStore(tmp_path.as_posix())), watch_seconds=0.01)

    async def live_briefly() -> int:
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0.05)
        return len(asyncio.all_tasks())

    assert asyncio.run(live_briefly()) == 1


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/v1/releases/latest", "/v1/releases/{newer}"),
        ("/v1/releases/latest?lang=es", "/v1/releases/{newer}?lang=es"),
        ("/v1/releases/latest/diff", "/v1/releases/{newer}/diff"),
        ("/v1/releases/latest/diff.csv?limit=1", "/v1/releases/{newer}/diff.csv?limit=1"),
        ("/releases/latest", "/releases/{newer}"),
    ],
)
def test_latest_leads_to_the_newest_release_wherever_there_is_an_id(
    world: World, asked: str, leads: str
) -> None:
    answer = world.client.get(asked, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        307,
        leads.format(newer=world.newer),
    )
    assert "stale-while-revalidate" in answer.headers["cache-control"]
    assert world.get(asked).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "/v1/gaps?actor=MEX",
        "/v1/gaps.csv?actor=MEX&limit=2",
        "/v1/actors/MEX?lang=es",
        "/v1/pairs?actor=MEX&limit=3",
        "/cells/MEX/death_penalty/2022?lang=en",
    ],
)
def test_the_release_latest_is_the_one_that_is_left_out(world: World, asked: str) -> None:
    plain, named = world.get(asked), world.get(asked + "&release=latest" * ("?" in asked))
    assert named.status_code == 200, named.text
    assert named.content == plain.content
    for name in ("etag", "cache-control", "gaptracker-release"):
        assert named.headers[name] == plain.headers[name]
    assert "immutable" not in named.headers["cache-control"]
