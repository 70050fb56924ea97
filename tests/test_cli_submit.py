"""`gaptracker submit`: real processes, a real server, folders as organisations have them."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gaptracker.client import Client
from tests.flaky_proxy import GOOD, Fate, flaky_line
from tests.intake_world import Served, document, serving
from tests.test_client_line import ids_of

PROGRAM = Path(sys.executable).parent / "gaptracker"
PATIENCE_SECONDS = 120
SENT_FILE = ".gaptracker-sent.json"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, f"sqlite:///{folder / 'records.sqlite3'}") as found:
        yield found


@dataclass(frozen=True, kw_only=True)
class Office:
    """A field office: a folder of evidence, and the program."""

    folder: Path
    base: str
    key: str

    def put(self, name: str, content: object) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    def start(self, *arguments: str, base: str | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(PROGRAM), "submit", *arguments],
            cwd=self.folder,
            env={
                **os.environ,
                "GAPTRACKER_API_URL": base or self.base,
                "GAPTRACKER_API_KEY": self.key,
                "PYTHONUTF8": "1",
                "COLUMNS": "80",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, base: str | None = None) -> tuple[int, str, str]:
        process = self.start(*arguments, base=base)
        out, told = process.communicate(timeout=PATIENCE_SECONDS)
        assert "Traceback" not in told, told
        assert self.key not in out + told
        return process.returncode, out, told

    def sent(self) -> dict[str, Any]:
        found = json.loads((self.folder / SENT_FILE).read_text("utf-8"))
        (here,) = found["servers"].values()
        files: dict[str, Any] = here["files"]
        return files


@pytest.fixture
def office(served: Served, tmp_path: Path) -> Office:
    return Office(folder=tmp_path, base=served.base, key=served.cast.secrets["sender"])


def test_a_folder_goes_out_with_its_files_and_comes_back_with_receipts(
    office: Office, served: Served
) -> None:
    office.put("decree.json", {**document(), "client_ref": "FOLDER-1"})
    office.put("decree.files/notes of the visit.txt", "What the ministry said.\n")
    office.put("speech.json", document())
    code, out, told = office.run(".")
    assert code == 0, told
    assert out.count(" sent ") == 2
    with Client(office.base, office.key) as client:
        kept = client.get(office.sent()["decree.json"]["id"])
        assert kept.state == "submitted"
        assert kept.content is not None
        (announced,) = kept.content["attachments_expected"]
        assert announced["filename"] == "notes of the visit.txt"
        receipt = json.loads((office.folder / "decree.receipt.json").read_text("utf-8"))
        key = served_key(served)
        verified = Client.verify_receipt(receipt, key=key, content=kept.content)
    assert verified.particulars.submission == kept.id
    assert verified.particulars.state == "submitted"
    assert verified.content_checked
    assert (office.folder / "decree.receipt.json").stat().st_mode & 0o077 == 0
    assert (office.folder / SENT_FILE).stat().st_mode & 0o077 == 0


def served_key(served: Served) -> str:
    with served.client(None) as http:
        return http.get("/v1/log/key").text.strip()


def test_a_second_run_sends_nothing(office: Office, served: Served) -> None:
    office.put("one.json", document())
    assert office.run("one.json")[0] == 0
    before = ids_of(served)
    code, out, _ = office.run("one.json")
    assert code == 0
    assert "sent before" in out
    assert ids_of(served) == before


def test_a_run_that_is_killed_at_any_moment_can_be_run_again(
    office: Office, served: Served
) -> None:
    names = [f"paper{number:02}" for number in range(30)]
    for name in names:
        # Without references of their own, and told apart by their titles.
        office.put(f"{name}.json", titled(name))
    chance = random.Random(7)
    kills = 0
    for turn in range(9):
        there, process = arrived(served), office.start(".")
        # Once before anything can have gone out; then so many papers on, and no more in step.
        wait_until(partial(ended_or_sent, process, served, there + turn % 4))
        time.sleep(chance.random() / 20)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.communicate()
    code, _, told = office.run(".")
    assert code == 0, told
    assert kills >= 5, "too few runs were killed; the test shows nothing"
    with Client(office.base, office.key) as client:
        held = [
            client.get(each)
            for reference, ids in ids_of(served).items()
            if reference.startswith("auto-")
            for each in ids
        ]
    titles = [
        each.content["items"][0]["title"]
        for each in held
        if each.content and each.content["items"][0]["title"] in names
    ]
    assert sorted(titles) == sorted(names)


def arrived(served: Served) -> int:
    """How many submissions the sender's organisation has."""
    return sum(map(len, ids_of(served).values()))


def ended_or_sent(process: subprocess.Popen[str], served: Served, number: int) -> bool:
    return arrived(served) >= number or process.poll() is not None


def titled(title: str) -> dict[str, Any]:
    def change(made: dict[str, Any]) -> None:
        made["items"][0]["title"] = title

    return document(change)


