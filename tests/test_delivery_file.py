"""The file of recipients: what it may hold, and that no problem of it shows an address."""

from pathlib import Path

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.report_delivery import (
    FeedRecipient,
    FolderRecipient,
    MailRecipient,
    Recipient,
    WebhookRecipient,
)
from gaptracker.intake.delivery_file import DeliveryFileRefused, read_delivery_file, read_secrets
from gaptracker.main.cli.errors import BadSetting
from gaptracker.main.report_post import recipients_of
from gaptracker.settings import Settings
from tests.delivery_world import SECRET

FULL = """
[[webhook]]
name = "newsroom"
url = "https://news.example/hook"

[[mail]]
name = "desk-mx"
address = "reader@desk.example"
language = "es"
editions = ["global", "MEX"]

[[feed]]
name = "site"
link = "https://files.example/reports"

[[folder]]
name = "archive"
url = "s3://bucket/reports"
"""


def read(tmp_path: Path, text: str, secrets: str = f"newsroom={SECRET}") -> tuple[Recipient, ...]:
    path = tmp_path / "delivery.toml"
    path.write_text(text, encoding="utf-8")
    return read_delivery_file(path, read_secrets(secrets))


def test_folders_come_first_so_that_whoever_is_told_finds_the_report(tmp_path: Path) -> None:
    folder, feed, mail, webhook = read(tmp_path, FULL)
    assert isinstance(folder, FolderRecipient)
    assert isinstance(feed, FeedRecipient)
    assert feed.link == "https://files.example/reports"
    assert isinstance(mail, MailRecipient)
    assert (mail.language, mail.editions, mail.forms) == ("es", ("global", "MEX"), ("pdf",))
    assert isinstance(webhook, WebhookRecipient)
    assert webhook.secret == SECRET
    shown = repr((folder, mail, webhook))
    assert not any(each in shown for each in ("reader@", SECRET, "news.example", "bucket"))


@pytest.mark.hostile(id="delivery-file-shows-no-address")
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"reader@desk.example"', '"reader@desk.example\\nBcc: x@evil.example"', "address"),
        ('"reader@desk.example"', '"reader"', "address"),
        ('"reader@desk.example"', '"réader@desk.example"', "address"),
        ('language = "es"', 'language = "xx"', "language"),
        ('language = "es"', 'tongue = "es"', "tongue"),
        ('["global", "MEX"]', "[]", "editions"),
        ('name = "desk-mx"', 'name = "Desk of reader@desk.example"', "name"),
        ('"https://news.example/hook"', '"ftp://news.example/hook"', "url"),
        ('language = "es"', 'language = "es', "no TOML"),
        ('[[folder]]\nname = "archive"', '[[webhook]]\nname = "newsroom"', "2 times"),
        ('name = "newsroom"', 'name = "other"', "has no secret"),
        ('"https://files.example/reports"', '"javascript:alert(1)"', "feed.0.link"),
        ('"https://files.example/reports"', '"reports"', "feed.0.link"),
        ("[[folder]]\nname", '[[feed]]\nname = "other"\n[[folder]]\nname', "feed: .*at most 1"),
    ],
)
def test_a_problem_is_named_without_any_address(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    text = FULL.replace(old, new).replace('"s3://bucket/reports"', '"https://b.example/reports"')
    with pytest.raises(DeliveryFileRefused, match=problem) as caught:
        read(tmp_path, text)
    shown = str(caught.value)
    assert not any(each in shown for each in ("@", "news.example", SECRET))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, delivery_file=tmp_path / "none.toml")
    with pytest.raises(DeliveryFileRefused, match=r"none\.toml.*\n.*FileNotFoundError"):
        recipients_of(settings)


def test_without_a_file_nobody_gets_anything() -> None:
    assert recipients_of(Settings(_env_file=None)) == ()


@pytest.mark.parametrize("text", ["newsroom", "newsroom=abc", f"News={SECRET}", f"x={SECRET},y=1"])
def test_what_is_no_secret_is_refused_unseen(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="expected name=whsec_") as caught:
        read_secrets(text)
    assert SECRET not in str(caught.value)
    (tmp_path / "delivery.toml").touch()
    settings = Settings(
        _env_file=None,
        delivery_file=tmp_path / "delivery.toml",
        delivery_webhook_secrets=text,  # type: ignore[arg-type]  # pydantic hides it
    )
    with pytest.raises(BadSetting, match="GAPTRACKER_DELIVERY_WEBHOOK_SECRETS"):
        recipients_of(settings)
    assert text not in repr(settings)


def test_the_file_in_the_guide_is_one(tmp_path: Path, project_root: Path) -> None:
    page = (project_root / "docs" / "scheduling.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    assert [each.name for each in read(tmp_path, example)] == [
        "archive",
        "site",
        "desk-mx",
        "newsroom",
    ]
