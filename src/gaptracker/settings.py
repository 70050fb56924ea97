"""Settings from the environment or a file `.env`; only `main` reads them."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LogLevel = Literal["debug", "info", "warning", "error", "critical"]
LogFormat = Literal["console", "json"]
SITE = re.compile(r"https?://(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")


class Settings(BaseSettings):
    """Everything that may differ from one installation to the next.

    Each setting is read from the environment variable of its name with `GAPTRACKER_` before it, or
    from the file `.env` in the working directory; the environment wins. An empty variable counts as
    not set.

    Examples:
        >>> Settings(_env_file=None, data_dir=Path("data")).resolved_releases_url
        'data/releases'
    """

    model_config = SettingsConfigDict(
        env_prefix="GAPTRACKER_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(
        default=Path(".gaptracker"),
        description="Folder for the embedded database and the releases; created when needed.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description=(
            "SQLAlchemy URL of the records: `sqlite:///…` or `postgresql+psycopg://…`. "
            "Without it, `gaptracker.sqlite3` in the data folder."
        ),
    )
    releases_url: str | None = Field(
        default=None,
        description=(
            "Where frozen releases are kept: a folder, or an fsspec URL as `s3://bucket/path`. "
            "Without it, `releases` in the data folder."
        ),
    )
    blobs_url: str | None = Field(
        default=None,
        description=(
            "Where attachments are kept: a folder, or an fsspec URL as `s3://bucket/path`. "
            "Without it, `blobs` in the data folder."
        ),
    )
    snapshots_url: str | None = Field(
        default=None,
        description=(
            "Where the bytes of publishers are kept as they arrived: a folder, or an fsspec URL. "
            "Without it, `snapshots` in the data folder."
        ),
    )
    sync_mirror: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description=(
            "Address of a mirror of all publishers, asked in their place: `https://host/path` is "
            "fetched as `<mirror>/host/path`. Without it the publishers are asked."
        ),
    )
    log_key_file: Path | None = Field(
        default=None,
        description=(
            "File with the private key that signs the log's checkpoints, made when it is missing. "
            "Without it, `log.key` in the data folder. Keep a copy: receipts need its public half."
        ),
    )
    content_key_file: Path | None = Field(
        default=None,
        description=(
            "File with the key under which submissions are encrypted in the database, made when "
            "it is missing. Without it, `content.key` in the data folder. Keep a copy apart from "
            "the database's backups: without it, unpublished submissions are lost."
        ),
    )
    log_name: str = Field(
        default="gaptracker.local/log",
        pattern=r"^[a-z0-9./-]{1,100}$",
        description="Name under which the log signs, as a host and path of yours; set it once.",
    )
    erase_after_days: int = Field(
        default=7,
        ge=7,
        le=90,
        description=(
            "Days until the content of a withdrawn submission is erased; nobody reads it meanwhile."
        ),
    )
    intake_reads_per_minute: int = Field(
        default=600, ge=1, description="Reading requests a minute that one key may make."
    )
    intake_writes_per_minute: int = Field(
        default=60, ge=1, description="Writing requests a minute that one key may make."
    )
    intake_strangers_per_minute: int = Field(
        default=30,
        ge=1,
        description="Requests a minute that one address may make without a good key.",
    )
    second_review_step_points: float = Field(
        default=50.0,
        gt=0,
        le=100,
        description=(
            "A submission that could move a country's reading by more points than this needs a "
            "second reviewer. At 50, what would be the first item of an actor and theme, or more "
            "than half of them; at 100, none but those with confidential parts."
        ),
    )
    schedule_zone: str = Field(
        default="UTC",
        description="Time zone of the schedules that name none, as `Europe/Madrid`.",
    )
    schedule_sync: str = Field(
        default="quarter 0 1 1 1,4,7,10 *",
        description=(
            "When publishers' data are fetched: `UNIT CRON [ZONE]`, or `off`. The unit (day, "
            "week, month, quarter, year) says how often at most; each run stands for the period "
            "that was over when it was due."
        ),
    )
    schedule_score_and_cut: str = Field(
        default="quarter 0 5 1 1,4,7,10 *",
        description="When a release is cut; it waits for the period's sync to end, however.",
    )
    schedule_report: str = Field(
        default="quarter 0 6 1 1,4,7,10 *",
        description=(
            "When the report is written; it needs the period's release, where one is scheduled. "
            "Its unit is a month, a quarter or a year."
        ),
    )
    schedule_deliver: str = Field(
        default="quarter 0 7 1 1,4,7,10 *",
        description="When the report is delivered; it needs the period's report.",
    )
    schedule_retention: str = Field(
        default="day 30 0 * * *",
        description="When what was promised to go is erased, and old drafts are warned of.",
    )
    schedule_sources: str = Field(
        default="",
        description=(
            "Sources that are synced by schedule, parted by commas; all that can be asked if empty."
        ),
    )
    schedule_stop_seconds: float = Field(
        default=20.0,
        gt=0,
        description=(
            "How long `gaptracker scheduler` waits at a signal for the run at hand, before it "
            "gives it back to be begun again."
        ),
    )
    report_languages: str = Field(
        default="en,es,pt",
        description="Languages in which the report is written, parted by commas.",
    )
    report_editions: str = Field(
        default="global",
        description=(
            "Editions of the report, parted by commas: `global`, actors' codes, or `all` for "
            "every actor."
        ),
    )
    reports_dir: Path | None = Field(
        default=None,
        description=(
            "Folder of the reports, one folder a period; all schedulers share it. Without it, "
            "`reports` in the data folder."
        ),
    )
    delivery_file: Path | None = Field(
        default=None,
        description=(
            "TOML file that says who gets the reports: folders, mail readers, webhooks. Without "
            "it nothing is delivered."
        ),
    )
    delivery_webhook_secrets: SecretStr | None = Field(
        default=None,
        description="Secrets of the file's webhooks: `name=whsec_… name2=whsec_…`.",
    )
    smtp_host: str | None = Field(
        default=None, description="Mail server that takes the reports' mails."
    )
    smtp_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="Its port; 587, 465 or 25 by `GAPTRACKER_SMTP_SECURITY`.",
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description=(
            "`starttls` turns to TLS before anything is said, `tls` begins with it; `none` is for "
            "a relay on this machine, without a password."
        ),
    )
    smtp_user: str | None = Field(default=None, description="Name by which to log in there.")
    smtp_password: SecretStr | None = Field(default=None, description="Password to log in with.")
    smtp_from: str | None = Field(
        default=None,
        pattern=r"^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,253}$",
        description="Address that the mails come from.",
    )
    smtp_ca_file: Path | None = Field(
        default=None,
        description="Certificates to trust instead of the system's, for a mail server of yours.",
    )
    smtp_step_seconds: float = Field(
        default=30.0, gt=0, description="How long one answer of the mail server may take."
    )
    smtp_total_seconds: float = Field(
        default=300.0, gt=0, description="How long handing one mail over may take in all."
    )
    contact: str = Field(
        default="contact-not-set",
        pattern=r"^[!-\[\]-~]{1,200}$",
        description=(
            "Mail address or page of whoever runs this installation; told to every server that it "
            "calls (webhooks, captures of links), and to readers of feeds where the files of a "
            "report have no public address."
        ),
    )
    webhook_refused_networks: str = Field(
        default="",
        description=(
            "Networks that webhooks and captures never go to, beside all that are not public: "
            "`203.0.113.0/24,2001:db8::/32`. Name public addresses that serve your inside, and a "
            "NAT64 prefix of your own."
        ),
    )
    webhook_allow_loopback: bool = Field(
        default=False,
        description=(
            "Unsafe, for trials on one machine only: webhooks may go to this machine, to any port "
            "and without encryption."
        ),
    )
    worker: bool = Field(
        default=True,
        description=(
            "Whether `gaptracker serve` also does the intake's chores; false where "
            "`gaptracker work` runs beside it."
        ),
    )
    public_url: str | None = Field(
        default=None,
        description=(
            "Address by which readers know the site, as `https://gaps.example.org`: citations, "
            "embeds and cards name it. Without it, the host that a request came to, over HTTP; set "
            "it wherever a proxy stands in front."
        ),
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address that `gaptracker serve` listens on.",
    )
    port: int = Field(
        default=8000,
        ge=0,
        le=65535,
        description="TCP port that `gaptracker serve` listens on; 0 takes a free one.",
    )
    log_level: LogLevel = Field(
        default="info",
        description="Least severe level that is written to standard error.",
    )
    log_format: LogFormat = Field(
        default="console",
        description="`console` for people, `json` for one object a line.",
    )

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, text: str | None) -> str | None:
        """Refuse what is not the address of a site."""
        return text if text is None else site_address(text)

    @field_validator("webhook_refused_networks")
    @classmethod
    def _check_networks(cls, text: str) -> str:
        """Refuse what is no network, before anything is called."""
        networks_in(text)
        return text

    @property
    def resolved_refused_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return the networks that are never called."""
        return networks_in(self.webhook_refused_networks)

    @property
    def resolved_database_url(self) -> str:
        """Return the SQLAlchemy URL in force, password included: not for logs."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'gaptracker.sqlite3').as_posix()}"

    @property
    def resolved_releases_url(self) -> str:
        """Return the folder or fsspec URL in force for frozen releases."""
        return self.releases_url or (self.data_dir / "releases").as_posix()

    @property
    def resolved_blobs_url(self) -> str:
        """Return the folder or fsspec URL in force for attachments."""
        return self.blobs_url or (self.data_dir / "blobs").as_posix()

    @property
    def resolved_snapshots_url(self) -> str:
        """Return the folder or fsspec URL in force for what arrived from publishers."""
        return self.snapshots_url or (self.data_dir / "snapshots").as_posix()

    @property
    def resolved_reports_dir(self) -> Path:
        """Return the folder in force for reports."""
        return self.reports_dir or self.data_dir / "reports"

    @property
    def resolved_log_key_file(self) -> Path:
        """Return the file in force for the log's private key."""
        return self.log_key_file or self.data_dir / "log.key"

    @property
    def resolved_content_key_file(self) -> Path:
        """Return the file in force for the content key."""
        return self.content_key_file or self.data_dir / "content.key"


def site_address(text: str) -> str:
    """Return the address of a site without a slash at its end.

    Raises:
        ValueError: If it is no http or https address, or holds more than host and port.

    Examples:
        >>> site_address("https://Gaps.example.org/")
        'https://gaps.example.org'
    """
    given = text.strip().rstrip("/").lower()
    if not SITE.fullmatch(given):
        raise ValueError(
            f"{text!r} is not the address of a site; expected scheme, host and, if need be, port, "
            "as https://gaps.example.org"
        )
    return given


def networks_in(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read networks that are separated by commas.

    Raises:
        ValueError: If one of them is none.

    Examples:
        >>> networks_in("10.0.0.0/8, 64:ff9b:1::/48")
        (IPv4Network('10.0.0.0/8'), IPv6Network('64:ff9b:1::/48'))
    """
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
