"""`gaptracker release diff`: what moved from one release to another, and why."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import typer
from rich.table import Table

from gaptracker.main.cli.figures import NOTHING, count, gap, probability, span_dots
from gaptracker.main.cli.rows_out import write_json
from gaptracker.main.cli.stores import open_store
from gaptracker.main.cli.tables import SHOWN_DIGITS_OF_HASH, plain_table
from gaptracker.main.cli.terminal import show_whole, talk
from gaptracker.release.difference import CellFigures, MovedItem
from gaptracker.workflows.diff_releases import CellDifference, ReleaseDifference, diff_releases

OldArgument = Annotated[str, typer.Argument(help="The older release.", metavar="OLD")]
NewArgument = Annotated[
    str | None, typer.Argument(help="The newer one; the current one if left out.", metavar="NEW")
]
DiffFormatOption = Annotated[
    Literal["table", "json"], typer.Option("--format", help="A table to read, or JSON.")
]
SIGNS = {"entered": "+", "left": "-", "changed": "~"}
AllOption = Annotated[
    bool,
    typer.Option("--all", help="In the table also cells that moved by less than it shows."),
]
LEGEND = (
    "old, new: gap with its 90% interval. told: yes where the order of both gaps has a probability "
    "of {threshold} or more; others cannot be told apart. Of evidence: + entered, - left, "
    "~ changed; sub_ names a submission."
)


def diff_command(
    old: OldArgument,
    new: NewArgument = None,
    *,
    form: DiffFormatOption = "table",
    everything: AllOption = False,
) -> None:
    """Compare two releases cell by cell: old and new gap, and what moved it.

    A cause is evidence that entered, left or changed (by id; for submissions the submission),
    the methodology, coders' errors, the day of the data, the program, or what surrounds the
    items: chances to speak, memberships, competences. The table leaves out cells that moved by
    less than it shows; JSON has them all.

    Examples:
        gaptracker release diff 2026-08-16-1f0c33ab
        gaptracker release diff 2026-08-16-1f0c33ab 2026-10-05-77aa01c2 --format json
    """
    found = diff_releases(open_store(), old, new)
    if form == "json":
        write_json(found)
        return
    talk(_summary(found))
    shown = [each for each in found.differences if everything or _shows(each)]
    if shown:
        show_whole(_table(shown))
        talk(LEGEND.format(threshold=probability(found.threshold)))
    if len(shown) < len(found.differences):
        talk(_left_out([each for each in found.differences if not _shows(each)]))


def _summary(found: ReleaseDifference) -> str:
    sides = " → ".join(
        f"{side.release} (evidence {side.evidence_sha256[:SHOWN_DIGITS_OF_HASH]}, "
        f"{count(len(side.submissions), 'submission')})"
        for side in (found.old, found.new)
    )
    told = sum(each.demonstrated for each in found.differences)
    moved = count(len(found.differences), "cell")
    return f"{sides}: {moved} of {found.cells:,} moved, of {told:,} it can be told."


def _shows(each: CellDifference) -> bool:
    """Say whether rounded figures, label or reason differ."""
    old, new = each.cell.old, each.cell.new
    if old is None or new is None:
        return True
    return (_written(old), old.label, old.reason) != (_written(new), new.label, new.reason)


def _left_out(hidden: Sequence[CellDifference]) -> str:
    causes = sorted({cause.value for each in hidden for cause in each.cell.causes})
    return (
        f"{count(len(hidden), 'cell')} moved by less than shows, because of {', '.join(causes)}; "
        "--all lists them."
    )


def _table(differences: Sequence[CellDifference]) -> Table:
    table = plain_table("actor", "theme", "year", "old", "new", "told", "why")
    for each in differences:
        cell = each.cell
        table.add_row(
            cell.actor,
            cell.theme,
            str(cell.year),
            _written(cell.old),
            _written(cell.new),
            _told(each),
            ", ".join(_why(each)),
        )
    return table


def _written(figures: CellFigures | None) -> str:
    if figures is None:
        return NOTHING
    if figures.gap is None:
        return f"{NOTHING} {figures.grade}"
    span = span_dots(figures.gap_low, figures.gap_high)
    return f"{gap(figures.gap)} ({span}) {figures.grade}"


def _told(each: CellDifference) -> str:
    return NOTHING if each.p_higher is None else "yes" if each.demonstrated else "no"


def _why(each: CellDifference) -> Iterator[str]:
    """Name the items, then the causes that are no items."""
    yield from dict.fromkeys(map(_named, each.cell.items))
    yield from (cause.value for cause in each.cell.causes if not cause.startswith("evidence_"))
    old, new = each.cell.old, each.cell.new
    if old and new and old.label != new.label and _written(old) == _written(new):
        yield f"label {old.label} → {new.label}"


def _named(item: MovedItem) -> str:
    return f"{SIGNS[item.change.value]}{item.submission or item.item}"
