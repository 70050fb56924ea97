"""Who gets the reports: the operator's file of folders, feeds, mail readers, webhooks.

    [[folder]]
    name = "archive"
    url = "s3://bucket/reports"

    [[feed]]
    name = "site"
    link = "https://files.example.org/reports"

    [[mail]]
    name = "desk-mx"
    address = "…"
    language = "es"
    editions = ["global", "MEX"]
    forms = ["pdf"]
    link = "https://files.example.org/reports"

    [[webhook]]
    name = "newsroom"
    url = "https://news.example.org/hooks"

Names stand for recipients in records and logs. Secrets are no part of the file.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gaptracker.domain.errors import InvalidValue, ProblemList
from gaptracker.domain.report_delivery import (
    Channel,
    FeedRecipient,
    FolderRecipient,
    MailRecipient,
    Recipient,
    WebhookRecipient,
)

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
# No more than what is needed to keep a line of a message from being broken; the mail server knows
# the rest.
Address = Annotated[str, Field(pattern=r"^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,253}$")]
WebAddress = Annotated[str, Field(pattern=r"^https?://[!-~]{1,500}$")]
Link = Annotated[str, Field(pattern=r"^(https?:/)?/[!-~]{1,500}$")]
WORDS = {"string_pattern_mismatch": "it has not the form of such a thing"}
SECRET = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]{0,39})=(?P<secret>whsec_[A-Za-z0-9+/=]{32,90})")


class DeliveryFileRefused(ProblemList):
    """The file of recipients cannot be used. Its problems show no address."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Name


class _Folder(_Entry):
    url: Annotated[str, Field(min_length=1)]


class _Feed(_Entry):
    link: Link | None = None


class _Mail(_Entry):
    address: Address
    language: Literal["en", "es", "pt"] = "en"
    editions: Annotated[list[str], Field(min_length=1)] = ["global"]
    forms: Annotated[list[Literal["html", "pdf", "md", "zip"]], Field(min_length=1)] = ["pdf"]
    link: WebAddress | None = None


class _Webhook(_Entry):
    url: WebAddress


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    folder: list[_Folder] = []
    # There is one document of announced reports, whatever it is called.
    feed: Annotated[list[_Feed], Field(max_length=1)] = []
    mail: list[_Mail] = []
    webhook: list[_Webhook] = []


def read_delivery_file(path: Path, secrets: Mapping[str, str]) -> tuple[Recipient, ...]:
    """Read who gets the reports.

    Args:
        path: The file.
        secrets: The webhooks' secrets by their names.

    Raises:
        DeliveryFileRefused: If the file cannot be read or is wrong; names each problem.
    """
    try:
        found = _File.model_validate(tomllib.loads(path.read_bytes().decode("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # A parser's message may quote the line, and with it an address.
        raise DeliveryFileRefused(str(path), [f"it is no TOML ({type(error).__name__})"]) from None
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, fault['loc']))}: {WORDS.get(fault['type'], fault['msg'])}"
            for fault in error.errors(include_input=False, include_context=False)
        ]
        raise DeliveryFileRefused(str(path), problems) from None
    problems = [*_repeated(found), *_without_secret(found.webhook, secrets)]
    if problems:
        raise DeliveryFileRefused(str(path), problems)
    return tuple(_recipients(found, secrets))


def read_secrets(text: str) -> dict[str, str]:
    """Read `name=whsec_…` parted by spaces.

    Raises:
        InvalidValue: If a part is none; it is not shown.

    Examples:
        >>> list(read_secrets("newsroom=whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
        ['newsroom']
    """
    found = {}
    for number, part in enumerate(text.split(), start=1):
        match = SECRET.fullmatch(part)
        if match is None:
            raise InvalidValue(
                f"part {number} of the webhooks' secrets is none; expected name=whsec_…, parted "
                "by spaces"
            )
        found[match["name"]] = match["secret"]
    return found


def _recipients(found: _File, secrets: Mapping[str, str]) -> list[Recipient]:
    """Return folders first: whoever is told by feed, mail or webhook may look there at once."""
    folders = [
        FolderRecipient(name=each.name, channel=Channel.FOLDER, url=each.url)
        for each in found.folder
    ]
    feeds = [
        FeedRecipient(name=each.name, channel=Channel.FEED, link=each.link) for each in found.feed
    ]
    mails = [
        MailRecipient(
            name=each.name,
            channel=Channel.MAIL,
            address=each.address,
            language=each.language,
            editions=tuple(each.editions),
            forms=tuple(each.forms),
            link=each.link,
        )
        for each in found.mail
    ]
    webhooks = [
        WebhookRecipient(
            name=each.name, channel=Channel.WEBHOOK, url=each.url, secret=secrets[each.name]
        )
        for each in found.webhook
    ]
    return [*folders, *feeds, *mails, *webhooks]


def _repeated(found: _File) -> list[str]:
    problems = []
    kinds: Sequence[tuple[str, Sequence[_Entry]]] = (
        ("folder", found.folder),
        ("mail", found.mail),
        ("webhook", found.webhook),
    )
    for kind, entries in kinds:
        names = [each.name for each in entries]
        problems += [
            f"{kind} {name} stands there {names.count(name)} times; expected each name once"
            for name in sorted(set(names))
            if names.count(name) > 1
        ]
    return problems


def _without_secret(webhooks: Sequence[_Webhook], secrets: Mapping[str, str]) -> list[str]:
    return [
        f"webhook {each.name} has no secret; add {each.name}=whsec_… to "
        "GAPTRACKER_DELIVERY_WEBHOOK_SECRETS"
        for each in webhooks
        if each.name not in secrets
    ]
