"""What commands of replies and corrections share: the records, the release, what lies beside it."""

import re
from collections.abc import Mapping, Sequence

import typer

from gaptracker.domain.annotations import CellRef, DecidedReply, Erratum
from gaptracker.main.cli.principals import records
from gaptracker.main.cli.stores import open_store
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import show_whole, talk
from gaptracker.workflows.annotations import LaidBeside, lay_beside

YEAR = re.compile(r"[0-9]{4}", re.ASCII)


def load_annotations() -> tuple[tuple[DecidedReply, ...], tuple[Erratum, ...]]:
    """Read all replies and errata from the records."""
    with records(read_only=True) as work:
        return work.annotations.load_replies(), work.annotations.load_errata()


def publish_annotations() -> LaidBeside:
    """Lay all that is on record beside the releases, and tell which version that is.

    Raises:
        Conflict: If the records lack what was laid beside the releases before.
        ReleaseCorrupt: If what lies there is damaged.
    """
    laid = lay_beside(open_store(), load_annotations)
    if laid.head is None:
        talk("there is neither a reply nor an erratum; nothing lies beside the releases.")
    elif laid.changed:
        talk(
            f"laid beside the releases as version {laid.head.version}; servers take it over "
            "within seconds."
        )
    else:
        talk(f"all of it lies beside the releases already, as version {laid.head.version}.")
    return laid


def show_whole_rows(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> None:
    """Print rows as a table from which every id can be copied."""
    table = plain_table(*columns)
    for row in rows:
        table.add_row(*(row[name] for name in columns))
    show_whole(table)


def read_cells(given: Sequence[str], *, actor: str | None = None) -> list[CellRef]:
    """Read cells as a person typed them: `ACTOR/THEME/YEAR`, without the actor where it is known.

    Raises:
        BadParameter: If a text is no such name.
    """
    found = []
    for text in given:
        parts = [part.strip() for part in text.split("/")]
        if actor is not None:
            parts.insert(0, actor)
        if len(parts) != len(CellRef.__slots__) or not YEAR.fullmatch(parts[-1]):
            form = "THEME/YEAR" if actor is not None else "ACTOR/THEME/YEAR"
            raise typer.BadParameter(f"{text!r} is no cell; expected {form}", param_hint="--cell")
        found.append(CellRef(actor=parts[0], theme=parts[1].replace("-", "_"), year=int(parts[2])))
    return found
