"""Logs: on standard error, readable by machine and person, silent about people."""

import json
import logging
from io import FileIO, TextIOWrapper
from pathlib import Path
from typing import Literal

import pytest
import structlog

from gaptracker.logs import LOGGERS_WITH_ADDRESSES, PERSONAL_KEYS, configure_logs

FORMATS: tuple[Literal["console", "json"], ...] = ("console", "json")


def test_json_is_one_object_a_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "json")
    structlog.get_logger("gaptracker.test").info("scored", cells=12)
    logging.getLogger("elsewhere").warning("from %s", "a library")
    written = capsys.readouterr()
    ours, theirs = map(json.loads, written.err.splitlines())
    assert written.out == ""
    assert (ours["event"], ours["cells"], ours["level"]) == ("scored", 12, "info")
    assert ours["logger"] == "gaptracker.test"
    assert (theirs["event"], theirs["logger"]) == ("from a library", "elsewhere")


@pytest.mark.parametrize("form", FORMATS)
def test_personal_data_are_not_written(
    form: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("debug", form)
    structlog.get_logger("test").warning("received", **dict.fromkeys(PERSONAL_KEYS, "who-it-was"))
    written = capsys.readouterr().err
    assert "received" in written
    assert "who-it-was" not in written


@pytest.mark.parametrize("form", FORMATS)
def test_a_traceback_does_not_print_local_variables(
    form: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("info", form)
    witness = "who-it-" + "was"
    try:
        raise KeyError(len(witness))
    except KeyError:
        structlog.get_logger("test").exception("failed")
    written = capsys.readouterr().err
    assert "KeyError" in written
    assert "who-it-was" not in written


@pytest.mark.parametrize("name", LOGGERS_WITH_ADDRESSES)
def test_lines_that_hold_a_readers_address_are_not_written(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("debug", "json")
    logging.getLogger(name).info("203.0.113.9 asked for a page")
    assert capsys.readouterr().err == ""


def test_events_below_the_level_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning", "json")
    structlog.get_logger("test").info("small")
    logging.getLogger("test").info("small")
    assert capsys.readouterr().err == ""


@pytest.mark.hostile(id="log-disk-full")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_logs("info", "json")
    with TextIOWrapper(FileIO("/dev/full", "w"), write_through=True) as full:
        monkeypatch.setattr("sys.stderr", full)
        structlog.get_logger("test").info("no room")
    structlog.get_logger("test").info("closed")


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(KeyError):
        configure_logs("loud", "json")


def test_a_logger_that_was_used_obeys_whoever_configures_again() -> None:
    log = structlog.get_logger("gaptracker.twice")
    configure_logs("info", "json")
    log.info("before")
    configure_logs("info", "json")
    with structlog.testing.capture_logs() as logs:
        log.info("after")
    assert [entry["event"] for entry in logs] == ["after"]
