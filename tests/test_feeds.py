"""Feeds tell of releases, demonstrated changes and corrections, and of nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from fastapi.testclient import TestClient

from gaptracker.domain.actors import Actor
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.vocabulary import ActorKind
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.shelf import Shelf
from gaptracker.publish.feeds.entries import EntryKind, Known, Told, entries_of
from gaptracker.records.release_store import ReleaseStore
from gaptracker.workflows.release_changes import read_changes
from tests.core.builders import ACTOR
from tests.small_release import PLAN, cut, graded_evidence

HOSTILE = 'A & B <script>alert("x")</script>, =1+1 إيران 乌拉圭 \x00\x0b'
FIRST_CUT = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
SECOND_CUT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def with_practice(value: float) -> Evidence:
    """Graded evidence whose figures of practice are all the same, under names that hurt."""
    known = graded_evidence()
    names = {"en": HOSTILE, "es": "=México", "pt": "México"}
    return replace(
        known,
        actors={
            **known.actors,
            ACTOR: Actor(code=ACTOR, kind=ActorKind.STATE, names=names),
        },
        observations=tuple(
            replace(each, value=value, lower=None, upper=None) if each.value is not None else each
            for each in known.observations
        ),
    )


class Feeds:
    """An application on two releases, between which a gap moved from end to end."""

    def __init__(self, folder: Path) -> None:
        self.store = ReleaseStore((folder / "releases").as_posix())
        self.older = cut(self.store, with_practice(0.0), replace(PLAN, moment=FIRST_CUT)).entry
        self.newer = cut(self.store, with_practice(100.0), replace(PLAN, moment=SECOND_CUT)).entry
        self.shelf = Shelf(self.store)
        self.shelf.refresh()
        self.client = TestClient(create_api(self.shelf, watch_seconds=None))

    def atom(self, query: str = "") -> Any:  # noqa: ANN401  feedparser's own mapping
        answer = self.client.get(f"/feed.atom{query}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
        read = feedparser.parse(answer.content)
        assert not read.bozo, read.get("bozo_exception")
        assert read.version == "atom10"
        return read

    def items(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.client.get(f"/feed.json{query}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
        document = answer.json()
        assert document["version"] == "https://jsonfeed.org/version/1.1"
        found: list[dict[str, Any]] = document["items"]
        return found


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Feeds:
    return Feeds(tmp_path_factory.mktemp("feeds"))


def test_a_feed_reader_reads_releases_changes_and_corrections_the_newest_first(
    feeds: Feeds,
) -> None:
    read = feeds.atom()
    kinds = [entry.tags[0].term for entry in read.entries]
    assert kinds == ["release", "change", "correction", "release"]
    assert read.entries[0].title == f"Release {feeds.newer.id}"
    assert read.entries[-1].title == f"Release {feeds.older.id}"
    assert read.feed.updated == "2026-11-26T09:00:00Z"
    assert [entry.updated for entry in read.entries] == [
        *["2026-11-26T09:00:00Z"] * 3,
        "2026-11-01T08:30:00Z",
    ]
    assert len({entry.id for entry in read.entries}) == 4


def test_who_opens_a_feed_itself_is_led_to_a_page(feeds: Feeds) -> None:
    pages = {
        feeds.client.get("/feed.json").json()["home_page_url"],
        next(each.href for each in feeds.atom().feed.links if each.rel == "alternate"),
    }
    assert len(pages) == 1
    page = feeds.client.get(pages.pop(), headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.url.path == f"/releases/{feeds.newer.id}"


def test_a_change_tells_the_gaps_that_both_releases_hold(feeds: Feeds) -> None:
    (item,) = feeds.items("?kind=change")
    theme, actor = item["_gaptracker"]["theme"], item["_gaptracker"]["actor"]
    changes = read_changes(feeds.store.changes(feeds.newer) or b"")
    (change,) = changes.demonstrated
    cells = {
        release: feeds.client.get(
            "/v1/gaps",
            params={
                "actor": actor,
                "theme": theme,
                "year": str(change.year),
                "release": release,
                "min_grade": "D",
            },
        ).json()["data"][0]
        for release in (feeds.older.id, feeds.newer.id)
    }
    assert change.old.gap == cells[feeds.older.id]["gap"]
    assert change.new.gap == cells[feeds.newer.id]["gap"]
    written = [f"{cells[each]['gap']:+.1f}" for each in (feeds.older.id, feeds.newer.id)]
    old, new = (text.replace("-", "\N{MINUS SIGN}") for text in written)
    assert item["title"].endswith(f", {change.year}: the gap moved from {old} to {new} points")
    assert "Cause: evidence corrected." in item["content_text"]
    assert item["url"].endswith(f"/cells/{actor}/{theme}/{change.year}?release={feeds.newer.id}")


@pytest.mark.parametrize("provisional", [True, False])
def test_every_entry_of_a_provisional_release_says_so(feeds: Feeds, provisional: bool) -> None:
    standing = feeds.shelf.standing
    current, published = standing.current, standing.published[feeds.newer.id]
    assert current is not None
    manifest = replace(published.manifest, provisional=provisional)
    told = Told(
        published=replace(published, manifest=manifest), changes=feeds.shelf.changes(published)
    )
    known = Known(actors=current.actors, themes=current.themes, language="en", threshold=0.9)
    entries = list(entries_of([told], known))
    assert {each.kind for each in entries} >= {EntryKind.RELEASE, EntryKind.CHANGE}
    assert {"Provisional: " in each.summary for each in entries} == {provisional}
    change = next(each for each in entries if each.kind is EntryKind.CHANGE)
    assert "100%" not in change.summary


def test_both_forms_tell_the_same(feeds: Feeds) -> None:
    entries, items = feeds.atom().entries, feeds.items()
    assert [entry.id for entry in entries] == [item["id"] for item in items]
    assert [entry.link for entry in entries] == [item["url"] for item in items]
    assert [entry.updated for entry in entries] == [item["date_published"] for item in items]


def test_names_that_hurt_arrive_whole_but_for_what_xml_cannot_hold(feeds: Feeds) -> None:
    wanted = HOSTILE.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")
    (change,) = feeds.atom("?kind=change").entries
    assert change.title_detail.type == "text/plain"
    assert change.title.startswith(f"{wanted}, ")
    (item,) = feeds.items("?kind=change")
    assert item["title"].startswith(f"{HOSTILE}, ")


@pytest.mark.parametrize(
    ("language", "title", "cause"),
    [
        ("es", "la brecha pasó de", "Causa: evidencia corregida."),
        ("pt", "o descompasso passou de", "Causa: evidência corrigida."),
    ],
)
def test_a_feed_speaks_the_language_that_is_asked_for(
    feeds: Feeds, language: str, title: str, cause: str
) -> None:
    (item,) = feeds.items(f"?kind=change&lang={language}")
    assert title in item["title"]
    assert cause in item["content_text"]
    answer = feeds.client.get("/feed.atom", headers={"Accept-Language": language})
    assert answer.headers["content-language"] == language


def test_a_feed_of_one_actor_and_theme_holds_theirs_alone(feeds: Feeds) -> None:
    theme = feeds.items("?kind=change")[0]["_gaptracker"]["theme"]
    found = feeds.items(f"?actor={ACTOR}&theme={theme}")
    assert [item["tags"] for item in found] == [
        ["change", ACTOR, theme],
        ["correction", ACTOR, theme],
    ]
    other = next(code for code in graded_evidence().actors if code != ACTOR)
    assert feeds.items(f"?actor={other}") == []
    assert feeds.items("?kind=reply") == []
    assert feeds.atom(f"?actor={other}").entries == []


def test_what_did_not_change_is_not_sent_again(feeds: Feeds) -> None:
    first = feeds.client.get("/feed.atom")
    again = feeds.client.get("/feed.atom", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = feeds.client.get("/feed.atom?kind=change").headers["etag"]
    assert other != first.headers["etag"]
    assert "max-age=60" in first.headers["cache-control"]


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("actor=MEXX", "actor.unknown", id="actor-unknown"),
        pytest.param("theme=canabis", "theme.unknown", id="theme-unknown"),
        pytest.param("kind=changes", "value.not_listed", id="kind-unknown"),
        pytest.param("kind=,", "value.not_listed", id="kind-empty"),
        pytest.param("lang=fr", "value.not_listed", id="language-unknown"),
        pytest.param("page=2", "parameter.unknown", id="parameter-unknown"),
        pytest.param("kind=change&kind=reply", "parameter.repeated", id="parameter-repeated"),
    ],
)
def test_a_question_that_nothing_answers_is_refused(feeds: Feeds, query: str, code: str) -> None:
    for name in ("feed.atom", "feed.json"):
        answer = feeds.client.get(f"/{name}?{query}")
        assert answer.status_code == 422, answer.text
        assert code in {error["code"] for error in answer.json()["errors"]}


@pytest.mark.hostile
def test_a_damaged_document_of_changes_costs_only_its_own_entries(tmp_path: Path) -> None:
    feeds = Feeds(tmp_path)
    place = tmp_path / "releases" / "changes" / f"{feeds.newer.changes_sha256}.json"
    place.write_bytes(place.read_bytes().replace(b'"gap"', b'"gab"'))
    assert [item["tags"] for item in feeds.items()] == [["release"], ["release"]]


def test_the_moment_and_the_changes_of_a_release_stay_when_it_is_cut_again(
    tmp_path: Path,
) -> None:
    feeds = Feeds(tmp_path)
    again = replace(PLAN, moment=datetime(2027, 1, 1, tzinfo=UTC), again=True)
    entry = cut(feeds.store, with_practice(100.0), again).entry
    assert (entry.kept_at, entry.changes_sha256) == (
        feeds.newer.kept_at,
        feeds.newer.changes_sha256,
    )
    assert entry.kept_at == "2026-11-26T09:00:00+00:00"


def test_a_server_without_a_release_says_so(tmp_path: Path) -> None:
    shelf = Shelf(ReleaseStore((tmp_path / "none").as_posix()))
    client = TestClient(create_api(shelf, watch_seconds=None))
    answer = client.get("/feed.atom")
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
