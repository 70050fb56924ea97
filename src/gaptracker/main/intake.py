"""The intake's tools, put together from the settings."""

import asyncio
import secrets
from datetime import UTC, datetime

from sqlalchemy import Engine

from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.main.webhooks import outgoing_of
from gaptracker.receive.desk import Desk
from gaptracker.receive.rates import Rates
from gaptracker.records.blob_store import BlobStore
from gaptracker.records.database import sqlite_file
from gaptracker.records.key_files import chunk_box_of, content_box_of, log_key_of
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.settings import Settings
from gaptracker.workflows.keep_or_erase import Promise
from gaptracker.workflows.known_names import KnownNames
from gaptracker.workflows.present import Present
from gaptracker.workflows.review_rules import review_rules

# SQLite takes one writer at a time, and whoever waits for it in a thread keeps the thread from
# those who could finish. PostgreSQL takes as many as its pool has connections to spare.
ONE_WRITER, WRITERS = 1, 8


def present() -> Present:
    """Read the clock, and give randomness of the operating system."""
    return Present(now=datetime.now(UTC), random=secrets.token_bytes)


def make_desk(settings: Settings, engine: Engine) -> Desk:
    """Put the intake's tools together.

    Args:
        settings: The settings.
        engine: Of the records; its schema is checked when it is first used.

    Raises:
        KeyUnreadable: If the log's key or the content key cannot be read.
    """
    box = content_box_of(settings.resolved_content_key_file, secrets.token_bytes)
    methodology = shipped_methodology(shipped_versions()[-1])
    files = chunk_box_of(settings.resolved_content_key_file, secrets.token_bytes)

    def open_work(reads_only: bool) -> UnitOfWork:
        return UnitOfWork(engine, read_only=reads_only, box=box)

    return Desk(
        open_work=open_work,
        blobs=BlobStore(settings.resolved_blobs_url, files),
        log_key=log_key_of(settings.resolved_log_key_file, settings.log_name),
        known=KnownNames(methodology, lambda: open_work(True)),
        writers=asyncio.Semaphore(ONE_WRITER if sqlite_file(engine) else WRITERS),
        present=present,
        review=review_rules(methodology, settings.second_review_step_points),
        promise=Promise(content_days=settings.erase_after_days),
        rates=Rates(
            reads=settings.intake_reads_per_minute,
            writes=settings.intake_writes_per_minute,
            strangers=settings.intake_strangers_per_minute,
            random=secrets.token_bytes,
        ),
        outgoing=outgoing_of(settings),
    )
