"""What must not be found anywhere is sent, put through a whole life, and looked for everywhere.

Every field that is sealed or restricted gets a word of its own that occurs nowhere else. Sealed
ones may be nowhere; the others only in answers to those who may read them, and in no file. What a
webhook receiver is sent counts as answers to nobody who may read anything.
"""

import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from gaptracker.custody.sealing import generate_custodian
from gaptracker.workflows.manage_custodians import add_custodian
from gaptracker.workflows.present import Present
from tests.canary_life import ADDRESS, ENTITLED, WORD, Heard, live
from tests.intake_world import Cast, cast_for, dispose, settings_for
from tests.killed_world import Killable
from tests.loopback_world import answering, listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """A life that is over: what was heard, and every place in which something was kept."""

    heard: Heard
    kept: Mapping[str, bytes]
    identities: tuple[bytes, ...]


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def afterwards(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Afterwards:
    folder = tmp_path_factory.mktemp("canaries")
    url = f"sqlite:///{folder / 'records.sqlite3'}"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_server_url"))
    settings = settings_for(folder, url)
    cast = cast_for(settings)
    server = Killable(
        settings=settings,
        folder=folder,
        environment={
            "GAPTRACKER_LOG_LEVEL": "debug",
            "GAPTRACKER_LOG_FORMAT": "json",
            "GAPTRACKER_WEBHOOK_ALLOW_LOOPBACK": "true",
        },
    )
    add_second_custodian(cast)
    server.start()
    heard = Heard(base=server.base, cast=cast)
    try:
        with listening(answering("HTTP/1.1 204 No Content")) as receiver:
            identities = live(heard, receiver)
        assert isinstance(cast.bind, Engine)
        kept = {**files_under(folder), **dump(cast.bind, folder)}
    finally:
        server.kill()
        dispose(cast)
        for client in heard.clients.values():
            client.close()
    return Afterwards(heard=heard, kept=kept, identities=identities)


def add_second_custodian(cast: Cast) -> None:
    """Give the second custodian a key, so that the first can be confirmed."""
    now = Present(now=datetime.now(UTC), random=secrets.token_bytes)  # noqa: TID251  the server's own clock
    public, _ = generate_custodian("custodian-2")
    with cast.work() as work:
        member = cast.principal("second_custodian", work, now.now).member
        add_custodian(public, work, now, member=member)
        work.commit()


def new_database(server_url: str) -> str:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE canaries")
    url = make_url(server_url).set(drivername="postgresql+psycopg", database="canaries")
    return url.render_as_string(hide_password=False)


def files_under(folder: Path) -> dict[str, bytes]:
    """Every file: the database, its write-ahead log, blobs, and what the server logged."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def dump(engine: Engine, folder: Path) -> dict[str, bytes]:
    """A backup as an operator makes one, and all rows of all tables in words."""
    if engine.dialect.name == "sqlite":
        backup = folder / "backup.sqlite3"
        with sqlite3.connect(folder / "records.sqlite3") as source, sqlite3.connect(backup) as copy:
            source.backup(copy)
            rows = "\n".join(copy.iterdump())
        source.close()
        copy.close()
        return {"backup": backup.read_bytes(), "dump": rows.encode()}
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        rows = "\n".join(
            str(row)
            for name in names.all()
            for row in connection.execute(text(f'SELECT t::text FROM "{name}" t')).scalars()
        )
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    logs = [*folder.glob("pg_wal/*"), *folder.glob("base/*/*"), *folder.glob("*log*")]
    files = {each.name: each.read_bytes() for each in logs if each.is_file()}
    return {"dump": rows.encode(), **files}


def places(kept: Mapping[str, bytes], found: Callable[[bytes], bool]) -> list[str]:
    return [name for name, content in kept.items() if found(content)]


@pytest.mark.hostile(id="canaries-on-disk")
@pytest.mark.parametrize("name", ENTITLED)
def test_no_canary_is_in_any_file_log_or_backup(afterwards: Afterwards, name: str) -> None:
    word = WORD[name].encode()
    assert places(afterwards.kept, lambda content: word in content) == []


@pytest.mark.hostile(id="canaries-in-answers")
@pytest.mark.parametrize("name", ENTITLED)
def test_a_canary_is_answered_to_those_who_may_read_it_and_to_nobody_else(
    afterwards: Afterwards, name: str
) -> None:
    word, entitled = WORD[name].encode(), ENTITLED[name]
    told = {
        handle
        for handle, answers in afterwards.heard.by_handle.items()
        if any(word in answer for answer in answers)
    }
    assert told <= entitled, told - entitled


@pytest.mark.hostile(id="client-address")
def test_nothing_says_where_anybody_asked_from(afterwards: Afterwards) -> None:
    everything = dict(afterwards.kept)
    for handle, answers in afterwards.heard.by_handle.items():
        everything[f"answers to {handle}"] = b"".join(answers)

    assert places(everything, lambda content: ADDRESS.encode() in content) == []


def test_the_canaries_were_alive(afterwards: Afterwards) -> None:
    """Else the tests above would find nothing because nothing was there."""
    heard = b"".join(
        answer for answers in afterwards.heard.by_handle.values() for answer in answers
    )
    sent = {"user-agent", "referer"}
    silent = {
        name
        for name, entitled in ENTITLED.items()
        if entitled and WORD[name].encode() not in heard and name not in sent
    }
    opened = b"".join(afterwards.identities)

    assert silent <= {"internal-note"}, silent
    for name in ("identity-name", "identity-testimony", "identity-edited", "sealed-title"):
        assert WORD[name].encode() in opened, name
    told = b"".join(afterwards.heard.by_handle["receiver"])
    assert b"evidence.published" in told
    log = afterwards.kept["serve.log"]
    assert b"/v1/submissions/{submission_id}" in log
