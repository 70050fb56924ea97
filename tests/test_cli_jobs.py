"""`gaptracker jobs`: what it prints, and the code it ends with."""

from itertools import product
from pathlib import Path

import pytest

from gaptracker.workflows.keep_report import find_report
from tests.cli_world import cut
from tests.jobs_world import ADDRESS, LAST_QUARTER, PERIOD, data_folder, gaptracker, runs
from tests.mail_world import Moody


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return data_folder(tmp_path, monkeypatch)


def test_a_report_is_written_once_and_a_second_run_says_so(data: Path) -> None:
    cut(data)
    first, second = (gaptracker("jobs", "run", "report") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    sha256 = find_report(data / "reports", PERIOD).sha256
    assert first.stdout == second.stdout == f"report {PERIOD} done {sha256}\n"
    (run,) = runs()
    assert (run["job"], run["state"], run["effect"]) == ("report", "done", sha256)


def test_every_edition_that_is_named_is_written_in_every_language(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(data)
    monkeypatch.setenv("GAPTRACKER_REPORT_EDITIONS", "global,MEX")
    monkeypatch.setenv("GAPTRACKER_REPORT_LANGUAGES", "en,es")
    written = gaptracker("jobs", "run", "report")
    assert written.exit_code == 0, written.output
    files = find_report(data / "reports", PERIOD).files
    assert {(file.edition, file.language, file.form) for file in files} == {
        (edition, *kind)
        for edition in ("global", "MEX")
        for kind in ((None, "zip"), *product(("en", "es"), ("html", "md", "pdf")))
    }


@pytest.mark.hostile(id="report-on-an-actor-that-is-not-there")
def test_an_edition_of_nobody_fails_and_leaves_no_report(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(data)
    monkeypatch.setenv("GAPTRACKER_REPORT_EDITIONS", "global,XYZ")
    failed = gaptracker("jobs", "run", "report")
    assert failed.exit_code == 1
    assert "no actor is called 'XYZ'" in " ".join(failed.stderr.split())
    assert list((data / "reports").iterdir()) == []


@pytest.mark.hostile(id="report-without-a-release")
def test_without_a_release_the_run_fails_and_says_why_and_a_later_one_does_it(data: Path) -> None:
    failed = gaptracker("jobs", "run", "report")
    assert failed.exit_code == 1
    assert "is not done: no release" in " ".join(failed.stderr.split())
    (run,) = runs()
    assert (run["state"], run["attempts"]) == ("pending", 1)
    assert not (data / "reports").exists()
    cut(data)
    assert gaptracker("jobs", "run", "report").exit_code == 0
    assert runs()[0]["state"] == "done"


@pytest.mark.hostile(id="report-on-a-release-that-failed")
def test_a_release_that_missed_its_checks_keeps_its_report_back(data: Path) -> None:
    cut(data)
    # The evidence is far too little for the checks of a real release.
    failed = gaptracker("jobs", "run", "score_and_cut")
    assert failed.exit_code == 1, failed.output
    waiting = gaptracker("jobs", "run", "report", "--period", PERIOD)
    assert waiting.exit_code == 1
    assert "another job of the period has to be done before it" in waiting.stderr
    assert not (data / "reports").exists()


def test_a_run_that_failed_for_good_waits_for_retry(data: Path) -> None:
    for _ in range(6):
        assert gaptracker("jobs", "run", "report").exit_code == 1
    assert runs()[0]["state"] == "failed"
    cut(data)
    named = ("report", PERIOD)
    told = gaptracker("jobs", "run", "report", "--period", PERIOD)
    assert told.exit_code == 1
    assert "jobs retry" in told.stderr
    assert gaptracker("jobs", "retry", *named).exit_code == 0
    assert runs()[0]["state"] == "done"


@pytest.mark.hostile(id="report-period-in-the-future")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "report", "--period", "2999-Q1"), 2),
        (("run", "report", "--period", LAST_QUARTER.end.isoformat()), 2),
        (("run", "report", "--period", "2020-02-29"), 2),
        (("run", "report", "--period", "soon"), 2),
        (("run", "everything"), 2),
        (("retry", "report", "2020-Q1"), 3),
    ],
)
def test_what_cannot_be_run_ends_with_a_code_of_its_own(
    data: Path, words: tuple[str, ...], code: int
) -> None:
    assert gaptracker("jobs", *words).exit_code == code
    assert runs() == []
    assert not (data / "reports").exists()


def test_a_schedule_that_cannot_be_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data.is_dir()
    for text in ("quarter 0 6 * *", "day 0 6 * * *", "quarter 0 6 * * * Mars/Olympus"):
        monkeypatch.setenv("GAPTRACKER_SCHEDULE_REPORT", text)
        refused = gaptracker("scheduler", "--once")
        assert refused.exit_code == 2
        assert "GAPTRACKER_SCHEDULE_REPORT" in refused.stderr


def test_a_mail_that_may_have_arrived_is_shown_and_sent_again_only_when_asked(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(data)
    file = data / "delivery.toml"
    file.write_text(f'[[mail]]\nname = "desk"\naddress = "{ADDRESS}"\nforms = ["zip"]\n')
    monkeypatch.setenv("GAPTRACKER_DELIVERY_FILE", str(file))
    assert gaptracker("jobs", "run", "report").exit_code == 0
    with Moody("dot", "drop").listening() as moody:
        smtp = {"HOST": "127.0.0.1", "PORT": moody.port, "SECURITY": "none", "FROM": "a@b.example"}
        for name, value in smtp.items():
            monkeypatch.setenv(f"GAPTRACKER_SMTP_{name}", str(value))
        failed = gaptracker("jobs", "run", "deliver")
        assert failed.exit_code == 1
        again = gaptracker("jobs", "run", "deliver", "--period", PERIOD)
        assert again.exit_code == 1
        shown = gaptracker("jobs", "list").stdout
        assert "unsure" in shown
        assert ADDRESS not in failed.output + again.output + shown
        moody.at = "never"
        assert len(moody.received) == 1
        assert gaptracker("jobs", "retry", "deliver", PERIOD).exit_code == 0
        assert gaptracker("jobs", "retry", "deliver", PERIOD).exit_code == 0
    assert len(moody.received) == 2
    (deliver,) = [run for run in runs() if run["job"] == "deliver"]
    assert (deliver["state"], deliver["effect"]) == ("done", "1 of 1 sent")
    assert [(each["state"], each["attempts"]) for each in deliver["deliveries"]] == [("sent", 2)]