def test_a_run_after_a_lost_answer_and_a_crash_finds_what_arrived(
    office: Office, served: Served
) -> None:
    office.put("lost.json", titled("lost"))
    answers_come = threading.Event()
    with flaky_line(
        served.base, lambda _: GOOD if answers_come.is_set() else Fate(response_bytes=0)
    ) as line:
        process = office.start("lost.json", base=line.base)
        wait_until(lambda: line.connections > 1)
        process.kill()
        process.communicate()
        before = office.sent()["lost.json"]
        assert before["key"]
        assert before["id"] is None
        answers_come.set()
        code, _, told = office.run("lost.json", base=line.base)
    assert code == 0, told
    assert office.sent()["lost.json"]["key"] == before["key"]
    assert len(ids_of(served)[before["client_ref"]]) == 1


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_file_that_was_changed_after_it_was_sent_is_not_sent_again(office: Office) -> None:
    path = office.put("one.json", titled("as it was"))
    assert office.run("one.json")[0] == 0
    path.write_text(json.dumps(titled("as it is now")), "utf-8")
    code, out, told = office.run("one.json")
    assert code == 11
    assert "failed" in out
    assert "has been changed since" in told


def test_what_is_wrong_is_told_for_each_file_and_the_rest_is_sent(office: Office) -> None:
    office.put("a.json", titled("good"))
    office.put("b.json", {**document(), "language": 7, "nonsense": True})
    office.put("c.json", '{"language": "en", "language": "es"}')
    office.put("d.json", titled("good too"))
    code, out, told = office.run(".")
    assert code == 11
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [
        ["a.json", "sent"],
        ["b.json", "failed"],
        ["c.json", "failed"],
        ["d.json", "sent"],
    ]
    assert "#/nonsense" in told
    assert "'language' is there twice" in told
    assert "2 of 4 files need something done" in told


def test_checking_keeps_nothing(office: Office, served: Served) -> None:
    before = ids_of(served)
    office.put("good.json", document())
    office.put("good.files/photo.txt", "A file that is here has not to arrive first.\n")
    office.put("bad.json", {**document(), "items": []})
    code, out, told = office.run(".", "--check")
    assert code == 11
    assert "valid" in out
    assert "#/items" in told
    assert "has not arrived" not in told
    assert ids_of(served) == before
    assert not (office.folder / SENT_FILE).exists()


def test_a_draft_is_handed_over_by_a_later_run(office: Office) -> None:
    office.put("one.json", titled("first a draft"))
    code, out, _ = office.run("one.json", "--draft")
    assert (code, "draft" in out) == (0, True)
    assert not (office.folder / "one.receipt.json").exists()
    code, out, told = office.run("one.json")
    assert code == 0, told
    assert " sent " in out
    assert (office.folder / "one.receipt.json").exists()


def test_a_batch_tells_what_became_of_its_lines(office: Office) -> None:
    lines = [{**document(), "client_ref": f"LINE-{number}"} for number in range(3)]
    text = "".join(json.dumps(each) + "\n" for each in lines) + '{"language": "xx"}\n'
    office.put("many.ndjson", text)
    code, out, told = office.run("many.ndjson")
    assert code == 11
    assert "partly" in out
    assert "3 created, 0 unchanged, 1 failed" in told
    assert "line 4: #/items" in told
    code, out, _ = office.run("many.ndjson")
    assert "sent before" in out


def test_an_attachment_that_is_not_the_announced_one_stops_before_anything_is_sent(
    office: Office, served: Served
) -> None:
    before = ids_of(served)
    announced = {
        "ref": "a1",
        "filename": "gazette.txt",
        "media_type": "text/plain",
        "size": 5,
        "sha256": "0" * 64,
    }
    office.put("one.json", {**document(), "attachments_expected": [announced]})
    office.put("gazette.txt", "other")
    code, _, told = office.run("one.json")
    assert code == 11
    assert "is not the file that the document announces" in told
    assert ids_of(served) == before


def test_a_log_key_that_changes_is_told_loudly(office: Office) -> None:
    office.put("one.json", titled("one"))
    assert office.run("one.json")[0] == 0
    path = office.folder / SENT_FILE
    found = json.loads(path.read_text("utf-8"))
    found["servers"][office.base]["log_key"] = "gaptracker.local/log+00000000+AAAA"
    path.write_text(json.dumps(found), "utf-8")
    office.put("two.json", titled("two"))
    code, _, told = office.run("two.json")
    assert code == 11
    assert "shows another log key than before" in told


def test_a_bad_key_stops_at_the_first_file_and_is_not_printed(
    served: Served, tmp_path: Path
) -> None:
    office = Office(folder=tmp_path, base=served.base, key="gtk_" + "x" * 43)
    office.put("one.json", document())
    office.put("two.json", document())
    code, _, told = office.run(".")
    assert code == 11
    assert "(unauthenticated, 401)" in told
    assert "1 were not tried" in told


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://gaptracker.example", "would carry the key and the evidence in the clear"),
        ("ftp://gaptracker.example", "the address of the API"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(office: Office, address: str, said: str) -> None:
    office.put("one.json", document())
    code, _, told = office.run("one.json", base=address)
    assert code == 4
    assert said in " ".join(told.split())
