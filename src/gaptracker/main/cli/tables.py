"""Tables for people: rounded, 80 columns wide at most, plain where they are piped."""

from collections.abc import Iterable, Sequence

from rich.table import Table

from gaptracker.main.cli.figures import NOTHING, gap, points, span_dots
from gaptracker.main.cli.listed_runs import ListedRun
from gaptracker.main.cli.wording import verdict_in_words
from gaptracker.publish.rows import FrozenCell

SHOWN_DIGITS_OF_HASH = 12


def plain_table(*heads: str, numbers: Sequence[str] = ()) -> Table:
    """Return an empty table without lines: one row of heads, then rows, a space between.

    Args:
        heads: Column heads.
        numbers: The heads of columns that are flushed right.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(head, justify="right" if head in numbers else "left")
    return table


def gaps_table(
    cells: Iterable[FrozenCell], *, with_actor: bool = False, with_law: bool = True
) -> Table:
    """Return cells as a table: says, law, does, gap with its 90% interval, grade and label.

    Args:
        cells: The cells, in the order in which they are shown.
        with_actor: Name the actor in each row, too.
        with_law: Show the law; a table of several actors fits 80 columns without it only. Then
            an `L` stands before the law's points where no practice is on record.
    """
    names = ("actor", "theme") if with_actor else ("theme",)
    figures = ("says", *(("law",) if with_law else ()), "does", "gap", "90%")
    table = plain_table(*names, "year", *figures, "gr", "label", numbers=figures)
    for cell in cells:
        table.add_row(
            *(getattr(cell, name) for name in names),
            str(cell.year),
            points(cell.says),
            *((points(cell.law), points(cell.does)) if with_law else (_practice(cell),)),
            gap(cell.gap),
            span_dots(cell.gap_low, cell.gap_high),
            cell.grade.value,
            verdict_in_words(cell.label, cell.reason),
        )
    return table


def _practice(cell: FrozenCell) -> str:
    return f"{'L ' if cell.law_only else ''}{points(cell.practice)}"


def releases_table(runs: Iterable[ListedRun]) -> Table:
    """Return runs as a table, in their order."""
    table = plain_table("no.", "release", "state", "", "content", "evidence", numbers=("no.",))
    for run in runs:
        table.add_row(
            str(run.number),
            run.release,
            run.state,
            "current" if run.current else "",
            run.content_sha256[:SHOWN_DIGITS_OF_HASH],
            (run.evidence_sha256 or NOTHING)[:SHOWN_DIGITS_OF_HASH],
        )
    return table


LEGEND = (
    "Points from 0 (most coercive) to 100 (fully aligned). says: words. law, does: deeds. "
    "gap: says minus does, or minus law (L) where no practice is on record; plus: words ahead. "
    "90%: interval. gr: strength of the evidence, A the best; D is too little for any verdict."
)
