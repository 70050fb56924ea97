"""`datapackage.json` (Data Package v2) and `definitions.csv`: what the files mean to programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from gaptracker.release.columns import Layout
from gaptracker.release.csv_text import write_csv
from gaptracker.release.definitions import Definition
from gaptracker.release.documents import write_json
from gaptracker.release.download_tables import column_definitions, column_types
from gaptracker.release.heading import LICENCE, LICENCE_ID, LICENCE_URL, PUBLISHER, Heading
from gaptracker.release.table_definitions import DOWNLOADED_LAYOUTS, TABLE_DEFINITIONS

PACKAGE_FILE = "datapackage.json"
DEFINITIONS_FILE = "definitions.csv"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
INDICATORS = "indicators"
CSV_FORMAT = {
    "type": "table",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
}

# A JSON value has no narrower type.
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a listing says of a file: its size in bytes and its SHA-256."""

    size_bytes: int
    sha256: str


def write_definitions(methodology: Mapping[str, Any]) -> bytes:
    """Write what every column and every indicator means, as CSV.

    Args:
        methodology: The rules as `methodology.json` holds them, for the indicators.
    """
    rows = [
        (layout.name, name, types[name], definition.unit, definition.text)
        for layout in DOWNLOADED_LAYOUTS
        for types in [column_types(layout)]
        for name, definition in column_definitions(layout).items()
    ]
    rows += [
        (
            INDICATORS,
            name,
            "string" if indicator["goalposts"]["categories"] else "number",
            indicator["unit"] or "",
            indicator["name"].get("en", name),
        )
        for name, indicator in sorted(methodology["indicators"].items())
    ]
    frame = pl.DataFrame(rows, DEFINITION_COLUMNS, orient="row")
    return write_csv(frame)


DEFINITION_COLUMNS = {
    "table": pl.String,
    "column": pl.String,
    "type": pl.String,
    "unit": pl.String,
    "definition": pl.String,
}


def write_package(
    heading: Heading, files: Mapping[str, FileFacts], sources: Sequence[Mapping[str, str | None]]
) -> bytes:
    """Write the descriptor of a release as a Data Package.

    Args:
        heading: Which figures these are.
        files: Every file described, by name.
        sources: `title` and `url` of what the release rests on.
    """
    return write_json(
        {
            "$schema": PROFILE,
            "name": f"gaptracker-{heading.release}",
            "id": heading.release,
            "title": f"{PUBLISHER}, release {heading.release}",
            "description": (
                "What governments say about drugs and human rights, what they do, and the gap. "
                f"Methodology {heading.methodology}, as of {heading.as_of}. {heading.notice} "
                f"{LICENCE}."
            ),
            "version": heading.release,
            "methodology": heading.methodology,
            "as_of": heading.as_of.isoformat(),
            "provisional": heading.provisional,
            "licenses": [
                {
                    "name": LICENCE_ID,
                    "path": LICENCE_URL,
                    "title": LICENCE,
                }
            ],
            "contributors": [{"title": PUBLISHER, "roles": ["publisher"]}],
            "sources": [
                {"title": each["title"], **({"path": each["url"]} if each["url"] else {})}
                for each in sources
            ],
            "resources": [
                *(_table(layout, files) for layout in DOWNLOADED_LAYOUTS),
                {
                    "name": "definitions",
                    "path": DEFINITIONS_FILE,
                    "title": "What every column and indicator means, and its unit",
                    **CSV_FORMAT,
                    **_facts(files[DEFINITIONS_FILE]),
                    "schema": {
                        "fields": [{"name": name, "type": "string"} for name in DEFINITION_COLUMNS],
                        "missingValues": [""],
                    },
                },
            ],
        }
    )


def _table(layout: Layout[Any], files: Mapping[str, FileFacts]) -> Json:
    defined = TABLE_DEFINITIONS[layout.name]
    others = {
        form: f"{layout.name}.{form}"
        for form in ("ndjson", "parquet", "xlsx")
        if f"{layout.name}.{form}" in files
    }
    types = column_types(layout)
    schema: Json = {
        "fields": [
            _field(name, definition, types[name], key=name in defined.key)
            for name, definition in column_definitions(layout).items()
        ],
        "missingValues": [""],
        "primaryKey": list(defined.key),
    }
    if defined.refers:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": table, "fields": ["id"]}}
            for name, table in defined.refers.items()
        ]
    return {
        "name": layout.name,
        "path": f"{layout.name}.csv",
        "title": defined.title,
        "description": defined.text,
        **CSV_FORMAT,
        **_facts(files[f"{layout.name}.csv"]),
        "schema": schema,
        # The same rows in other forms, none of them a resource: a package holds a table once.
        "same_rows": {form: {"path": name, **_facts(files[name])} for form, name in others.items()},
    }


def _field(name: str, definition: Definition, kind: str, *, key: bool) -> Json:
    constraints: Json = {"required": True} if key else {}
    if definition.values is not None:
        constraints["enum"] = [each.value for each in definition.values]
    return {
        "name": name,
        "type": kind,
        "description": definition.text,
        **({"unit": definition.unit} if definition.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _facts(facts: FileFacts) -> Json:
    return {"bytes": facts.size_bytes, "hash": f"sha256:{facts.sha256}"}
