"""Options that several commands share."""

from typing import Annotated, Literal

import typer

ReleaseOption = Annotated[
    str | None,
    typer.Option(
        "--release",
        help="Release to read, as `gaptracker release list` names it; the current one if left out.",
        metavar="ID",
    ),
]
TableFormatOption = Annotated[
    Literal["table", "csv", "json"],
    typer.Option("--format", help="A table to read, or CSV or JSON with unrounded figures."),
]
YearsOption = Annotated[
    str | None,
    typer.Option(
        "--year",
        help="One year, a span as 2007-2022, or `all`; the newest year if left out.",
        metavar="YEAR",
    ),
]
