"""The files that are written, and their manifest: the same rows give the same bytes."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Row = Mapping[str, str]

COLUMNS: dict[str, tuple[str, ...]] = {
    "sources.csv": (
        "id",
        "title",
        "publisher",
        "group",
        "grade",
        "record_of_act",
        "kind",
        "url",
        "licence",
        "citation",
        "published",
        "retrieved",
    ),
    "actors.csv": (
        "code",
        "kind",
        "name_en",
        "name_es",
        "name_pt",
        "parent",
        "exists_from",
        "exists_to",
    ),
    "memberships.csv": ("member", "group", "valid_from", "valid_to"),
    "competences.csv": (
        "actor",
        "theme",
        "level",
        "valid_from",
        "valid_to",
        "enforced",
        "basis",
    ),
    "populations.csv": ("actor", "year", "persons", "source"),
    "roll_calls.csv": ("id", "title", "forum", "date", "series", "source", "opportunity_theme"),
    "votes.csv": ("roll_call", "actor", "vote"),
    "joint_statements.csv": (
        "id",
        "title",
        "forum",
        "date",
        "source",
        "completeness",
        "act",
    ),
    "signatories.csv": ("joint_statement", "actor", "role"),
    "recommendations.csv": (
        "id",
        "actor",
        "recommended_by",
        "upr_session",
        "date",
        "theme",
        "ask",
        "specificity",
        "response",
        "source",
    ),
    "statements.csv": (
        "id",
        "actor",
        "speaker",
        "office",
        "forum",
        "date",
        "mode",
        "instrument",
        "language",
        "excerpt",
        "paraphrase",
        "document",
        "act",
        "series",
        "due",
        "solicited",
        "source",
        "locator",
    ),
    "codings.csv": (
        "item",
        "theme",
        "coder",
        "coder_kind",
        "rung",
        "specificity",
        "rationale",
        "original_code",
    ),
    "measures.csv": (
        "id",
        "actor",
        "layer",
        "kind",
        "title",
        "issuer",
        "in_force_from",
        "in_force_to",
        "territory",
        "source",
        "locator",
        "note",
    ),
    "observations.csv": (
        "id",
        "actor",
        "indicator",
        "period",
        "value",
        "category",
        "lower",
        "upper",
        "status",
        "source",
        "note",
    ),
    "opportunities.csv": ("id", "actor", "theme", "session", "date", "outcome"),
    "flows.csv": (
        "id",
        "donor",
        "recipient",
        "theme",
        "period_from",
        "period_to",
        "amount",
        "currency",
        "purpose",
        "source",
        "locator",
    ),
}
KEYS: dict[str, tuple[str, ...]] = {
    "actors.csv": ("code",),
    "memberships.csv": ("group", "member", "valid_from"),
    "competences.csv": ("actor", "theme", "valid_from"),
    "populations.csv": ("actor", "year"),
    "votes.csv": ("roll_call", "actor"),
    "signatories.csv": ("joint_statement", "actor"),
    "codings.csv": ("item", "theme", "coder"),
}


def key_of(file: str, row: Row) -> tuple[str, ...]:
    """Return what names a row of a file; two rows may not share it."""
    return tuple(row[column] for column in KEYS.get(file, ("id",)))


SOURCED_BY = {"votes.csv": "roll_calls.csv", "signatories.csv": "joint_statements.csv"}
"""Files whose rows are sourced by the text that they belong to."""
OWN_LICENCES = {
    "actors.csv": "Unicode-3.0 (names of states after the Unicode CLDR), other names facts",
    "codings.csv": "Apache-2.0 (this project's own readings)",
    "sources.csv": "Apache-2.0",
}


@dataclass(slots=True)
class Output:
    """The rows of every file, what was left out of each, and where it came from."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    left_out: dict[str, dict[str, str]] = field(
        default_factory=lambda: {name: {} for name in COLUMNS}
    )

    def add(self, file: str, **values: str) -> None:
        """Add a row; columns not named are empty, and unknown ones are a programming error."""
        unknown = set(values) - set(COLUMNS[file])
        if unknown:
            raise KeyError(f"{file} has no column {', '.join(sorted(unknown))}")
        self.rows[file].append({column: values.get(column, "") for column in COLUMNS[file]})

    def leave_out(self, file: str, what: str, why: str) -> None:
        """Record what is not in a file, and the reason."""
        self.left_out[file][what] = why

    def sorted_rows(self, file: str) -> list[Row]:
        """Return a file's rows in the order of their keys."""
        return sorted(self.rows[file], key=lambda row: key_of(file, row))


def csv_bytes(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return rows as CSV: UTF-8, comma, header, LF."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def manifest_bytes(
    output: Output, contents: Mapping[str, bytes], titles: Mapping[str, str], as_of: str
) -> bytes:
    """Return the manifest: what each file holds, from where, under what licence, what is not in.

    Args:
        output: The rows and what was left out.
        contents: The bytes of every file.
        titles: What each file holds, in a sentence.
        as_of: The newest day on which a source was retrieved.
    """
    sources = {row["id"]: row for row in output.rows["sources.csv"]}
    entries = []
    for file in sorted(contents):
        rows = output.rows[SOURCED_BY.get(file, file)]
        used = sorted({row["source"] for row in rows if row.get("source")})
        licences = sorted({sources[name]["licence"] for name in used})
        licence = OWN_LICENCES.get(file, "facts, cited; Apache-2.0 for their arrangement")
        if licences:
            licence = f"each row under the licence of its source: {'; '.join(licences)}"
        entries.append(
            {
                "file": file,
                "title": titles[file],
                "rows": len(output.rows[file]),
                "sha256": hashlib.sha256(contents[file]).hexdigest(),
                "sources": used,
                "licence": licence,
                "left_out": [
                    {"what": what, "why": why}
                    for what, why in sorted(output.left_out[file].items())
                ],
            }
        )
    manifest = {"as_of": as_of, "files": entries}
    return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write every file, and remove files of an earlier build that are no longer made."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.suffix in {".csv", ".json"} and path.name not in contents:
            path.unlink()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
