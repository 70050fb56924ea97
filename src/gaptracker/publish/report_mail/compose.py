"""Compose a reader's mail: text and HTML that say the same, with the report attached or linked."""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from pathlib import Path

from gaptracker.domain.report_delivery import KeptFile, MailRecipient, SendingRefused
from gaptracker.publish.texts import Texts, texts_of

PART = "report_mail"
NAME = "GapTracker"
GLOBAL = "global"
BYTES_PER_MB = 1_000_000
# Most mail servers take 25 MB, and Base64 makes four bytes of three.
MOST_ATTACHED_BYTES = 15 * BYTES_PER_MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail tells: which report, on which release, who sends it when, under which id.

    `site` is the address at which readers know the site; None if nobody set one.
    """

    period: str
    release: str
    folder: Path
    files: tuple[KeptFile, ...]
    sender: str
    message_id: str
    at: datetime
    site: str | None


def compose_mail(letter: Letter, reader: MailRecipient) -> EmailMessage:
    """Return a reader's mail, ready to be sent.

    Raises:
        SendingRefused: If the report has not what the reader is to get, or it is too big.
    """
    texts = texts_of(PART, reader.language)
    files = chosen_files(letter.files, reader)
    message = EmailMessage()
    message["Subject"] = texts.say("{name}: report {period}", name=NAME, period=letter.period)
    message["From"] = Address(NAME, addr_spec=letter.sender)
    message["To"] = Address(addr_spec=reader.address)
    message["Date"] = format_datetime(letter.at)
    host = letter.sender.rpartition("@")[2]
    message["Message-ID"] = f"<{letter.message_id}@{host}>"
    # No holiday notice is to answer it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    lines = _lines(letter, reader, files, texts)
    message.set_content("\n\n".join(_plain(*line) for line in lines) + "\n")
    message.add_alternative(_html(lines, texts), subtype="html")
    if reader.link is None:
        _attach(message, letter.folder, files)
    # Set sooner, it would go into the first part.
    message["Content-Language"] = reader.language
    return message


def chosen_files(files: Sequence[KeptFile], reader: MailRecipient) -> tuple[KeptFile, ...]:
    """Return the files that a reader gets: their editions and forms, in their language.

    A file without words, as the data are, is everybody's.

    Raises:
        SendingRefused: If an edition is not there in a form.
    """
    chosen = []
    for edition in reader.editions:
        for form in reader.forms:
            fitting = [
                file
                for file in files
                if (file.edition, file.form) == (edition, form)
                and file.language in {reader.language, None}
            ]
            if not fitting:
                raise SendingRefused(
                    f"the report has no {form} of edition {edition} in {reader.language}; look at "
                    "GAPTRACKER_REPORT_LANGUAGES and the recipient's editions and forms"
                )
            chosen += fitting
    return tuple(chosen)


Line = tuple[str, str | None]
"""A paragraph, and the address that it leads to."""


def _lines(
    letter: Letter, reader: MailRecipient, files: Sequence[KeptFile], texts: Texts
) -> list[Line]:
    """Return the mail's paragraphs."""
    say = texts.say
    lines: list[Line] = [
        (
            say(
                "The report for {period} on what governments say about drugs and what they do.",
                period=letter.period,
            ),
            None,
        )
    ]
    for file in files:
        edition = say("global edition") if file.edition == GLOBAL else file.edition
        named = f"{edition}, {file.form.upper()}"
        if reader.link is None:
            lines.append((say("Attached: {file}", file=named), None))
        else:
            lines.append((named, f"{reader.link.rstrip('/')}/{letter.period}/{file.name}"))
    told = say("All figures are from release {release}.", release=letter.release)
    page = f"{letter.site}/v1/releases/{letter.release}" if letter.site else None
    return [*lines, (told, page)]


def _plain(text: str, address: str | None) -> str:
    return text if address is None else f"{text}\n{address}"


def _html(lines: Sequence[Line], texts: Texts) -> str:
    paragraphs = [
        f"<p>{escape(text)}</p>"
        if address is None
        else f'<p><a href="{escape(address)}">{escape(text)}</a></p>'
        for text, address in lines
    ]
    return (
        f'<!doctype html>\n<html lang="{texts.language}"><head><meta charset="utf-8">'
        f"<title>{NAME}</title></head>\n<body>\n" + "\n".join(paragraphs) + "\n</body></html>\n"
    )


def _attach(message: EmailMessage, folder: Path, files: Sequence[KeptFile]) -> None:
    size = sum(file.size_bytes for file in files)
    if size > MOST_ATTACHED_BYTES:
        raise SendingRefused(
            f"the files are {size / BYTES_PER_MB:.0f} MB together; expected at most "
            f"{MOST_ATTACHED_BYTES // BYTES_PER_MB} MB to attach: give the recipient a link instead"
        )
    for file in files:
        kind = mimetypes.types_map.get(f".{file.form}", "application/octet-stream")
        kind = "text/markdown" if file.form == "md" else kind
        main, _, sub = kind.partition("/")
        message.add_attachment(
            (folder / file.name).read_bytes(), maintype=main, subtype=sub, filename=file.name
        )
