"""Reports into folders, object stores and webhooks: whole, once, and again where that is safe."""

import errno
import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import fsspec  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import Engine
from standardwebhooks import Webhook

from gaptracker.domain.periodic import RunBeyondRetry, RunStopped
from gaptracker.domain.report_delivery import NotSent, SendingState
from gaptracker.main.report_post import make_post
from gaptracker.records.release_files import ReleaseFiles
from gaptracker.workflows.deliver_report import deliver_report
from gaptracker.workflows.keep_report import LIST_NAME
from tests.delivery_world import NOW, PERIOD, SECRET, DeliveryWorld, folder_of, hook, never
from tests.loopback_world import answering, listening, silent
from tests.migrated_databases import empty
from tests.object_world import full_objects

FILES = 7  # three languages in two forms, and the list


@pytest.fixture
def world(shared_records: Engine, tmp_path: Path) -> DeliveryWorld:
    empty(shared_records, "report_delivery")
    return DeliveryWorld(engine=shared_records, folder=tmp_path)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_gets_the_whole_report_and_nothing_else(world: DeliveryWorld) -> None:
    target = world.folder / "archive"
    assert world.deliver(folder_of(str(target))) == "1 of 1 sent"
    assert files_in(target / PERIOD) == files_in(world.report().folder)
    assert len(files_in(target / PERIOD)) == FILES
    assert {path.name for path in target.iterdir()} == {PERIOD, ".lock"}


@contextmanager
def no_room_for_files() -> Iterator[None]:
    """Let the system refuse to make a file longer than a lock's, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.hostile(id="delivery-folder-full")
def test_a_full_disk_leaves_no_part_of_a_report_and_is_tried_again(world: DeliveryWorld) -> None:
    target = world.folder / "archive"
    report = world.report()
    post = make_post(world.settings, world.engine, lambda: NOW)

    def send_without_room(*arguments: object) -> None:
        with no_room_for_files():
            post.send(*arguments)  # type: ignore[arg-type]  # passed on as they came

    tight = type(post)(open_work=post.open_work, now=post.now, send=send_without_room)
    folder = folder_of(str(target))
    with pytest.raises(NotSent, match=r"archive: pending \(OSError: File too large\)"):
        deliver_report(report, [folder], sender="one", post=tight, check_stop=never)
    assert [path.name for path in target.iterdir()] == [".lock"]
    assert world.deliver(folder) == "1 of 1 sent"
    assert files_in(target / PERIOD) == files_in(report.folder)


@pytest.mark.hostile(id="delivery-object-store-full")
def test_a_full_object_store_is_told_by_the_kind_of_its_error(world: DeliveryWorld) -> None:
    folder = folder_of(f"objects://reports-{uuid4().hex}")
    with full_objects() as objects, pytest.MonkeyPatch.context() as patch:

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "objects://reports/secret")

        patch.setattr(objects, "put_file", refuse)
        with pytest.raises(NotSent, match="No space left on device") as caught:
            world.deliver(folder)
    assert "secret" not in str(caught.value)
    assert world.deliver(folder) == "1 of 1 sent"
    listed = ReleaseFiles(folder.url).read(f"{PERIOD}/{LIST_NAME}")
    assert json.loads(listed or b"{}")["period"] == PERIOD


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of an S3 server on the loopback; its URL."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    # fsspec keeps file systems, and with them the address of the server before this one.
    store = fsspec.filesystem("s3")
    store.clear_instance_cache()
    # The server's buckets outlive it in this process.
    bucket = f"reports-{uuid4().hex}"
    fsspec.filesystem("s3").mkdir(bucket)
    try:
        yield f"s3://{bucket}/gaps"
    finally:
        fsspec.filesystem("s3").clear_instance_cache()
        server.stop()


def test_an_s3_store_gets_the_report_the_list_last_and_a_repeat_changes_nothing(
    world: DeliveryWorld, s3: str
) -> None:
    assert world.deliver(folder_of(s3)) == "1 of 1 sent"
    store = fsspec.filesystem("s3")
    place = f"{s3.removeprefix('s3://')}/{PERIOD}"
    found = {
        name.rpartition("/")[2]: store.cat_file(name) for name in store.ls(place, refresh=True)
    }
    assert found == files_in(world.report().folder)
    put_at = {name: store.info(f"{place}/{name}", refresh=True)["LastModified"] for name in found}
    assert max(put_at.values()) == put_at[LIST_NAME]
    # As after a kill between the last object and the record of it.
    with world_row_sending(world):
        assert world.deliver(folder_of(s3)) == "1 of 1 sent"
    again = {name: store.info(f"{place}/{name}", refresh=True)["LastModified"] for name in found}
    assert again == put_at


@contextmanager
def world_row_sending(world: DeliveryWorld) -> Iterator[None]:
    """Put the only delivery back to where a killed sender leaves it."""
    (row,) = world.rows()
    post = make_post(world.settings, world.engine, lambda: NOW)
    with post.open_work() as work:
        taken = type(row)(
            period=row.period,
            channel=row.channel,
            recipient=row.recipient,
            state=SendingState.SENDING,
            message_id=row.message_id,
            report_sha256=row.report_sha256,
            attempts=row.attempts,
            sender="somebody dead",
            changed_at=row.changed_at,
        )
        work.report_deliveries.update(taken)
        work.commit()
    yield
    assert world.state() == "sent"


@pytest.mark.hostile(id="delivery-s3-out-of-reach")
def test_a_bucket_that_is_not_there_is_told_without_its_name(world: DeliveryWorld, s3: str) -> None:
    assert s3
    with pytest.raises(NotSent) as caught:
        world.deliver(folder_of("s3://no-such-bucket/gaps"))
    assert "no-such-bucket" not in str(caught.value)
    assert world.state() == "pending"


def told(request: bytes) -> tuple[dict[str, str], bytes]:
    """The headers of a request, in lower case, and its body."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body


