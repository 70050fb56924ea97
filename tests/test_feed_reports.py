"""Reports in feeds: announced by a delivery, told once, with what proves their files."""

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import feedparser
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from gaptracker.domain.periodic import RunBeyondRetry
from gaptracker.domain.report_delivery import (
    Channel,
    FeedRecipient,
    NotSent,
    PeriodReport,
    ReportFile,
    ReportText,
)
from gaptracker.main.report_post import make_post
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import RETRY_SECONDS, Shelf
from gaptracker.records.release_store import ReleaseStore
from gaptracker.settings import Settings
from gaptracker.workflows.announce_report import read_announcements
from gaptracker.workflows.deliver_report import deliver_report
from gaptracker.workflows.keep_report import KeptReport, ReportOrder, keep_report
from tests.core.builders import ACTOR, OTHER
from tests.delivery_world import NOW, PERIOD, never, reader
from tests.migrated_databases import empty, migrated_sqlite
from tests.small_release import PLAN, cut, graded_evidence

LINK = "https://files.example/reports"
TITLES = {"en": "Said & done", "es": "Dicho y hecho", "pt": "Dito e feito"}


def feed(link: str | None = None) -> FeedRecipient:
    """The feeds of the installation."""
    return FeedRecipient(name="site", channel=Channel.FEED, link=link)


def write(release: str, period: str, languages: Any, folder: Path) -> PeriodReport:  # noqa: ANN401
    """A small report: the global edition, and one on an actor."""
    files, texts = [], []
    for edition in ("global", ACTOR):
        for language in languages:
            name = f"report {edition}.{language}.pdf"
            (folder / name).write_text(f"{release} {period} {name}\n")
            files.append(ReportFile(name=name, edition=edition, language=language, form="pdf"))
            texts.append(
                ReportText(
                    edition=edition,
                    language=language,
                    title=f"{TITLES[language]} ({edition})",
                    summary="A finding <b>&\x0b.\n" + "More of it.\n" * 200,
                )
            )
        name = f"report {edition}.zip"
        (folder / name).write_text(f"{release} {period} {name}\n")
        files.append(ReportFile(name=name, edition=edition, language=None, form="zip"))
    return PeriodReport(files=tuple(files), texts=tuple(texts))


@dataclass(slots=True, kw_only=True)
class World:
    """A release, its report, and a server that watches the store."""

    engine: Engine
    folder: Path
    store: ReleaseStore
    shelf: Shelf
    client: TestClient
    seconds: list[float]

    def settings(self, **changed: object) -> Settings:
        given: dict[str, Any] = {"releases_url": self.store.url, **changed}
        return Settings(_env_file=None, **given)

    def report(self, period: str = PERIOD) -> KeptReport:
        order = ReportOrder(
            period=period,
            release=self.store.latest() or "",
            languages=("en", "es", "pt"),
            attempt=secrets.token_hex(4),
        )
        return keep_report(self.folder / "reports", order, write)

    def deliver(self, to: FeedRecipient, period: str = PERIOD, **changed: object) -> str:
        return deliver_report(
            self.report(period),
            [to],
            sender=secrets.token_hex(8),
            post=make_post(self.settings(**changed), self.engine, lambda: NOW),
            check_stop=never,
        )

    def items(self, query: str = "?kind=report") -> list[dict[str, Any]]:
        """What a running server tells after its next look at the store."""
        self.shelf.refresh()
        answer = self.client.get(f"/feed.json{query}")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    def versions(self) -> list[str]:
        folder = self.folder / "releases" / "announcements"
        return sorted(each.name for each in folder.iterdir())


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Records on SQLite alone: a feed has no row in them."""
    with migrated_sqlite(tmp_path_factory.mktemp("records")) as engine:
        yield engine


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a release, to copy."""
    folder = tmp_path_factory.mktemp("store") / "releases"
    cut(ReleaseStore(folder.as_posix()), graded_evidence(), PLAN)
    return folder


@pytest.fixture
def world(records: Engine, releases: Path, tmp_path: Path) -> World:
    empty(records, "report_delivery")
    shutil.copytree(releases, tmp_path / "releases")
    store = ReleaseStore((tmp_path / "releases").as_posix())
    seconds = [0.0]
    shelf = Shelf(store, clock=lambda: seconds[0])
    shelf.refresh()
    client = TestClient(create_api(shelf, watch_seconds=None))
    return World(
        engine=records,
        folder=tmp_path,
        store=store,
        shelf=shelf,
        client=client,
        seconds=seconds,
    )


