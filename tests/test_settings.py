"""Settings: where they come from, what they refuse, what they never show."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gaptracker.settings import Settings


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_setting_says_what_it_is() -> None:
    assert all((field.description or "").strip() for field in Settings.model_fields.values())


def test_without_anything_set_all_data_stay_in_one_folder() -> None:
    settings = Settings()
    assert settings.resolved_database_url == "sqlite:///.gaptracker/gaptracker.sqlite3"
    assert settings.resolved_releases_url == ".gaptracker/releases"


def test_data_folder_moves_database_and_releases_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPTRACKER_DATA_DIR", "/srv/gaps")
    settings = Settings()
    assert settings.resolved_database_url == "sqlite:////srv/gaps/gaptracker.sqlite3"
    assert settings.resolved_releases_url == "/srv/gaps/releases"


def test_addresses_given_are_the_ones_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPTRACKER_DATABASE_URL", "postgresql+psycopg://me@db/gaps")
    monkeypatch.setenv("GAPTRACKER_RELEASES_URL", "s3://bucket/releases")
    settings = Settings()
    assert settings.resolved_database_url == "postgresql+psycopg://me@db/gaps"
    assert settings.resolved_releases_url == "s3://bucket/releases"


def test_environment_wins_over_the_file(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / ".env").write_text(
        "GAPTRACKER_PORT=9000\nGAPTRACKER_HOST=::1\n", encoding="utf-8"
    )
    monkeypatch.setenv("GAPTRACKER_PORT", "9001")
    settings = Settings()
    assert (settings.host, settings.port) == ("::1", 9001)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPTRACKER_PORT", "")
    assert Settings().port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "70000"), ("PORT", "http"), ("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml")],
)
def test_an_impossible_value_is_refused(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"GAPTRACKER_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPTRACKER_DATABASE_URL", "postgresql+psycopg://me:s3cret@db/gaps")
    assert "s3cret" not in repr(Settings())