def test_a_webhook_is_told_and_its_signature_holds(
    world: DeliveryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(answering("HTTP/1.1 204 No Content")) as receiver:
        assert world.deliver(hook(receiver.url())) == "1 of 1 sent"
        assert world.deliver(hook(receiver.url())) == "1 of 1 sent"
    (request,) = receiver.requests
    headers, body = told(request)
    # The package compares with the clock; the world's stands at a day of its own.
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", _ClockAtNow)
    verified = Webhook(SECRET).verify(body, headers)
    assert verified["type"] == "report.published"
    assert verified["data"]["period"] == PERIOD
    assert verified["data"]["report_sha256"] == world.report().sha256
    assert headers["webhook-id"] == world.rows()[0].message_id


class _ClockAtNow:
    """`datetime`, whose now is the world's."""

    @staticmethod
    def now(tz: object = None) -> object:
        """The moment."""
        del tz
        return NOW

    @staticmethod
    def fromtimestamp(*arguments: object, **named: object) -> object:
        """As it is."""
        return type(NOW).fromtimestamp(*arguments, **named)  # type: ignore[arg-type]


@pytest.mark.hostile(id="delivery-webhook-answers-500")
def test_a_webhook_that_answers_500_is_told_again_under_the_same_id(world: DeliveryWorld) -> None:
    ids = []
    for status in ("500 Oh No", "302 Elsewhere", "200 OK"):
        with listening(answering(f"HTTP/1.1 {status}\nContent-Length: 0")) as receiver:
            if status.startswith("200"):
                world.deliver(hook(receiver.url()))
            else:
                with pytest.raises(NotSent, match=f"the endpoint answered {status[:3]}"):
                    world.deliver(hook(receiver.url()))
        ids.append(told(receiver.requests[0])[0]["webhook-id"])
    assert len(set(ids)) == 1
    assert world.rows()[0].attempts == 3


@pytest.mark.hostile(id="delivery-webhook-hangs")
def test_a_webhook_that_says_nothing_or_is_not_there_keeps_nobody_else_waiting(
    world: DeliveryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gaptracker.intake.http import OutgoingLimits  # noqa: PLC0415
    from gaptracker.main import report_post  # noqa: PLC0415  its limits are changed here

    monkeypatch.setattr(report_post, "OutgoingLimits", lambda: OutgoingLimits(seconds=3.0))
    with (
        listening(silent) as receiver,
        listening(answering("HTTP/1.1 200 OK")) as other,
        pytest.raises(NotSent, match=r"1 of 2 sent; .*slow: pending .*\(timeout\)"),
    ):
        world.deliver(hook(receiver.url(), "slow"), hook(other.url(), "other"))
    with pytest.raises(NotSent, match=r"\(connection\)"):
        world.deliver(hook(receiver.url(), "slow"))


def test_a_webhook_that_is_gone_is_not_told_again(world: DeliveryWorld) -> None:
    with listening(answering("HTTP/1.1 410 Gone")) as receiver:
        for _ in range(2):
            with pytest.raises(RunBeyondRetry, match="the endpoint is gone"):
                world.deliver(hook(receiver.url()))
    assert len(receiver.requests) == 1


@pytest.mark.hostile(id="delivery-webhook-to-the-inside")
def test_a_webhook_to_the_inside_is_never_called(world: DeliveryWorld) -> None:
    world.changed["webhook_allow_loopback"] = False
    with (
        listening(answering("HTTP/1.1 200 OK")) as receiver,
        pytest.raises(NotSent, match="address_refused"),
    ):
        world.deliver(hook(receiver.url()))
    assert receiver.requests == []


def test_a_stop_between_two_deliveries_loses_and_repeats_none(world: DeliveryWorld) -> None:
    folders = [folder_of(str(world.folder / name), name) for name in ("one", "two")]
    asked = iter([None, RunStopped("ending")])

    def stop_at_the_second() -> None:
        if (stopped := next(asked)) is not None:
            raise stopped

    post = make_post(world.settings, world.engine, lambda: NOW)
    with pytest.raises(RunStopped):
        deliver_report(
            world.report(), folders, sender="first", post=post, check_stop=stop_at_the_second
        )
    assert [row.state.value for row in world.rows()] == ["sent", "pending"]
    assert world.deliver(*folders) == "2 of 2 sent"
    assert [row.attempts for row in world.rows()] == [1, 1]


def test_whoever_is_added_later_gets_it_and_nobody_else_again(world: DeliveryWorld) -> None:
    with listening(answering("HTTP/1.1 200 OK")) as receiver:
        world.deliver(hook(receiver.url(), "first"))
        world.deliver(hook(receiver.url(), "first"), hook(receiver.url(), "second"))
    assert len(receiver.requests) == 2
