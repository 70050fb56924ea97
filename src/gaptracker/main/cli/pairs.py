"""`gaptracker pairs`: what an actor said, held against what it did."""

from typing import Annotated

import typer

from gaptracker.domain.vocabulary import Reading
from gaptracker.main.cli.lookup import chosen_years
from gaptracker.main.cli.options import (
    ActorArgument,
    ReleaseOption,
    TableFormatOption,
    ThemeOption,
    YearsOption,
)
from gaptracker.main.cli.pair_blocks import pair_block
from gaptracker.main.cli.readers import UrlOption, open_reader
from gaptracker.main.cli.rows_out import write_csv_rows, write_json_rows
from gaptracker.main.cli.terminal import data_console, show, talk
from gaptracker.publish.rows import FrozenPair
from gaptracker.release.cell_tables import PAIRS

ReadingOption = Annotated[
    Reading | None,
    typer.Option(
        help="One question: how far apart now, did practice follow, did it move, was the pledge "
        "kept; all if left out."
    ),
]
# As many as can be read; CSV and JSON hold all.
MOST_SHOWN = 20


def pairs_command(  # noqa: PLR0913  one parameter for each option
    actor: ActorArgument,
    theme: ThemeOption = None,
    *,
    year: YearsOption = None,
    reading: ReadingOption = None,
    release: ReleaseOption = None,
    url: UrlOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show an actor's words beside its deeds, the pairs that add most to a gap first.

    The newest year is shown unless --year asks for others, and at most 20 pairs; CSV and JSON
    hold all. The contributions of a cell's pairs of reading `now` sum to its gap.

    Examples:
        gaptracker pairs MEX --theme death_penalty --year 2022
        gaptracker pairs URY --theme cannabis --year 2010-2020 --reading followed
        gaptracker pairs IDN --format json
        gaptracker pairs MEX --theme death_penalty --url https://gaptracker.example
    """
    with open_reader(url, release) as read:
        code = read.named_actor(actor)
        asked = read.named_theme(theme) if theme else None
        found = read.pairs(code, asked, chosen_years(read, year), reading=reading)
    pairs = sorted(found, key=strongest_first)
    match form:
        case "csv":
            write_csv_rows(pairs, PAIRS)
        case "json":
            write_json_rows(pairs)
        case "table":
            width = data_console().width
            shown = pairs[:MOST_SHOWN]
            for pair in shown:
                for line in pair_block(pair, read.texts_of(pair), width):
                    show(line)
                show("")
            if len(shown) < len(pairs):
                talk(f"{len(shown)} of {len(pairs):,} pairs shown; --format csv gives all.")
            talk(read.notice)


def strongest_first(pair: FrozenPair) -> tuple[int, float, str]:
    """Return the key by which the pairs that add most to a gap come first."""
    added = abs(pair.contribution_points or 0.0)
    return (pair.year * -1, -added, pair.id)
