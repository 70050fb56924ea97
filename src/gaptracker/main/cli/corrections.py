"""`gaptracker correction`: errata of published releases, dated and never silent."""

from typing import Annotated

import typer

from gaptracker.domain.annotations import Erratum
from gaptracker.intake.reply_files import check_texts
from gaptracker.main.cli.annotating import (
    load_annotations,
    publish_annotations,
    read_cells,
    show_whole_rows,
)
from gaptracker.main.cli.principals import records
from gaptracker.main.cli.replies import ListFormatOption
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.teaching import help_of
from gaptracker.main.cli.terminal import talk, write
from gaptracker.main.intake import present
from gaptracker.publish.subjects import subjects_in
from gaptracker.workflows.annotations import ErratumTexts, add_erratum

COLUMNS = ("id", "day", "release", "about", "right")
ReleaseOption = Annotated[
    str, typer.Option("--release", help="The release that has it wrong.", metavar="ID")
]
SaidOption = Annotated[str, typer.Option("--said", help="What the release says.", metavar="TEXT")]
RightOption = Annotated[str, typer.Option("--right", help="What is right.", metavar="TEXT")]
BecauseOption = Annotated[
    str, typer.Option("--because", help="How it came to be wrong.", metavar="TEXT")
]
LanguageOption = Annotated[
    str, typer.Option("--language", help="Language of these texts, as en or es.")
]
CellOption = Annotated[
    list[str] | None,
    typer.Option("--cell", help="A cell that is wrong; once for each.", metavar="ACTOR/THEME/YEAR"),
]
PairOption = Annotated[
    list[str] | None,
    typer.Option("--pair", help="A pair that is wrong; once for each.", metavar="pair_…"),
]
RecordOption = Annotated[
    list[str] | None,
    typer.Option(
        "--record",
        help="A statement, measure or observation that is wrong; once for each.",
        metavar="ID",
    ),
]

correction_app = typer.Typer(
    no_args_is_help=True, help="Errata of published releases: dated, never silent."
)


def add_command(  # noqa: PLR0913  one parameter for each option
    release: ReleaseOption,
    said: SaidOption,
    right: RightOption,
    because: BecauseOption,
    *,
    language: LanguageOption = "en",
    cell: CellOption = None,
    pair: PairOption = None,
    record: RecordOption = None,
) -> None:
    """Publish an erratum: what a release says, what is right, and why.

    The release stays as it was printed; the erratum stands beside it for ever, with its day, on
    the pages of the cells, pairs and records that it names, and of the whole release where it
    names none. Figures are mended by the next release. Prints the erratum's id.

    Examples:
        gaptracker correction add --release 2026-08-16-1f0c33ab --said "No execution" --right "Two executions" --because "A row was read twice." --cell IRN/death_penalty/2022
        gaptracker correction add --release 2026-08-16-1f0c33ab --said A --right B --because C --record law-MEX-2005
    """  # noqa: E501  an example is one line, as it is typed
    texts = {"said": said, "right": right, "because": because, "language": language}
    check_texts("erratum", texts)
    about = subjects_in(
        open_release(release),
        cells=read_cells(cell or []),
        pairs=pair or [],
        records=record or [],
    )
    with records() as work:
        erratum = add_erratum(ErratumTexts(**texts), about, work, present())
        work.commit()
    write(f"{erratum.id}\n")
    publish_annotations()


def list_command(form: ListFormatOption = "table") -> None:
    """List the errata on record, the newest first; JSON holds their whole texts.

    Examples:
        gaptracker correction list
        gaptracker correction list --format json
    """
    _, errata = load_annotations()
    if form == "json":
        write_json(tuple(reversed(errata)))
    elif errata:
        show_whole_rows([_row(each) for each in reversed(errata)], COLUMNS)
    else:
        talk("no erratum is on record.")


def _row(erratum: Erratum) -> dict[str, str]:
    cells = [f"{each.actor}/{each.theme}/{each.year}" for each in erratum.cells]
    return {
        "id": erratum.id,
        "day": str(erratum.published_at.date()),
        "release": erratum.release,
        "about": ", ".join((*cells, *erratum.pairs, *erratum.records)) or "everything",
        "right": erratum.right,
    }


correction_app.command("add", help=help_of(add_command))(add_command)
correction_app.command("list", help=help_of(list_command))(list_command)
