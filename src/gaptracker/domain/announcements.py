"""What feeds tell of reports: which were announced, when, and what proves their files."""

from dataclasses import dataclass
from datetime import datetime

from gaptracker.domain.report_delivery import KeptFile, ReportText


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedReport:
    """A report that feeds tell of.

    Attributes:
        report_sha256: Of the list of the report's files with their hashes.
        announced_at: To the second.
        link: The address under which its files can be read by their names; None if there is none.
        ask: Whom to ask for its files; None where nobody is named.
        texts: Titles and summaries, the latter shortened, by edition and language.
        files: Its files, each with its SHA-256.
    """

    period: str
    release: str
    report_sha256: str
    announced_at: datetime
    link: str | None
    ask: str | None
    texts: tuple[ReportText, ...]
    files: tuple[KeptFile, ...]

    @property
    def editions(self) -> tuple[str, ...]:
        """Return its editions, sorted: `global`, and the codes of actors."""
        return tuple(sorted({file.edition for file in self.files}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """All announced reports, in the order in which they were announced; one of each period.

    `version` counts from 1; `previous_sha256` names the document of the version before.
    """

    version: int
    previous_sha256: str | None
    reports: tuple[AnnouncedReport, ...]


NO_ANNOUNCEMENTS = Announcements(version=0, previous_sha256=None, reports=())
