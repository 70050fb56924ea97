"""Tables for people: rounded, 80 columns wide at most, plain where they are piped."""

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from gaptracker.main.cli.figures import NOTHING, gap, points, span_dots
from gaptracker.main.cli.wording import verdict_in_words
from gaptracker.publish.rows import FrozenCell
from gaptracker.records.release_store import IndexEntry

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
            an `L` stands before the law's points where no practice is known.
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


def releases_table(
    entries: Sequence[IndexEntry], latest: str | None, evidence: Mapping[int, str | None]
) -> Table:
    """Return the runs of a store as a table, the newest first.

    Args:
        entries: The runs.
        latest: The current release's id.
        evidence: Digest of the evidence set by the run's number; None where it is not known.
    """
    table = plain_table("no.", "release", "state", "", "content", "evidence", numbers=("no.",))
    for entry in reversed(entries):
        table.add_row(
            str(entry.number),
            entry.id,
            entry.state.value,
            "current" if entry.id == latest and entry.state == "published" else "",
            entry.content_sha256[:SHOWN_DIGITS_OF_HASH],
            (evidence[entry.number] or NOTHING)[:SHOWN_DIGITS_OF_HASH],
        )
    return table


LEGEND = (
    "Points from 0 (most coercive) to 100 (fully aligned). says: words. law, does: deeds. "
    "gap: says minus does, or minus law (L) where no practice is known; plus: words ahead. "
    "90%: interval. gr: strength of the evidence, A the best; D is too little for any verdict."
)
