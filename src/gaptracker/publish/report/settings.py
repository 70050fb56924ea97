"""What a report is asked for."""

from dataclasses import dataclass
from enum import StrEnum

from gaptracker.publish.report.beside import NOTHING_BESIDE, Beside
from gaptracker.publish.report.period import ReportPeriod
from gaptracker.publish.texts import LANGUAGES


class Form(StrEnum):
    """A form of a report, by the ending of its file."""

    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "md"
    DATA = "zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """One order: which editions, in which languages and forms.

    Without actors the global edition is written, with actors one country edition for each.
    `themes` are all where none is named. `site` is the address of the site without a slash at
    its end, `contact` how the publisher is reached; None where there is none to tell.
    """

    period: ReportPeriod
    languages: tuple[str, ...] = LANGUAGES
    actors: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    forms: tuple[Form, ...] = tuple(Form)
    site: str | None = None
    contact: str | None = None
    beside: Beside = NOTHING_BESIDE
