"""`gaptracker report`: what is written of a release for people."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gaptracker.main.cli.errors import OutOfReach
from gaptracker.main.cli.lookup import named_actor, named_theme
from gaptracker.main.cli.report_pack import pack_command
from gaptracker.main.cli.stores import open_release, open_store, settings_in_force
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import Stopwatch, progress, talk, write
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.beside import beside_release
from gaptracker.publish.report.files import ReportNotWritten
from gaptracker.publish.report.period import ReportPeriod
from gaptracker.publish.report.settings import Form, ReportSettings
from gaptracker.publish.report.write import write_report
from gaptracker.publish.texts import LANGUAGES

LATEST = "latest"


class Language(StrEnum):
    """A language, as it is typed."""

    EN = "en"
    ES = "es"
    PT = "pt"


class FormName(StrEnum):
    """A form, as it is typed."""

    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "markdown"
    DATA = "data"


FORMS = {
    FormName.HTML: Form.HTML,
    FormName.PDF: Form.PDF,
    FormName.MARKDOWN: Form.MARKDOWN,
    FormName.DATA: Form.DATA,
}

ReportReleaseOption = Annotated[
    str | None,
    typer.Option("--release", help="Release to report on; `latest` if left out.", metavar="ID"),
]
PeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period",
        help="Quarter, month or year, as 2026-Q4, 2026-11 or 2026; the quarter of the release's "
        "newest evidence if left out.",
        metavar="PERIOD",
    ),
]
LanguagesOption = Annotated[
    list[Language] | None,
    typer.Option("--lang", help="Language, once for each; all three if left out."),
]
ActorsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--actor",
        help="Actor's code, once for each: its own edition. The global edition if left out.",
        metavar="CODE",
    ),
]
ThemesOption = Annotated[
    list[str] | None,
    typer.Option("--theme", help="Theme, once for each; all if left out.", metavar="ID"),
]
FormsOption = Annotated[
    list[FormName] | None,
    typer.Option("--form", help="Form, once for each; all four if left out."),
]
ComparedOption = Annotated[
    str | None,
    typer.Option(
        "--compared-with",
        help="Release that changes are told against; the one before if left out.",
        metavar="ID",
    ),
]
OutOption = Annotated[
    Path, typer.Option("--out", help="Folder to write to; made if it is not there.", metavar="DIR")
]
ContactOption = Annotated[
    str | None,
    typer.Option("--contact", help="How the publisher is reached, printed under “How to contest”."),
]

report_app = typer.Typer(no_args_is_help=True, help="Write what people are given of a release.")


@report_app.callback()
def report_group() -> None:
    """Write what people are given of a release."""


def write_command(  # noqa: PLR0913  one parameter for each option
    *,
    release: ReportReleaseOption = None,
    period: PeriodOption = None,
    lang: LanguagesOption = None,
    actor: ActorsOption = None,
    theme: ThemesOption = None,
    form: FormsOption = None,
    compared_with: ComparedOption = None,
    out: OutOption = Path("reports"),
    contact: ContactOption = None,
) -> None:
    """Write the report of a release: HTML, PDF, Markdown, and the data behind it as a ZIP.

    Without `--actor` the global edition, with it one edition for each actor. Everything in it
    comes from the release: the same release and options give the same bytes. Each file is
    written whole or not at all; the path of each goes to standard output.

    Examples:
        gaptracker report write --period 2026-Q3
        gaptracker report write --actor MEX --lang es --form pdf
    """
    watch = Stopwatch()
    frozen = open_release(None if release == LATEST else release)
    order = ReportSettings(
        period=_period(frozen, period, datetime.now(UTC).date()),
        languages=_once([each.value for each in lang or ()]) or LANGUAGES,
        actors=_once([named_actor(frozen, each) for each in actor or ()]),
        themes=_once([named_theme(frozen, each) for each in theme or ()]),
        forms=tuple(dict.fromkeys(FORMS[each] for each in form or ())) or tuple(Form),
        site=settings_in_force().public_url,
        contact=contact,
        beside=beside_release(open_store(), frozen, compared_with),
    )
    try:
        with progress() as report:
            written = write_report(frozen, order, out, report)
    except ReportNotWritten as error:
        raise OutOfReach(str(error)) from error
    for file in written.files:
        write(f"{file.path}\n")
    talk(f"{len(written.files)} files of release {written.release} in {watch}.")
    talk(frozen.manifest.notice)


def _period(frozen: FrozenRelease, given: str | None, today: date) -> ReportPeriod:
    """Return the period that was asked for, if it has begun."""
    if given is None:
        return ReportPeriod.quarter_of(frozen.manifest.as_of)
    found = ReportPeriod.parse(given)
    found.require_begun(today)
    return found


def _once(given: Sequence[str]) -> tuple[str, ...]:
    """Return names in their order, each once."""
    return tuple(dict.fromkeys(given))


report_app.command("write", help=help_of(write_command))(write_command)
report_app.command("pack", help=help_of(pack_command))(pack_command)
