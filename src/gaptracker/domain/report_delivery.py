"""How a report reaches those who asked for it, and what is known of each delivery."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gaptracker.domain.errors import GapTrackerError


class Channel(StrEnum):
    """By which way a report goes out."""

    FOLDER = "folder"
    MAIL = "mail"
    WEBHOOK = "webhook"
    FEED = "feed"


# Sending again does no harm there: files are replaced by the same bytes, receivers of webhooks tell
# repeats by the id, and a feed knows what it announced. A second mail is a second mail.
REPEATABLE = frozenset({Channel.FOLDER, Channel.WEBHOOK, Channel.FEED})

# Of these there are rows in the records. A feed needs none: what it announced is its own record,
# so that nobody can die between the one and the other.
ON_RECORD = frozenset(Channel) - {Channel.FEED}


class SendingState(StrEnum):
    """How a delivery stands.

    `unsure` is one whose sender ended between sending and knowing: it may have arrived, and is
    sent again only when somebody asks for that. `refused` is one that the receiver will not have.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDelivery:
    """One report on its way to one recipient.

    Attributes:
        recipient: The name by which the operator's file calls it; never an address.
        message_id: The mail's Message-ID or the webhook's id, the same each time.
        report_sha256: Of the list of the report's files with their hashes.
        attempts: How many were begun.
        sender: Whoever is sending it, by a name made for this attempt alone.
        error: Why the last attempt failed, without any address.
    """

    period: str
    channel: Channel
    recipient: str
    state: SendingState
    message_id: str
    report_sha256: str
    attempts: int = 0
    sender: str | None = None
    changed_at: datetime
    sent_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A file of a report.

    Attributes:
        name: Its name in the report's folder.
        edition: `global`, or the code of the actor that it is about.
        language: As `es`; None for a file without words, as the data.
        form: The ending of its kind: `html`, `pdf`, `md`, `zip`.
    """

    name: str
    edition: str
    language: str | None
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile(ReportFile):
    """A file of a report with what proves that it is the one that was written."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportText:
    """What an edition of a report is called in a language, and its summary, as plain text."""

    edition: str
    language: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReport:
    """What the writer of a period's report wrote."""

    files: tuple[ReportFile, ...]
    texts: tuple[ReportText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whoever gets every report by one way; `name` stands for them in records, logs and errors."""

    name: str
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRecipient(Recipient):
    """A folder or fsspec URL into which reports are copied, each in a folder of its period."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRecipient(Recipient):
    """A reader with a mail address, a language, and the editions and forms they want.

    `link` is the address under which the reports' folders can be read; the mail then has links in
    the place of attachments.
    """

    address: str = field(repr=False)
    language: str
    editions: tuple[str, ...]
    forms: tuple[str, ...]
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRecipient(Recipient):
    """An endpoint that is told of every report."""

    url: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecipient(Recipient):
    """The feeds of this installation.

    `link` is the address under which the reports' folders can be read, or its path on this site;
    None where they cannot.
    """

    link: str | None


class NotSent(GapTrackerError):
    """Nothing arrived, that much is known; it can be tried again. Names no address."""


class SendingRefused(GapTrackerError):
    """The receiver will not have it, or it cannot be sent as it is. Names no address."""


class SendingUnsure(GapTrackerError):
    """It may have arrived, or not: the answer to the last word is missing. Names no address."""
