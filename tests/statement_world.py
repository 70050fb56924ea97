"""Files of statements for tests of their import: a good row, and files made of such rows."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from gaptracker.domain.syncing import SyncRun
from gaptracker.intake.connectors.statement_file import StatementFile
from gaptracker.intake.statement_form import COLUMNS, NAMES
from tests.sync_world import Syncs

GOOD = {column.name: column.example for column in COLUMNS}
LINE = (
    "We gather once more in this hall, and each of us has come here with hopes for peace on earth"
)
SPEECH = "\n".join(
    (
        f"{LINE} and for the prosperity of all its peoples.",
        f"{LINE}; a market for cannabis that the law regulates is better than a war on drugs.",
        f"{LINE} and for the climate.",
    )
)
LONG = dict.fromkeys(("mode", "theme", "paraphrase", "due"), "")


def row(**changes: str) -> dict[str, str]:
    """The good row of the form, changed."""
    return GOOD | changes


def speech(**changes: str) -> dict[str, str]:
    """A row whose text is searched."""
    return GOOD | LONG | {"id": "speech-1", "text": SPEECH, "link": "https://un.org/s"} | changes


def table(*rows: Mapping[str, str], names: Iterable[str] = NAMES) -> bytes:
    """Rows as CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(names), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def lines(*rows: Mapping[str, object]) -> bytes:
    """Rows as JSON lines."""
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows).encode()


def bring(
    syncs: Syncs, content: bytes, name: str = "said.csv", *, skip: bool = False, dry: bool = False
) -> SyncRun:
    """Import a file of this content."""
    path: Path = syncs.folder / name
    path.write_bytes(content)
    connector = StatementFile(path, skip_bad_rows=skip)
    return syncs.sync(connector, offline=path.parent, dry=dry)
