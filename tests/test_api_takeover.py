"""A newer release takes over under load: no failure, no mixed answer, every walk in one release."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import uvicorn

from gaptracker.main.ready_http import ReadyHttp
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.frozen import load_release
from tests.api_world import API_EVIDENCE, open_store
from tests.cli_world import cut, without_last_vote
from tests.server_world import running, wait_until

CLIENTS = 4
PUBLISHED = ("/v1/gaps?actor=MEX", "/v1/gaps?theme=cannabis", "/v1/actors/URY", "/v1/gaps.csv")
Key = tuple[str, str, int]


@dataclass(slots=True)
class Seen:
    """What one client met: whole walks by release, and releases in the order they came."""

    walks: list[tuple[str, list[Key]]] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)


def walk(client: httpx2.Client) -> Iterator[httpx2.Response]:
    address: str | None = "/v1/gaps?min_grade=D&limit=9&sort=-gap"
    while address is not None:
        answer = client.get(address)
        yield answer
        address = answer.links.get("next", {}).get("url")


def read_until(base: str, stop: threading.Event) -> Seen:
    seen = Seen()
    with httpx2.Client(base_url=base, timeout=60) as client:
        while not stop.is_set():
            for address in PUBLISHED:
                answer = client.get(address)
                assert answer.status_code == 200, answer.text
                seen.releases.append(answer.headers["gaptracker-release"])
                assert seen.releases[-1] in answer.text
            keys: list[Key] = []
            releases = set()
            for page in walk(client):
                assert page.status_code == 200, page.text
                rows = page.json()["data"]
                releases |= {row["release"] for row in rows} | {page.json()["meta"]["release"]}
                releases.add(page.headers["gaptracker-release"])
                keys.extend((row["actor"], row["theme"], row["year"]) for row in rows)
            assert len(releases) == 1, "a walk in two releases"
            seen.walks.append((releases.pop(), keys))
    return seen


def test_clients_walk_while_a_newer_release_is_cut(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    older = cut(tmp_path, evidence=without_last_vote(API_EVIDENCE)).entry.id
    shelf = Shelf(open_store(tmp_path))
    app = create_api(shelf, watch_seconds=0.05)
    server = uvicorn.Server(
        uvicorn.Config(app, http=ReadyHttp, port=0, access_log=False, log_config=None)
    )
    stop = threading.Event()
    with running(server) as base, ThreadPoolExecutor(CLIENTS) as pool:
        try:
            wait_until(lambda: shelf.standing.current is not None)
            clients = [pool.submit(read_until, base, stop) for _ in range(CLIENTS)]
            newer = cut(tmp_path, evidence=API_EVIDENCE).entry.id
            wait_until(lambda: shelf.standing.current and shelf.standing.current.id == newer)
            with httpx2.Client(base_url=base, timeout=60) as client:
                answer = client.get(PUBLISHED[0])
                assert answer.headers["gaptracker-release"] == newer
        finally:
            stop.set()
        found = [client.result() for client in clients]
    store = open_store(tmp_path)
    everything = {
        name: sorted(load_release(store, name).cells.table.select("actor", "theme", "year").rows())
        for name in (older, newer)
    }
    for seen in found:
        assert set(seen.releases) <= {older, newer}
        turned = seen.releases.index(newer) if newer in seen.releases else len(seen.releases)
        assert set(seen.releases[turned:]) <= {newer}, "an older answer after a newer one"
        for name, keys in seen.walks:
            assert sorted(keys) == everything[name], "each row once"
    assert {name for seen in found for name, _ in seen.walks} >= {older}
    written = "".join(capfd.readouterr())
    assert "request failed" not in written
    assert written.count("release baked") == 2
    assert "not baked" not in written
