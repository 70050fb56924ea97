"""`gaptracker alliances`: who stands near whom, in words and in deeds, and who moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import polars as pl
import typer
from rich.console import RenderableType

from gaptracker.main.cli.alliances_text import (
    LEGEND,
    alike_apart_lines,
    changes_lines,
    groups_lines,
    pairs_lines,
)
from gaptracker.main.cli.lookup import chosen_years, named_actor
from gaptracker.main.cli.options import ReleaseOption, TableFormatOption, YearsOption
from gaptracker.main.cli.rows_out import write_csv_rows, write_json
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.terminal import data_console, folded, show, talk
from gaptracker.publish.alliance_rows import (
    FrozenAlikeApart,
    FrozenChange,
    FrozenMember,
    FrozenSimilarity,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.nearest import require_year
from gaptracker.publish.tables import Row, Table
from gaptracker.release.alliance_tables import SIMILARITIES, SIMILARITY_CHANGES

ActorsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Actors' codes: one for all its pairs, several for those among them; all if left out.",
        metavar="[ACTOR]...",
    ),
]
SideOption = Annotated[
    Literal["words", "deeds"], typer.Option(help="Whether words or deeds are held together.")
]
SinceOption = Annotated[
    int | None,
    typer.Option(
        help="Tell also who came nearer, or moved apart, since this year.", metavar="YEAR"
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rows of a release that were asked for."""

    similarities: Sequence[FrozenSimilarity]
    communities: Sequence[FrozenMember]
    changes: Sequence[FrozenChange]
    alike_apart: Sequence[FrozenAlikeApart]


def alliances_command(
    actors: ActorsArgument = None,
    *,
    side: SideOption = "words",
    year: YearsOption = None,
    since: SinceOption = None,
    release: ReleaseOption = None,
    form: TableFormatOption = "table",
) -> None:
    """Show who stands near whom, which groups hold, and who speaks alike and acts apart.

    Two actors are held together where both are known on five themes or more. A group counts if
    every two of it fall together in 80% of runs; a change if its direction has a probability of
    0.90 or more. All else cannot be told. CSV holds similarities or, with --since, changes; JSON
    holds all; the table is of one year, the last of a span.

    Examples:
        gaptracker alliances --side deeds --year 2022
        gaptracker alliances MEX --since 2022
        gaptracker alliances MEX COL NOR --side deeds --year all --format csv > pairs.csv
    """
    frozen = open_release(release)
    codes = sorted({named_actor(frozen, each) for each in actors or ()})
    years = chosen_years(frozen, year)
    if since is not None:
        require_year(since, frozen.years)
    found = _find(frozen, codes, years if form != "table" else years[-1:], (side, since))
    match form:
        case "csv" if since is None:
            write_csv_rows(found.similarities, SIMILARITIES)
        case "csv":
            write_csv_rows(found.changes, SIMILARITY_CHANGES)
        case "json":
            write_json(found)
        case "table":
            _show(frozen, found, codes, (side, years[-1], since))
            talk(LEGEND)
            talk(frozen.manifest.notice)


def _find(
    frozen: FrozenRelease, codes: Sequence[str], years: range, asked: tuple[str, int | None]
) -> Found:
    """Return the rows of some years and actors; changes only since a year that was named."""
    side, since = asked
    held = frozen.alliances
    of_side = pl.col("side") == side

    def rows(table: Table[Row], *conditions: pl.Expr) -> list[Row]:
        in_years = pl.col("year").is_in(list(years))
        return table.matching(pl.all_horizontal(in_years, *conditions)).rows()

    pairs = _pairs_of(codes)
    members = [pl.col("actor").is_in(codes)] if codes else []
    return Found(
        similarities=rows(held.similarities, of_side, *pairs),
        communities=rows(held.communities, of_side, *members),
        changes=(
            rows(held.changes, of_side, pl.col("since") == since, *pairs)
            if since is not None
            else []
        ),
        alike_apart=rows(held.alike_apart, *pairs),
    )


def _pairs_of(codes: Sequence[str]) -> list[pl.Expr]:
    """Return the condition on pairs: of one actor all, of several those among them."""
    each = [pl.col(name).is_in(codes) for name in ("actor_a", "actor_b")]
    if not codes:
        return []
    return [pl.any_horizontal(each) if len(codes) == 1 else pl.all_horizontal(each)]


def _show(
    frozen: FrozenRelease, found: Found, codes: Sequence[str], asked: tuple[str, int, int | None]
) -> None:
    """Write one year for people: pairs, groups, who speaks alike and acts apart, changes."""
    side, year, since = asked
    show(f"{side} · {year}")
    show(f"Release {frozen.id}")
    themes = frozen.methodology.alliances.themes
    _print(pairs_lines(found.similarities, codes, themes))
    _print(groups_lines(_whole_groups(frozen, found.communities), codes))
    _print(alike_apart_lines(found.alike_apart))
    if since is not None:
        _print(changes_lines(found.changes, since, year))


def _whole_groups(frozen: FrozenRelease, members: Sequence[FrozenMember]) -> list[FrozenMember]:
    """Return all members of the groups that some members belong to."""
    groups = {(each.side, each.year, each.community) for each in members}
    return [
        each
        for side, year, community in sorted(groups)
        for each in frozen.alliances.communities.where(
            side=side, year=year, community=community
        ).rows()
    ]


def _print(lines: Iterator[RenderableType]) -> None:
    width = data_console().width
    show("")
    for line in lines:
        show(folded(line, width=width, hang=2) if isinstance(line, str) else line)
