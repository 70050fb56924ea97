"""Reports by mail: a real server over TLS takes them, and none of its moods sends one twice."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gaptracker.domain.periodic import RunBeyondRetry
from gaptracker.domain.report_delivery import NotSent
from tests.delivery_world import ADDRESS, PERIOD, SENDER, DeliveryWorld, reader
from tests.intake_world import wait_for
from tests.mail_world import (
    HOST,
    PASSWORD,
    USER,
    Certificates,
    Moody,
    mail_server,
    make_certificates,
)
from tests.migrated_databases import empty


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def world(shared_records: Engine, tmp_path: Path, certificates: Certificates) -> DeliveryWorld:
    empty(shared_records, "report_delivery")
    made = DeliveryWorld(engine=shared_records, folder=tmp_path)
    made.changed = {
        "smtp_ca_file": certificates.authority,
        "smtp_user": USER,
        "smtp_password": PASSWORD,
    }
    return made


def without_tls(world: DeliveryWorld, port: int, **changed: object) -> None:
    """Talk to a server without TLS, as a relay on this machine is."""
    world.changed = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        **changed,
    }


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_report_arrives_once_over_tls_in_the_readers_language(
    world: DeliveryWorld, certificates: Certificates, security: str
) -> None:
    world.changed["smtp_security"] = security
    with mail_server(certificates, implicit=security == "tls") as box:
        world.changed["smtp_port"] = box.port
        assert world.deliver(reader()) == "1 of 1 sent"
        assert world.deliver(reader()) == "1 of 1 sent"
    (envelope,) = box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [ADDRESS])
    assert box.over_tls == [True]
    (message,) = box.messages
    assert message["Subject"] == "GapTracker: informe 2026-Q4"
    assert message["Content-Language"] == "es"
    assert message["Message-ID"] == f"<{world.rows()[0].message_id}@gaps.example>"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Todas las cifras son de la edición 2026-08-16-1f0c33ab." in text.get_content()
    assert '<html lang="es">' in html.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "report-2026-Q4-global.es.pdf"
    assert attached.get_content_type() == "application/pdf"
    kept = world.folder / "reports" / PERIOD / "report-2026-Q4-global.es.pdf"
    assert attached.get_payload(decode=True) == kept.read_bytes()


def test_a_reader_who_wants_links_gets_links(
    world: DeliveryWorld, certificates: Certificates
) -> None:
    link = "https://files.example/reports"
    with mail_server(certificates) as box:
        world.changed["smtp_port"] = box.port
        world.deliver(reader(link=link, language="pt", forms=("pdf", "html")))
    (message,) = box.messages
    assert list(message.iter_attachments()) == []
    body = message.get_body(("plain",))
    assert body is not None
    for form in ("pdf", "html"):
        assert f"{link}/{PERIOD}/report-{PERIOD}-global.pt.{form}" in body.get_content()


def test_each_reader_gets_a_mail_of_their_own(
    world: DeliveryWorld, certificates: Certificates
) -> None:
    with mail_server(certificates) as box:
        world.changed["smtp_port"] = box.port
        world.deliver(reader("one"), reader("two", address="two@desk.example", language="en"))
    assert [envelope.rcpt_tos for envelope in box.envelopes] == [[ADDRESS], ["two@desk.example"]]
    assert "two@desk.example" not in str(box.messages[0])


@pytest.mark.hostile(id="mail-certificate-of-somebody-else")
def test_a_server_whose_certificate_is_not_trusted_is_told_nothing(
    world: DeliveryWorld, tmp_path: Path
) -> None:
    (tmp_path / "others").mkdir()
    with mail_server(make_certificates(tmp_path / "others")) as box:
        world.changed["smtp_port"] = box.port
        with pytest.raises(NotSent, match="certificate is not to be trusted"):
            world.deliver(reader())
    assert (box.envelopes, world.state()) == ([], "pending")


@pytest.mark.hostile(id="mail-certificate-of-another-name")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_trusted_certificate_of_another_name_is_not_enough(
    world: DeliveryWorld, tmp_path: Path, security: str
) -> None:
    (tmp_path / "others").mkdir()
    others = make_certificates(tmp_path / "others", "mail.elsewhere.example")
    world.changed |= {"smtp_ca_file": others.authority, "smtp_security": security}
    with mail_server(others, implicit=security == "tls") as box:
        world.changed["smtp_port"] = box.port
        with pytest.raises(NotSent, match="certificate is not to be trusted"):
            world.deliver(reader())
    assert box.envelopes == []


@pytest.mark.hostile(id="mail-tls-stripped")
def test_a_server_that_hides_its_tls_gets_neither_password_nor_report(
    world: DeliveryWorld,
) -> None:
    with mail_server(None) as box:
        world.changed["smtp_port"] = box.port
        with pytest.raises(NotSent, match="offers no TLS"):
            world.deliver(reader())
    assert box.envelopes == []


def test_a_wrong_password_is_told_without_being_shown(
    world: DeliveryWorld, certificates: Certificates
) -> None:
    world.changed["smtp_password"] = "battery-staple"
    with mail_server(certificates) as box:
        world.changed["smtp_port"] = box.port
        with pytest.raises(NotSent, match="does not know our name or password") as caught:
            world.deliver(reader())
    assert "battery-staple" not in str(caught.value)
    assert box.envelopes == []


def test_a_password_never_goes_without_tls(world: DeliveryWorld) -> None:
    with Moody("never", "").listening() as moody:
        without_tls(world, moody.port, smtp_user=USER, smtp_password=PASSWORD)
        with pytest.raises(NotSent, match="in clear"):
            world.deliver(reader())
    assert moody.received == []


@pytest.mark.hostile(id="mail-server-drops-before-the-end")
@pytest.mark.parametrize("at", ["greeting", "ehlo", "mail", "rcpt", "data"])
def test_a_server_that_drops_before_the_end_is_tried_again_and_sends_once(
    world: DeliveryWorld, at: str
) -> None:
    with Moody(at, "drop").listening() as moody:
        without_tls(world, moody.port)
        with pytest.raises(NotSent, match="0 of 1 sent; mail desk: pending"):
            world.deliver(reader())
        assert world.state() == "pending"
        moody.at = "never"
        assert world.deliver(reader()) == "1 of 1 sent"
    assert len(moody.received) == 1


@pytest.mark.hostile(id="mail-server-drops-in-the-middle")
def test_a_server_that_drops_in_the_middle_is_not_sent_to_again_unasked(
    world: DeliveryWorld,
) -> None:
    # A short message is on its way, dot and all, before its sender can learn that nobody reads it.
    with Moody("body", "drop").listening() as moody:
        without_tls(world, moody.port)
        with pytest.raises(RunBeyondRetry, match="mail desk: unsure"):
            world.deliver(reader())
        moody.at = "never"
        with pytest.raises(RunBeyondRetry):
            world.deliver(reader())
        assert moody.received == []
        world.retry()
        world.deliver(reader())
    assert len(moody.received) == 1


@pytest.mark.hostile(id="mail-server-drops-after-the-end")
@pytest.mark.parametrize("does", ["drop", "hang"])
def test_a_server_that_owes_its_last_answer_leaves_the_mail_unsure(
    world: DeliveryWorld, does: str
) -> None:
    with Moody("dot", does).listening() as moody:
        without_tls(world, moody.port, smtp_step_seconds=3.0)
        for _ in range(3):
            with pytest.raises(RunBeyondRetry, match="mail desk: unsure"):
                world.deliver(reader())
        assert len(moody.received) == 1, "it was sent again though nobody asked"
        moody.at = "never"
        world.retry()
        assert world.deliver(reader()) == "1 of 1 sent"
    first, second = moody.received
    ids = [line for text in (first, second) for line in text.splitlines() if b"Message-ID" in line]
    assert len(ids) == 2
    assert ids[0] == ids[1]


@pytest.mark.hostile(id="mail-server-hangs")
@pytest.mark.parametrize("at", ["greeting", "ehlo", "mail", "rcpt", "data"])
def test_a_server_that_hangs_is_left_after_a_while(world: DeliveryWorld, at: str) -> None:
    with Moody(at, "hang").listening() as moody:
        without_tls(world, moody.port, smtp_step_seconds=0.5)
        with pytest.raises(NotSent, match="did not answer in time"):
            world.deliver(reader())
    assert moody.received == []


@pytest.mark.hostile(id="mail-server-drips")
def test_a_server_that_sends_a_byte_now_and_then_is_left_too(world: DeliveryWorld) -> None:
    with Moody("greeting", "drip").listening() as moody:
        without_tls(world, moody.port, smtp_total_seconds=1.0)
        with pytest.raises(NotSent, match="the mail server"):
            world.deliver(reader())
        assert not moody.outlasted.is_set()


@pytest.mark.hostile(id="mail-server-is-not-there")
def test_a_server_that_is_not_there_is_tried_again(world: DeliveryWorld) -> None:
    with Moody("never", "").listening() as moody:
        port = moody.port
    without_tls(world, port)
    with pytest.raises(NotSent, match=r"cannot be reached \(ConnectionRefusedError\)"):
        world.deliver(reader())


@pytest.mark.hostile(id="mail-server-refuses")
@pytest.mark.parametrize("at", ["mail", "rcpt", "data", "dot"])
def test_a_refusal_for_good_is_not_repeated_and_quotes_no_address(
    world: DeliveryWorld, at: str
) -> None:
    with Moody(at, f"550 <{ADDRESS}> is unknown here").listening() as moody:
        without_tls(world, moody.port)
        with pytest.raises(RunBeyondRetry, match=r"refused .*answer 550") as caught:
            world.deliver(reader())
        assert ADDRESS not in str(caught.value) + world.error()
        moody.at = "never"
        with pytest.raises(RunBeyondRetry):
            world.deliver(reader())
        world.retry()
        world.deliver(reader())
    assert world.state() == "sent"


@pytest.mark.parametrize("at", ["greeting", "mail", "rcpt", "data", "dot"])
def test_a_refusal_for_now_is_tried_again(world: DeliveryWorld, at: str) -> None:
    with Moody(at, "451 later").listening() as moody:
        without_tls(world, moody.port)
        with pytest.raises(NotSent):
            world.deliver(reader())
        moody.at = "never"
        assert world.deliver(reader()) == "1 of 1 sent"


def test_a_reader_of_what_is_not_there_is_refused_and_the_others_get_theirs(
    world: DeliveryWorld, certificates: Certificates
) -> None:
    with mail_server(certificates) as box:
        world.changed["smtp_port"] = box.port
        with pytest.raises(RunBeyondRetry, match="no pdf of edition MEX in es"):
            world.deliver(reader("one", editions=("MEX",)), reader("two"))
    assert len(box.envelopes) == 1
    assert [row.state.value for row in world.rows()] == ["refused", "sent"]


SENDER_PROCESS = """
import json, sys
from pathlib import Path
from gaptracker.records.database import make_engine
from tests.delivery_world import DeliveryWorld, reader
world = DeliveryWorld(engine=make_engine(sys.argv[1]), folder=Path(sys.argv[2]))
world.changed = json.loads(sys.argv[3])
world.deliver(reader())
"""


@pytest.mark.hostile(id="killed-while-a-mail-is-sent")
def test_a_sender_that_is_killed_leaves_the_mail_unsure_and_not_sent_again(
    world: DeliveryWorld,
) -> None:
    with Moody("dot", "hang").listening() as moody:
        without_tls(world, moody.port)
        changed = '{"smtp_host": "127.0.0.1", "smtp_security": "none", "smtp_port": %d}'
        url = world.engine.url.render_as_string(hide_password=False)
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                SENDER_PROCESS,
                url,
                str(world.folder),
                changed % moody.port,
            ],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        while not moody.received:
            assert process.poll() is None
            moody.ended.wait(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert world.state() == "sending"
        moody.at = "never"
        for _ in range(2):
            with pytest.raises(RunBeyondRetry, match="ended before the receiver had answered"):
                world.deliver(reader())
        assert len(moody.received) == 1
        world.retry()
        world.deliver(reader())
    assert world.state() == "sent"
    assert world.rows()[0].attempts == 2


@pytest.mark.hostile(id="mail-sender-sleeps-through-its-lease")
def test_a_sender_that_was_thought_lost_may_tell_after_all(world: DeliveryWorld) -> None:
    with Moody("dot", "hang").listening() as moody:
        without_tls(world, moody.port)
        told: list[str] = []
        slow = threading.Thread(target=lambda: told.append(world.deliver(reader())))
        slow.start()
        wait_for(lambda: len(moody.received) == 1)
        with pytest.raises(RunBeyondRetry, match="mail desk: unsure"):
            world.deliver(reader())
        moody.at = "never"
        moody.wakes.set()
        slow.join(60)
    assert told == ["1 of 1 sent"]
    assert len(moody.received) == 1


def test_no_record_holds_an_address_or_a_password(
    world: DeliveryWorld, certificates: Certificates, capfd: pytest.CaptureFixture[str]
) -> None:
    with mail_server(certificates) as box:
        world.changed["smtp_port"] = box.port
        world.deliver(reader())
    shown = "".join(capfd.readouterr()) + repr(world.settings) + repr(reader()) + repr(world.rows())
    assert ADDRESS not in shown
    assert PASSWORD not in shown
    assert HOST in repr(world.settings)