def test_a_report_that_is_delivered_twice_stands_in_the_feed_once(world: World) -> None:
    assert world.items() == []
    before = world.client.get("/feed.atom").headers["etag"]
    assert world.deliver(feed()) == "1 of 1 sent"
    (first,) = world.items()
    kept = world.versions()
    assert world.deliver(feed(LINK)) == "1 of 1 sent"
    assert world.items() == [first]
    assert world.versions() == kept
    assert world.client.get("/feed.atom", headers={"If-None-Match": before}).status_code == 200
    assert first["title"] == f"Report {PERIOD}: Said & done (global)"
    assert first["url"].endswith(f"/releases/{world.store.latest()}")
    assert first["date_published"] == "2027-01-05T07:00:00Z"
    assert first["tags"] == ["report"]


def test_each_period_adds_to_what_was_announced_and_names_the_version_before(
    world: World,
) -> None:
    world.deliver(feed(), "2026-Q4")
    held, head = read_announcements(world.store)
    world.deliver(feed(), "2027-Q1")
    coming, _ = read_announcements(world.store)
    assert head is not None
    assert (coming.version, coming.previous_sha256) == (2, head.sha256)
    assert coming.reports[:1] == held.reports
    assert len({item["id"] for item in world.items()}) == 2


def test_feed_readers_read_a_report_with_its_files(world: World) -> None:
    world.deliver(feed(LINK))
    world.shelf.refresh()
    answer = world.client.get("/feed.atom?kind=report&lang=es")
    read = feedparser.parse(answer.content)
    assert not read.bozo, read.get("bozo_exception")
    (entry,) = read.entries
    assert entry.title == f"Informe {PERIOD}: Dicho y hecho (global)"
    assert "A finding <b>&\ufffd." in entry.summary
    assert f"Sus archivos: {LINK}/{PERIOD}" in entry.summary
    assert len(entry.summary) < 1_500
    assert {(each.href, each.type) for each in entry.enclosures} == {
        (f"{LINK}/{PERIOD}/report%20global.es.pdf", "application/pdf"),
        (f"{LINK}/{PERIOD}/report%20global.zip", "application/zip"),
    }
    (item,) = world.items("?kind=report&lang=es")
    assert entry.id == item["id"]
    assert [each["url"] for each in item["attachments"]] == [each.href for each in entry.enclosures]
    hashes = {each.name: each.sha256 for each in world.report().files}
    told = item["_gaptracker"]["files"]
    assert {each["name"]: each["sha256"] for each in told} == {
        name: hashes[name] for name in ("report global.es.pdf", "report global.zip")
    }
    assert world.report().sha256 in item["content_text"]


def test_a_feed_of_an_actor_has_the_edition_on_it_and_no_other(world: World) -> None:
    world.deliver(feed())
    (whole,) = world.items("?kind=report&lang=pt")
    (own,) = world.items(f"?actor={ACTOR}&kind=report&lang=pt")
    assert own["title"] == f"Relatório {PERIOD}: Dito e feito ({ACTOR})"
    assert own["tags"] == ["report", ACTOR]
    assert own["id"] != whole["id"]
    assert "Com um relatório próprio sobre 1 ator." in whole["content_text"]
    assert world.items(f"?actor={OTHER}&kind=report") == []
    assert world.shelf.standing.current is not None
    theme = next(iter(world.shelf.standing.current.themes))
    assert world.items(f"?actor={ACTOR}&theme={theme}&kind=report") == []
    assert world.items("?kind=release,change") != []


@pytest.mark.parametrize(
    ("link", "changed", "told"),
    [
        (LINK + "/", {}, f"Its files: {LINK}/{PERIOD}"),
        (
            "/reports",
            {"public_url": "https://gaps.example"},
            f"Its files: https://gaps.example/reports/{PERIOD}",
        ),
        (None, {"contact": "desk@gaps.example"}, "ask for them: desk@gaps.example"),
        (None, {}, "ask whoever runs this site for them."),
    ],
)
def test_an_entry_says_where_the_files_are_or_whom_to_ask(
    world: World, link: str | None, changed: dict[str, Any], told: str
) -> None:
    world.deliver(feed(link), **changed)
    (item,) = world.items()
    assert told in item["content_text"]
    assert ("attachments" in item) == (link is not None)


def test_a_path_without_the_name_of_the_site_waits_for_it(world: World) -> None:
    with pytest.raises(NotSent, match=r"feed site: pending .*GAPTRACKER_PUBLIC_URL is not set"):
        world.deliver(feed("/reports"))
    assert world.items() == []
    world.deliver(feed("/reports"), public_url="https://gaps.example")
    assert len(world.items()) == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.hostile(id="feed-delivery-killed")
