"""What every file of a release says of itself: version, licence, definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gaptracker.domain.results import Manifest
from gaptracker.release.definitions import Definition
from gaptracker.release.documents import write_line
from gaptracker.release.table_definitions import TABLE_DEFINITIONS

PUBLISHER = "GapTracker"
LICENCE_ID = "Apache-2.0"
LICENCE_URL = "https://www.apache.org/licenses/LICENSE-2.0"
LICENCE = (
    f"{LICENCE_ID} for this project's figures, codings and arrangement; each record of evidence is "
    "under the licence of its source, which the table sources names"
)
METADATA_PREFIX = "gaptracker:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Which figures a file holds."""

    release: str
    methodology: str
    as_of: date
    provisional: bool
    notice: str

    def facts(self) -> dict[str, str]:
        """Return them as texts by name, with the licence, in the order in which they are shown."""
        return {
            "publisher": PUBLISHER,
            "release": self.release,
            "methodology": self.methodology,
            "as_of": self.as_of.isoformat(),
            "provisional": "true" if self.provisional else "false",
            "notice": self.notice,
            "licence": LICENCE,
        }


def heading_of(manifest: Manifest) -> Heading:
    """Return the heading of a release's files."""
    return Heading(
        release=manifest.release,
        methodology=manifest.methodology,
        as_of=manifest.as_of,
        provisional=manifest.provisional,
        notice=manifest.notice,
    )


def parquet_metadata(table: str, heading: Heading, *, shown: bool = False) -> dict[str, str]:
    """Return what a Parquet file keeps beside its rows: facts and, as JSON, its definitions.

    Args:
        table: The table's name; one without definitions has the facts alone.
        heading: Which figures these are.
        shown: It is a table for readers, with the columns that those have alone.
    """
    facts = {f"{METADATA_PREFIX}{name}": text for name, text in heading.facts().items()}
    known = TABLE_DEFINITIONS.get(table)
    if known is None:
        return facts
    columns = {**known.columns, **known.shown} if shown else known.columns
    return {
        **facts,
        f"{METADATA_PREFIX}title": known.title,
        f"{METADATA_PREFIX}columns": write_line(_plain(columns)).decode("utf-8"),
    }


def _plain(columns: Mapping[str, Definition]) -> dict[str, dict[str, str]]:
    return {name: {"definition": each.text, "unit": each.unit} for name, each in columns.items()}
