"""Reads a CSV of gold items: statements and measures whose rung people agreed on."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from gaptracker.domain.errors import ProblemList
from gaptracker.domain.scale import RUNGS
from gaptracker.intake.csv_rows import read_rows, refused

COLUMNS = ("item", "theme", "rung")
RUNG_TEXTS = tuple(str(rung) for rung in range(RUNGS))


class GoldRefused(ProblemList):
    """A file of gold items that cannot be used."""


def read_gold(
    content: bytes, items: Collection[str], themes: Collection[str], *, name: str
) -> dict[tuple[str, str], int]:
    """Read the agreed rung of real statements and measures.

    Args:
        content: CSV in UTF-8 with the columns `item, theme, rung`; a column `note` may stand
            among them.
        items: Ids of the statements and measures in the evidence.
        themes: Ids of the themes.
        name: The file's name, for messages.

    Returns:
        The rung by item and theme.

    Raises:
        GoldRefused: If anything is wrong, every problem with its line.
    """
    gold: dict[tuple[str, str], int] = {}
    problems: list[str] = []
    for row in read_rows(content, name, COLUMNS, ("note",), refuse=GoldRefused):
        found = list(_row_problems(row.cells, items, themes))
        key = (row.cells["item"], row.cells["theme"])
        if key in gold:
            found.append(f"{key[0]} on {key[1]} comes twice; keep one")
        problems += [f"line {row.line}: {text}" for text in found]
        if not found:
            gold[key] = int(row.cells["rung"])
    if problems:
        raise GoldRefused(name, problems)
    return gold


def _row_problems(
    row: Mapping[str, str], items: Collection[str], themes: Collection[str]
) -> Iterator[str]:
    for column, known in (("item", items), ("theme", themes)):
        if row[column] not in known:
            nearest = get_close_matches(row[column], known, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else "it must be in the evidence"
            yield f"{column}: none is called {row[column]!r}; {hint}"
    if row["rung"] not in RUNG_TEXTS:
        yield refused("rung", row["rung"], RUNG_TEXTS)
