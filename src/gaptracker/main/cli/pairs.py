"""`gaptracker pairs`: what an actor said, held against what it did."""

from typing import Annotated

import typer

from gaptracker.domain.vocabulary import Reading
from gaptracker.main.cli.lookup import chosen_years, named_actor, named_theme
from gaptracker.main.cli.options import (
    ActorArgument,
    ReleaseOption,
    TableFormatOption,
    ThemeOption,
    YearsOption,
)
from gaptracker.main.cli.pair_blocks import pair_block
from gaptracker.main.cli.rows_out import write_csv_rows, write_json_rows
from gaptracker.main.cli.stores import open_release
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


def pairs_command(
    actor: ActorArgument,
    theme: ThemeOption = None,
    *,
    year: YearsOption = None,
    reading: ReadingOption = None,
    release: ReleaseOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show an actor's words beside its deeds, the pairs that add most to a gap first.

    The newest year is shown unless --year asks for others, and at most 20 pairs; CSV and JSON
    hold all. The contributions of a cell's pairs of reading `now` sum to its gap.

    Examples:
        gaptracker pairs MEX --theme death_penalty --year 2022
        gaptracker pairs URY --theme cannabis --year 2010-2020 --reading followed
        gaptracker pairs IDN --format json
    """
    frozen = open_release(release)
    code = named_actor(frozen, actor)
    asked = named_theme(frozen, theme) if theme else None
    years = chosen_years(frozen, year)
    found = frozen.pairs_of(code, asked).where(reading=reading.value if reading else None)
    pairs = sorted((pair for pair in found.rows() if pair.year in years), key=strongest_first)
    match form:
        case "csv":
            write_csv_rows(pairs, PAIRS)
        case "json":
            write_json_rows(pairs)
        case "table":
            width = data_console().width
            shown = pairs[:MOST_SHOWN]
            for pair in shown:
                for line in pair_block(frozen, pair, width):
                    show(line)
                show("")
            if len(shown) < len(pairs):
                talk(f"{len(shown)} of {len(pairs):,} pairs shown; --format csv gives all.")
            talk(frozen.manifest.notice)


def strongest_first(pair: FrozenPair) -> tuple[int, float, str]:
    """Return the key by which the pairs that add most to a gap come first."""
    added = abs(pair.contribution_points or 0.0)
    return (pair.year * -1, -added, pair.id)