def test_a_kill_after_the_entry_and_before_the_run_is_recorded_tells_it_once(world: World) -> None:
    post = make_post(world.settings(), world.engine, lambda: NOW)

    def send_and_die(*arguments: Any) -> None:  # noqa: ANN401  passed on as they came
        post.send(*arguments)
        raise Killed

    dying = replace(post, send=send_and_die)
    with pytest.raises(Killed):
        deliver_report(world.report(), [feed()], sender="one", post=dying, check_stop=never)
    (first,) = world.items()
    assert world.deliver(feed()) == "1 of 1 sent"
    assert world.items() == [first]


@pytest.mark.hostile(id="feed-delivery-killed-before-the-head")
def test_a_document_that_no_head_names_is_no_entry_and_the_next_try_makes_it_one(
    world: World,
) -> None:
    world.deliver(feed())
    # What a kill leaves that comes between both files: the version is there, and nothing names it.
    (world.folder / "releases" / "announcements.json").unlink()
    assert world.items() == []
    assert world.deliver(feed()) == "1 of 1 sent"
    assert len(world.items()) == 1
    assert len(world.versions()) == 1


@pytest.mark.hostile(id="announcements-damaged")
@pytest.mark.parametrize("head", [True, False])
def test_a_damaged_document_gives_503_and_not_a_feed_without_reports(
    world: World, head: bool
) -> None:
    world.deliver(feed())
    folder = world.folder / "releases"
    (version,) = world.versions()
    place = folder / "announcements.json" if head else folder / "announcements" / version
    content = place.read_bytes()
    place.write_bytes(b"{}" if head else content.replace(b"global", b"GLOBAL"))
    shelf = Shelf(world.store, clock=lambda: world.seconds[0])
    shelf.refresh()
    client = TestClient(create_api(shelf, watch_seconds=None))
    for address in ("/feed.atom", "/feed.json?kind=release"):
        answer = client.get(address)
        assert answer.status_code == 503, answer.text
        assert "announced reports" in answer.json()["detail"]
    assert client.get("/v1/replies").status_code == 200
    assert client.get("/v1/gaps").status_code == 200
    with pytest.raises(RunBeyondRetry, match="feed site: refused"):
        world.deliver(feed(), "2027-Q1")

    place.write_bytes(content)
    world.seconds[0] += RETRY_SECONDS + 1
    shelf.refresh()
    assert len(client.get("/feed.json?kind=report").json()["items"]) == 1
    assert world.deliver(feed(), "2027-Q1") == "1 of 1 sent"


@pytest.mark.hostile(id="feed-other-report-of-period")
def test_another_report_of_an_announced_period_is_refused(world: World) -> None:
    world.deliver(feed())
    (first,) = world.items()
    listed = world.folder / "reports" / PERIOD / "report.json"
    listed.write_text(json.dumps({**json.loads(listed.read_bytes()), "texts": []}))
    with pytest.raises(RunBeyondRetry, match="what was announced stands"):
        world.deliver(feed())
    assert world.items() == [first]


@pytest.mark.hostile(id="feed-report-of-unknown-release")
def test_a_report_on_a_release_that_was_never_published_here_is_refused(world: World) -> None:
    listed = world.report().folder / "report.json"
    listed.write_text(json.dumps({**json.loads(listed.read_bytes()), "release": "2020-01-01-x"}))
    with pytest.raises(RunBeyondRetry, match="2020-01-01-x"):
        world.deliver(feed())
    assert world.items() == []


def test_a_report_from_before_texts_were_listed_is_announced_by_its_period(world: World) -> None:
    listed = world.report().folder / "report.json"
    known = json.loads(listed.read_bytes())
    listed.write_text(json.dumps({name: known[name] for name in ("period", "release", "files")}))
    world.deliver(feed())
    (item,) = world.items()
    assert item["title"] == f"Report {PERIOD}"
    (own,) = world.items(f"?actor={ACTOR}&kind=report")
    name = graded_evidence().actors[ACTOR].names["en"]
    assert own["title"] == f"Report {PERIOD}: {name}"


def test_a_feed_needs_no_row_and_the_others_keep_theirs(world: World) -> None:
    post = make_post(world.settings(), world.engine, lambda: NOW)
    with pytest.raises(NotSent, match=r"1 of 2 sent; mail desk: pending"):
        deliver_report(
            world.report(), [feed(), reader()], sender="one", post=post, check_stop=never
        )
    with post.open_work() as work:
        rows = work.report_deliveries.load([PERIOD])
    assert [row.channel for row in rows] == [Channel.MAIL]
    assert len(world.items()) == 1
