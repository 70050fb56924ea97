"""Tables as their files show them: the frozen columns, and whose figures they are."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from gaptracker.release.columns import Layout
from gaptracker.release.definitions import Definition
from gaptracker.release.heading import Heading
from gaptracker.release.table_definitions import TABLE_DEFINITIONS

# A file that was saved leaves its address and headers behind: its rows say what they are of.
ROW_MARKS: Mapping[str, Definition] = {
    "release": Definition(text="Id of the release that the row belongs to."),
    "provisional": Definition(
        text="The release rests on machine codings that people have not checked yet."
    ),
}


def marked(frame: pl.DataFrame, heading: Heading) -> pl.DataFrame:
    """Return a table with the release and whether it is provisional in its last columns.

    Args:
        frame: A frozen table; the columns come first, in their order.
        heading: Which figures these are.
    """
    marks = {"release": heading.release, "provisional": heading.provisional}
    return frame.with_columns(
        pl.lit(value).alias(name) for name, value in marks.items() if name not in frame.columns
    )


def column_definitions(layout: Layout[Any]) -> dict[str, Definition]:
    """Return the definition of each column of a table's files, in their order."""
    table = TABLE_DEFINITIONS[layout.name]
    return {
        **{name: table.columns[name] for name in layout.schema},
        **table.shown,
        **{name: each for name, each in ROW_MARKS.items() if name not in layout.schema},
    }


def column_types(layout: Layout[Any]) -> dict[str, str]:
    """Return the type of each column of a table's files, as Table Schema names types."""
    return {
        **{name: TYPE_NAMES[kind] for name, kind in layout.schema.items()},
        **dict.fromkeys(TABLE_DEFINITIONS[layout.name].shown, "string"),
        **{
            name: kind
            for name, kind in {"release": "string", "provisional": "boolean"}.items()
            if name not in layout.schema
        },
    }


TYPE_NAMES: Mapping[pl.DataType | type[pl.DataType], str] = {
    pl.String: "string",
    pl.Float64: "number",
    pl.Int32: "integer",
    pl.Boolean: "boolean",
    pl.Date: "date",
}
